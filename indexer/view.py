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
        self.masks = masks
        self._segments, self._all = segments, _Numbered(segments, masks)
        self.documents = self._all.documents
        self._size = len(self._all.mask)
        self._cache, self._number = cache, next(_numbers)
        self._holding: dict[str, int] = {}
        # Documents with several phrasings, and where the units of each begin among the ``units`` of all of them.
        self.several, self.several_first = self._all.several, self._all.several_first
        self.several_units = self._all.several_units

    def postings(self, term: str) -> Postings:
        key = self._number, term
        found = self._cache.get(key)
        if found is None:
            found = self._all.postings(term)
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
            holding = sum(len(segment.docs(term)) for segment in self._segments)  # what is hidden or gone included
            if holding > most:
                pairs = zip(self._segments, self.masks, strict=True)
                holding = sum(int(mask[segment.docs(term)].sum()) for segment, mask in pairs)
            if len(self._holding) < _HOLDING_MOST:
                self._holding[term] = holding
        return holding > most


def kept(postings: int) -> Cache:
    """Room for what the terms of a collection of so many postings are worth, those asked for last."""
    return Recent(max(_KEPT_LEAST, postings // _KEPT_SHARE), lambda found: found.room)


class _Numbered:
    """The documents and units of all segments, numbered through, and what a count in each of them is multiplied by.

    A term is worked out over all segments at once: of ten, most hold a few documents, and ten times the same dozen
    vector operations on next to nothing cost more than the postings.
    """

    def __init__(self, segments: Sequence[Segment], masks: Sequence[Mask]) -> None:
        arrays = [segment.arrays for segment in segments]
        self._segments, self.mask = segments, np.concatenate(masks)
        self._docs_from = np.cumsum([0, *(a.size for a in arrays)]).astype(np.int32)
        self._units_from = np.cumsum([0, *(len(a.unit_length) for a in arrays)]).astype(np.int32)
        self._owners = np.concatenate([s.owners + start for s, start in zip(segments, self._docs_from, strict=False)])
        self.documents = int(self.mask.sum())
        self._every = self.documents == len(self.mask)
        lengths, unit_lengths = (np.concatenate([getattr(a, name) for a in arrays]) for name in ("doc_length", "unit_length"))
        average = lengths[self.mask].sum(0, dtype=np.float64) / max(self.documents, 1)
        self._norms = np.ascontiguousarray(ranking.field_norms(lengths, average).T)
        seen = self.mask[self._owners]
        unit_average = float(unit_lengths[seen].sum(dtype=np.float64)) / max(int(seen.sum()), 1)
        self._unit_norms = ranking.phrasing_norms(unit_lengths, unit_average)
        self._number_several(np.bincount(self._owners, minlength=len(self.mask)))

    def _number_several(self, units_each: Array) -> None:
        """Number the units of the documents that have several, ``units_each`` in each document."""
        self._has_several = (units_each > 1) & self.mask
        of_several = self._has_several[self._owners]
        self._unit_place = np.cumsum(of_several, dtype=np.int32) - np.int32(1)
        self.several_units = int(of_several.sum())
        self.several = np.flatnonzero(self._has_several)
        first = np.cumsum(units_each) - units_each
        self.several_first = self._unit_place[first[self.several]].astype(np.int64)

    def postings(self, term: str) -> Postings:
        """Without weight and rarity."""
        held = [(n, s, place) for n, s in enumerate(self._segments) if (place := s.place(term)) >= 0]
        if not held:
            return NONE
        runs = [slice(*s.arrays.doc_start[place : place + 2].tolist()) for _, s, place in held]
        pairs = list(zip(held, runs, strict=True))
        docs = _one([s.arrays.doc[run] + self._docs_from[n] for (n, s, _), run in pairs])
        counts = _one([s.arrays.doc_count[run] for (_, s, _), run in pairs])
        if not self._every:
            seen = self.mask[docs]
            docs, counts = docs[seen], counts[seen]
        fields = np.packbits(counts.astype(np.bool_), axis=1, bitorder="little")[:, 0]
        in_any = int(np.bitwise_or.reduce(fields))
        weighted, places = np.zeros(len(docs)), docs.astype(np.intp)
        for column, norms in enumerate(self._norms):
            if in_any >> column & 1:
                weighted += counts[:, column] * norms.take(places)
        worth = ranking.saturated(weighted)
        units, unit_worth = self._titles(held, docs, worth)
        return Postings(docs, worth, fields, units, unit_worth)

    def _titles(self, held: Sequence[tuple[int, Segment, int]], docs: Array, worth: Array) -> tuple[Array, Array]:
        """Adds what lone titles are worth to ``worth``; returns units of the others and what those are worth."""
        runs = [slice(*s.arrays.unit_start[place : place + 2].tolist()) for _, s, place in held]
        pairs = list(zip(held, runs, strict=True))
        units = _one([s.arrays.unit[run] + self._units_from[n] for (n, s, _), run in pairs])
        if not len(units):
            return NONE.units, NONE.unit_worth
        counts = _one([s.arrays.unit_count[run] for (_, s, _), run in pairs])
        owner = self._owners[units]
        if not self._every:
            seen = self.mask[owner]
            units, counts, owner = units[seen], counts[seen], owner[seen]
        unit_worth = ranking.phrasing(counts * self._unit_norms[units])
        if not self.several_units:
            worth[docs.searchsorted(owner)] += unit_worth
            return NONE.units, NONE.unit_worth
        several = self._has_several[owner]
        worth[docs.searchsorted(owner[~several])] += unit_worth[~several]
        return self._unit_place[units[several]], unit_worth[several]


def _one(parts: Sequence[Array]) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _common_from(size: int) -> float:
    """How many of ``size`` documents must hold a term that is laid out."""
    return max(COMMON_LEAST, size / (_COMMON_SHARE if size < _LARGE else _COMMON_SHARE_OF_LARGE))


def _laid_out(found: Postings, size: int) -> Postings:
    worth, fields = np.zeros(size), np.zeros(size, np.uint8)
    worth[found.docs], fields[found.docs] = found.worth, found.fields
    most = float(found.worth.max())
    return replace(found, docs=NONE.docs, worth=worth, fields=fields, laid_out=True, most=most)
