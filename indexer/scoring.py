"""Search over the arrays of all live segments: vector operations, with statistics over exactly what counts.

The statistics (how many documents, how many hold a term) are taken over the documents in force at the moment asked
for that the role may see: neither history nor an entry hidden from the asker moves a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from indexer import ranking
from indexer.arrays import Array, Arrays
from indexer.building import owners
from indexer.facts import KINDS, ROLES, microseconds
from indexer.port import FIELDS, Filters, Found, Terms
from kb.domain.person import Role

_CACHE_MOST = 20_000
_VIEWS_MOST = 16
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Postings:
    """The postings of the question's terms in one segment, one after the other; ``term`` is the place in the question."""

    doc: Array
    doc_term: Array
    doc_count: Array
    unit: Array
    unit_term: Array
    unit_count: Array


@dataclass
class Segment:
    """Arrays of one immutable segment and which of its documents are still there."""

    name: str
    arrays: Arrays
    deleted: frozenset[int] = frozenset()
    _places: dict[str, int] = field(default_factory=dict)
    live: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.live = np.ones(self.arrays.size, np.bool_)
        self.live[list(self.deleted)] = False

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """The documents of each code, deleted ones included."""
        found: dict[str, list[int]] = {}
        for number in range(self.arrays.size):
            found.setdefault(self.arrays.code(number), []).append(number)
        return found

    def without(self, deleted: frozenset[int]) -> Segment:
        """The same arrays with these documents deleted."""
        return self if deleted == self.deleted else Segment(self.name, self.arrays, deleted, self._places)

    def valid(self, at: int, role: Role) -> Mask:
        """Documents in force ``at`` (microseconds) that ``role`` may see."""
        a = self.arrays
        return self.live & (a.starts <= at) & (at < a.ends) & ((a.roles >> ROLES.index(role)) & 1).astype(np.bool_)

    def kept(self, filters: Filters) -> Mask:
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

    def place(self, term: str) -> int:
        place = self._places.get(term)
        if place is None:
            place = self.arrays.find(term.encode("utf-8", "replace"))
            if len(self._places) < _CACHE_MOST:
                self._places[term] = place
        return place

    def postings(self, terms: Sequence[str]) -> _Postings:
        a = self.arrays
        places = [(number, place) for number, term in enumerate(terms) if (place := self.place(term)) >= 0]
        doc, doc_term, doc_count = _gathered(places, a.doc_start, (a.doc, a.doc_count))
        unit, unit_term, unit_count = _gathered(places, a.unit_start, (a.unit, a.unit_count))
        return _Postings(doc, doc_term, doc_count, unit, unit_term, unit_count)


@dataclass(frozen=True, slots=True)
class _Part:
    """Of one segment: what is seen, and what a count in each field and in each unit is multiplied by."""

    valid: Mask
    norms: ranking.Floats
    unit_norms: ranking.Floats


@dataclass(frozen=True, slots=True)
class _View:
    """What a role sees at a moment: how many documents, and each segment's part."""

    documents: int
    parts: list[_Part]
    holding: dict[str, int] = field(default_factory=dict)  # of single characters that were asked for


@dataclass(frozen=True, slots=True)
class _Scored:
    segment: Segment
    postings: _Postings
    score: ranking.Floats
    coverage: ranking.Floats
    matched: Mask


