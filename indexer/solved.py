"""How many calls each entry has solved, for telling apart hits that fit about equally well."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from indexer import ranking
from indexer.port import Found
from kb.domain.errors import KbError
from kb.ports import Dated, Store

KEPT_SECONDS = 60.0  # an hour's calls move no count far enough to matter within a minute


class SolvedCalls:
    """Counts of all entries, kept for ``seconds`` and then read anew by one search while others go on. By threads."""

    def __init__(self, store: Store, seconds: float = KEPT_SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._counts: Mapping[str, int] = {}
        self._experience: Mapping[str, int] = {}
        self._until = float("-inf")
        self._reading = threading.Lock()

    def counts(self) -> Mapping[str, int]:
        """By code; an entry that solved nothing is not there. The last ones when the store cannot be read now."""
        if time.monotonic() >= self._until and self._reading.acquire(blocking=False):
            try:
                with self._store.read() as uow:
                    self._counts = uow.solutions.solved()
                experience = {code: ranking.experience(count) for code, count in self._counts.items()}
                if experience != self._experience:  # otherwise nothing changes its place
                    self._experience = experience
            except KbError:  # no answer must wait or fail for this
                pass
            finally:
                self._until = time.monotonic() + self._seconds
                self._reading.release()
        return self._counts

    def experience(self) -> object:
        """Stays the same object while no count has changed so far that it could matter."""
        self.counts()
        return self._experience


def by_solved(hits: Sequence[tuple[Found, Dated]], solved: SolvedCalls, most: int) -> list[tuple[Found, Dated]]:
    """``hits`` (best first), near ties among the first ``most`` in the order of how many calls they solved."""
    scores = [found.score for found, _ in hits[:most]]
    if len(ranking.near_ties(scores)) == len(scores):
        return list(hits)
    counts = solved.counts()
    order = ranking.ties_broken(scores, [counts.get(found.code, 0) for found, _ in hits[:most]])
    return [hits[place] for place in order] + list(hits[most:])
