"""Two people changed the same text: put both changes together, and say where they cannot be.

Texts are merged line by line, lists item by item, everything else as one value. What either of them wrote is in the
result or in a clash, never lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.domain.content import Content
from kb.domain.diff import FIELDS
from kb.domain.diff_align import align

# Merged by line and by item. Roles are one value: an empty list opens the entry to everyone, so adding up would not.
_LINES = frozenset({"body", "speakable", "conditions", "exceptions"})
_ITEMS = frozenset({"asked_as", "tags"})


@dataclass(frozen=True, slots=True)
class Clash:
    """Both changed the same place differently. For a text the three are the lines of that place, and ``line`` is where
    ``mine`` begins in the merged text (from 1); otherwise they are the values as ``Content`` holds them."""

    field: str
    base: object
    mine: object
    theirs: object
    line: int = 0


@dataclass(frozen=True, slots=True)
class Merge:
    """``values`` holds every field. Where there is a clash a text has both versions, mine before theirs; of two values
    it has mine."""

    values: dict[str, object]
    clashes: tuple[Clash, ...]

    @property
    def is_clean(self) -> bool:
        return not self.clashes

    def content(self) -> Content:
        """The merged values as a content.

        Raises:
            Invalid: together they break a rule that each of them kept, such as an end before the start.
        """
        return Content(**self.values)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a merged text. ``theirs`` is None when it is settled, then ``mine`` holds the lines."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...] | None = None


def merge(base: Content, mine: Content, theirs: Content) -> Merge:
    """What ``mine`` and ``theirs``, both made from ``base``, say together."""
    values: dict[str, object] = {}
    clashes: list[Clash] = []
    for name in FIELDS:
        before, one, other = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        values[name] = one
        if one in (before, other):
            values[name] = other
        elif other == before:
            pass
        elif name in _LINES:
            values[name], found = _merged_text(name, before, one, other)
            clashes += found
        elif name in _ITEMS:
            values[name] = _merged_items(before, one, other)
        else:
            clashes.append(Clash(name, before, one, other))
    return Merge(values, tuple(clashes))


def merge_lines(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Piece]:
    """The pieces of the merged text in order. Changes to neighbouring lines count as the same place."""
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    i = j = k = 0
    settled: list[str] = []
    for at in [*(n for n in range(len(base)) if n in in_mine and n in in_theirs), len(base)]:
        to_mine, to_theirs = in_mine.get(at, len(mine)), in_theirs.get(at, len(theirs))
        piece = _settled(base[i:at], mine[j:to_mine], theirs[k:to_theirs])
        if piece.theirs is None:
            settled += piece.mine
        else:
            yield Piece((), tuple(settled))
            yield piece
            settled = []
        settled += base[at : at + 1]
        i, j, k = at + 1, to_mine + 1, to_theirs + 1
    yield Piece((), tuple(settled))


def _settled(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Piece:
    if mine in (base, theirs):
        return Piece(tuple(base), tuple(theirs))
    return Piece(tuple(base), tuple(mine), None if theirs == base else tuple(theirs))


def _places(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Where each line of ``base`` that is still there stands in ``other``."""
    return {m.old + n: m.new + n for m in align(base, other) for n in range(m.length)}


def _merged_text(field: str, base: str, mine: str, theirs: str) -> tuple[str, list[Clash]]:
    lines: list[str] = []
    clashes: list[Clash] = []
    for piece in merge_lines(base.split("\n"), mine.split("\n"), theirs.split("\n")):
        if piece.theirs is not None:
            base_text, my_text, their_text = ("\n".join(part) for part in (piece.base, piece.mine, piece.theirs))
            clashes.append(Clash(field, base_text, my_text, their_text, len(lines) + 1))
        lines += [*piece.mine, *(piece.theirs or ())]
    return "\n".join(lines), clashes


def _merged_items(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """My order, then what only they added; what either took away is gone."""
    kept = [item for item in mine if item in theirs or item not in base]
    return (*kept, *(item for item in theirs if item not in base and item not in mine))
