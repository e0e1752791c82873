"""A question's vector, in time or not at all."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from threading import Lock

import numpy as np

from indexer.meaning.embedder import Refused, Unreachable, Vectors
from indexer.meaning.guarded import Guarded
from kb.recent import Recent

_SECONDS = 5.0
_QUESTIONS_MOST = 2_000


class Questions:
    """Vectors of questions. One is made at a time: who types asks something else with every key."""

    def __init__(self, embedder: Guarded) -> None:
        self._embedder = embedder
        self._made: Recent[str, Vectors] = Recent(_QUESTIONS_MOST, lambda _: 1)
        self._refused: Recent[str, bool] = Recent(_QUESTIONS_MOST, lambda _: 1)
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._running: tuple[str, Future[Vectors]] | None = None

    def begun(self, question: str) -> Future[Vectors] | None:
        """The vector on its way; None when it is no use to wait: another is being made, or none can be."""
        known = self._made.get(question)
        if known is not None:
            ready: Future[Vectors] = Future()
            ready.set_result(known)
            return ready
        if self._refused.get(question):
            return None
        with self._lock:
            if self._running is not None and not self._running[1].done():
                return self._running[1] if self._running[0] == question else None
            if self._embedder.resting:
                return None
            self._pool = self._pool or ThreadPoolExecutor(1, "meaning")
            self._running = question, self._pool.submit(self._make, question)
            return self._running[1]

    def _make(self, question: str) -> Vectors:
        try:
            (vector,) = self._embedder.queries([question], seconds=_SECONDS)
        except Refused:  # too long, as it seems
            self._refused.put(question, True)
            raise
        self._made.put(question, vector)
        return np.asarray(vector)


def within(vector: Future[Vectors], until: float | None) -> Vectors | None:
    """The vector, or None when it is not there by ``until`` (monotonic; None: for ever). A late one serves who asks
    the same again."""
    try:
        return vector.result(None if until is None else max(0.0, until - time.monotonic()))
    except (TooLate, Unreachable):
        return None
