"""Weighs the best hits of the words once more, by how near question and entry are in meaning."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from math import exp
from pathlib import Path
from statistics import fmean

import numpy as np

from indexer.meaning.asking import Questions, within
from indexer.meaning.embedder import Embedder, Vectors
from indexer.meaning.guarded import Guarded
from indexer.meaning.making import Maker
from indexer.meaning.passages import LOOKED_AT, Hits, passage
from indexer.meaning.vectors import VectorFile, key_of
from kb.ports import Dated, Store
from kb.recent import Recent

WAIT = 0.04  # seconds that a question waits for its vector; later it is there for who asks the same
# A hit that is nearer than another by one spread gains this share of its score (e to its power). Spread: the standard
# deviation of the similarities between any two passages, .02 for the bundled model, which finds everything alike, and
# several times as much for others. Not the range among the hits at hand: where all are alike, as sister products'
# clauses are, it makes much of nothing. (that instead, within chance: clauses .001, phrasings .002 less, insuranceqa .006 more)
WEIGHT = 0.08
_SPREAD_OF, _SPREAD_LEAST, _SPREAD_SMALL = 200, 16, 0.001  # of so many vectors, of no fewer, at least
_KEYS_MOST = 20_000
_READ_AT_ONCE = 200


class Meaning:
    """Args: ``wait``: seconds that a question waits for its vector; None: as long as it takes, for measuring."""

    def __init__(
        self, embedder: Embedder, folder: Path, store: Store, clock: Callable[[], datetime], wait: float | None = WAIT
    ) -> None:
        self._store, self._clock, self._wait = store, clock, wait
        self.vectors = VectorFile(folder / f"{embedder.name}.vectors")
        guarded = Guarded(embedder, lambda: (self.vectors.dimensions, self.vectors.path))
        self._questions = Questions(guarded)
        self.maker = Maker(guarded, self.vectors, folder / "vectors.lock", self.everything)
        self._spread_at, self._spread_is = _SPREAD_LEAST // 2, 0.0
        self._keys: Recent[tuple[str, int], bytes] = Recent(_KEYS_MOST, lambda _: 1)

    def weighed(self, question: str, hits: Hits) -> Hits:
        """``hits`` (best first) in the order of their scores with meaning; as they are when there is no vector."""
        until = None if self._wait is None else time.monotonic() + self._wait
        on_its_way = self._questions.begun(question)  # while the others are looked up
        self.vectors.refresh()
        vectors = [self._vector(dated) for _, dated in hits[:LOOKED_AT]]
        self._want(hits, vectors)
        if on_its_way is None or sum(vector is not None for vector in vectors) < 2:
            return hits
        asked = within(on_its_way, until)
        spread = self._spread()
        if asked is None or not spread:
            return hits
        near = nearness([None if v is None or v.shape != asked.shape else float(v @ asked) for v in vectors])
        again = [
            (replace(found, score=found.score * exp(WEIGHT * nearer / spread)), dated)
            for (found, dated), nearer in zip(hits, near, strict=False)
        ]
        return sorted(again, key=lambda hit: -hit[0].score) + hits[LOOKED_AT:]

    def everything(self) -> Iterator[str]:
        """The passages of all that is in force. Read piece by piece: no transaction stays open while they are made."""
        with self._store.read() as uow:
            codes = iter([dated.code for dated in uow.entries.all_in_force(self._clock())])
        while some := list(islice(codes, _READ_AT_ONCE)):
            with self._store.read() as uow:
                contents = [dated.revision.content for dated in uow.entries.in_force(some, self._clock()).values()]
            yield from map(passage, contents)

    def _vector(self, dated: Dated) -> Vectors | None:
        revision = (dated.code, dated.revision.number)  # never changes, so neither does its passage
        key = self._keys.get(revision)
        if key is None:
            key = key_of(passage(dated.revision.content))
            self._keys.put(revision, key)
        return self.vectors.get(key)

    def _spread(self) -> float:
        """Of the vectors kept, taken anew when there are twice as many; 0 while there are too few to tell."""
        count = len(self.vectors)
        if count >= 2 * self._spread_at:
            self._spread_at, self._spread_is = max(count, _SPREAD_LEAST // 2), spread_of(self.vectors.some(_SPREAD_OF))
        return max(self._spread_is, _SPREAD_SMALL) if count >= _SPREAD_LEAST else 0.0

    def _want(self, hits: Hits, vectors: Sequence[Vectors | None]) -> None:
        unknown = [dated for (_, dated), vector in zip(hits, vectors, strict=False) if vector is None]
        if unknown:
            self.maker.want(passage(dated.revision.content) for dated in unknown)


def nearness(similarities: Sequence[float | None]) -> list[float]:
    """How far each lies above the least similar, so that none falls behind the hits that were not looked at; the
    unknown stand in the middle of the known."""
    known = [value for value in similarities if value is not None] or [0.0]
    low, middle = min(known), fmean(known)
    return [(middle if value is None else value) - low for value in similarities]


def spread_of(vectors: Vectors) -> float:
    """The standard deviation of the similarities between the rows; 0 for fewer than two."""
    above = np.triu_indices(len(vectors), 1)
    return float((vectors @ vectors.T)[above].std()) if len(above[0]) else 0.0
