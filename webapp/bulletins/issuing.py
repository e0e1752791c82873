"""Issue the list, a single item at once, the starting point, a correction."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.bulletin import Bulletin
from kb.domain.bulletin_edits import ItemEdit
from kb.domain.errors import Conflict, Invalid
from kb.domain.person import Permission
from webapp.bulletins.drafting import page, version
from webapp.bulletins.views import ONE, blueprint
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs


@blueprint.get("/draft/preview")
@needs(Permission.PUBLISH)
def preview() -> str:
    """The list as it will be printed, and the form that issues it."""
    return _preview()


@blueprint.post("/draft/issue")
@needs(Permission.PUBLISH)
def issue() -> Response | tuple[str, int]:
    try:
        issued = desk().bulletins.issue(person(), version(), reason=_reason(), mark=request.form.get("mark"))
    except (Conflict, Invalid) as error:
        return _preview(sentence(error)), status_of(error)[0]
    return _to(issued, _("第 %(n)s 期已签发，共 %(count)s 条。", n=issued.number, count=len(issued.items)))


@blueprint.post("/draft/urgent")
@needs(Permission.PUBLISH)
def issue_at_once() -> Response | tuple[str, int]:
    """The items named by ``code``, now, to every open page; the rest stays in the draft."""
    codes = [code[:40] for code in request.form.getlist("code")]
    try:
        issued = desk().bulletins.issue(person(), version(), reason=_reason(), urgent_codes=codes)
    except (Conflict, Invalid) as error:
        return page(desk().bulletins.draft(person()), trouble=sentence(error)), status_of(error)[0]
    flash(_("第 %(n)s 期（紧急）已签发，几秒内出现在每个打开的页面上。", n=issued.number), "done")
    return redirect(url_for("bulletins.draft"), 303)


@blueprint.post("/draft/start")
@needs(Permission.PUBLISH)
def start() -> Response | tuple[str, int]:
    """Take the library as it is as the starting point: only what changes from now on is told."""
    try:
        issued = desk().bulletins.start(person(), version(), reason=_reason())
    except (Conflict, Invalid) as error:
        return page(desk().bulletins.draft(person()), trouble=sentence(error)), status_of(error)[0]
    return _to(issued, _("已以现有 %(count)s 条知识为起点，今后只列变化。", count=issued.known))


@blueprint.get(f"{ONE}/correct")
@needs(Permission.PUBLISH)
def correct(number: int) -> str:
    return _correction(number)


@blueprint.post(f"{ONE}/correct")
@needs(Permission.PUBLISH)
def issue_correction(number: int) -> str | tuple[str, int] | Response:
    """A further list with one item of list ``number`` in better words."""
    code, form = request.form.get("code", "")[:40], request.form
    edit = ItemEdit(summary=form.get("summary"), read_aloud=form.get("read_aloud"))
    try:
        issued = desk().bulletins.correct(
            person(), number, {code: edit}, reason=_reason(), note=form.get("note", ""), urgent="urgent" in form
        )
    except (Conflict, Invalid) as error:
        return _correction(number, sentence(error), code), status_of(error)[0]
    return _to(issued, _("第 %(n)s 期（更正第 %(old)s 期）已签发。", n=issued.number, old=number))


def _preview(trouble: str = "") -> str:
    draft = desk().bulletins.draft(person())
    return render_template("bulletins/preview.html", draft=draft, trouble=trouble, reason=_typed_reason())


def _correction(number: int, trouble: str = "", typed: str = "") -> str:
    bulletin = desk().bulletins.get(person(), number)
    return render_template(
        "bulletins/correct.html", bulletin=bulletin, trouble=trouble, typed=typed, sent=request.form,
        chosen=typed or request.args.get("code", ""), reason=_typed_reason(),
    )  # fmt: skip


def _typed_reason() -> str:
    return request.form.get("reason", "")[:2_000]


def _reason() -> str:
    return request.form.get("reason", "")


def _to(issued: Bulletin, said: str) -> Response:
    flash(said, "done")
    return redirect(url_for("bulletins.show", number=issued.number), 303)
