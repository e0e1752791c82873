"""Scoring by rubric: answer by answer of one question, so that one yardstick is kept; a second look; settling."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.exams.scoring import MarkKind, rubric_limits
from kb.domain.person import Permission
from kb.services.marking import Task
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs
from webapp.sittings.views import blueprint

SHOWN = {"open": N_("待评分"), "second": N_("可复评"), "differ": N_("有分歧"), "all": N_("全部")}


@blueprint.get("/<int(max=999999999):number>/marking")
@needs(Permission.HOLD_SITTINGS)
def tasks(number: int) -> str:
    return _page(number)


@blueprint.post("/<int(max=999999999):number>/marking/<int(max=999999999):sitting>/<int(max=999999999):question>")
@needs(Permission.HOLD_SITTINGS)
def mark(number: int, sitting: int, question: int) -> tuple[str, int] | Response:
    kind = request.form.get("kind", "")
    try:
        if kind not in (MarkKind.FIRST, MarkKind.SECOND, MarkKind.SETTLED):
            raise Invalid(N_("请求的内容无法识别，请返回后重试。"))
        parts = [_points(text) for text in request.form.getlist("parts")]
        note = request.form.get("note", "")[:2000]
        desk().marking.mark(person(), sitting, question, parts, kind=MarkKind(kind), note=note)
    except (Invalid, Conflict) as error:
        return _page(number, {(sitting, question): sentence(error)}), status_of(error)[0]
    flash(gettext("已评分。"), "done")
    show = request.form.get("show", "open")
    return redirect(url_for("sittings.tasks", number=number, show=show if show in SHOWN else "open"), 303)


def _points(text: str) -> float:
    try:
        return float(text.strip()[:10])
    except ValueError:
        raise Invalid(N_("得分请填数字。"), field="parts") from None


def step_of(task: Task, me: str) -> str:
    """What can be done with an answer: "open" to be scored, "differ" to be settled, "second" to be looked at again by
    this person, "done"."""
    first, second = task.standing.last(MarkKind.FIRST), task.standing.last(MarkKind.SECOND)
    if first is None:
        return "open"
    if task.standing.score is None:
        return "differ"
    return "second" if second is None and first.by != me else "done"


def _page(number: int, mistakes: dict[tuple[int, int], str] | None = None) -> str:
    me = person().login
    found = [(task, step_of(task, me)) for task in desk().marking.tasks(person(), number) if task.sitting.person != me]
    show = request.values.get("show", "open")
    show = show if show in SHOWN else "open"
    counts = {kind: sum(kind in ("all", step) for _, step in found) for kind in SHOWN}
    rows = [
        row
        for row in found
        if show in ("all", row[1]) or (row[0].sitting.number, row[0].item.question) in (mistakes or {})
    ]
    return render_template(
        "sittings/marking.html", number=number, rows=rows, show=show, shown=SHOWN, counts=counts, mistakes=mistakes or {},
        limits=rubric_limits, batch=desk().sittings.room(person(), number).batch, me=me, MarkKind=MarkKind,
    )  # fmt: skip
