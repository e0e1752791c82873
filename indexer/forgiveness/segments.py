"""The vocabulary of the index's own segments: counted in vector operations, without reading an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from indexer.arrays import Array
from indexer.facts import microseconds
from indexer.forgiveness.pairs import Pairs
from indexer.forgiveness.vocabulary import Term
from indexer.segment import Mask, Segment
from kb.domain.person import Role

_PAIR = 7  # bytes of a pair of Chinese characters: its kind, and three of UTF-8 for each
_FIRST, _LAST = 0x3400, 0x9FFF
_KIND = ord("b")
_Row = tuple[bytes, int, int]  # a term, and how many entries and titles hold it


@dataclass(frozen=True, slots=True)
class _Counted:
    """The terms of a segment that count: number of each, entries and titles that hold it; and which are pairs."""

    places: Array
    entries: Array
    titles: Array
    is_pair: Array
    pair_keys: Array  # of those


class SegmentVocabulary:
    """Terms of some documents.

    Args:
        parts: segments, and which of their documents count.
    """

    def __init__(self, parts: Sequence[tuple[Segment, Mask]]) -> None:
        self._segments = [segment for segment, _ in parts]
        self._size = sum(int(mask.sum()) for _, mask in parts)
        self._counted = [_counted(segment, mask) for segment, mask in parts]

    @classmethod
    def in_force(cls, segments: Iterable[Segment], at: datetime, role: Role) -> SegmentVocabulary:
        """Of the documents in force at a moment. ``role``: the one that sees least; what it may not see is not counted."""
        return cls([(segment, segment.valid(microseconds(at), role)) for segment in segments])

    def size(self) -> int:
        return self._size

    def pairs(self) -> Pairs:
        empty = np.zeros(0, np.int64)
        keys = np.concatenate([empty, *(c.pair_keys for c in self._counted)])
        entries = np.concatenate([empty, *(c.entries[c.is_pair] for c in self._counted)])
        titles = np.concatenate([empty, *(c.titles[c.is_pair] for c in self._counted)])
        return Pairs(keys, entries, titles)

    def others(self) -> Iterator[Term]:
        parts = zip(self._segments, self._counted, strict=True)
        rows = [row for segment, c in parts for row in _rows(segment, c)]
        if len(self._segments) > 1:
            rows = _added_up(rows)
        for term, entries, titles in rows:
            text = term.decode("utf-8", "replace")
            yield Term(text[1:], text[0], entries, titles)


def _counted(segment: Segment, mask: Array) -> _Counted:
    a = segment.arrays
    entries = _sums(mask[a.doc], a.doc_start)
    titles = _sums(mask[segment.owners][a.unit], a.unit_start)
    places = np.flatnonzero(entries)
    is_pair = (a.term_start[places + 1] - a.term_start[places]) == _PAIR
    starts = a.term_start[places[is_pair]]
    first, second = (_characters(*(a.term_text[starts + i] for i in range(at, at + 3))) for at in (1, 4))
    chinese = (a.term_text[starts] == _KIND) & _is_chinese(first) & _is_chinese(second)
    is_pair[is_pair] = chinese
    keys = (first << 21 | second)[chinese]
    return _Counted(places, entries[places], titles[places], is_pair, keys)


def _added_up(rows: list[_Row]) -> list[_Row]:
    counts: dict[bytes, tuple[int, int]] = {}
    for term, entries, titles in rows:
        before = counts.get(term)
        counts[term] = (before[0] + entries, before[1] + titles) if before else (entries, titles)
    return [(term, *counted) for term, counted in counts.items()]


def _rows(segment: Segment, c: _Counted) -> Iterator[_Row]:
    """All but the pairs."""
    chosen = ~c.is_pair
    a, places = segment.arrays, c.places[chosen]
    text = a.term_text.tobytes()
    rows = (a.term_start[places], a.term_start[places + 1], c.entries[chosen], c.titles[chosen])
    for start, end, in_entries, in_titles in zip(*(row.tolist() for row in rows), strict=True):
        yield text[start:end], in_entries, in_titles


def _characters(lead: Array, second: Array, third: Array) -> Array:
    """The characters that stand in three bytes of UTF-8 each; -1 where three bytes are no character."""
    whole = (lead >> 4 == 0b1110) & (second >> 6 == 0b10) & (third >> 6 == 0b10)
    high, middle, low = lead.astype(np.int64) & 0xF, second.astype(np.int64) & 0x3F, third.astype(np.int64) & 0x3F
    return np.where(whole, high << 12 | middle << 6 | low, -1)


def _is_chinese(characters: Array) -> Array:
    return np.asarray((characters >= _FIRST) & (characters <= _LAST))


def _sums(hits: Array, start: Array) -> Array:
    """Sum of ``hits`` over each term's run of postings; ``start`` has one place more than there are terms."""
    total = np.concatenate(([0], np.cumsum(hits, dtype=np.int64)))
    return np.asarray(total[start[1:]] - total[start[:-1]])
