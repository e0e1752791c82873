"""The fields of an entry between three forms: as they stand in a form, in a draft, and as ``Content``.

In form and draft every field is a text, but ``roles`` is a list; nothing is checked there. Moments are written on the
clocks of the centre: ``2026-11-21T09:30``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields as fields_of
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from kb.domain.content import Audience, Content, Kind
from kb.domain.errors import N_, Invalid
from kb.domain.person import Role
from kb.exchange.moments import to_date, to_end, to_start
from webapp.editing.kinds import KIND_TEMPLATES, prompt_left

NAMES = tuple(f.name for f in fields_of(Content) if f.name != "digest")
_TAGS = re.compile(r"[\n,，、;；|｜]")

Typed = dict[str, object]


def from_form(form: MultiDict[str, str]) -> Typed:
    """What stands in the form. A browser sends ``\\r\\n``, and drops one line end at the start of a text area."""
    typed: Typed = {name: form.get(name, "").replace("\r\n", "\n").lstrip("\n") for name in NAMES if name != "roles"}
    return typed | {"roles": form.getlist("roles")[: len(Role)]}


def from_draft(stored: Mapping[str, object]) -> Typed:
    """All fields of a draft, whoever began it: missing ones empty, lists as lines."""
    typed: Typed = {}
    for name in NAMES:
        value = stored.get(name, "")
        if name == "roles":
            typed[name] = value if isinstance(value, list) else str(value).split()
        else:
            typed[name] = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    return typed


def from_content(content: Content, zone: ZoneInfo) -> Typed:
    return {name: to_text(name, getattr(content, name), zone) for name in NAMES}


def for_new(kind: Kind) -> Typed:
    """What a new entry of that kind begins with."""
    template = KIND_TEMPLATES[kind]
    return from_draft({"kind": str(kind), "body": template.body, "audience": str(template.audience)})


def to_text(name: str, value: Any, zone: ZoneInfo) -> object:
    """A value of ``Content`` as it stands in a form."""
    if name == "roles":
        return [str(role) for role in value]
    if name == "tags":
        return "、".join(value)
    if name == "asked_as":
        return "\n".join(value)
    if isinstance(value, datetime):
        here = value.astimezone(zone).replace(tzinfo=None)
        return here.isoformat(timespec="auto" if here.second or here.microsecond else "minutes")
    return value.isoformat() if isinstance(value, date) else str(value or "")


def to_content(typed: Mapping[str, object], zone: ZoneInfo, base: Content | None = None) -> Content:
    """The content that the fields say. A field left as ``base`` has it keeps the value to the last digit.

    Raises:
        FieldErrors: with every field that breaks a rule.
    """
    before = from_content(base, zone) if base else {}
    values: dict[str, Any] = {}
    errors: dict[str, Invalid] = {}
    for name in NAMES:
        try:
            text = typed.get(name, "")
            value = getattr(base, name) if name in before and before[name] == text else _value(name, text, zone)
            Content(**({"title": "x"} | {name: value}))  # each by itself, so that all mistakes are told at once
            values[name] = value
        except Invalid as error:
            errors[name] = error
    if not errors:
        try:
            return Content(**values)
        except Invalid as error:
            errors[error.field or "title"] = error
    raise FieldErrors(errors)


class FieldErrors(Exception):
    """``errors``: by field, never empty."""

    def __init__(self, errors: Mapping[str, Invalid]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


def _value(name: str, value: object, zone: ZoneInfo) -> object:
    if name == "roles":
        return tuple(_choice(Role, role, name) for role in (value if isinstance(value, list) else []))
    text = str(value)
    match name:
        case "kind":
            return _choice(Kind, text, name)
        case "audience":
            return _choice(Audience, text, name)
        case "tags":
            return tuple(_TAGS.split(text))
        case "asked_as":
            return tuple(text.split("\n"))
        case "effective_from":
            return to_start(text, zone=zone, field=name) if text.strip() else None
        case "effective_to":
            return to_end(text, zone=zone, field=name) if text.strip() else None
        case "review_by":
            return to_date(text, field=name) if text.strip() else None
        case "body":
            return _without_prompts(text)
    return text


def _choice(choices: Any, text: object, field: str) -> object:
    try:
        return choices(str(text))
    except ValueError:
        raise Invalid(N_("请从列表中选择。"), field=field) from None


def _without_prompts(body: str) -> str:
    if prompt := prompt_left(body):
        raise Invalid(N_("正文里还有没填的提示“{prompt}”，请填写或删去。"), field="body", prompt=prompt)
    return body
