"""What lies on the desk of somebody who writes: a draft, kept or not yet, with what its form holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import request

from kb.domain.content import Content, Kind
from kb.domain.draft import Draft, check_fields
from kb.domain.entry import REASON_MOST
from kb.domain.errors import N_, Conflict
from kb.services.drafts import OpenDraft
from webapp.current import desk, person
from webapp.editing.fields import Typed, for_new, from_content, from_draft, from_form, to_content

OVERRIDE = "override:"  # begins the name of the field with the reason to go on in spite of a finding
OVERRIDE_MOST = 200  # characters


@dataclass(frozen=True)
class Sheet:
    """``id`` 0: no draft is kept yet. ``code`` "": the entry does not exist yet. ``overrides`` by id of the finding."""

    id: int
    code: str
    based_on: int
    version: int
    fields: Typed
    at: datetime | None = None
    reason: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)


def sent() -> Sheet:
    """The sheet as the form of this request has it."""
    form = request.form
    overrides = {
        name.removeprefix(OVERRIDE): " ".join(text.split())[:OVERRIDE_MOST]
        for name, text in form.items()
        if name.startswith(OVERRIDE)
    }
    return Sheet(
        _number("id"), form.get("code", "").strip()[:40], _number("based_on"), _number("version"), from_form(form),
        reason=form.get("reason", "")[: REASON_MOST * 2], overrides=overrides,
    )  # fmt: skip


def of_draft(draft: Draft) -> Sheet:
    return Sheet(draft.id, draft.code, draft.based_on, draft.version, from_draft(draft.fields), draft.at)


def new(kind: Kind) -> Sheet:
    return Sheet(0, "", 0, 0, for_new(kind))


def of_entry(opened: OpenDraft, revision: Content) -> Sheet:
    """A draft that is begun when something is typed, from the text of ``revision``."""
    fields = from_content(revision, desk().settings.zone)
    return Sheet(0, opened.draft.code, opened.draft.based_on, 0, fields)


def keep(sheet: Sheet) -> Draft:
    """Save what was typed; begin the draft when there is none yet.

    Raises:
        Conflict: it was saved in another window meanwhile. NotFound, TooLarge: see ``Drafts``.
    """
    drafts = desk().drafts
    if sheet.id:
        return drafts.save(person(), sheet.id, sheet.fields, version=sheet.version)
    draft = drafts.begin(person(), sheet.code, sheet.fields, based_on=sheet.based_on)
    if dict(draft.fields) != check_fields(sheet.fields):
        raise Conflict(N_("这份草稿已在另一个窗口保存过，请先看那一份。"))
    return draft


def content_of(sheet: Sheet, opened: OpenDraft | None) -> Content:
    """Raises ``FieldErrors``."""
    base = opened.base.content if opened and opened.base else None
    return to_content(sheet.fields, desk().settings.zone, base)


def _number(name: str) -> int:
    text = request.form.get(name, "")[:9]
    return int(text) if text.isascii() and text.isdecimal() else 0
