"""The second of two people to hand in sees both texts, decides where they differ, and goes on from the newer revision."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.content import Content
from kb.domain.entry import Revision
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission
from kb.services.drafts import OpenDraft
from webapp.current import desk, person
from webapp.editing import sheet as sheets
from webapp.editing.blueprint import blueprint
from webapp.editing.checks import sentences
from webapp.editing.fields import FieldErrors
from webapp.editing.merging import merged_fields, resolved
from webapp.editing.pages import editor_page
from webapp.messages import sentence
from webapp.security import needs


@blueprint.get("/draft/<int(max=2147483647):id>/merge")
@needs(Permission.SUBMIT)
def merge(id: int) -> str | tuple[str, int] | Response:
    opened = desk().drafts.open(person(), id)
    if not opened.is_behind:
        return redirect(url_for("editing.draft", id=id), 303)
    return _page(opened, opened.latest)


@blueprint.post("/draft/<int(max=2147483647):id>/merge")
@needs(Permission.SUBMIT)
def merge_in(id: int) -> str | tuple[str, int] | Response:
    """Save the draft as it was decided, onto the revision that was merged in. It is handed in from the editor."""
    opened = desk().drafts.open(person(), id)
    theirs = _revision(opened)
    try:
        mine = sheets.content_of(sheets.of_draft(opened.draft), opened)
        fields = resolved(_base(opened), mine, theirs.content, request.form, desk().settings.zone)
        desk().drafts.save(person(), id, fields, version=_sent("version"), based_on=theirs.number)
    except FieldErrors as found:
        return _mend_first(opened, found)
    except Invalid as error:
        return _page(opened, theirs, sent=request.form, trouble=sentence(error), at=error.field)
    except Conflict as error:  # the draft is another one now, and what was decided for it may stand elsewhere
        return _page(desk().drafts.open(person(), id), theirs, trouble=sentence(error))
    flash(gettext("已与第 {number} 版合并。请通读一遍，再提交。").format(number=theirs.number), "done")
    return redirect(url_for("editing.draft", id=id), 303)


def _page(
    opened: OpenDraft,
    theirs: Revision | None,
    *,
    sent: Mapping[str, str] | None = None,
    trouble: str = "",
    at: str = "",
) -> str | tuple[str, int]:
    if theirs is None:
        raise NotFound(N_("没有这个版本。"))
    sheet = sheets.of_draft(opened.draft)
    try:
        mine = sheets.content_of(sheet, opened)
    except FieldErrors as found:
        return _mend_first(opened, found)
    fields = merged_fields(_base(opened), mine, theirs.content, sent or {})
    page = render_template(
        "editing/merge.html", opened=opened, theirs=theirs, fields=fields, trouble=trouble, at=at,
        clashes=sum(len(f.places) for f in fields),
    )  # fmt: skip
    return (page, 400) if trouble else page


def _mend_first(opened: OpenDraft, found: FieldErrors) -> tuple[str, int]:
    said = gettext("对方已提交新的一版。请先改好标出的内容，再提交，就可以合并。")
    return editor_page(sheets.of_draft(opened.draft), opened, errors=sentences(found), trouble=said), 400


def _base(opened: OpenDraft) -> Content:
    if opened.base is None:
        raise NotFound(N_("这份草稿是新条目，没有可合并的内容。"))
    return opened.base.content


def _revision(opened: OpenDraft) -> Revision:
    """The revision that the page showed: a still newer one is merged in another round."""
    number = _sent("theirs")
    if opened.latest is None or not opened.draft.based_on <= number <= opened.latest.number:
        raise NotFound(N_("没有这个版本。"))
    if number == opened.latest.number:
        return opened.latest
    return desk().knowledge.read(person(), opened.draft.code).entry.revision(number)


def _sent(name: str) -> int:
    text = request.form.get(name, "")[:9]
    return int(text) if text.isascii() and text.isdecimal() else 0
