"""What is being written, the editor, saving, looking, handing in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from kb.domain.content import Kind
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.person import Permission
from kb.services.drafts import OpenDraft
from webapp.current import desk, person
from webapp.editing import sheet as sheets
from webapp.editing.blueprint import blueprint
from webapp.editing.checks import Checked, checked, opened_of
from webapp.editing.handing_in import Refused, hand_in
from webapp.editing.kinds import KIND_TEMPLATES
from webapp.editing.pages import clash_page, editor_page, preview_of
from webapp.editing.sheet import Sheet
from webapp.errors import status_of
from webapp.messages import local, sentence
from webapp.security import needs

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@needs(Permission.SUBMIT)
def index() -> str:
    drafts = desk().drafts
    return render_template(
        "editing/list.html", mine=drafts.mine(person()), others=drafts.of_others(person()),
        templates=list(KIND_TEMPLATES.values()),
    )  # fmt: skip


@blueprint.get("/new")
@needs(Permission.SUBMIT)
def new() -> str:
    try:
        kind = Kind(request.args.get("kind", "faq"))
    except ValueError:
        raise NotFound(N_("没有这种类型的条目。")) from None
    return editor_page(sheets.new(kind))


@blueprint.get("/<code>")
@needs(Permission.SUBMIT)
def entry(code: str) -> str | Response:
    """One's own draft for the entry, or its newest text (``from_revision``: that revision's) to begin one from."""
    opened = desk().drafts.look(person(), code)
    wanted = request.args.get("from_revision", "")[:6]
    if opened.draft.id:
        if wanted:
            flash(gettext("您对这一条还有没提交的草稿，先处理它：提交或删除。"), "error")
        return redirect(url_for("editing.draft", id=opened.draft.id), 303)
    return editor_page(sheets.of_entry(opened, _text_of(opened, wanted)), opened)


@blueprint.get("/draft/<int(max=2147483647):id>")
@needs(Permission.SUBMIT)
def draft(id: int) -> str:
    opened = desk().drafts.open(person(), id)
    return editor_page(sheets.of_draft(opened.draft), opened)


@blueprint.get("/draft/<int(max=2147483647):id>/state")
@needs(Permission.SUBMIT)
def state(id: int) -> dict[str, object]:
    """For a page whose session has ended and begun anew: what is kept, and a token to go on with."""
    found = desk().drafts.open(person(), id).draft
    return {"version": found.version, "csrf_token": generate_csrf()}


@blueprint.post("/save")
@needs(Permission.SUBMIT)
def save() -> Answer | tuple[dict[str, object], int] | dict[str, object]:
    sheet = sheets.sent()
    try:
        kept = sheets.keep(sheet)
    except KbError as error:
        if _is_script():
            return {"error": sentence(error)}, status_of(error)[0]
        return _in_trouble(sheet, error)
    address = url_for("editing.draft", id=kept.id)
    if _is_script():
        return {"id": kept.id, "version": kept.version, "saved": local(kept.at, "%H:%M"), "address": address,
                "behind": _behind(opened_of(sheets.of_draft(kept)))}  # fmt: skip
    flash(gettext("草稿已保存。"), "done")
    return redirect(address, 303)


@blueprint.post("/preview")
@needs(Permission.SUBMIT)
def preview() -> str:
    sheet = sheets.sent()
    if _is_script():
        return render_template("editing/_preview.html", body=preview_of(sheet))
    opened = opened_of(sheet)
    return editor_page(sheet, opened, checked=checked(sheet, opened), shows="preview")


@blueprint.post("/check")
@needs(Permission.SUBMIT)
def check() -> str:
    sheet = sheets.sent()
    opened = opened_of(sheet)
    found = checked(sheet, opened)
    if _is_script():
        return render_template("editing/_check.html", checked=found)
    return editor_page(sheet, opened, checked=found, shows="check")


@blueprint.post("/submit")
@needs(Permission.SUBMIT)
def submit() -> Answer:
    """Keep what was typed, then hand it in. Whatever stands in the way, the draft is kept."""
    sheet = sheets.sent()
    try:
        kept = sheets.keep(sheet)
    except KbError as error:
        return _in_trouble(sheet, error)
    sheet = _kept(sheet, kept.id, kept.version)
    opened = desk().drafts.open(person(), kept.id)
    try:
        code, number, said = hand_in(sheet, opened)
    except Refused as refused:
        return editor_page(sheet, opened, checked=refused.checked, errors=refused.errors, trouble=refused.trouble), 400
    except Conflict as error:
        if desk().drafts.open(person(), kept.id).is_behind:
            return redirect(url_for("editing.merge", id=kept.id), 303)
        return editor_page(sheet, opened, trouble=sentence(error)), 409
    except Invalid as error:
        named = {error.field: sentence(error)} if error.field else {}
        return editor_page(sheet, opened, errors=named, trouble="" if named else sentence(error)), status_of(error)[0]
    flash(said, "done")
    return redirect(url_for("entries.show", code=code, revision=number), 303)


@blueprint.post("/discard")
@needs(Permission.SUBMIT)
def discard() -> Response:
    desk().drafts.discard(person(), sheets.sent().id)
    flash(gettext("草稿已删除。"), "done")
    return redirect(url_for("editing.index"), 303)


def _text_of(opened: OpenDraft, wanted: str) -> object:
    if not wanted:
        return opened.latest.content  # type: ignore[union-attr]
    if not (wanted.isascii() and wanted.isdecimal()):
        raise NotFound(N_("没有这个版本。"))
    return desk().knowledge.read(person(), opened.draft.code).entry.revision(int(wanted)).content


def _kept(sheet: Sheet, id: int, version: int) -> Sheet:
    return Sheet(**{**sheet.__dict__, "id": id, "version": version})


def _in_trouble(sheet: Sheet, error: KbError) -> Answer:
    """Not saved. What was typed is in the answer, beside what stands in its way."""
    opened = opened_of(sheet)
    if isinstance(error, Conflict) and opened is not None and opened.draft.id:
        return clash_page(sheet, opened), 409
    return editor_page(sheet, opened, checked=Checked(), trouble=sentence(error)), status_of(error)[0]


def _behind(opened: OpenDraft | None) -> str:
    """A sentence when somebody has handed in a revision since the draft began."""
    if opened is None or not opened.is_behind or opened.latest is None:
        return ""
    said = gettext("{author} 已提交第 {number} 版，提交前要先合并。")
    return said.format(author=opened.latest.author, number=opened.latest.number)


def _is_script() -> bool:
    return "X-Requested-With" in request.headers
