"""Keeps the terms in step with the collection without making a search wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

QUICK = 0.05  # seconds; what takes no longer is made anew on the spot

State = TypeVar("State")
Made = TypeVar("Made")


class Fresh(Generic[State, Made]):
    """What was made from the newest state seen, or from the one before while the newest is being made.

    The first time, and as long as it is quick, making happens in the caller's thread; later in one background thread,
    and searches go on with the old terms until it is done (a second for a large library).

    Args:
        make: from a state; called by one thread at a time. A failure leaves the old one in place.
    """

    def __init__(self, make: Callable[[State], Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: tuple[State, Made] | None = None
        self._took = 0.0
        self._thread: threading.Thread | None = None

    def of(self, state: State) -> Made:
        """What belongs to ``state``, compared by identity; perhaps still what belonged to the one before."""
        held = self._held
        if held is not None and held[0] is state:
            return held[1]
        with self._lock:
            if self._held is None or (self._took <= QUICK and self._thread is None):
                return self._held[1] if self._held and self._held[0] is state else self._renew(state)
            if self._thread is None and self._held[0] is not state:
                self._thread = threading.Thread(target=self._behind, args=(state,), name="terms", daemon=True)
                self._thread.start()
            return self._held[1]

    def settle(self) -> None:
        """Wait for the background thread, if one is at work."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _behind(self, state: State) -> None:
        try:
            self._renew(state)
        finally:
            self._thread = None

    def _renew(self, state: State) -> Made:
        started = time.perf_counter()
        made = self._make(state)
        self._took = time.perf_counter() - started
        self._held = (state, made)
        return made
