"""Passages that the embedder refuses, and for how long each is left alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from indexer.meaning.embedder import Refused

PAUSE_FIRST, PAUSE_MOST = 300.0, 86_400.0  # seconds; each pause is twice as long as the one before
_KEPT_MOST = 20_000  # 200 bytes each

_log = logging.getLogger(__name__)


class Aside:
    """In the memory of one process: a new start tries each once more, and a text that changed has another key."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held: dict[bytes, tuple[float, float]] = {}  # when its pause ends, and how long it is
        self._count = 0

    def put(self, key: bytes, refused: Refused) -> None:
        """Leave the passage of this key alone for a while. The log is told how many there are, never what they say."""
        before = self._held.pop(key, None)
        pause = min(2 * before[1], PAUSE_MOST) if before else PAUSE_FIRST
        self._held[key] = self._now() + pause, pause
        if len(self._held) > _KEPT_MOST:
            del self._held[next(iter(self._held))]
        if before is None:
            self._count += 1
            if self._count & (self._count - 1) == 0:  # a service may refuse thousands: one, two, four, eight…
                _log.warning("no vectors for %d passages, found by their words alone: %s", self._count, refused)

    def rests(self, key: bytes) -> bool:
        held = self._held.get(key)
        return held is not None and self._now() < held[0]
