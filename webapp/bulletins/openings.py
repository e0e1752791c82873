"""Remembers in which revision somebody opened an entry, behind the page's back.

Writing needs the writer's turn, for which an import may keep others waiting for long; an agent with a caller on the
line must not wait for it. What is lost when the process ends is told once more: no harm.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from kb.domain.person import Person

WAITING_MOST = 1_000
AGAIN = 1.0  # seconds before what could not be written is tried again

log = logging.getLogger("zhixi.errors")
Opened = tuple[Person, str, int]


class Openings:
    """``write`` keeps one opening: person, code, revision. Its thread starts with the first of them, after the fork."""

    def __init__(self, write: Callable[[Person, str, int], object]) -> None:
        self._write = write
        self._waiting: queue.Queue[Opened] = queue.Queue(WAITING_MOST)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, person: Person, code: str, revision: int) -> None:
        """Returns at once."""
        try:
            self._waiting.put_nowait((person, code, revision))
        except queue.Full:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="openings", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Wait until everything noted is written."""
        self._waiting.join()

    def _run(self) -> None:
        while True:
            opened = self._waiting.get()
            try:
                self._write(*opened)
            except Exception as error:  # told once more next time; the next one may go through
                log.warning("An opening was not kept: %s", type(error).__qualname__)
                threading.Event().wait(AGAIN)
            finally:
                self._waiting.task_done()
