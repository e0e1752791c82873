"""``kb report``: a day, a week or a month of use, as text, JSON or a workbook; for scripts that send it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext

from kb.domain.errors import N_, Invalid
from kb.domain.report import By, EntryUse, Report, Span, figures_of
from kb.domain.report_figures import FIGURES
from kb.exchange.report_file import report_workbook
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.group import SubGroup
from webapp.messages import translate

SHOWN = 5  # types and questions on the terminal; the workbook and JSON have all of the page
report = SubGroup("report", help=N_("报表：知识库使用、问题类型、热门问题、缺口"))


def _command(name: str, span: Span, sentence: str) -> None:
    @report.command(name, help=sentence)
    @click.option("--day", default="", metavar="DAY", help=N_("这一期里的任意一天（默认：今天）"))
    @click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
    @click.option(
        "--xlsx", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("写成 Excel 工作簿")
    )
    def draw(day: str, as_json: bool, xlsx: Path | None) -> None:
        reports = context.desk().reports
        period = reports.period(span, _day(day))
        drawn = reports.draw(SYSTEM, period, By.PERSON)
        if xlsx is not None:
            xlsx.write_bytes(report_workbook(drawn, zone=context.settings().zone, name_of=_names()))
            reports.note_export(SYSTEM, period, "xlsx")
        if as_json:
            click.echo(json.dumps(values_of(drawn), ensure_ascii=False))
        elif xlsx is None:
            _show(drawn)


for _name, _span, _sentence in (
    ("daily", Span.DAY, N_("日报")), ("weekly", Span.WEEK, N_("周报，从星期一到星期日")), ("monthly", Span.MONTH, N_("月报")),
):  # fmt: skip
    _command(_name, _span, _sentence)


def values_of(drawn: Report) -> dict[str, Any]:
    """The report as plain values: shares from 0 to 1, seconds, counts; null where there is nothing to divide by."""
    period = drawn.period
    return {
        "span": str(period.span), "first": period.first.isoformat(), "last": period.last.isoformat(),
        "through": period.through.isoformat(), "at": drawn.at.isoformat(), "figures": figures_of(drawn.use.total),
        "before": figures_of(drawn.before.total),
        "people": {login: figures_of(sums) for login, sums in drawn.use.groups.items()},
        "days": {day: figures_of(sums) for day, sums in drawn.use.days.items()},
        "types": [asdict(one) | {"change": one.change} for one in drawn.types],
        "asked": [asdict(one) | {"change": one.change} for one in drawn.asked],
        "entries": [_entry(one) for one in drawn.entries], "unused": [one.code for one in drawn.unused],
        "unused_count": drawn.unused_count, "gaps": asdict(drawn.gaps), "flags": asdict(drawn.flags),
    }  # fmt: skip


def _entry(one: EntryUse) -> dict[str, Any]:
    return asdict(one) | {"solved": one.solved, "last_used": one.last_used.isoformat() if one.last_used else None}


def _show(drawn: Report) -> None:
    click.echo(f"{drawn.period.first} – {drawn.period.through}")
    now, before = figures_of(drawn.use.total), figures_of(drawn.before.total)
    for key, figure in FIGURES.items():
        mark = gettext("（待核实）") if figure.to_verify else ""
        click.echo(f"{translate(figure.label)}{mark}\t{_number(key, now[key])}\t{_number(key, before[key])}")
    for one in (*drawn.types[:SHOWN], *drawn.asked[:SHOWN]):
        click.echo(f"{one.name or gettext('未分类')}\t{one.times}\t{one.before}")
    gaps = drawn.gaps
    said = gettext("缺口：新 {raised}，解答 {answered}，现有 {open}，超时 {overdue}")
    click.echo(said.format(raised=gaps.raised, answered=gaps.answered, open=gaps.open, overdue=gaps.overdue))


def _number(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1%}" if FIGURES[key].unit == "share" else f"{value:g}"


def _names() -> Callable[[str], str]:
    names = {person.login: person.name for person in context.desk().people.all(SYSTEM)}
    return lambda login: names.get(login, login)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(N_("看不懂日期“{value}”，请写成 2026-11-21。"), field="day", value=text[:40]) from None
