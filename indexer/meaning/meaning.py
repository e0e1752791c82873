"""Weighs the best hits of the words once more, by how near question and entry are in meaning."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread

import numpy as np

from indexer.lock import writer_lock
from indexer.meaning.embedder import Embedder, Unreachable, Vectors
from indexer.meaning.vectors import VectorFile, key_of
from indexer.port import Found
from indexer.text import without_markup
from kb.domain.content import Content
from kb.ports import Dated, Store
from kb.recent import Recent

WAIT = 0.04  # seconds that a question waits for its vector; later it is there for who asks the same
AGAIN = 30.0  # seconds without asking after a failure
PASSAGE_SECONDS, QUERY_SECONDS = 60.0, 5.0
BATCH = 16
WEIGHT = 0.5  # the nearest of the hits gains half of its score, the farthest nothing
LOOKED_AT = 24
_TEXT_MOST, _PHRASINGS = 900, 5
_QUESTIONS_MOST = 2_000

_log = logging.getLogger(__name__)
Hits = list[tuple[Found, Dated]]


class Meaning:
    """Args: ``wait``: seconds that a question waits for its vector; None: as long as it takes, for measuring."""

    def __init__(
        self, embedder: Embedder, folder: Path, store: Store, clock: Callable[[], datetime], wait: float | None = WAIT
    ) -> None:
        self._embedder, self._store, self._clock, self._wait = embedder, store, clock, wait
        self.vectors = VectorFile(folder / f"{embedder.name}.vectors")
        self._lock_path = folder / "vectors.lock"
        self._asked: Recent[str, Vectors] = Recent(_QUESTIONS_MOST, lambda _: 1)
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[Vectors] | None = None
        self._maker: Thread | None = None
        self._off_until = 0.0

    def weighed(self, question: str, hits: Hits) -> Hits:
        """``hits`` (best first) in the order of their scores with meaning; as they are when there is no vector."""
        self.vectors.refresh()
        looked_at = hits[:LOOKED_AT]
        vectors = [self.vectors.get(key_of(passage(dated.revision.content))) for _, dated in looked_at]
        if any(vector is None for vector in vectors):
            self.wake()
        known = [vector for vector in vectors if vector is not None]
        if len(known) < 2 or (asked := self._query(question)) is None:
            return hits
        near = nearness([None if v is None or v.shape != asked.shape else float(v @ asked) for v in vectors])
        again = [
            (replace(found, score=found.score * (1 + WEIGHT * n)), dated)
            for (found, dated), n in zip(looked_at, near, strict=True)
        ]
        return sorted(again, key=lambda hit: -hit[0].score) + hits[LOOKED_AT:]

    def _query(self, question: str) -> Vectors | None:
        """The vector of a question; None when it does not come in time. One is made at a time: typing goes on."""
        found = self._asked.get(question)
        if found is not None or time.monotonic() < self._off_until:
            return found
        with self._lock:
            if self._running is not None and not self._running.done():
                return None
            self._pool = self._pool or ThreadPoolExecutor(1, "meaning")
            self._running = running = self._pool.submit(self._made, question)
        try:
            return running.result(self._wait)
        except (TooLate, Unreachable):
            return None

    def _made(self, question: str) -> Vectors:
        try:
            (vector,) = self._embedder.queries([question], seconds=QUERY_SECONDS)
        except Unreachable as error:
            self._failed(error)
            raise
        self._asked.put(question, vector)
        return np.asarray(vector)

    def _failed(self, error: Unreachable) -> None:
        self._off_until = time.monotonic() + AGAIN
        _log.warning("no vectors, searching with words alone: %s", error)

    def wake(self) -> None:
        """Have the missing vectors made in the background, unless that is going on or has just failed."""
        with self._lock:
            if (self._maker and self._maker.is_alive()) or time.monotonic() < self._off_until:
                return
            self._maker = Thread(target=self._make_quietly, name="vectors", daemon=True)
            self._maker.start()

    def _make_quietly(self) -> None:
        try:
            self.make()
        except Unreachable as error:
            self._failed(error)
        except Exception:  # of no consequence for searching
            self._off_until = time.monotonic() + AGAIN
            _log.exception("making vectors failed")

    def make(self, progress: Callable[[int], object] | None = None, passages: Iterable[str] | None = None) -> int:
        """Make the vectors that are missing of what is in force, or of ``passages``; returns how many.

        0 when another process is at it.

        Raises:
            Unreachable: the embedder does not answer. What was made is kept.
        """
        done = 0
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(self._lock_path, wait=False) as mine:
            if not mine:
                return 0
            self.vectors.refresh()
            missing = self._missing(self._in_force() if passages is None else passages)
            for texts in (missing[start : start + BATCH] for start in range(0, len(missing), BATCH)):
                made = self._embedder.passages(texts, seconds=PASSAGE_SECONDS)
                self.vectors.add({key_of(text): vector for text, vector in zip(texts, made, strict=True)})
                done += len(texts)
                if progress:
                    progress(done)
        return done

    def _in_force(self) -> list[str]:
        with self._store.read() as uow:  # read at once: a transaction must not stay open for hours
            return [passage(dated.revision.content) for dated in uow.entries.all_in_force(self._clock())]

    def _missing(self, texts: Iterable[str]) -> list[str]:
        return [text for text in dict.fromkeys(texts) if self.vectors.get(key_of(text)) is None]


class Noting:
    """In the place of ``Meaning`` while words alone are measured: notes the passages whose vectors are needed next.

    Of a large library they are a small part, and a small model takes hours for the whole.
    """

    def __init__(self) -> None:
        self.passages: dict[str, None] = {}

    def weighed(self, question: str, hits: Hits) -> Hits:
        self.passages.update((passage(dated.revision.content), None) for _, dated in hits[:LOOKED_AT])
        return hits


def passage(content: Content) -> str:
    """What of an entry is made into a vector."""
    lines = (content.title, *content.asked_as[:_PHRASINGS], content.speakable, without_markup(content.body))
    return "\n".join(line for line in lines if line)[:_TEXT_MOST]


def nearness(similarities: Sequence[float | None]) -> list[float]:
    """0 for the least similar to 1 for the most; the unknown stand in the middle of the known."""
    known = [value for value in similarities if value is not None] or [0.0]
    low, width = min(known), (max(known) - min(known)) or 1.0
    middle = sum((value - low) / width for value in known) / len(known)
    return [middle if value is None else (value - low) / width for value in similarities]
