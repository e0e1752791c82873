"""Pages of reports, their rows, and the workbook."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from kb.domain.errors import N_, Invalid, NotFound
from kb.domain.person import Permission
from kb.domain.report import BY_NAMES, SPAN_NAMES, UNUSED_DAYS, By, Period, Report, Span
from kb.domain.report_figures import FIGURES
from kb.domain.use import Topic
from kb.exchange.report_file import XLSX, report_workbook
from kb.ports import Scope
from kb.services.report_rows import FigureRows
from webapp.current import desk, person
from webapp.messages import sentence, translate
from webapp.names import who
from webapp.paging import Part
from webapp.reports import showing
from webapp.security import needs

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

Choice = TypeVar("Choice", Span, By, Topic)
_TOPIC_LABELS: dict[Topic, str] = {
    Topic.TYPE: N_("问题类型"), Topic.ASKED: N_("来电问题"), Topic.USED: N_("用了"), Topic.FLAGGED: N_("有误"),
    Topic.IMPROVED: N_("改进"), Topic.OPENED: N_("打开"),
}  # fmt: skip


@blueprint.get("")
@needs(Permission.SEE_REPORTS)
def index() -> tuple[str, int] | str:
    try:
        period = _period()
    except Invalid as error:  # a day that has not come: say so beside the form that asks for another
        return render_template("reports/index.html", report=None, mistake=sentence(error), **_choices(None)), 400
    report = desk().reports.draw(person(), period, _chosen(By, "by", By.PERSON))
    return render_template("reports/index.html", report=report, mistake="", **_choices(report))


@blueprint.get("/mine")
@needs(Permission.RECORD)
def mine() -> tuple[str, int] | str:
    """A person's own figures."""
    try:
        period = _period()
    except Invalid as error:
        return render_template("reports/mine.html", report=None, mistake=sentence(error), **_choices(None)), 400
    report = desk().reports.mine(person(), period)
    return render_template("reports/mine.html", report=report, mistake="", **_choices(report))


@blueprint.get("/rows")
@needs(Permission.SEE_REPORTS)
def rows() -> str:
    """What stands behind a figure or a topic."""
    period = _period()
    topic = request.args.get("topic", "")
    if topic:
        if topic not in set(Topic):
            raise NotFound(N_("没有这个指标。"))
        key = request.args.get("key", "")[:400]
        found = desk().reports.about(person(), period, Topic(topic), key, page=_page())
        label = gettext("{label}：{key}").format(
            label=translate(_TOPIC_LABELS[Topic(topic)]), key=key or gettext("未分类")
        )
        return _rows("rows", period, found, label=label, says="", kept={"topic": topic, "key": key})
    scope = Scope(team=_given("team"), shift=_given("shift"), person=_given("person"))
    return _figure_rows("rows", period, scope)


@blueprint.get("/mine/rows")
@needs(Permission.RECORD)
def my_rows() -> str:
    return _figure_rows("my_rows", _period(), Scope(person=person().login))


@blueprint.get("/report.xlsx")
@needs(Permission.SEE_REPORTS)
def workbook() -> Response:
    period = _period()
    report = desk().reports.draw(person(), period, _chosen(By, "by", By.PERSON))
    data = report_workbook(report, zone=desk().settings.zone, name_of=lambda key: showing.label_of(report.by, key))
    desk().reports.note_export(person(), period, "xlsx")
    name = f"report-{period.span}-{period.first}.xlsx"
    return Response(data, mimetype=XLSX, headers={"Content-Disposition": f"attachment; filename={name}"})


def _figure_rows(endpoint: str, period: Period, scope: Scope) -> str:
    key = request.args.get("figure", "")
    found = desk().reports.rows(person(), period, key, scope, page=_page())
    figure = FIGURES[key]
    kept = {"figure": key} | ({} if endpoint == "my_rows" else _filters(scope))
    about = [who(scope.person)] if scope.person else []
    about += [value or gettext("未编班组") for value in (scope.team, scope.shift) if value is not None]
    label = " · ".join([translate(figure.label), *about])
    return _rows(endpoint, period, found, label=label, says=figure.says, kept=kept)


def _rows(endpoint: str, period: Period, found: FigureRows, *, label: str, says: str, kept: dict[str, str]) -> str:
    part = Part(found.rows, found.number, found.last, found.total)
    values = {"span": str(period.span), "day": period.first.isoformat(), **kept}
    return render_template(
        "reports/rows.html", part=part, period=period, label=label, says=says, kept=values, back=f"reports.{endpoint}",
        title=showing.title_of(period), showing=showing, is_mine=endpoint == "my_rows",
    )  # fmt: skip


def _choices(report: Report | None) -> dict[str, object]:
    today = desk().reports.today()
    span = report.period.span if report else _chosen(Span, "span", Span.DAY)
    return {
        "spans": SPAN_NAMES, "bys": BY_NAMES, "span": span, "today": today, "figures": FIGURES, "showing": showing,
        "unused_days": UNUSED_DAYS, "asked_day": request.args.get("day", "")[:20],
        "least": desk().rulebook.current().solution_least,
    }  # fmt: skip


def _period() -> Period:
    typed = request.args.get("day", "")[:20]
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid(N_("看不懂日期“{value}”，请写成 2026-11-21。"), field="day", value=typed) from None
    return desk().reports.period(_chosen(Span, "span", Span.DAY), day)


def _chosen(kind: type[Choice], name: str, default: Choice) -> Choice:
    value = request.args.get(name, "")
    return kind(value) if value in set(kind) else default


def _given(name: str) -> str | None:
    value = request.args.get(name)
    return None if value is None else value[:80]


def _filters(scope: Scope) -> dict[str, str]:
    return {name: value for name in ("team", "shift", "person") if (value := getattr(scope, name)) is not None}


def _page() -> int:
    typed = request.args.get("page", "")[:6]
    return int(typed) if typed.isdecimal() else 1
