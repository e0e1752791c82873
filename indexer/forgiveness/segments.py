"""The vocabulary of the index's own segments: counted in vector operations, without reading an entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from indexer.arrays import Array
from indexer.building import owners
from indexer.facts import microseconds
from indexer.forgiveness.vocabulary import Term
from indexer.scoring import Segment
from kb.domain.person import Role


class SegmentVocabulary:
    """Terms of the documents in force at a moment that ``role`` may see.

    Args:
        segments: the live segments of the index.
        role: the one that sees least; what it may not see is not counted.
    """

    def __init__(self, segments: Sequence[Segment], at: datetime, role: Role) -> None:
        self._segments = segments
        moment = microseconds(at)
        self._valid = [segment.valid(moment, role) for segment in segments]

    def size(self) -> int:
        return sum(int(mask.sum()) for mask in self._valid)

    def terms(self) -> Iterator[Term]:
        if len(self._segments) == 1:
            for term, entries, titles in self._counted(0):
                yield _term(term, entries, titles)
            return
        counts: dict[bytes, tuple[int, int]] = {}
        for number in range(len(self._segments)):
            for term, entries, titles in self._counted(number):
                before = counts.get(term, (0, 0))
                counts[term] = (before[0] + entries, before[1] + titles)
        for term, (entries, titles) in counts.items():
            yield _term(term, entries, titles)

    def _counted(self, number: int) -> Iterator[tuple[bytes, int, int]]:
        a, mask = self._segments[number].arrays, self._valid[number]
        entries = _sums(mask[a.doc], a.doc_start)
        titles = _sums(mask[owners(a)][a.unit], a.unit_start)
        places = np.flatnonzero(entries)
        text = a.term_text.tobytes()
        rows = (a.term_start[places], a.term_start[places + 1], entries[places], titles[places])
        for start, end, in_entries, in_titles in zip(*(row.tolist() for row in rows), strict=True):
            yield text[start:end], in_entries, in_titles


def _term(term: bytes, entries: int, titles: int) -> Term:
    text = term.decode("utf-8", "replace")
    return Term(text[1:], text[0], entries, titles)


def _sums(hits: Array, start: Array) -> Array:
    """Sum of ``hits`` over each term's run of postings; ``start`` has one place more than there are terms."""
    total = np.concatenate(([0], np.cumsum(hits, dtype=np.int64)))
    return np.asarray(total[start[1:]] - total[start[:-1]])
