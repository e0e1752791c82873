"""Adds up the evidence for a question and takes the best documents, without looking at more postings than that needs.

Nearly all postings of a question are those of its few common terms, and those weigh least. So the scarce terms are
added up for all documents, and of the common ones each document gets only a bound at first: what they are worth at the
most. Few documents can then still be among the best, and only for those the common terms are looked up. The scores
are exact; where the bound spares too little, everything is added up.
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
_NARROWER = 0.7  # how far the bound is lowered at a time until enough documents are above it
_UNKNOWN = 0.4  # of the most evidence found: while common terms may add more than that, the bound spares too little
_SPARED = 4  # the bound is worth it when it leaves at most one document in so many

Room = tuple[Array, Array, Array]  # for the evidence and the coverage of every document, and for what is between
_NO_DOCS = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a question that count, their weights, their shares of it, and their postings."""

    terms: list[str]
    weights: list[float]
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


@dataclass(frozen=True, slots=True)
class _Common:
    """A common term, laid out over all documents."""

    postings: Postings
    weight: float
    share: float

    @property
    def most(self) -> float:
        return self.postings.most * self.weight


def best_of(asked: Asked, view: View, room: Room, kept: Mask | None, limit: int) -> Best:
    """The ``limit`` best of the documents that ``kept`` lets through (None: all)."""
    evidence, coverage, scratch = room
    common = _scarce_summed(asked, view, evidence, coverage)
    matched = coverage > 0
    for c in common:
        if c.share:
            matched |= c.postings.fields != 0
    if kept is not None:
        matched &= kept
    total = int(np.count_nonzero(matched))
    most = min(limit, total)
    if most < 1:
        return Best(_NO_DOCS, np.zeros(0), np.zeros(0), total)
    common.sort(key=lambda c: c.most)
    while common and sum(c.most for c in common) > _UNKNOWN * float(evidence.max()):
        _add(common.pop(), evidence, coverage, scratch)
    found = _chosen(evidence, coverage, matched, common, most)
    if found is None:
        for c in common:
            _add(c, evidence, coverage, scratch)
        found = _chosen(evidence, coverage, matched, (), most)
        assert found is not None
    return Best(*found, total)


def _add(c: _Common, evidence: Array, coverage: Array, scratch: Array) -> None:
    """Add a common term up for all documents. ``scratch``: a fresh array each time would cost more than the sum."""
    evidence += np.multiply(c.postings.worth, c.weight, out=scratch)
    if c.share:
        coverage += np.multiply(c.postings.fields != 0, c.share, out=scratch)


def _scarce_summed(asked: Asked, view: View, evidence: Array, coverage: Array) -> list[_Common]:
    """Adds up, for every document, the evidence (see ``ranking``) and the share of the question that it holds; the
    terms left out are returned. Of titles and phrasings that stand beside others nothing is left out."""
    evidence.fill(0)
    coverage.fill(0)
    units = np.zeros(view.several_units)
    common = []
    for p, weight, share in zip(asked.postings, asked.weights, asked.shares, strict=True):
        if p.laid_out:
            common.append(_Common(p, weight, share))
        else:
            docs = p.docs.astype(np.intp)  # what ``at`` takes without a detour
            np.add.at(evidence, docs, p.worth * weight)
            if share:
                np.add.at(coverage, docs, share)
        if len(p.units):
            np.add.at(units, p.units.astype(np.intp), p.unit_worth * weight)
    if view.several_units:
        evidence[view.several] += np.maximum.reduceat(units, view.several_first)
    return common


def _chosen(
    evidence: Array, coverage: Array, matched: Mask, common: Sequence[_Common], most: int
) -> tuple[Array, Array, Array] | None:
    """The ``most`` best of the documents that matched with their scores and coverage; None: too many may be.

    Coverage is at most 1, so no document scores more than its evidence: those that cannot reach the score of the last
    one need not be looked at.
    """
    bound, docs = float(evidence.max()), _NO_DOCS
    while len(docs) < most:
        bound = bound * _NARROWER if bound > _SAME else 0.0
        docs = _above(bound, evidence, matched)
    if common and len(docs) * _SPARED > len(evidence):
        return None
    scores, held = _whole(docs, evidence, coverage, common)
    last = float(np.partition(scores, -most)[-most]) - _SAME
    missing = sum(c.most for c in common)
    if last - missing < bound:
        docs = _above(last - missing, evidence, matched)
        if common and len(docs) * _SPARED > len(evidence):
            return None
        unseen = min(sum(c.share for c in common), 1.0)
        reach = ranking.combined(evidence[docs] + missing, np.minimum(coverage[docs] + unseen, 1.0))
        docs = docs[reach >= last]
        scores, held = _whole(docs, evidence, coverage, common)
        last = float(np.partition(scores, -most)[-most]) - _SAME
    best = scores >= last
    return docs[best], scores[best], held[best]


def _whole(docs: Array, evidence: Array, coverage: Array, common: Sequence[_Common]) -> tuple[Array, Array]:
    """The scores of these documents with the common terms, and how much of the question each holds."""
    of_docs, held = evidence[docs], coverage[docs]
    for c in common:
        of_docs += c.postings.worth[docs] * c.weight
        if c.share:
            held += (c.postings.fields[docs] != 0) * c.share
    return ranking.combined(of_docs, held), held


def _above(bound: float, evidence: Array, matched: Mask) -> Array:
    """The documents that matched with so much evidence, ascending."""
    docs = np.flatnonzero(evidence >= bound)
    return docs[matched[docs]]
