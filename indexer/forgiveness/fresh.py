"""Keeps the terms in step with the collection without making a search wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

QUICK = 0.05  # seconds; what takes no longer is made anew on the spot
# A publication comes seldom alone, and making goes at the expense of the searches: so what is slow rests a little after
# a change, and after it was made for so many times as long as that kept the processor: it never takes 3 % of a core.
REST = 3.0  # seconds
REST_TIMES = 40.0
REST_MOST = 600.0  # seconds

State = TypeVar("State")
Made = TypeVar("Made")


class Fresh(Generic[State, Made]):
    """What was made from the newest state seen, or from one before while the newest is being made.

    The first time, and as long as it is quick, making happens in the caller's thread; later in one background thread,
    and who asks gets the old one until it is done (after ``REST_MOST`` and what making takes, at the most).

    Args:
        make: from a state; called by one thread at a time. A failure leaves the old one in place. Of equal states the
            same is made.
    """

    def __init__(self, make: Callable[[State], Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: tuple[State, Made] | None = None
        self._newest: State | None = None
        self._took = 0.0
        self._made_at = 0.0
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()

    def of(self, state: State) -> tuple[State, Made]:
        """What belongs to ``state``, or still what belonged to the one that is given with it."""
        held = self._held
        if held is not None and held[0] == state:
            return held
        with self._lock:
            if self._held is None or (self._took <= QUICK and self._thread is None):
                return self._held if self._held and self._held[0] == state else self._renew(state)
            self._newest = state
            if self._thread is None and self._held[0] != state:
                self._hurry.clear()
                self._thread = threading.Thread(target=self._behind, name="terms", daemon=True)
                self._thread.start()
            return self._held

    def settle(self) -> None:
        """Wait until what belongs to the newest state seen is made, without resting."""
        with self._lock:
            self._hurry.set()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _behind(self) -> None:
        whole = min(REST_TIMES * self._took, REST_MOST)
        self._hurry.wait(max(whole - (time.monotonic() - self._made_at), min(whole, REST)))
        try:
            assert self._newest is not None
            self._renew(self._newest)
        finally:
            self._thread = None

    def _renew(self, state: State) -> tuple[State, Made]:
        started = time.thread_time()  # of computing: waiting for searches to let go of the processor costs nobody
        made = self._make(state)
        self._took = time.thread_time() - started
        self._made_at = time.monotonic()
        self._held = (state, made)
        return self._held
