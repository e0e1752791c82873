"""What two people wrote on the same entry, put together field by field for the page on which the second one decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kb.domain.content import Content
from kb.domain.diff import FIELDS, FieldChange, diff_contents
from kb.domain.errors import N_, Invalid
from kb.domain.merge import Piece, merge, merge_lines
from webapp.editing.fields import Typed, to_text

TEXTS = frozenset({"body", "speakable", "conditions", "exceptions"})
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Place:
    """A place where both wrote something else. ``name`` is that of the form field with the result; ``result`` is what
    stands there: at first both texts of a longer field, or nothing chosen of a single value."""

    name: str
    base: object
    mine: object
    theirs: object
    result: str


@dataclass(frozen=True, slots=True)
class MergedField:
    """``outcome``: mine, theirs, same, both (put together without a clash) or clash. The changes are against the base."""

    name: str
    outcome: str
    my_change: FieldChange | None
    their_change: FieldChange | None
    value: object
    places: tuple[Place, ...] = ()


def merged_fields(base: Content, mine: Content, theirs: Content, sent: Mapping[str, str]) -> list[MergedField]:
    """Every field that either changed. ``sent``: results that were given already."""
    merged = merge(base, mine, theirs)
    my_changes = {change.field: change for change in diff_contents(base, mine)}
    their_changes = {change.field: change for change in diff_contents(base, theirs)}
    clashing = {clash.field for clash in merged.clashes}
    found = []
    for name in FIELDS:
        one, other = my_changes.get(name), their_changes.get(name)
        if one or other:
            places = _places(name, base, mine, theirs, sent) if name in clashing else ()
            outcome = _outcome(name, one, other, clashing)
            found.append(MergedField(name, outcome, one, other, merged.values[name], places))
    return found


def _outcome(name: str, mine: FieldChange | None, theirs: FieldChange | None, clashing: set[str]) -> str:
    if name in clashing:
        return "clash"
    if mine and theirs:
        return "same" if mine.new == theirs.new else "both"
    return MINE if mine else THEIRS


def _places(name: str, base: Content, mine: Content, theirs: Content, sent: Mapping[str, str]) -> tuple[Place, ...]:
    before, one, other = (getattr(content, name) for content in (base, mine, theirs))
    if name not in TEXTS:
        return (Place(_key(name), before, one, other, sent.get(_key(name), "")),)
    clashing = [piece for piece in _pieces(before, one, other) if piece.theirs is not None]
    return tuple(
        Place(
            _key(name, number), "\n".join(piece.base), "\n".join(piece.mine), "\n".join(piece.theirs or ()),
            sent.get(_key(name, number), "\n".join([*piece.mine, *(piece.theirs or ())])),
        )
        for number, piece in enumerate(clashing)
    )  # fmt: skip


def resolved(base: Content, mine: Content, theirs: Content, sent: Mapping[str, str], zone: ZoneInfo) -> Typed:
    """The fields of the draft after merging, as the person decided.

    Raises:
        Invalid: a place has no decision yet; ``error.field`` names it.
    """
    merged = merge(base, mine, theirs)
    values = dict(merged.values)
    for name in {clash.field for clash in merged.clashes}:
        if name in TEXTS:
            values[name] = _joined(name, base, mine, theirs, sent)
        else:
            values[name] = getattr(theirs if _picked(name, sent) == THEIRS else mine, name)
    return {name: to_text(name, value, zone) for name, value in values.items()}


def _joined(name: str, base: Content, mine: Content, theirs: Content, sent: Mapping[str, str]) -> str:
    lines: list[str] = []
    number = 0
    for piece in _pieces(*(getattr(content, name) for content in (base, mine, theirs))):
        if piece.theirs is None:
            lines += piece.mine
            continue
        key = _key(name, number)
        if key not in sent:
            raise _undecided(key)
        lines += sent[key].replace("\r\n", "\n").split("\n") if sent[key] else []
        number += 1
    return "\n".join(lines)


def _picked(name: str, sent: Mapping[str, str]) -> str:
    picked = sent.get(_key(name), "")
    if picked not in (MINE, THEIRS):
        raise _undecided(_key(name))
    return picked


def _undecided(key: str) -> Invalid:
    return Invalid(N_("还有一处没有选：请选“我的”或“对方的”。"), field=key)


def _pieces(base: str, mine: str, theirs: str) -> list[Piece]:
    return list(merge_lines(*(text.split("\n") for text in (base, mine, theirs))))


def _key(name: str, number: int = 0) -> str:
    return f"result:{name}:{number}"
