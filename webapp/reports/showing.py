"""A report as its page shows it: figures written out, each with the way to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from kb.domain.calls import EXEMPT, ActKind, Exemption
from kb.domain.report import By, Period, Ranked, Report, Span, figures_of
from kb.domain.report_figures import FIGURES, Figure, Unit
from kb.domain.solutions import SolutionKind
from kb.services.report_rows import FigureRow
from webapp import charts
from webapp.messages import local, name
from webapp.names import who

TILES = (
    "use",
    "ended",
    "exempt",
    "in_time",
    "late",
    "owed",
    "confirmed",
    "flagged",
    "improved",
    "added",
    "accepted",
    "linked",
    "searched",
    "waited",
    "zero",
)
TO_VERIFY = tuple(key for key, figure in FIGURES.items() if figure.to_verify)
CHARTED = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """``href`` leads to the rows; "" where there are none, or for nobody to see."""

    figure: Figure
    text: str
    before: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: list[Cell]


def written(figure: Figure, value: float | None) -> str:
    """``0.8333`` of a share is 83.3%; what cannot be said is a dash."""
    if value is None:
        return "—"
    if figure.unit is Unit.SHARE:
        return f"{value:.1%}"
    if figure.unit is Unit.SECONDS:
        return gettext("{seconds} 秒").format(seconds=f"{value:g}")
    return f"{value:,.0f}"


def tiles(report: Report, keys: Sequence[str] = TILES) -> list[Cell]:
    now, before = figures_of(report.use.total), figures_of(report.before.total)
    had = bool(report.before.total)
    return [
        Cell(FIGURES[key], written(FIGURES[key], now[key]), written(FIGURES[key], before[key]) if had else "",
             _href(report, key, now[key]))
        for key in keys
    ]  # fmt: skip


def lines(report: Report) -> list[Line]:
    """The table of groups, every figure a column."""
    return [
        Line(label_of(report.by, key), [
            Cell(FIGURES[name], written(FIGURES[name], value), href=_href(report, name, value, _narrowed(report.by, key)))
            for name, value in figures_of(sums).items()
        ])
        for key, sums in report.use.groups.items()
    ]  # fmt: skip


def label_of(by: By, key: str) -> str:
    if by is By.PERSON:
        return who(key)
    if by is By.DAY:
        return key[5:]
    return key or gettext("未编班组")


def title_of(period: Period) -> str:
    """2026-11-21, 2026-11-16 至 2026-11-22, or 2026 年 11 月."""
    if period.span is Span.DAY:
        return period.first.isoformat()
    if period.span is Span.WEEK:
        return gettext("{first} 至 {last}").format(first=period.first, last=period.last)
    return gettext("{year} 年 {month} 月").format(year=period.first.year, month=period.first.month)


def use_chart(report: Report) -> Markup | None:
    """The rate of use over the days; None when there is nothing to compare."""
    days = [(day.isoformat(), report.use.days.get(day.isoformat(), {})) for day in report.period.days]
    rates = [FIGURES["use"].of(sums) for _, sums in days]
    if sum(rate is not None for rate in rates) < 2:
        return None
    title, says = gettext("每天的知识库使用率"), gettext("数字见旁边的表。")
    return charts.line(title, says, [day[5:] for day, _ in days], [(title, rates)], lambda value: f"{value:.0%}")


def ranked_chart(title: str, ranked: Sequence[Ranked]) -> Markup | None:
    top = ranked[:CHARTED]
    if len(top) < 2:
        return None
    names = [one.name or gettext("未分类") for one in top]
    series = [(gettext("本期"), [one.times for one in top]), (gettext("上期"), [one.before for one in top])]
    return charts.bars(title, gettext("每组上面一条是本期，下面一条是上期；数字见旁边的表。"), names, series)


def neighbours(period: Period, today: date) -> tuple[date, date | None]:
    """A day of the period before, and of the one after unless that has not begun."""
    after = date.fromordinal(period.last.toordinal() + 1)
    return date.fromordinal(period.first.toordinal() - 1), after if after <= today else None


def what(row: FigureRow) -> list[str]:
    """What the counted thing says: of a call how it was settled, of a solution its texts, of an act what was done."""
    call, thing = row.case.call, row.thing
    if thing is call:
        if call.settled_as == EXEMPT:
            return [gettext("免记"), name(Exemption(call.exemption)) if call.exemption else ""]
        if call.settled_at is None:
            return [gettext("没有补记")]
        assert call.ended_at is not None  # only calls that have ended are counted
        minutes = (call.settled_at - call.ended_at).total_seconds() / 60
        return [gettext("结束后 {minutes} 分钟记下").format(minutes=f"{minutes:.1f}")]
    done: Any = thing
    if done in row.case.solutions:
        said = [name(SolutionKind(done.kind)), done.problem_type, done.asked, done.text]
        return [text for text in (*said, f"{local(done.at, '%m-%d %H:%M')}") if text]
    if done.kind == ActKind.SEARCH:
        return [
            gettext("查询"),
            done.text,
            gettext("{hits} 条结果").format(hits=done.hits) if done.hits is not None else "",
        ]
    waited = gettext("{seconds} 秒").format(seconds=int(done.waited)) if done.waited is not None else ""
    return [gettext("打开") if done.kind == ActKind.OPEN else gettext("复制"), waited]


def _href(report: Report, key: str, value: float | None, narrowed: Mapping[str, str] | None = None) -> str:
    if not value:
        return ""
    values = {"span": str(report.period.span), "day": report.period.first.isoformat(), "figure": key} | dict(
        narrowed or {}
    )
    return url_for("reports.my_rows" if report.person is not None else "reports.rows", **values)


def _narrowed(by: By, key: str) -> dict[str, str]:
    return {"span": str(Span.DAY), "day": key} if by is By.DAY else {str(by): key}
