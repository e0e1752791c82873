"""The editor as a page, with everything that stands around the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template

from indexer.checks_of_words import SPEAKABLE_LONG
from kb.domain.content import BODY_MOST, Audience, Kind
from kb.domain.errors import KbError
from kb.domain.fields import FIELD_NAMES
from kb.domain.person import Role
from kb.services.drafts import OpenDraft
from webapp.current import desk, person
from webapp.editing.checks import Checked
from webapp.editing.fields import NAMES, from_draft
from webapp.editing.kinds import KIND_TEMPLATES
from webapp.editing.sheet import Sheet
from webapp.images import addresses
from webapp.linked import LINKS_MOST, readable
from webapp.messages import name
from webapp.rendering import Rendered, linked_codes, linked_images, render


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that says one thing in this window and another in what is kept, in words."""

    name: str
    here: str
    there: str


def editor_page(
    sheet: Sheet, opened: OpenDraft | None = None, *, checked: Checked | None = None,
    errors: Mapping[str, str] | None = None, trouble: str = "", shows: str = "",
) -> str:  # fmt: skip
    """``shows``: ``preview`` or ``check``, what was asked for without a script."""
    products, categories = _names()
    kind = next((k for k in Kind if k == sheet.fields["kind"]), Kind.FAQ)
    return render_template(
        "editing/editor.html", sheet=sheet, fields=sheet.fields, opened=opened, errors=errors or {}, trouble=trouble,
        checked=checked or Checked(), shows=shows, body=preview_of(sheet), kinds=list(Kind), audiences=list(Audience),
        roles=list(Role), products=products, categories=categories, template=KIND_TEMPLATES[kind],
        speakable_long=SPEAKABLE_LONG, body_most=BODY_MOST,
    )  # fmt: skip


def clash_page(sheet: Sheet, opened: OpenDraft) -> str:
    """Two windows have written on one draft: both texts, and the choice."""
    there = from_draft(opened.draft.fields)
    order = [name for name in FIELD_NAMES if name in NAMES]
    differing = [
        Differing(n, _in_words(n, sheet.fields[n]), _in_words(n, there[n]))
        for n in order
        if sheet.fields[n] != there[n]
    ]
    return render_template("editing/clash.html", sheet=sheet, kept=opened.draft, differing=differing)


def _in_words(field: str, value: object) -> str:
    known: dict[str, type[Role] | type[Kind] | type[Audience]] = {"roles": Role, "kind": Kind, "audience": Audience}
    if field not in known:
        return str(value)
    chosen = [str(v) for v in value] if isinstance(value, list) else [str(value)]
    return "、".join(name(known[field](v)) if v in set(known[field]) else v for v in chosen)


def preview_of(sheet: Sheet) -> Rendered | None:
    """The body as a page will show it; None when it is too long to be shown."""
    body = str(sheet.fields["body"])
    if len(body) > BODY_MOST:
        return None
    codes = linked_codes(body)[:LINKS_MOST]
    try:
        found = readable(person(), codes, desk().clock())
    except KbError:
        found = {}
    return render(body, {r.code: r.address for r in found.values()}, addresses(linked_images(body)))


def _names() -> tuple[list[str], list[str]]:
    """Products and categories to choose from. Without them one can still write."""
    try:
        return desk().names.now(person())
    except KbError:
        return [], []
