"""``kb learn`` and ``kb phrasings``: how callers ask, learned from a file, listed, and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.content import check_code
from kb.domain.errors import N_, Invalid, KbError, TooLarge
from kb.domain.learning import SOURCE_NAMES, LearnedPhrasing, Source
from kb.services.learning import Outcome, Wording
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.group import Command, SubGroup
from webapp.golden.lines import decoded
from webapp.messages import translate

LINES_MOST = 100_000
_EXAMPLE = '{"code": "FAQ-0042", "phrasing": "…"}'
_OUTCOMES = (
    (Outcome.NEW, N_("新学到")),
    (Outcome.COUNTED, N_("已有，次数加一")),
    (Outcome.WRITTEN, N_("条目里已经写着")),
    (Outcome.FULL, N_("条目的说法已满")),
)
_REASON = click.option("--reason", default="", metavar="TEXT", help=N_("原因"))


@click.command(
    "learn", cls=Command, help=N_("学习来电者的说法：每行一个 JSON，code 和 phrasing（或 asked_as 数组），可有 source")
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def learn(file: Path) -> None:
    desk = context.desk()
    outcomes = desk.learning.learn(SYSTEM, wordings(decoded(file.read_bytes())))
    desk.sync.drain()
    for outcome, label in _OUTCOMES:
        click.echo(f"{translate(label)}\t{outcomes[outcome]}")


phrasings = SubGroup("phrasings", help=N_("学到的说法：列出、收回、恢复"))


@phrasings.command("list", help=N_("列出一个条目学到的说法：次数、来源、最近一次、是否已收回"))
@click.argument("code", metavar="CODE")
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON，每行一条"))
def list_(code: str, as_json: bool) -> None:
    for one in context.desk().learning.of(SYSTEM, check_code(code)):
        click.echo(json.dumps(_values(one), ensure_ascii=False) if as_json else _line(one))


@phrasings.command("forget", help=N_("收回一条说法：不再用来检索，再听到也不用"))
@click.argument("code", metavar="CODE")
@click.argument("text", metavar="TEXT")
@_REASON
def forget(code: str, text: str, reason: str) -> None:
    desk = context.desk()
    gone = desk.learning.take_back(SYSTEM, check_code(code), text, reason=reason or gettext("在命令行收回"))
    desk.sync.drain()
    click.echo(gettext("已收回：{text}").format(text=gone.phrasing))


@phrasings.command("restore", help=N_("恢复一条收回的说法"))
@click.argument("code", metavar="CODE")
@click.argument("text", metavar="TEXT")
@_REASON
def restore(code: str, text: str, reason: str) -> None:
    desk = context.desk()
    back = desk.learning.put_back(SYSTEM, check_code(code), text, reason=reason or gettext("在命令行恢复"))
    desk.sync.drain()
    click.echo(gettext("已恢复：{text}").format(text=back.phrasing))


def wordings(text: str) -> list[Wording]:
    """Lines ``{"code": "FAQ-0042", "phrasing": "…", "source"?: "import"}``; ``asked_as`` may hold several.

    Raises:
        Invalid: a line is not like that; the sentence names it. TooLarge: more than ``LINES_MOST`` phrasings.
    """
    found: list[Wording] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.extend(_of_line(line))
            except KbError as error:
                raise Invalid(N_("第 {line} 行：{reason}"), field="file", line=number, reason=str(error)) from error
        if len(found) > LINES_MOST:
            raise TooLarge(N_("一次最多学习 {most} 条说法。"), field="file", most=LINES_MOST)
    return found


def _of_line(line: str) -> Iterator[Wording]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    said = row.get("asked_as", [row.get("phrasing")]) if isinstance(row, dict) else None
    if (
        not isinstance(row, dict)
        or not isinstance(said, list)
        or not all(isinstance(s, str) for s in [*said, row.get("code")])
    ):
        raise Invalid(N_("看不懂，应像 {example} 这样。"), field="file", example=_EXAMPLE)
    source = row.get("source", str(Source.IMPORT))
    if source not in list(Source):
        raise Invalid(N_("source 只能是 {known}。"), field="file", known="、".join(Source))
    return (Wording(check_code(row["code"]), phrasing, Source(source)) for phrasing in said)


def _line(one: LearnedPhrasing) -> str:
    last = (one.last_at or one.at).astimezone(context.settings().zone).strftime("%Y-%m-%d %H:%M")
    back = gettext("已收回") if one.taken_back_at else ""
    return "\t".join((str(one.times), translate(SOURCE_NAMES[one.source]), last, one.phrasing, back)).rstrip()


def _values(one: LearnedPhrasing) -> dict[str, object]:
    return {
        "code": one.code, "phrasing": one.phrasing, "source": str(one.source), "times": one.times, "by": one.by,
        "at": one.at.isoformat(), "last_at": (one.last_at or one.at).isoformat(),
        "taken_back_at": one.taken_back_at.isoformat() if one.taken_back_at else None,
    }  # fmt: skip
