"""Scores of papers taken with pen: entered on the page, or filled into a workbook and read back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import quote

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.person import Permission
from kb.exchange.scores_xlsx import read_scores, scores_sheet
from kb.services.paper_scores import Entered
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.names import who
from webapp.security import needs
from webapp.sittings.views import blueprint, page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTES_MOST = 8 * 2**20


@blueprint.url_value_preprocessor
def _take_files(endpoint: str | None, _values: object) -> None:
    """Before the guard, which reads the form only after it knows that the person may send one."""
    if endpoint == "sittings.read_sheet":
        request.max_content_length = BYTES_MOST


@blueprint.post("/<int(max=999999999):number>/scores")
@needs(Permission.HOLD_SITTINGS)
def enter(number: int) -> tuple[str, int] | Response:
    room = desk().sittings.room(person(), number)
    typed = [(one.seat, one.person, request.form.get(f"s{one.number}", "").strip()[:20]) for one in room.sittings]
    return _take(number, [row for row in typed if row[2]])


@blueprint.get("/<int(max=999999999):number>/scores.xlsx")
@needs(Permission.HOLD_SITTINGS)
def sheet(number: int) -> Response:
    room = desk().sittings.room(person(), number)
    rows = [
        (one.person, who(one.person), one.team, one.form, "" if one.score is None else f"{one.score:g}")
        for one in room.sittings
    ]
    return download(scores_sheet(rows, title=room.batch.title), gettext("成绩表") + f"-{number}")


@blueprint.post("/<int(max=999999999):number>/scores/file")
@needs(Permission.HOLD_SITTINGS)
def read_sheet(number: int) -> tuple[str, int] | Response:
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(N_("请先选择文件。"), field="file")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scores.xlsx"
            file.save(path)
            rows = read_scores(path)
    except Invalid as error:
        return page(number, {"file": sentence(error)}), status_of(error)[0]
    bad = [Entered(row.line, row.who, row.reason) for row in rows if row.reason]
    return _take(number, [(row.line, row.who, row.said) for row in rows if not row.reason], bad)


@blueprint.post("/<int(max=999999999):number>/close")
@needs(Permission.HOLD_SITTINGS)
def close(number: int) -> tuple[str, int] | Response:
    try:
        desk().paper_scores.close(person(), number)
    except Conflict as error:
        return page(number, {"row": sentence(error)}), status_of(error)[0]
    flash(gettext("已结束登记，没有成绩的人记为缺考。"), "done")
    return redirect(url_for("sittings.show", number=number), 303)


def _take(
    number: int, rows: list[tuple[int, str, str]], bad: list[Entered] | None = None
) -> tuple[str, int] | Response:
    """Good lines are taken; those that are not stand on the page with their sentence, and nothing else is lost."""
    try:
        told = desk().paper_scores.enter(person(), number, rows)
    except (Invalid, Conflict) as error:
        return page(number, {"file": sentence(error)}), status_of(error)[0]
    refused = sorted([*(bad or []), *(one for one in told if one.reason)], key=lambda one: one.line)
    done = gettext("已登记 {count} 人的成绩。").format(count=sum(not one.reason for one in told))
    if not refused:
        flash(done, "done")
        return redirect(url_for("sittings.show", number=number), 303)
    return page(number, told=refused, done=done), 400


def download(data: bytes, name: str) -> Response:
    response = Response(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response
