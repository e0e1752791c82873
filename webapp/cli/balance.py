"""Workers that share the connections evenly.

A connection stays with the worker that accepted it for as long as a page is open. Left to chance one worker holds two
thirds of them, and its clients wait twice as long as those of the other.
"""

from __future__ import annotations

import mmap
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

TURN = 0.05  # seconds at most for a worker that holds fewer connections to accept the next one: it may be busy, or hang
LOOK = 0.002  # seconds between two looks whether it has
EVEN = 8  # one connection more in so many is even: else a hundred that come at once would be accepted turn by turn
SEATS = 512  # workers at once, also while new ones take over from old ones

_FREE, _TAKEN = -1, -2  # seats of nobody, and of a worker that does not accept yet


class Counts:
    """One number for each seat, in memory that is shared by all processes forked after this was made.

    Only the parent gives and frees seats; only the worker on a seat changes its number.
    """

    def __init__(self, seats: int = SEATS) -> None:
        self._numbers = memoryview(mmap.mmap(-1, 4 * seats)).cast("i")
        for seat in range(seats):
            self._numbers[seat] = _FREE

    def take(self) -> int | None:
        """A free seat, which counts once it has a number. None when there is none."""
        for seat, number in enumerate(self._numbers):
            if number == _FREE:
                self._numbers[seat] = _TAKEN
                return seat
        return None

    def free(self, seat: int) -> None:
        self._numbers[seat] = _FREE

    def put(self, seat: int, number: int) -> None:
        self._numbers[seat] = number

    def is_outdone(self, seat: int) -> bool:
        """Whether some other worker has a smaller number, by more than one in ``EVEN``."""
        own = self._numbers[seat]
        return any(0 <= number < own - own // EVEN for number in self._numbers)


class BalancedWorker(ThreadWorker):  # type: ignore[misc]
    """Leaves a new connection to the workers that hold fewer, until they hold as many or for one turn.

    After that it accepts one that still waits."""

    seat: int | None = None
    _held = 0
    _turn_ends = float("-inf")  # of the others

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seat = self.app.counts.take()  # gunicorn makes a worker before it forks

    def run(self) -> None:
        self.nr_conns = self._held  # from now on the others leave connections to this one
        super().run()

    @property
    def nr_conns(self) -> int:
        """gunicorn's count of the connections that are held here."""
        return self._held

    @nr_conns.setter
    def nr_conns(self, number: int) -> None:
        self._held = number
        if self.seat is not None:
            self.app.counts.put(self.seat, number)

    def leaves_it(self) -> bool:
        """Whether the connection that waits is for others. Then this one is deaf to it until their turn ends."""
        now = time.monotonic()
        had_turn, self._turn_ends = now < self._turn_ends + TURN, float("-inf")
        if self.seat is None or had_turn or not self.app.counts.is_outdone(self.seat):
            return False
        self._turn_ends = now + TURN
        self.set_accept_enabled(False)
        return True

    def set_accept_enabled(self, enabled: bool) -> None:
        # The loop wants it enabled again at every round.
        super().set_accept_enabled(enabled and not self._is_turn_of_others())

    def _is_turn_of_others(self) -> bool:
        if time.monotonic() >= self._turn_ends:
            return False
        if self.seat is not None and self.app.counts.is_outdone(self.seat):
            return True
        self._turn_ends = float("-inf")  # they have taken it
        return False

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, LOOK) if time.monotonic() < self._turn_ends else timeout)


def leave(worker: Any) -> None:
    """The parent has seen ``worker`` end."""
    if worker.seat is not None:
        worker.app.counts.free(worker.seat)
