"""What came after time in a sitting: looked at beside what counts, and admitted with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import Conflict, Invalid
from kb.domain.person import Permission
from kb.services.late_answers import LateAnswer
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.exam.showing import Posed, posed, said_of
from webapp.messages import sentence
from webapp.security import needs
from webapp.sittings.views import blueprint

_LATE = "/<int(max=999999999):number>/late/<int(max=999999999):sitting>"


@dataclass(frozen=True)
class Row:
    """A late answer in words. ``is_beyond``: by the examinee's own clock too it was answered after time."""

    one: LateAnswer
    posed: Posed
    said: str
    before: str
    is_beyond: bool


@blueprint.get(_LATE)
@needs(Permission.HOLD_SITTINGS)
def late(number: int, sitting: int) -> str:
    return _page(number, sitting)


@blueprint.post(_LATE)
@needs(Permission.HOLD_SITTINGS)
def admit(number: int, sitting: int) -> tuple[str, int] | Response:
    reason = request.form.get("reason", "")[:500]
    try:
        done = desk().late_answers.admit(person(), sitting, reason=reason)
    except (Invalid, Conflict) as error:
        return _page(number, sitting, sentence(error)), status_of(error)[0]
    said = gettext("已计入 {count} 个答案：成绩由 {before} 分改为 {after} 分，本人会收到通知。").format(
        count=done.count, before=f"{done.before.score or 0:g}", after=f"{done.after.score or 0:g}"
    )
    flash(said, "done")
    return redirect(url_for("sittings.show", number=number), 303)


def _page(number: int, sitting: int, mistake: str = "") -> str:
    sheet = desk().late_answers.sheet(person(), sitting)
    ends = [at for at in (sheet.sitting.due_at, sheet.sitting.handed_at) if at is not None]
    rows = [
        Row(
            one, posed(one.item, sheet.sitting.seed, one.value), said_of(one.item, sheet.sitting.seed, one.value),
            said_of(one.item, sheet.sitting.seed, one.before), any(one.answered_at > at for at in ends),
        )
        for one in sheet.answers
    ]  # fmt: skip
    return render_template(
        "sittings/late.html", number=number, batch=sheet.batch, sitting=sheet.sitting, rows=rows, mistake=mistake,
        reason=request.form.get("reason", "")[:500],
    )  # fmt: skip
