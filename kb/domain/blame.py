"""Which revision brought each line of an entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kb.domain.content import Content
from kb.domain.diff import FIELDS
from kb.domain.diff_align import align
from kb.domain.entry import Revision

_Brought = dict[str, list[tuple[str, Revision]]]  # by field: line, who brought it


@dataclass(frozen=True, slots=True)
class BlamedLine:
    """A line of ``field`` as it stands now (``line`` counts from 1) and the revision since which it stands there: its
    number, author (login), moment and reason. For a list each item is a line, for a single value its only line."""

    field: str
    line: int
    text: str
    revision: int
    author: str
    at: datetime
    reason: str


def blame(revisions: Iterable[Revision]) -> list[BlamedLine]:
    """The lines of the revision with the highest number, field by field in the order of forms; empty fields have none.

    A line that a restored revision brought back is told as brought by the revision from which it came.
    """
    states: dict[int, _Brought] = {}
    last: _Brought = {}
    for revision in sorted(revisions, key=lambda r: r.number):
        restored = states.get(revision.restored_from or 0)
        last = _following(restored if restored is not None else last, revision)
        states[revision.number] = last
    return [
        BlamedLine(field, n, text, by.number, by.author, by.at, by.reason)
        for field in FIELDS
        for n, (text, by) in enumerate(last.get(field, ()), 1)
    ]


def _following(before: _Brought, revision: Revision) -> _Brought:
    """What stands in ``revision`` and who brought it, knowing that for the state it was made from."""
    found: _Brought = {}
    for field in FIELDS:
        old, lines = before.get(field, []), lines_of(revision.content, field)
        brought = [(line, revision) for line in lines]
        for match in align([line for line, _ in old], lines):
            brought[match.new : match.new + match.length] = old[match.old : match.old + match.length]
        found[field] = brought
    return found


def lines_of(content: Content, field: str) -> Sequence[str]:
    value = getattr(content, field)
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, datetime | date):
        return [value.isoformat()]
    return str(value).split("\n") if value else []
