"""The coordinator's list of today before it is issued: words, order, emphasis, check questions, what stays out.

Each form saves one thing (an item, title and note, a place in the order), so that saving costs little and a
conflict concerns little. A script saves while somebody types and gets JSON; without one the same forms are sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.bulletin import OPTIONS_MOST, BulletinItem, CheckQuestion
from kb.domain.bulletin_edits import LINE_MOST, NOTE_MOST, READ_ALOUD_MOST, TITLE_MOST, Edits, ItemEdit
from kb.domain.errors import N_, Conflict, Invalid, KbError
from kb.domain.person import Permission
from kb.services.bulletin_drafting import BulletinDraft
from webapp.bulletins.views import blueprint
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.names import who
from webapp.paging import part_of
from webapp.security import needs

MOST = {"title": TITLE_MOST, "note": NOTE_MOST, "summary": LINE_MOST, "read_aloud": READ_ALOUD_MOST}
EDITED_MOST = 40  # items on one page: each has a dozen fields


@blueprint.get("/draft")
@needs(Permission.PUBLISH)
def draft() -> str:
    return page(desk().bulletins.draft(person()))


@blueprint.post("/draft/words")
@needs(Permission.PUBLISH)
def save_words() -> Response | tuple[str, int]:
    """Title and note of the list."""
    title, note = request.form.get("title", ""), request.form.get("note", "")
    return _saved("", lambda edits: replace(edits, title=title, note=note))


@blueprint.post("/draft/items/<code>")
@needs(Permission.PUBLISH)
def save_item(code: str) -> Response | tuple[str, int]:
    """Words, emphasis and question of one item; with ``out`` it stays off the list, with ``reset`` as computed."""
    draft = desk().bulletins.draft(person())
    computed = draft.computed.get(code)
    if computed is None:
        raise Conflict(N_("{code} 已不在这份清单里，请刷新。"), code=code[:40])
    return _saved(code, lambda edits: replace(edits, items={**edits.items, code: _item_edit(computed)}))


@blueprint.post("/draft/order")
@needs(Permission.PUBLISH)
def reorder() -> Response | tuple[str, int]:
    """``code`` goes up or down by one place, to the top, or in front of ``before`` (at the end when that is empty)."""
    code, to = request.form.get("code", ""), request.form.get("to", "")
    codes = [item.code for item in desk().bulletins.draft(person()).items]
    if code not in codes:
        raise Conflict(N_("{code} 已不在这份清单里，请刷新。"), code=code[:40])
    order = moved(codes, code, to, request.form.get("before", ""))
    return _saved(code, lambda edits: replace(edits, order=tuple(order)))


def moved(codes: list[str], code: str, to: str, before: str = "") -> list[str]:
    """``codes`` with one in another place.

    >>> moved(["A", "B", "C"], "C", "up"), moved(["A", "B", "C"], "A", "before", "C")
    (['A', 'C', 'B'], ['B', 'A', 'C'])
    """
    place, rest = codes.index(code), [c for c in codes if c != code]
    steps = {"up": max(place - 1, 0), "down": place + 1, "top": 0}
    where = steps.get(to, rest.index(before) if before in rest else len(rest))
    return [*rest[:where], code, *rest[where:]]


def _item_edit(computed: BulletinItem) -> ItemEdit:
    """What the form says of an item; what stands as computed is no edit."""
    form = request.form
    if "reset" in form:
        return ItemEdit()
    if "out" in form:
        reason = form.get("left_out", "").strip()
        if not reason:
            raise Invalid(N_("请写明为什么不列入清单。"), field="left_out")
        return replace(_words(computed), left_out=reason)
    return _words(computed)


def _words(computed: BulletinItem) -> ItemEdit:
    form = request.form

    def given(name: str, was: str) -> str | None:
        said = form.get(name)
        return None if said is None or said.replace("\r\n", "\n").strip() == was else said

    question = _question() if "asks" in form else None
    same = question == computed.question
    return ItemEdit(
        summary=given("summary", computed.summary),
        read_aloud=given("read_aloud", computed.read_aloud),
        emphasis=True if "emphasis" in form else None,
        asks=None if same else "asks" in form,
        question=None if same else question,
    )


def _question() -> CheckQuestion:
    options = [(n, o) for n in range(OPTIONS_MOST) if (o := request.form.get(f"option{n}", "").strip())]
    chosen = request.form.get("right", "")
    right = next((place for place, (n, _option) in enumerate(options) if str(n) == chosen), -1)
    return CheckQuestion(request.form.get("question", ""), tuple(o for _n, o in options), right)


def _saved(code: str, change: Callable[[Edits], Edits]) -> Response | tuple[str, int]:
    is_script = "X-Requested-With" in request.headers
    try:
        edited = desk().bulletins.edit(person(), version(), change(desk().bulletins.draft(person()).edits))
    except KbError as error:
        if not isinstance(error, Conflict) and status_of(error)[0] != 400:
            raise
        return _refused(error, code, is_script)
    if is_script:
        return jsonify(version=edited.version, said=_("已保存"))
    flash(_("已保存。"), "done")
    number = page_of(edited, code) if code else 1
    place = {"_anchor": f"item-{code}"} if code else {}
    return redirect(url_for("bulletins.draft", page=number if number > 1 else None, **place), 303)


def _refused(error: KbError, code: str, is_script: bool) -> Response | tuple[str, int]:
    """A conflict names who was first and shows what stands there now; nothing typed is thrown away by a script."""
    said = sentence(error)
    now = desk().bulletins.draft(person())
    if is_script:
        item = next((i for i in now.items if i.code == code), None)
        theirs = (
            {"summary": item.summary, "read_aloud": item.read_aloud}
            if item
            else {"title": now.edits.title, "note": now.edits.note}
        )
        response = jsonify(said=said, version=now.version, by=who(now.edited_by), theirs=theirs)
        response.status_code = status_of(error)[0]
        return response
    return page(now, trouble=said, typed=code), status_of(error)[0]


def version() -> int:
    """The version that a form was made from; what is none matches none."""
    text = request.form.get("version", "")[:9]
    return int(text) if text.isascii() and text.isdigit() else -1


def page(draft: BulletinDraft, *, trouble: str = "", typed: str = "") -> str:
    """``typed``: code of the item whose form was refused; its fields show what was sent."""
    number = page_of(draft, typed) if typed else None
    return render_template(
        "bulletins/draft.html", draft=draft, part=part_of(draft.items, EDITED_MOST, number), trouble=trouble,
        typed=typed, most=MOST, options_most=OPTIONS_MOST, edited_most=EDITED_MOST, sent=request.form,
    )  # fmt: skip


def page_of(draft: BulletinDraft, code: str) -> int:
    """On which page of the draft an item stands; the first for one that is not in it."""
    place = next((place for place, item in enumerate(draft.items) if item.code == code), 0)
    return place // EDITED_MOST + 1
