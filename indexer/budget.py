"""How long one question may be thought about, so that no question, whatever is in it, keeps a caller waiting."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 0.03  # for the steps that forgive: ordinary questions take a tenth of it, and what else a search does is bounded


class Budget:
    """Time for what can be left out of one question's search. It begins to count when it is first asked about.

    >>> budget = Budget(0.03, iter([7.0, 7.02, 7.04]).__next__)
    >>> budget.is_spent(), budget.is_spent(), budget.is_spent()
    (False, False, True)

    Args:
        seconds: how much; infinite for a question that may take as long as it likes.
        clock: by default the processor time of this thread: who asks while the machine is busy with others, or on
            a cold morning when tables are read first, gets the same answer as everybody else.
    """

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.thread_time) -> None:
        self._seconds, self._clock = seconds, clock
        self._until: float | None = None
        self.ran_out = False

    def is_spent(self) -> bool:
        """Whether to stop here. Once it was, ``ran_out`` tells that something has been left out."""
        if not self.ran_out:
            now = self._clock()
            if self._until is None:
                self._until = now + self._seconds
            self.ran_out = now >= self._until
        return self.ran_out
