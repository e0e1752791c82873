"""One immutable segment: its arrays, and which of its documents are still there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from indexer.arrays import Array, Arrays
from indexer.building import owners
from indexer.facts import KINDS, ROLES
from indexer.port import Filters
from kb.domain.person import Role

_CACHE_MOST = 20_000
_KNOWN_WHOLE = 5_000  # terms of a segment that are all kept at hand: some 20 documents, 1 MB
Mask = npt.NDArray[np.bool_]


@dataclass
class Segment:
    """``deleted`` are the numbers of the documents that are gone."""

    name: str
    arrays: Arrays
    deleted: frozenset[int] = frozenset()
    _places: dict[str, int] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)
    _earlier: dict[str, list[int]] = field(default_factory=dict)
    _fences: list[bytes] = field(default_factory=list)
    live: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.live = np.ones(self.arrays.size, np.bool_)
        self.live[list(self.deleted)] = False

    def documents(self, code: str) -> list[int]:
        """The documents of ``code``, deleted ones included."""
        if not self._last:
            self._read_codes()
        last = self._last.get(code)
        return [] if last is None else [*self._earlier.get(code, ()), last]

    def _read_codes(self) -> None:
        # Nearly every code has one document: a list for each of them would cost ten times as much.
        last: dict[str, int] = {}
        earlier: dict[str, list[int]] = {}
        for number, code in enumerate(self.arrays.codes()):
            if code in last:
                earlier.setdefault(code, []).append(last[code])
            last[code] = number
        self._earlier.update(earlier)
        self._last.update(last)

    @cached_property
    def owners(self) -> Array:
        """int32: the document of each unit."""
        return owners(self.arrays).astype(np.int32)

    def without(self, deleted: frozenset[int]) -> Segment:
        """The same arrays with these documents deleted."""
        if deleted == self.deleted:
            return self
        return Segment(self.name, self.arrays, deleted, self._places, self._last, self._earlier, self._fences)

    def valid(self, at: int, role: Role) -> Mask:
        """Documents in force ``at`` (microseconds) that ``role`` may see."""
        a = self.arrays
        return self.live & (a.starts <= at) & (at < a.ends) & ((a.roles >> ROLES.index(role)) & 1).astype(np.bool_)

    def kept(self, filters: Filters) -> Mask:
        """Documents that the filters let through."""
        a, mask = self.arrays, np.ones(self.arrays.size, np.bool_)
        if filters.kinds:
            mask &= np.isin(a.kind, [KINDS.index(kind) for kind in filters.kinds])
        names = a.names() if filters.products or filters.category else {}
        if filters.products:
            mask &= np.isin(a.product, [i for i, name in enumerate(names["products"]) if name in filters.products])
        if filters.category:
            inside = [i for i, name in enumerate(names["categories"]) if _below(name, filters.category)]
            mask &= np.isin(a.category, inside)
        return mask

    def holding(self, terms: Sequence[str]) -> Array:
        """The documents, deleted ones included, that hold all these terms (at least one)."""
        a, places = self.arrays, [self.place(term) for term in terms]
        if min(places) < 0:
            return np.zeros(0, np.int32)
        docs = a.doc[a.doc_start[places[0]] : a.doc_start[places[0] + 1]]
        for place in places[1:]:
            docs = np.intersect1d(docs, a.doc[a.doc_start[place] : a.doc_start[place + 1]], assume_unique=True)
        return docs

    def docs(self, term: str) -> Array:
        """The documents, deleted ones included, that hold ``term``."""
        place, a = self.place(term), self.arrays
        return a.doc[a.doc_start[place] : a.doc_start[place + 1]] if place >= 0 else a.doc[:0]

    def place(self, term: str) -> int:
        """Place of ``term`` among those of the arrays, or -1."""
        place = self._places.get(term)
        if place is None:
            if self.arrays.terms <= _KNOWN_WHOLE:
                return self._place_in_small(term)
            if not self._fences:
                self._fences[:] = self.arrays.fences()  # in one go: another thread must not see a part of it
            place = self.arrays.find(term.encode("utf-8", "replace"), self._fences)
            if len(self._places) < _CACHE_MOST:
                self._places[term] = place
        return place

    def _place_in_small(self, term: str) -> int:
        """What has just been published makes small segments, and nearly every term asked for is in none of them."""
        if not self._places and self.arrays.terms:
            known = {held.decode(): place for place, held in enumerate(self.arrays.all_terms())}
            self._places.update(known)  # in one go: another thread must not see a part of it
        return self._places.get(term.encode("utf-8", "replace").decode(), -1)


def _below(category: str, node: str) -> bool:
    return category == node or category.startswith(f"{node}/")
