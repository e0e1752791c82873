"""What a role sees at a moment: the documents that count, and what each term is worth in each of them.

Documents of all segments are numbered through. What a term is worth in a document depends on the average lengths of
the view alone, so it is worked out when the term is first asked for and kept while there is room: a question then
costs an addition for each of its postings, however many segments there are and whatever is deleted in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from indexer import ranking
from indexer.arrays import Array
from indexer.port import FIELDS
from indexer.segment import Mask, Segment
from kb.recent import Recent

_KEPT_LEAST = 6_000_000  # postings, 13 bytes each: nearly all that is asked for among 30,000 entries
_KEPT_SHARE = (
    2  # of a large collection, one posting in so many; with half of that, common terms get lost again and again
)
_HOLDING_MOST = 20_000
COMMON_LEAST = 1_000  # documents; with fewer nothing is gained by laying a term out over all of them
_COMMON_SHARE = 5.0  # a term that one document in so many holds is laid out
# Of ten times as many documents the 136 terms that one in five holds would take three quarters of the cache: the others
# were worked out again for each question (22.8 ms of computing at 274,330 entries, 4.9 when fewer are laid out).
_LARGE, _COMMON_SHARE_OF_LARGE = 100_000, 2.5  # documents
_LAID_OUT = 9 / 13  # of the memory of a posting, for every document


@dataclass(frozen=True, slots=True)
class Postings:
    """The p documents of a view that hold one term, ascending.

    ``worth`` is the evidence for each, times the term's weight: that of its fields and, when the document has no
    phrasing beside the title, that of the title. Of documents with several phrasings ``units`` are those that hold
    the term (numbered by ``View``) and ``unit_worth`` the evidence for each. ``rarity`` is the term's, and ``weight``
    what it counts in a question that does not stress it.

    Of a common term ``laid_out`` is true: ``worth`` and ``fields`` are those of every document of the collection (0
    where the term does not stand), ``docs`` is empty, and ``most`` is the greatest worth.
    """

    docs: Array  # int32[p]
    worth: Array  # float64[p]
    fields: Array  # uint8[p], a bit for each of FIELDS
    units: Array  # int32[q]
    unit_worth: Array  # float64[q]
    rarity: float = 0.0
    weight: float = 0.0
    count: int = 0  # p
    laid_out: bool = False
    most: float = 0.0

    def __len__(self) -> int:
        return self.count

    @property
    def room(self) -> int:
        """What it takes in memory, in postings of 13 bytes."""
        return 1 + (int(len(self.worth) * _LAID_OUT) if self.laid_out else len(self.docs))

    def fields_of(self, docs: Array) -> Array:
        """For each of ``docs`` a bit for each of the fields in which it holds the term."""
        if self.laid_out:
            return self.fields[docs]
        if not self.count:
            return np.zeros(len(docs), np.uint8)
        docs = docs.astype(np.int32)
        places = self.docs.searchsorted(docs)
        return np.asarray(self.fields.take(places, mode="clip") * (self.docs.take(places, mode="clip") == docs))

    def worth_of(self, document: int) -> float:
        """What the term is worth in one document."""
        if self.laid_out:
            return float(self.worth[document])
        place = int(self.docs.searchsorted(document))
        return float(self.worth[place]) if place < self.count and self.docs[place] == document else 0.0


NONE = Postings(
    np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.uint8), np.zeros(0, np.int32), np.zeros(0)
)  # fmt: skip


Cache = Recent[tuple[int, str], Postings]  # by number of the view and term
_numbers = count()  # of all views of a process


class View:
    """The documents of ``masks`` (one for each segment). Shared by threads."""

    def __init__(self, segments: Sequence[Segment], masks: Sequence[Mask], cache: Cache) -> None:
        lengths, documents, unit_length, units = np.zeros(len(FIELDS)), 0, 0.0, 0
        for segment, mask in zip(segments, masks, strict=True):
            a, of_valid = segment.arrays, mask[segment.owners]
            lengths += a.doc_length[mask].sum(0)
            documents += int(mask.sum())
            unit_length += float(a.unit_length[of_valid].sum())
            units += int(of_valid.sum())
        average, unit_average = lengths / max(documents, 1), unit_length / max(units, 1)
        self.documents = documents
        self._size = sum(segment.arrays.size for segment in segments)
        self.masks = masks
        self._cache, self._number = cache, next(_numbers)
        self._holding: dict[str, int] = {}
        self._parts: list[_Part] = []
        docs = several = 0
        for segment, mask in zip(segments, masks, strict=True):
            self._parts.append(_Part(segment, mask, average, unit_average, docs, several))
            docs += segment.arrays.size
            several += self._parts[-1].several_units
        # Documents with several phrasings, and where the units of each begin among the ``units`` of all of them.
        self.several = np.concatenate([part.several_docs for part in self._parts])
        self.several_first = np.concatenate([part.several_first for part in self._parts])
        self.several_units = several

    def postings(self, term: str) -> Postings:
        key = self._number, term
        found = self._cache.get(key)
        if found is None:
            found = _joined([made for part in self._parts if (made := part.postings(term)) is not None])
            docs = found.docs
            found = self._weighted(term, found)
            if len(docs) >= _common_from(self._size):
                found = _laid_out(found, self._size)
            self._cache.put(key, found)
        return found

    def _weighted(self, term: str, found: Postings) -> Postings:
        """With the weight of the term in it, so that no question has to multiply it in again."""
        rarity = ranking.rarity(self.documents, len(found.docs))
        weight = ranking.term_weight(term, rarity, 1.0)
        return replace(
            found,
            worth=found.worth * weight,
            unit_worth=found.unit_worth * weight,
            rarity=rarity,
            weight=weight,
            count=len(found.docs),
        )

    def is_common(self, term: str) -> bool:
        """Whether more than ``ranking.COMMON`` of the documents hold ``term``."""
        most = ranking.COMMON * self.documents
        holding = self._holding.get(term)
        if holding is None:
            holding = sum(part.holding_most(term) for part in self._parts)  # what is hidden or gone included
            if holding > most:
                holding = sum(part.holding(term) for part in self._parts)
            if len(self._holding) < _HOLDING_MOST:
                self._holding[term] = holding
        return holding > most


def kept(postings: int) -> Cache:
    """Room for what the terms of a collection of so many postings are worth, those asked for last."""
    return Recent(max(_KEPT_LEAST, postings // _KEPT_SHARE), lambda found: found.room)


class _Part:
    """One segment within a view."""

    def __init__(
        self, segment: Segment, mask: Mask, average: ranking.Floats, unit_average: float, docs: int, several: int
    ) -> None:
        a = segment.arrays
        self._segment, self._mask, self._all = segment, mask, bool(mask.all())
        self._docs, self._several = docs, several  # numbers of the first document and of the first unit of several
        self._norms = np.ascontiguousarray(ranking.field_norms(a.doc_length, average).T)
        self._unit_norms = ranking.phrasing_norms(a.unit_length, unit_average)
        per_document = np.diff(np.append(a.unit_first, len(a.unit_length)))
        self._has_several = (per_document > 1) & mask
        of_several = self._has_several[segment.owners]
        self._unit_place = np.cumsum(of_several, dtype=np.int32) - 1
        self.several_units = int(of_several.sum())
        docs_of_several = np.flatnonzero(self._has_several)
        self.several_docs = docs_of_several + docs
        self.several_first = self._unit_place[a.unit_first[docs_of_several]].astype(np.int64) + several

    def holding_most(self, term: str) -> int:
        """How many documents hold ``term``, hidden and deleted ones included."""
        place = self._segment.place(term)
        start = self._segment.arrays.doc_start
        return 0 if place < 0 else int(start[place + 1] - start[place])

    def holding(self, term: str) -> int:
        place = self._segment.place(term)
        a = self._segment.arrays
        return 0 if place < 0 else int(self._mask[a.doc[a.doc_start[place] : a.doc_start[place + 1]]].sum())

    def postings(self, term: str) -> Postings | None:
        """With the numbers of the view; None when the segment has none."""
        place, a = self._segment.place(term), self._segment.arrays
        if place < 0:
            return None
        run = slice(a.doc_start[place], a.doc_start[place + 1])
        docs, counts = a.doc[run], a.doc_count[run]
        if not self._all:
            seen = self._mask[docs]
            docs, counts = docs[seen], counts[seen]
        fields = np.packbits(counts.astype(np.bool_), axis=1, bitorder="little")[:, 0]
        in_any = int(np.bitwise_or.reduce(fields))
        weighted, places = np.zeros(len(docs)), docs.astype(np.intp)
        for column, norms in enumerate(self._norms):
            if in_any >> column & 1:
                weighted += counts[:, column] * norms.take(places)
        worth = ranking.saturated(weighted)
        units, unit_worth = self._titles(place, docs, worth)
        return Postings(docs + np.int32(self._docs), worth, fields, units, unit_worth)

    def _titles(self, place: int, docs: Array, worth: Array) -> tuple[Array, Array]:
        """Adds what lone titles are worth to ``worth``; returns units of the others and what those are worth."""
        a = self._segment.arrays
        run = slice(a.unit_start[place], a.unit_start[place + 1])
        units, counts = a.unit[run], a.unit_count[run]
        owner = self._segment.owners[units]
        if not self._all:
            seen = self._mask[owner]
            units, counts, owner = units[seen], counts[seen], owner[seen]
        unit_worth = ranking.phrasing(counts * self._unit_norms[units])
        if not self.several_units:
            worth[docs.searchsorted(owner)] += unit_worth
            return NONE.units, NONE.unit_worth
        several = self._has_several[owner]
        worth[docs.searchsorted(owner[~several])] += unit_worth[~several]
        return self._unit_place[units[several]] + np.int32(self._several), unit_worth[several]


def _common_from(size: int) -> float:
    """How many of ``size`` documents must hold a term that is laid out."""
    return max(COMMON_LEAST, size / (_COMMON_SHARE if size < _LARGE else _COMMON_SHARE_OF_LARGE))


def _laid_out(found: Postings, size: int) -> Postings:
    worth, fields = np.zeros(size), np.zeros(size, np.uint8)
    worth[found.docs], fields[found.docs] = found.worth, found.fields
    most = float(found.worth.max())
    return replace(found, docs=NONE.docs, worth=worth, fields=fields, laid_out=True, most=most)


def _joined(parts: Sequence[Postings]) -> Postings:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return NONE
    return Postings(
        docs=np.concatenate([p.docs for p in parts]),
        worth=np.concatenate([p.worth for p in parts]),
        fields=np.concatenate([p.fields for p in parts]),
        units=np.concatenate([p.units for p in parts]),
        unit_worth=np.concatenate([p.unit_worth for p in parts]),
    )
