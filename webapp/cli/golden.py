"""``kb golden``: questions whose answers are known, and what a change did to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click
from flask_babel import gettext

from indexer.golden import hit_at, run
from kb.domain.entry import check_reason
from kb.domain.errors import N_, NotFound
from kb.domain.golden import GoldenChange, compare
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.failures import FINDINGS
from webapp.cli.group import SubGroup
from webapp.cli.progress import progress
from webapp.golden.lines import decoded, questions_of
from webapp.wiring import Desk

golden = SubGroup("golden", help=N_("检验问题：改动之后，答案还找得到吗"))


@golden.command("list", help=N_("列出检验问题"))
def list_() -> None:
    for question in context.desk().goldens.all():
        click.echo("\t".join((question.query, " ".join(question.relevant), question.product)))


@golden.command("import", help=N_("导入检验问题：每行一个 JSON，同一问题以新的为准"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    changed = load(context.desk(), file)
    click.echo(gettext("新增或更改 {count} 个检验问题。").format(count=changed))


def load(desk: Desk, file: Path) -> int:
    """Take the questions of ``file`` up; returns how many are new or different."""
    return desk.goldens.put(SYSTEM, questions_of(decoded(file.read_bytes())))


@golden.command("run", help=N_("运行检验问题并与上次接受的结果比较；有问题失去答案时退出码为 1"))
@click.option("--accept", is_flag=True, help=N_("把这次的结果接受为新的基准"))
@click.option("--reason", default="", metavar="TEXT", help=N_("接受的原因（与 --accept 同用）"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
@click.pass_context
def run_(ctx: click.Context, accept: bool, reason: str, as_json: bool) -> None:
    reason = check_reason(reason) if accept else reason.strip() or gettext("运行检验")
    desk = context.desk()
    questions = desk.goldens.all()
    if not questions:
        raise NotFound(N_("还没有检验问题，请先用 kb golden import 导入。"))
    with progress(gettext("检验"), len(questions)) as done:
        ranks = run(desk.search, questions, progress=done)
    before = desk.goldens.last_accepted()
    desk.goldens.record(SYSTEM, ranks, reason=reason, accept=accept)
    change = compare(before.ranks if before else {}, ranks)
    (_print_json if as_json else _print_text)(ranks, change, accepted=accept or before is None)
    if change.lost and not accept:
        ctx.exit(FINDINGS)


def _figures(ranks: Mapping[str, int]) -> dict[str, float]:
    return {"queries": len(ranks), "hit@1": round(hit_at(ranks, 1), 4), "hit@5": round(hit_at(ranks, 5), 4)}


def _print_json(ranks: Mapping[str, int], change: GoldenChange, *, accepted: bool) -> None:
    changes = {
        name: [{"query": query, "before": before, "now": now} for query, before, now in rows]
        for name, rows in (("lost", change.lost), ("gained", change.gained))
    }
    click.echo(json.dumps({**_figures(ranks), **changes, "accepted": accepted}, ensure_ascii=False, indent=2))


def _print_text(ranks: Mapping[str, int], change: GoldenChange, *, accepted: bool) -> None:
    for name, value in _figures(ranks).items():
        click.echo(f"{name}\t{value}")
    for label, rows in ((gettext("失去答案"), change.lost), (gettext("得到答案"), change.gained)):
        for query, before, now in rows:
            click.echo(f"{label}\t{place(before)} → {place(now)}\t{query}")
    if accepted:
        click.echo(gettext("这次的结果是新的基准。"))


def place(rank: int) -> str:
    """Where an answer stood, in words: 第 3 位, or 前十之外."""
    return gettext("第 {rank} 位").format(rank=rank) if rank else gettext("前十之外")
