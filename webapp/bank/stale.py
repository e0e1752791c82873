"""待复核: the questions whose entry changed, with both texts, and one click for those that still hold."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import KbError
from kb.domain.exams.checks import LETTERS
from kb.domain.person import Permission
from webapp.bank.blueprint import blueprint
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.paging import part_of
from webapp.security import needs

SHOWN = 20


@blueprint.get("/stale")
@needs(Permission.REVIEW_QUESTIONS)
def stale() -> str:
    return _stale()


def _stale(mistake: str = "", number: int = 0) -> str:
    part = part_of(desk().bank.stale(person()), SHOWN)
    return render_template("bank/stale.html", part=part, letters=LETTERS, mistake=mistake, wrong=number)


@blueprint.post("/<int(max=999999999):number>/confirm")
@needs(Permission.KEEP_QUESTIONS)
def confirm(number: int) -> Response | tuple[str, int]:
    based_on = request.form.get("based_on", "")[:9]
    try:
        kept = desk().bank.confirm(person(), number, based_on=int(based_on) if based_on.isdecimal() else 0)
    except KbError as error:
        return _stale(sentence(error), number), status_of(error)[0]
    flash(gettext("{name} 仍然正确，已对应到 {code} 第 {revision} 版。").format(
        name=kept.name, code=kept.content.source.code, revision=kept.content.source.revision
    ), "done")  # fmt: skip
    if request.form.get("back") == "question":
        return redirect(url_for("bank.show", number=number), 303)
    return redirect(url_for("bank.stale"), 303)
