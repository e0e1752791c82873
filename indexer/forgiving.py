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
from kb.domain.lexicon import EMPTY
from kb.ports import Store

LOOK_AGAIN = 0.2  # seconds after which a change of the synonyms is noticed by every process


class LiveForgiveness:
    """Call it with a moment. Coordinators' synonyms are read again when there is another state.

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
        self._taken: tuple[int, datetime | None] = EMPTY.number, EMPTY.at
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
                changed = uow.lexicons.newest() != self._taken
                state = (uow.lexicons.current() or EMPTY) if changed else None
            if state is not None:
                self._taken = state.number, state.at
                if self._words:
                    self._words.take(state)
                with contextlib.suppress(Invalid):  # a state that cannot be read leaves the one before in force
                    self._keeper.use(parse_synonyms(state.synonyms))
        finally:
            self._lock.release()
