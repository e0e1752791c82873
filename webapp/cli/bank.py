"""``kb questions``: the question bank from the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.errors import N_, Invalid, Unavailable
from kb.domain.exams.propose import RULE_NAMES
from kb.domain.exams.question import QUESTION_STATE_NAMES, QUESTION_TYPE_NAMES, Question, QuestionState, QuestionType
from kb.exchange.questions import Format, format_of
from kb.ports import BankFilter
from kb.services.anchoring import Place
from kb.services.people import SYSTEM
from kb.services.proposing import Group, Scope, Wanted
from webapp.cli import context
from webapp.cli.failures import FINDINGS
from webapp.cli.group import SubGroup

LIST_MOST = 100_000

questions = SubGroup("questions", help=N_("题库：自动出题、查看、找出来源已变的试题"))


@questions.command("list", help=N_("列出试题，每行一道"))
@click.option("--state", type=click.Choice([str(s) for s in QuestionState]), help=N_("只列这个状态的"))
@click.option("--type", "kind", type=click.Choice([str(t) for t in QuestionType]), help=N_("只列这个题型的"))
@click.option("--entry", default="", metavar="CODE", help=N_("只列来自这个条目的"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def list_(state: str | None, kind: str | None, entry: str, as_json: bool) -> None:
    wanted = BankFilter(
        state=QuestionState(state) if state else None,
        type=QuestionType(kind) if kind else None,
        code=entry.strip().upper(),
    )
    rows = context.desk().bank.page(SYSTEM, wanted, limit=LIST_MOST).rows[::-1]
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in rows], ensure_ascii=False, indent=2))
        return
    for one in rows:
        click.echo(_line(one))


@questions.command("propose", help=N_("按条目出题并打印，不写入题库；不指明时用本月新增与变更的条目"))
@click.option("--entry", "entries", multiple=True, metavar="CODE", help=N_("从这个条目出题，可以写几次"))
@click.option("--month", default="", metavar="YYYY-MM", help=N_("用这个月新增与变更的条目"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def propose(entries: tuple[str, ...], month: str, as_json: bool) -> None:
    wanted = Wanted(scope=Scope.ENTRIES, codes=entries) if entries else Wanted(month=_month(month))
    groups = context.desk().proposing.all(SYSTEM, wanted)
    if as_json:
        click.echo(json.dumps([one for group in groups for one in _offers(group)], ensure_ascii=False, indent=2))
        return
    for group in groups:
        click.echo(f"{group.code}\t{gettext('第 {number} 版').format(number=group.revision)}\t{group.title}")
        for offer in group.offers:
            rule = gettext(RULE_NAMES.get(offer.proposal.rule, offer.proposal.rule))
            click.echo(f"  {offer.proposal.score:.2f}\t{rule}\t{_flat(offer.proposal.content.stem)}")


@questions.command("stale", help=N_("列出来源已变、待复核的试题；有的话退出码为 1"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
@click.pass_context
def stale(ctx: click.Context, as_json: bool) -> None:
    found = context.desk().bank.stale(SYSTEM)
    if as_json:
        click.echo(json.dumps([_stale_as_json(one, place) for one, place in found], ensure_ascii=False, indent=2))
    else:
        for one, place in found:
            click.echo(_line(one))
            click.echo(f"  {gettext(one.stale)}")
            if place is not None:
                click.echo(f"  − {_flat(place.quoted)}")
                click.echo(f"  + {_flat(place.now)}")
    if found:
        ctx.exit(FINDINGS)


@questions.command("export", help=N_("把题库（停用的除外）写成文件，格式按扩展名：.xlsx .csv .txt .gift .xml（Moodle）.zip（QTI）"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "wanted", type=click.Choice([str(f) for f in Format]), help=N_("扩展名不足以说明格式时写明"))
@click.pass_context
def export(ctx: click.Context, file: Path, wanted: str | None) -> None:
    given = context.desk().question_files.give_out(SYSTEM, Format(wanted) if wanted else format_of(file.name))
    try:
        file.write_bytes(given.data)
    except OSError as error:
        raise Unavailable(N_("写不了文件 {path}：{reason}"), path=str(file), reason=error.strerror or "") from error
    for name, one in given.left_out:
        click.echo(f"{name}\t{gettext(one.reason)}", err=True)
    click.echo(gettext("导出 {count} 道题。").format(count=given.count))
    if given.left_out:
        ctx.exit(FINDINGS)


@questions.command("import", help=N_("把文件里的试题导入为草稿；读不了的逐行列出，退出码为 1"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--format", "wanted", type=click.Choice([str(f) for f in Format]), help=N_("扩展名不足以说明格式时写明"))
@click.option("--strict", is_flag=True, help=N_("有一道读不了就整份不导入"))
@click.option("--reason", default="", metavar="TEXT", help=N_("说明（默认：文件导入）"))
@click.pass_context
def import_(ctx: click.Context, file: Path, wanted: str | None, strict: bool, reason: str) -> None:
    taken = context.desk().question_files.take_in(
        SYSTEM, file, format=Format(wanted) if wanted else None, reason=reason or gettext("文件导入"), all_or_none=strict
    )
    for one in taken.refused:
        click.echo(f"{file.name}:{one.line}\t{one.reason}", err=True)
    said = gettext("新题 {new} 道，题库里已有 {known} 道，没有导入 {refused} 道。")
    click.echo(said.format(new=len(taken.numbers), known=len(taken.known), refused=len(taken.refused)))
    if taken.refused:
        ctx.exit(FINDINGS)


def _month(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        raise Invalid(N_("看不懂月份“{value}”，请写成 2026-11。"), field="month", value=text[:20]) from None


def _line(one: Question) -> str:
    state, kind = gettext(QUESTION_STATE_NAMES[one.state]), gettext(QUESTION_TYPE_NAMES[one.content.type])
    return "\t".join((one.name, state, kind, one.content.source.code or "-", _flat(one.content.stem)))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _as_json(one: Question) -> dict[str, object]:
    return {
        "number": one.number, "version": one.version, "state": str(one.state), "rule": one.rule, **one.content.to_dict(),
    }  # fmt: skip


def _stale_as_json(one: Question, place: Place | None) -> dict[str, object]:
    return {
        **_as_json(one), "reason": one.stale, "since": one.lapse.since.isoformat() if one.lapse else "",
        "now": place.now if place else "", "revision_now": one.lapse.revision if one.lapse else 0,
    }  # fmt: skip


def _offers(group: Group) -> list[dict[str, object]]:
    return [
        {
            "code": group.code, "revision": group.revision, "rule": offer.proposal.rule, "score": offer.proposal.score,
            "digest": offer.digest, "like": offer.like, **offer.proposal.content.to_dict(),
        }
        for offer in group.offers
    ]  # fmt: skip
