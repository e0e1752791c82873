"""``kb history`` and ``kb diff``: what an entry said when, and what is different between two of its revisions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import click
from flask_babel import gettext

from kb.domain.content import Content
from kb.domain.diff import FieldChange, Form, Mark, Segment, diff_contents
from kb.domain.diff_lines import Fold, fold
from kb.domain.entry import Revision
from kb.domain.errors import N_, Invalid, NotFound
from kb.domain.person import Role
from kb.domain.summary import ORDER, summary_of
from kb.services.history import EntryHistory, Event, Rule
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.group import Command
from webapp.messages import field_name, name

_AROUND = {Mark.KEPT: ("", "", None), Mark.REMOVED: ("[-", "-]", "red"), Mark.ADDED: ("{+", "+}", "green")}

_code = click.argument("code", metavar="CODE")
_as_json = click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))


@click.command("history", cls=Command, help=N_("条目 CODE 的历史：各时期的规定，谁在何时为何做了什么"))
@_code
@click.option("--as-of", default="", metavar="TIME", help=N_("只到这个时间为止，如 2026-11-21"))
@_as_json
def history(code: str, as_of: str, as_json: bool) -> None:
    found = context.desk().history.read(SYSTEM, code, at=context.moment(as_of) if as_of else None)
    if as_json:
        _print({"code": found.code, "rules": _rules(found.rules), "events": [_event(e, found) for e in found.events]})
        return
    from webapp.history.words import STEP_NAMES, WHEN_NAMES

    for rule in reversed(found.rules):
        ends = _moment(rule.period.ends) if rule.period.ends else gettext("另行通知")
        number = gettext("第 {number} 版").format(number=rule.revision.number)
        click.echo("\t".join((gettext(WHEN_NAMES[rule.when]), number, f"{_moment(rule.period.starts)} – {ends}")))
    for event in found.events:
        number = gettext("第 {number} 版").format(number=event.revision) if event.revision else "–"
        said = (gettext(STEP_NAMES[event.step]), number, found.name_of(event.by), event.reason)
        click.echo("\t".join((_moment(event.at), *said)))


@click.command("diff", cls=Command, help=N_("条目 CODE 两个版本的差别；不写版本时，比较现行版与最新版"))
@_code
@click.argument("old", metavar="[FROM]", required=False, type=click.IntRange(1, 1_000_000))
@click.argument("new", metavar="[TO]", required=False, type=click.IntRange(1, 1_000_000))
@click.option("--as-of", default="", metavar="TIME", help=N_("比较这个时间的规定与今天的规定"))
@_as_json
def diff(code: str, old: int | None, new: int | None, as_of: str, as_json: bool) -> None:
    if as_of and (old or new):
        raise Invalid(N_("版本号与 --as-of 只能用一种。"), field="as_of")
    if as_of:
        one, other = _then_and_now(code, context.moment(as_of))
    else:
        one, other = context.desk().history.between(SYSTEM, code, old, new)
    changes = sorted(diff_contents(one.content, other.content), key=lambda change: ORDER.index(change.field))
    line = summary_of(changes).says(gettext, context.settings().zone)
    if as_json:
        shown = [_change(change, one.content, other.content) for change in changes]
        _print({"code": code.upper(), "from": one.number, "to": other.number, "line": line, "changes": shown})
        return
    click.echo(gettext("第 {old} 版 → 第 {new} 版").format(old=one.number, new=other.number))
    click.echo(line or gettext("两个版本的内容完全相同。"))
    for change in changes:
        click.echo(f"\n{click.style(field_name(change.field), bold=True)}")
        for text in _lines(change):
            click.echo(text)


def _then_and_now(code: str, at: datetime) -> tuple[Revision, Revision]:
    desk = context.desk()
    found = desk.history.read(SYSTEM, code)
    then, now = found.rule_at(at), found.rule_at(desk.clock())
    if then is None:
        raise NotFound(N_("{code} 在这个时间没有生效的版本。"), code=found.code)
    if now is None:
        raise NotFound(N_("{code} 今天没有生效的版本。"), code=found.code)
    return then.revision, now.revision


def _lines(change: FieldChange) -> Iterable[str]:
    """The change as lines: marks around what went and what came, coloured where the terminal can."""
    if change.form is Form.VALUE:
        pair = (Segment(Mark.REMOVED, _value(change.old)), Segment(Mark.ADDED, _value(change.new)))
        yield "  " + _marked(pair, " → ")
    elif change.form is Form.ITEMS:
        yield "  " + _marked(
            [Segment(s.mark, name(Role(s.text)) if change.field == "roles" else s.text) for s in change.segments],
            gettext("、"),
        )
    else:
        for part in fold(change.rows):
            if isinstance(part, Fold):
                yield click.style(gettext("  …… {count} 行没有变化").format(count=len(part.rows)), dim=True)
            else:
                yield ("  " if part.is_kept else "~ ") + _marked(part.segments)


def _marked(segments: Iterable[Segment], between: str = "") -> str:
    out = []
    for segment in segments:
        before, after, colour = _AROUND[segment.mark]
        text = f"{before}{segment.text}{after}"
        out.append(click.style(text, fg=colour) if colour else text)
    return between.join(out)


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, StrEnum):
        return name(value)
    return str(value) if value else gettext("空")


def _moment(at: datetime) -> str:
    return at.astimezone(context.settings().zone).strftime("%Y-%m-%d %H:%M")


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(context.settings().zone).isoformat() if at else None


def _rules(rules: Iterable[Rule]) -> list[dict[str, object]]:
    return [
        {"revision": r.revision.number, "when": str(r.when), "from": _iso(r.period.starts), "to": _iso(r.period.ends)}
        for r in rules
    ]


def _event(event: Event, found: EntryHistory) -> dict[str, object]:
    return {
        "step": str(event.step), "at": _iso(event.at), "by": event.by, "name": found.name_of(event.by),
        "reason": event.reason, "revision": event.revision, "restored_from": event.restored_from,
        "starts": _iso(event.starts), "ends": _iso(event.ends), "replaced_by": event.replaced_by,
    }  # fmt: skip


def _change(change: FieldChange, old: Content, new: Content) -> dict[str, object]:
    return {
        "field": change.field, "old": old.to_dict()[change.field], "new": new.to_dict()[change.field],
        "segments": [[str(s.mark), s.text] for s in change.segments],
    }  # fmt: skip


def _print(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
