"""From what stands in a cell, a key or a front matter to the fields of an entry: one conversion for every format.

A field may be named by its key or its Chinese name (``effective_to``, 失效时间); values likewise (``faq``, 问答).
Where a list is wanted and a text stands, it is split at line ends and ``|``. An unknown field is refused, so that
nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from kb.domain.content import AUDIENCE_NAMES, KIND_NAMES, Audience, Content, Kind, check_code
from kb.domain.errors import N_, Invalid, KbError
from kb.domain.fields import FIELD_NAMES
from kb.domain.person import ROLE_NAMES, Role
from kb.exchange.moments import to_date, to_end, to_start
from kb.exchange.rows import Patch, Rejection, Row, refuse

Raw = Mapping[str, object]  # field or foreign key -> str, list of str, date, datetime, or None for nothing
E = TypeVar("E", bound=StrEnum)

LISTS = frozenset({"asked_as", "tags", "roles"})
_PATCH = {"code", "asked_as"}
_KEYS = {**{key: key for key in FIELD_NAMES}, **{name: key for key, name in FIELD_NAMES.items()}}
_SEPARATOR = re.compile("[\n|｜]")
_LINE_END = re.compile("\r\n?")


@lru_cache(maxsize=256)
def key_of(name: str) -> str | None:
    """The key of the field that ``name`` means, or None."""
    text = name.strip().strip("\ufeff").rstrip(":：*＊").strip()
    return _KEYS.get(text) or _KEYS.get(text.lower())


def to_item(raw: Raw, *, file: str, line: int, zone: ZoneInfo, patches: bool) -> Row | Patch | Rejection:
    """What a row of fields says. With ``patches``, one that has code and asked_as only adds to an entry."""
    code = ""
    try:
        given = keyed(raw)
        code = check_code(_text(given.pop("code", ""), "code", required=True))
        if patches and set(given) == _PATCH - {"code"}:
            return Patch(code, to_list(given["asked_as"], "asked_as"), file, line)
        return Row(code, to_content(given, zone), file, line)
    except KbError as error:
        return refuse(error, file, line, code=code)


def keyed(raw: Raw) -> dict[str, object]:
    """The fields that say something, by key.

    Raises:
        Invalid: a key is unknown, or two mean the same field.
    """
    given: dict[str, object] = {}
    for name, value in raw.items():
        key = key_of(name)
        if key is None:
            raise Invalid(N_("不认识的字段“{key}”，请改名或删去后再导入。"), field=name, key=name)
        if value is None or value == "":
            continue
        if key in given:
            raise Invalid(N_("字段“{name}”写了两次。"), field=key, name=FIELD_NAMES[key])
        given[key] = value
    return given


def to_content(given: Mapping[str, object], zone: ZoneInfo) -> Content:
    """A content from fields by key; ``code`` is not among them.

    Raises:
        Invalid: a value does not fit its field.
    """
    values: dict[str, object] = {"title": ""}
    for key, value in given.items():
        match key:
            case "kind":
                values[key] = _choice(value, Kind, KIND_NAMES, key)
            case "audience":
                values[key] = _choice(value, Audience, AUDIENCE_NAMES, key)
            case "roles":
                values[key] = tuple(_choice(item, Role, ROLE_NAMES, key) for item in to_list(value, key))
            case "asked_as" | "tags":
                values[key] = to_list(value, key)
            case "effective_from":
                values[key] = to_start(_moment(value, key), zone=zone, field=key)
            case "effective_to":
                values[key] = to_end(_moment(value, key), zone=zone, field=key)
            case "review_by":
                values[key] = to_date(_moment(value, key), field=key)
            case _:
                values[key] = _text(value, key)
    return Content(**values)  # type: ignore[arg-type]


def to_list(value: object, field: str) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_text(item, field) for item in value)
    return tuple(part for part in _SEPARATOR.split(_LINE_END.sub("\n", _text(value, field))) if part.strip())


def _text(value: object, field: str, *, required: bool = False) -> str:
    if isinstance(value, datetime | date):
        value = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if not isinstance(value, str):
        raise Invalid(N_("“{name}”应为文字，这里写的是别的类型。"), field=field, name=FIELD_NAMES[field])
    if required and not value.strip():
        raise Invalid(N_("缺少“{name}”。"), field=field, name=FIELD_NAMES[field])
    return value


def _moment(value: object, field: str) -> str | date | datetime:
    return value if isinstance(value, datetime | date) else _text(value, field)


def _choice(value: object, choices: type[E], names: Mapping[E, str], field: str) -> E:
    text = _text(value, field).strip()
    for choice in choices:
        if text == names[choice] or text.lower() == choice.value:
            return choice
    allowed = "、".join(f"{choice.value}（{names[choice]}）" for choice in choices)
    raise Invalid(
        N_("“{name}”里的“{value}”不在可选范围内，可选：{allowed}。"),
        field=field,
        name=FIELD_NAMES[field],
        value=text[:40],
        allowed=allowed,
    )
