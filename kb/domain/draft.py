"""A draft: what somebody is writing, kept as typed, before it is handed in as a revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kb.domain.content import BODY_MOST
from kb.domain.errors import N_, Invalid, TooLarge

FIELDS_MOST = 40
TEXT_MOST = (
    BODY_MOST * 2
)  # more than any field takes: what is too long is said when it is handed in, and kept until then


@dataclass(frozen=True, slots=True)
class Draft:
    """``code`` "" is an entry that does not exist yet; ``based_on`` the revision that it started from (0: none).

    ``fields`` holds strings and lists of strings by field name, not validated: saving must never refuse a half-written
    text. ``version`` counts the savings, so that two tabs notice each other. ``id`` 0 is not stored yet.
    """

    id: int
    code: str
    author: str
    based_on: int
    fields: Mapping[str, object]
    version: int
    at: datetime


def check_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Return ``fields`` when they can be kept at all.

    Raises:
        Invalid: something other than text. TooLarge: more than is bearable.
    """
    if len(fields) > FIELDS_MOST:
        raise TooLarge(N_("草稿的字段太多。"))
    total = 0
    kept: dict[str, object] = {}
    for name, value in fields.items():
        values: list[object] = value if isinstance(value, list) else [value]
        if not all(isinstance(v, str) for v in values) or len(name) > 40:
            raise Invalid(N_("草稿的内容无法识别。"))
        texts = [_whole(str(v)) for v in values]
        total += sum(map(len, texts))
        kept[name] = texts if isinstance(value, list) else texts[0]
    if total > TEXT_MOST:
        raise TooLarge(N_("草稿最多 {most} 个字，现有 {size} 个。"), most=TEXT_MOST, size=total)
    return kept


def _whole(text: str) -> str:
    """Without half characters and NUL, which no database keeps."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
