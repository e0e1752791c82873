"""Forgiveness for one process: over the newest state of the index, with the synonyms that hold now."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import datetime

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.keeper import Keeper
from indexer.forgiveness.word_files import parse_synonyms
from indexer.live_words import LiveWords
from indexer.whoosh_index import WhooshIndex
from kb.domain.errors import Invalid
from kb.ports import Store

LOOK_AGAIN = 0.5  # seconds after which a change of the synonyms is noticed by every process


class LiveForgiveness:
    """Call it with a moment. Coordinators' synonyms are read again when their number has changed.

    Args:
        words: where new dictionary words are to be taken up too.
    """

    def __init__(
        self,
        keeper: Keeper,
        index: WhooshIndex,
        store: Store,
        clock: Callable[[], datetime],
        words: LiveWords | None = None,
    ) -> None:
        self._keeper, self._index, self._store, self._clock, self._words = keeper, index, store, clock, words
        self._lock = threading.Lock()
        self._number = 0
        self._looked = float("-inf")

    def __call__(self, at: datetime) -> Forgiveness:
        """For a question about ``at``: today's repairs, since a process keeps the terms of one day only."""
        self._refresh()
        return self._keeper.over(self._index.collection, self._clock())

    def _refresh(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK_AGAIN or not self._lock.acquire(blocking=False):
            return
        try:
            self._looked = now
            with self._store.read() as uow:
                number = uow.lexicons.number()
                state = uow.lexicons.current() if number != self._number else None
            if state is not None:
                self._number = number
                if self._words:
                    self._words.take(state)
                with contextlib.suppress(Invalid):  # a state that cannot be read leaves the one before in force
                    self._keeper.use(parse_synonyms(state.synonyms))
        finally:
            self._lock.release()
