"""What is different between two contents of an entry, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.content import Content
from kb.domain.diff_align import Budget, align
from kb.domain.diff_lines import Row, diff_lines, flat
from kb.domain.diff_words import Mark, Segment
from kb.domain.fields import FIELD_NAMES

__all__ = ["FIELDS", "FieldChange", "Form", "Mark", "Segment", "diff_contents", "diff_items"]


class Form(StrEnum):
    TEXT = "text"
    ITEMS = "items"  # a list of short texts
    VALUE = "value"  # one value that is either the same or another


FIELDS = tuple(name for name in FIELD_NAMES if name != "code")
ITEM_FIELDS = frozenset({"asked_as", "tags", "roles"})
TEXT_FIELDS = frozenset({"title", "speakable", "conditions", "exceptions", "body", "product", "category", "owner"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs. ``old`` and ``new`` are the values as ``Content`` holds them.

    ``segments``: for a text its parts, which joined give ``old`` and ``new``; for a list one segment an item; empty for
    a single value. ``rows``: the lines of a text, for showing it side by side.
    """

    field: str
    form: Form
    old: object
    new: object
    segments: tuple[Segment, ...] = ()
    rows: tuple[Row, ...] = ()


def diff_contents(old: Content, new: Content) -> list[FieldChange]:
    """The fields that differ, in the order in which forms show them; none when the contents are equal.

    >>> [c.field for c in diff_contents(Content(title="甲"), Content(title="甲", speakable="可以。"))]
    ['speakable']
    """
    budget = Budget()
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in FIELDS)
    return [_change(name, before, after, budget) for name, before, after in pairs if before != after]


def _change(field: str, old: object, new: object, budget: Budget) -> FieldChange:
    if isinstance(old, str) and isinstance(new, str) and field in TEXT_FIELDS:
        rows = tuple(diff_lines(old, new, budget))
        return FieldChange(field, Form.TEXT, old, new, flat(rows), rows)
    if isinstance(old, tuple) and isinstance(new, tuple):
        return FieldChange(field, Form.ITEMS, old, new, diff_items(old, new))
    return FieldChange(field, Form.VALUE, old, new)


def diff_items(old: Sequence[str], new: Sequence[str]) -> tuple[Segment, ...]:
    """One segment an item. An item that only changed its place is removed here and added there.

    >>> [(str(s.mark), s.text) for s in diff_items(("甲", "乙"), ("乙", "丙"))]
    [('removed', '甲'), ('kept', '乙'), ('added', '丙')]
    """
    found: list[Segment] = []
    i = j = 0
    for match in align(old, new):
        found += [Segment(Mark.REMOVED, item) for item in old[i : match.old]]
        found += [Segment(Mark.ADDED, item) for item in new[j : match.new]]
        found += [Segment(Mark.KEPT, item) for item in old[match.old : match.old + match.length]]
        i, j = match.old + match.length, match.new + match.length
    found += [Segment(Mark.REMOVED, item) for item in old[i:]]
    return (*found, *(Segment(Mark.ADDED, item) for item in new[j:]))
