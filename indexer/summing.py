"""Adds up the evidence for a question and takes the best documents, without looking at more postings than that needs.

Nearly all postings of a question are those of its few common terms, and those weigh least. So the scarce terms are
added up for all documents, and of the common ones each document gets only a bound at first: what they are worth at the
most. Few documents can then still be among the best, and only for those the common terms are looked up. The scores
are exact; where the bound spares too little, everything is added up.

A call of numpy costs about as much as a thousand additions, so what can be worked out once for a term is not here but
in ``indexer.view``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer import ranking
from indexer.arrays import Array
from indexer.segment import Mask
from indexer.view import Postings, View

DIGITS = 9  # after the point; scores that differ by less are equal, they were added up in another order
_SAME = 10**-DIGITS
_COLUMNS = 512  # see ``Room``; some times as many as the best documents that are asked for
_AIMED = 0.65  # of the most that the last of the best can score: it will seldom score less
_NARROWER = 0.7  # how far the bound is lowered at a time until enough documents are above it
_UNKNOWN = 0.4  # of the most evidence found: while common terms may add more than that, the bound spares too little
_SPARED = 4  # the bound is worth it when it leaves at most one document in so many

_NO_DOCS = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a question that count, how much each is stressed (1: as usual), their shares of it, their postings."""

    terms: list[str]
    stress: list[float]
    shares: list[float]
    postings: list[Postings]


@dataclass(frozen=True, slots=True)
class Best:
    """Documents (ascending) with all that tie with the last one, their scores, how much of the question each holds;
    and how many matched in all."""

    docs: Array
    scores: Array
    coverage: Array
    total: int


class Room:
    """Sums for each of ``size`` documents, used by one search at a time; fresh arrays would cost more than the sums.

    ``matched`` is not 0 where a document holds a term that counts. ``evidence`` is there once more as ``columns``, in
    rows of ``_COLUMNS``: the best of the columns are as many different documents, found in one quick pass.
    """

    def __init__(self, size: int) -> None:
        self.columns = np.zeros((-(-size // _COLUMNS), _COLUMNS))
        self.evidence: Array = self.columns.reshape(-1)[:size]
        self.coverage = np.empty(size)
        self.matched = np.empty(size, np.uint8)


@dataclass(frozen=True, slots=True)
class _Common:
    """A common term, laid out over all documents, and the most that it gives to one."""

    worth: Array
    fields: Array
    stress: float
    share: float
    most: float


def best_of(asked: Asked, view: View, room: Room, kept: Mask | None, limit: int) -> Best:
    """The ``limit`` best of the documents that ``kept`` lets through (None: all)."""
    common = _scarce_summed(asked, view, room)
    if kept is not None:
        room.matched *= kept
        room.evidence *= kept
    total = int(np.count_nonzero(room.matched))
    most = min(limit, total)
    if most < 1:
        return Best(_NO_DOCS, np.zeros(0), np.zeros(0), total)
    common.sort(key=lambda c: c.most)
    best = room.columns.max(axis=0)
    while common and sum(c.most for c in common) > _UNKNOWN * float(best.max()):
        _add(common.pop(), room)
        best = room.columns.max(axis=0)
    found = _chosen(room, best, common, most)
    if found is None:
        for c in common:
            _add(c, room)
        found = _chosen(room, room.columns.max(axis=0), (), most)
        assert found is not None
    return Best(*found, total)


def _add(c: _Common, room: Room) -> None:
    """Add a common term up for all documents."""
    room.evidence += c.worth if c.stress == 1 else c.worth * c.stress
    if c.share:
        room.coverage += (c.fields != 0) * c.share


def _scarce_summed(asked: Asked, view: View, room: Room) -> list[_Common]:
    """Adds up, for every document, the evidence (see ``ranking``) and the share of the question that it holds; the
    terms left out are returned. Of titles and phrasings that stand beside others nothing is left out."""
    evidence, coverage, matched, add_at = room.evidence, room.coverage, room.matched, np.add.at
    evidence.fill(0)
    coverage.fill(0)
    common, uncounted = [], []
    for p, stress, share in zip(asked.postings, asked.stress, asked.shares, strict=True):
        if p.laid_out:
            common.append(_Common(p.worth, p.fields, stress, share, p.most * stress))
        elif not share:
            uncounted.append((p, stress))
        elif p.count:
            docs = p.docs.astype(np.intp)  # what ``at`` takes without a detour
            add_at(evidence, docs, p.worth if stress == 1 else p.worth * stress)
            add_at(coverage, docs, share)
    np.greater(coverage, 0, out=matched.view(np.bool_))
    for c in common:
        if c.share:
            np.bitwise_or(matched, c.fields, out=matched)
    for p, stress in uncounted:
        add_at(evidence, p.docs.astype(np.intp), p.worth if stress == 1 else p.worth * stress)
    if view.several_units:
        evidence[view.several] += _best_phrasings(asked, view)
    return common


def _best_phrasings(asked: Asked, view: View) -> Array:
    """For each document with several phrasings the evidence of the one that fits best."""
    units = np.zeros(view.several_units)
    for p, stress in zip(asked.postings, asked.stress, strict=True):
        if len(p.units):
            np.add.at(units, p.units.astype(np.intp), p.unit_worth * stress)
    return np.maximum.reduceat(units, view.several_first)


def _chosen(room: Room, best: Array, common: Sequence[_Common], most: int) -> tuple[Array, Array, Array] | None:
    """The ``most`` best of the documents that matched with their scores and coverage; None: too many may be.

    Coverage is at most 1, so no document scores more than its evidence: those that cannot reach the score of the last
    one need not be looked at. ``best`` is the most evidence of each column: a first guess at that score.
    """
    missing = sum(c.most for c in common)
    least = _last(best, most) if most < len(best) else 0.0
    bound = min(max(_AIMED * (least + missing) - missing, 0.0), least)
    while True:
        docs = _above(bound, room)
        if len(docs) < most:
            bound = bound * _NARROWER if bound > _SAME else 0.0
            continue
        if common and len(docs) * _SPARED > len(room.evidence):
            return None
        scores, held = _whole(docs, room, common)
        last = _last(scores, most) - _SAME
        if last - missing >= bound or not bound:
            found = scores >= last
            return docs[found], scores[found], held[found]
        bound = max(last - missing, 0.0)


def _last(scores: Array, most: int) -> float:
    """The ``most``-th best of them."""
    ordered, place = scores.copy(), len(scores) - most
    ordered.partition(place)
    return float(ordered[place])


def _whole(docs: Array, room: Room, common: Sequence[_Common]) -> tuple[Array, Array]:
    """The scores of these documents with the common terms, and how much of the question each holds."""
    evidence, held = room.evidence.take(docs), room.coverage.take(docs)
    for c in common:
        worth = c.worth.take(docs)
        evidence += worth if c.stress == 1 else worth * c.stress
        if c.share:
            held += (worth > 0) * c.share
    return ranking.combined(evidence, held), held


def _above(bound: float, room: Room) -> Array:
    """The documents that matched with so much evidence, ascending."""
    docs = (room.evidence >= bound).nonzero()[0]
    matched: Array = docs[room.matched.take(docs) != 0]
    return matched
