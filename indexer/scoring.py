"""Search over the arrays of all live segments: vector operations, with statistics over exactly what counts.

The statistics (how many documents, how many hold a term) are taken over the documents in force at the moment asked
for that the role may see: neither history nor an entry hidden from the asker moves a score.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from indexer.arrays import FOREVER, Array
from indexer.facts import microseconds
from indexer.port import FIELDS, Filters, Found, Terms
from indexer.segment import Mask, Segment
from indexer.summing import DIGITS, Asked, Best, Room, best_of
from indexer.view import Postings, View, kept
from kb.domain.person import Role

__all__ = ["Collection", "Segment", "Weighed"]

_VIEWS_MOST = 16
_MASKS_MOST = 64
_NAMED_MOST = 50_000  # documents, 150 bytes each
_FIELDS_OF = [[name for place, name in enumerate(FIELDS) if bits >> place & 1] for bits in range(1 << len(FIELDS))]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A term of a question as it counts: how many entries hold it, its rarity (idf), its weight, its share (0 to 1), and
    how much it is stressed (1: as usual), which ``weight`` includes."""

    term: str
    entries: int
    rarity: float
    weight: float
    share: float
    stress: float
    postings: Postings


class _Matches:
    """Which of the documents ``docs`` (ascending) hold which of the terms where. Looked up when somebody asks."""

    def __init__(self, asked: Asked, docs: Array) -> None:
        self._asked, self._docs = asked, docs
        self._rows: dict[int, list[int]] = {}
        self._numbers: dict[str, list[tuple[int, str]]] = {}

    def _bits(self, number: int) -> list[int]:
        """For each document a bit for each field in which it holds the term of this number."""
        found = self._rows.get(number)
        if found is None:
            found = self._rows[number] = self._asked.postings[number].fields_of(self._docs).tolist()
        return found

    def of(self, place: int, kinds: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        numbers = self._numbers.get(kinds)
        if numbers is None:
            numbers = [(number, term) for number, term in enumerate(self._asked.terms) if term[0] in kinds]
            self._numbers[kinds] = numbers
        for number, term in numbers:
            if bits := self._bits(number)[place]:
                for name in _FIELDS_OF[bits]:
                    found.setdefault(name, []).append(term)
        return found


class _ByField(Mapping[str, list[str]]):
    """The terms of some kinds that matched in one document, by field: a view of ``_Matches``."""

    __slots__ = ("_held", "_kinds", "_matches", "_place")

    def __init__(self, matches: _Matches, place: int, kinds: str) -> None:
        self._matches, self._place, self._kinds = matches, place, kinds
        self._held: dict[str, list[str]] | None = None

    @property
    def _found(self) -> dict[str, list[str]]:
        if self._held is None:
            self._held = self._matches.of(self._place, self._kinds)
        return self._held

    def __getitem__(self, field: str) -> list[str]:
        return self._found[field]

    def items(self) -> ItemsView[str, list[str]]:
        return self._found.items()  # without the detours of ``Mapping``: asked for each hit

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Collection:
    """All live segments, with the statistics that hold over them. Immutable: a commit makes a new one."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.listed = list(segments)
        self.segments = [segment for segment in segments if segment.arrays.size]
        self._starts = np.cumsum([0, *(segment.arrays.size for segment in self.segments)]).tolist()
        self._views: dict[tuple[int, Role], View] = {}
        self._masks: dict[Filters, Mask] = {}
        self._cache = kept(sum(len(segment.arrays.doc) for segment in self.segments))
        self._rooms: list[Room] = []  # of searches that are done, for those to come
        self._named: dict[int, tuple[str, int]] = {}
        self._now = (0, 0, 0)  # two moments without a turn between them, and how many turns were before

    @cached_property
    def names(self) -> frozenset[str]:
        """Products, tags and short titles of everything held."""
        return frozenset(name for segment in self.segments for name in segment.arrays.names()["names"])

    @cached_property
    def _turns(self) -> Array:
        """Every moment at which something comes into force or goes out, ascending."""
        moments = [column for s in self.segments for column in (s.arrays.starts, s.arrays.ends)]
        return np.unique(np.concatenate(moments)) if moments else np.zeros(0, np.int64)

    def turn(self, at: datetime) -> int:
        """How often something has come into force or gone out by then: while it stays the same, the same is in force."""
        return self._turn(microseconds(at))

    def _turn(self, at: int) -> int:
        since, until, turn = self._now  # one moment after the other falls between the same two turns
        if not since <= at < until:
            turns = self._turns
            turn = int(turns.searchsorted(at, side="right"))
            since = turns.item(turn - 1) if turn else -FOREVER
            until = turns.item(turn) if turn < len(turns) else FOREVER
            self._now = since, until, turn
        return turn

    def _view(self, at: int, role: Role) -> View:
        """What ``role`` sees at a moment; kept, for until the next turn the same holds."""
        key = self._turn(at), role
        view = self._views.get(key)
        if view is None:
            masks = [segment.valid(at, role) for segment in self.segments]
            alike = (v for v in list(self._views.values()) if all(map(np.array_equal, v.masks, masks)))
            view = next(alike, None) or View(self.segments, masks, self._cache)
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
        emphasis = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
        view = self._view(microseconds(at), role)
        asked = _asked(emphasis, view)
        try:
            room = self._rooms.pop()
        except IndexError:
            room = Room(self._starts[-1])
        best = best_of(asked, view, room, self._kept(filters) if filters else None, limit)
        self._rooms.append(room)
        return self._found(asked, best, limit), best.total

    def holding(self, terms: Sequence[str]) -> set[str]:
        """Codes of the documents, of whatever time, that hold all these terms."""
        codes: set[str] = set()
        for segment in self.segments:
            docs = segment.holding(terms).tolist() if terms else []
            codes.update(segment.arrays.code(number) for number in docs if segment.live[number])
        return codes

    def weighed(self, terms: Terms, *, at: datetime, role: Role) -> list[Weighed]:
        """What each term counts, for explaining a search; those that are left out are not there."""
        if not self.segments:
            return []
        emphasis = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
        view = self._view(microseconds(at), role)
        asked = _asked(emphasis, view)
        rows = zip(asked.terms, asked.postings, asked.stress, asked.shares, strict=True)
        return [
            Weighed(term, p.count, p.rarity, p.weight * stress, share, stress, p) for term, p, stress, share in rows
        ]

    def given(self, code: str, weighed: Sequence[Weighed], *, at: datetime, role: Role) -> list[float]:
        """The evidence that each term gives to the document of ``code`` in force; added up it is all of its evidence."""
        view = self._view(microseconds(at), role)
        document = self._document(code, view)
        if document < 0:
            return [0.0 for _ in weighed]
        values = [w.postings.worth_of(document) * w.stress for w in weighed]
        several = int(view.several.searchsorted(document))
        if several == len(view.several) or view.several[several] != document:
            return values
        bounds = [*view.several_first[several : several + 2].tolist(), view.several_units]
        return [a + b for a, b in zip(values, _best_unit(weighed, bounds[0], bounds[1]), strict=True)]

    def _document(self, code: str, view: View) -> int:
        """Number of the document of ``code`` that ``view`` shows, or -1."""
        for start, segment, mask in zip(self._starts, self.segments, view.masks, strict=False):
            for number in segment.documents(code):
                if mask[number]:
                    return int(start) + number
        return -1

    def _kept(self, filters: Filters) -> Mask:
        """The documents that the filters let through."""
        mask = self._masks.get(filters)
        if mask is None:
            mask = np.concatenate([segment.kept(filters) for segment in self.segments])
            for old in list(self._masks)[: max(0, len(self._masks) + 1 - _MASKS_MOST)]:
                self._masks.pop(old, None)
            self._masks[filters] = mask
        return mask

    def _found(self, asked: Asked, best: Best, limit: int) -> list[Found]:
        """The ``limit`` best, best first; equal scores by code."""
        matches, named, docs = _Matches(asked, best.docs), self._named, best.docs.tolist()
        coverage, scores = best.coverage.tolist(), best.scores.tolist()
        rows = []
        for place, score in enumerate(best.scores.round(DIGITS).tolist()):
            code, revision = named.get(docs[place]) or self._name(docs[place])
            rows.append((-score, code, place, revision))
        rows.sort()
        return [
            Found(
                code, revision, scores[place], coverage[place], _ByField(matches, place, "wbc"), _ByField(matches, place, "w")
            )
            for _, code, place, revision in rows[:limit]
        ]  # fmt: skip

    def _name(self, number: int) -> tuple[str, int]:
        """Code and revision of a document."""
        segment = bisect_right(self._starts, number) - 1
        arrays, own = self.segments[segment].arrays, number - self._starts[segment]
        found = arrays.code(own), arrays.revision.item(own)
        if len(self._named) < _NAMED_MOST:
            self._named[number] = found
        return found


def _best_unit(weighed: Sequence[Weighed], first: int, end: int) -> list[float]:
    """What each term gives through the one phrasing (units ``first`` to ``end``) that fits best."""
    table = np.zeros((len(weighed), end - first))
    for row, w in zip(table, weighed, strict=True):
        own = slice(*w.postings.units.searchsorted([first, end]).tolist())
        row[w.postings.units[own] - first] = w.postings.unit_worth[own] * w.stress
    best: list[float] = table[:, int(table.sum(0).argmax())].tolist()
    return best


def _asked(emphasis: Mapping[str, float], view: View) -> Asked:
    """What of the question counts: not the single characters that many documents hold, unless there is nothing else."""
    others = any(term[0] != "c" for term in emphasis)
    terms, stresses, counted, postings = [], [], [], []
    for term, stress in emphasis.items():
        character = others and term[0] == "c"
        if character and view.is_common(term):
            continue
        held = view.postings(term)
        terms.append(term)
        stresses.append(stress)
        postings.append(held)
        # Sharing a character is no match: beside words and bigrams it counts for the order only.
        counted.append(0.0 if character else held.weight * stress)
    whole = sum(counted)
    return Asked(terms, stresses, [share / whole for share in counted], postings)