class Collection:
    """All live segments, with the statistics that hold over them. Immutable: a commit makes a new one."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._views: dict[tuple[int, Role], _View] = {}
        self.listed = list(segments)
        self.segments = [segment for segment in segments if segment.arrays.size]

    @cached_property
    def names(self) -> frozenset[str]:
        """Products, tags and short titles of everything held."""
        return frozenset(name for segment in self.segments for name in segment.arrays.names()["names"])

    @cached_property
    def _turns(self) -> Array:
        """Every moment at which something comes into force or goes out, ascending."""
        moments = [column for s in self.segments for column in (s.arrays.starts, s.arrays.ends)]
        return np.unique(np.concatenate(moments)) if moments else np.zeros(0, np.int64)

    def _view(self, at: int, role: Role) -> _View:
        """What ``role`` sees at a moment; kept, for until the next turn the same holds."""
        key = int(np.searchsorted(self._turns, at, side="right")), role
        view = self._views.get(key)
        if view is None:
            view = _view(self.segments, at, role)
            for old in list(self._views)[: max(0, len(self._views) + 1 - _VIEWS_MOST)]:
                self._views.pop(old, None)  # another thread may have been quicker
            self._views[key] = view
        return view

    def search(
        self, terms: Terms, *, at: datetime, role: Role, filters: Filters, limit: int
    ) -> tuple[list[Found], int]:
        """See ``SearchIndex.search``."""
        if not terms or not self.segments:
            return [], 0
        view = self._view(microseconds(at), role)
        emphasis = self._without_common(terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0), view)
        asked = list(emphasis)
        postings = [segment.postings(asked) for segment in self.segments]
        weights, shares = _weights(emphasis, view, postings)
        scored = [
            _scored(segment, p, part, weights, shares, part.valid & segment.kept(filters))
            for segment, p, part in zip(self.segments, postings, view.parts, strict=True)
        ]
        total = sum(int(s.matched.sum()) for s in scored)
        return [_found(s, doc, asked) for s, doc in _best(scored, limit)], total

    def _without_common(self, terms: Mapping[str, float], view: _View) -> Mapping[str, float]:
        """Without the single characters that many documents hold, unless there is nothing else to ask for."""
        if all(term[0] == "c" for term in terms):
            return terms
        most = ranking.COMMON * view.documents
        return {t: w for t, w in terms.items() if t[0] != "c" or self._holding(t, view) <= most}

    def _holding(self, term: str, view: _View) -> int:
        """How many documents of the view hold a term."""
        count = view.holding.get(term)
        if count is None:
            pairs = zip(self.segments, view.parts, strict=True)
            count = sum(int(part.valid[segment.postings([term]).doc].sum()) for segment, part in pairs)
            if len(view.holding) < _CACHE_MOST:
                view.holding[term] = count
        return count


def _view(segments: Sequence[Segment], at: int, role: Role) -> _View:
    lengths, documents, unit_length, units = np.zeros(len(FIELDS)), 0, 0.0, 0
    masks = [segment.valid(at, role) for segment in segments]
    for segment, mask in zip(segments, masks, strict=True):
        a = segment.arrays
        of_valid = mask[owners(a)]
        lengths += a.doc_length[mask].sum(0)
        documents += int(mask.sum())
        unit_length += float(a.unit_length[of_valid].sum())
        units += int(of_valid.sum())
    average, unit_average = lengths / max(documents, 1), unit_length / max(units, 1)
    parts = [
        _Part(
            mask,
            ranking.field_norms(segment.arrays.doc_length, average),
            ranking.phrasing_norms(segment.arrays.unit_length, unit_average),
        )
        for segment, mask in zip(segments, masks, strict=True)
    ]
    return _View(documents, parts)


def _scored(
    segment: Segment, p: _Postings, part: _Part, weights: ranking.Floats, shares: ranking.Floats, mask: Mask
) -> _Scored:
    size = segment.arrays.size
    counts = np.einsum("ij,ij->i", p.doc_count, part.norms[p.doc])
    fields = np.bincount(p.doc, weights[p.doc_term] * ranking.saturated(counts), minlength=size)
    by_unit = weights[p.unit_term] * ranking.saturated(p.unit_count * part.unit_norms[p.unit])
    units = np.bincount(p.unit, by_unit, minlength=len(part.unit_norms))
    phrasing = np.maximum.reduceat(units, segment.arrays.unit_first)
    coverage = np.bincount(p.doc, shares[p.doc_term], minlength=size)
    matched = mask & (coverage > 0)
    score = np.where(matched, ranking.combined(fields, phrasing, coverage), 0.0)
    return _Scored(segment, p, score, coverage, matched)


def _weights(emphasis: Mapping[str, float], view: _View, postings: list[_Postings]) -> tuple[ranking.Floats, ranking.Floats]:
    """What each term is worth, and its share of the question."""
    holding = np.zeros(len(emphasis))
    for part, p in zip(view.parts, postings, strict=True):
        holding += np.bincount(p.doc_term[part.valid[p.doc]], minlength=len(emphasis))
    rarity = ranking.rarity(view.documents, holding)
    weights = rarity * ranking.term_weights(emphasis)
    # Sharing a character is no match: beside words and bigrams it counts for the order only.
    counted = weights * [term[0] != "c" for term in emphasis]
    shares = counted if counted.any() else weights
    return weights, shares / shares.sum()


def _best(scored: Iterable[_Scored], limit: int) -> list[tuple[_Scored, int]]:
    """The ``limit`` best over all segments; equal scores by code."""
    candidates: list[tuple[float, str, _Scored, int]] = []
    for s in scored:
        docs = np.flatnonzero(s.matched)
        if len(docs) > limit > 0:
            bound = np.partition(s.score[docs], -limit)[-limit]
            docs = docs[s.score[docs] >= bound]  # all that tie with the last one: the code decides among them
        candidates.extend((-float(s.score[doc]), s.segment.arrays.code(doc), s, doc) for doc in map(int, docs))
    candidates.sort(key=lambda c: c[:2])
    return [(s, doc) for _, _, s, doc in candidates[:limit]]


def _found(scored: _Scored, doc: int, asked: list[str]) -> Found:
    p, a = scored.postings, scored.segment.arrays
    terms: dict[str, list[str]] = {}
    for place in np.flatnonzero(p.doc == doc):
        for column, name in enumerate(FIELDS):
            if p.doc_count[place, column]:
                terms.setdefault(name, []).append(asked[p.doc_term[place]])
    return Found(a.code(doc), int(a.revision[doc]), float(scored.score[doc]), float(scored.coverage[doc]), terms)


def _gathered(
    places: list[tuple[int, int]], start: Array, columns: tuple[Array, Array]
) -> tuple[Array, Array, Array]:
    """The postings of several terms as one run: owners, the term of each, counts."""
    bounds = [(number, int(start[place]), int(start[place + 1])) for number, place in places]
    owner, count = columns
    if not bounds:
        return owner[:0], np.zeros(0, np.int64), count[:0]
    term = np.repeat([number for number, _, _ in bounds], [end - begin for _, begin, end in bounds])
    pick: Callable[[Array], Array] = lambda column: np.concatenate([column[begin:end] for _, begin, end in bounds])  # noqa: E731
    return pick(owner), term, pick(count)


def _below(category: str, node: str) -> bool:
    return category == node or category.startswith(f"{node}/")
