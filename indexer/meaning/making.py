"""Makes the vectors that are missing: what has just been asked for first, then all that is in force."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from threading import Lock, Thread, get_native_id

from indexer.lock import writer_lock
from indexer.meaning.aside import Aside
from indexer.meaning.embedder import Refused, Unreachable
from indexer.meaning.guarded import Guarded
from indexer.meaning.vectors import VectorFile, key_of

_SECONDS = 60.0
_WANTED_MOST = 1_000
_IDLE = 19  # niceness

_log = logging.getLogger(__name__)


class Maker:
    """Shared by threads. Over all processes one asks the embedder for passages at a time, batch by batch.

    Args:
        lock: the file that processes lock.
        everything: the passages of all that is in force, read piece by piece.
    """

    def __init__(
        self, embedder: Guarded, vectors: VectorFile, lock: Path, everything: Callable[[], Iterable[str]]
    ) -> None:
        self._embedder, self._vectors, self._lock_path = embedder, vectors, lock
        self._everything = everything
        self._aside = Aside()
        self._wanted: dict[str, None] = {}
        self._rest: Iterable[str] | None = None
        self._lock = Lock()
        self._thread: Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether vectors are being made in the background."""
        return self._thread is not None

    def missing(self, passages: Iterable[str]) -> list[str]:
        """Those of which no vector is kept, each once; but not what the embedder has refused a short while ago."""
        self._vectors.refresh()
        keys = {text: key_of(text) for text in passages}
        return [text for text, key in keys.items() if self._vectors.get(key) is None and not self._aside.rests(key)]

    def make(self, passages: Iterable[str], progress: Callable[[int], object] | None = None) -> int:
        """Make the vectors of ``passages`` that are missing; returns how many. ``progress`` is told how many so far.

        Raises:
            Unreachable: the embedder does not answer. What was made is kept.
        """
        missing, made, size = self.missing(passages), 0, self._embedder.batch
        for start in range(0, len(missing), size):
            made += self._make(missing[start : start + size])
            if progress:
                progress(min(start + size, len(missing)))
        return made

    def _make(self, batch: Sequence[str]) -> int:
        with writer_lock(self._lock_path, wait=True):
            texts = self.missing(batch)  # another process may have been at it meanwhile
            return self._added(texts) if texts else 0

    def _added(self, texts: Sequence[str]) -> int:
        """Ask for ``texts``; when they are refused, by halves until those are found that are, and put them aside."""
        try:
            made = self._embedder.passages(texts, seconds=_SECONDS)
        except Refused as refused:
            if len(texts) > 1:
                middle = len(texts) // 2
                return self._added(texts[:middle]) + self._added(texts[middle:])
            self._aside.put(key_of(texts[0]), refused)
            return 0
        self._vectors.add({key_of(text): vector for text, vector in zip(texts, made, strict=True)})
        return len(texts)

    def want(self, passages: Iterable[str]) -> None:
        """Have these made in the background, and then, once in a process, all that is in force."""
        passages = [text for text in passages if not self._aside.rests(key_of(text))]
        if not passages:
            return
        with self._lock:
            if len(self._wanted) < _WANTED_MOST:
                self._wanted.update(dict.fromkeys(passages))
            if self._thread is None and not self._embedder.resting:
                self._thread = Thread(target=self._run, name="vectors", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        _step_back()
        try:
            while batch := self._next():
                self.make(batch)
        except Unreachable:  # told by ``Guarded``; the next who asks begins again
            self._rest = None
        except Exception:  # of no consequence for searching
            _log.exception("making vectors failed")
        finally:
            with self._lock:
                self._thread = None

    def _next(self) -> list[str]:
        with self._lock:
            wanted = list(islice(self._wanted, self._embedder.batch))
            for text in wanted:
                del self._wanted[text]
        if wanted:
            return wanted
        if self._rest is None:
            self._rest = iter(self._everything())
        return list(islice(self._rest, self._embedder.batch))


def _step_back() -> None:
    """Leave the processor to whoever searches: the model would take all of it for hours."""
    if sys.platform == "linux":  # where threads have a niceness of their own, which those that they start inherit
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _IDLE)
