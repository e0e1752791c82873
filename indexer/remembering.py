"""Search that remembers its answers for as long as nothing changes that they depend on.

While a line is down or a typhoon lands, everybody on the floor asks the same, and each question passes through the same
beginnings while it is typed. An answer is remembered together with the state it was made from; every question looks at
the state first, and with anything changed all answers are forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from indexer.forgiveness.forgive import Forgiveness
from indexer.port import SearchIndex
from indexer.results import SearchRequest, SearchResult
from indexer.search import Search
from indexer.tokens import Tokenizer
from indexer.tombstones import Tombstones
from kb.ports import Store
from kb.recent import Recent

HITS_MOST = 12_000  # about 2 kB each beside what is kept with the revisions: some 1,100 answers, 25 MB
_QUESTION_MOST = 100  # characters; who pastes a page does not paste it again

Answers = Recent[SearchRequest, SearchResult]


@dataclass(frozen=True, slots=True)
class State:
    """All that an answer depends on beside what was asked. Two are equal when the answers are."""

    edition: int  # the last index job: whatever is published, withdrawn or learned leaves one
    collection: object
    turn: int  # what is in force changes by the clock between two of them
    reading: tuple[object, ...]  # how questions are cut, and what they may be repaired to
    gone: object
    solved: object


class RememberingSearch(Search):
    """``Search`` whose second answer to a question costs a look at what has changed since."""

    def __init__(
        self,
        index: SearchIndex,
        store: Store,
        tokenizer: Tokenizer,
        clock: Callable[[], datetime],
        forgiving: Callable[[datetime], Forgiveness] | None = None,
        tombstones: Tombstones | None = None,
    ) -> None:
        super().__init__(index, store, tokenizer, clock, forgiving, tombstones)
        self._copy = index
        self._answers: tuple[State | None, Answers] = (None, _none_yet())

    def run(self, request: SearchRequest) -> SearchResult:
        if request.at is not None or self.meaning is not None or len(request.query) > _QUESTION_MOST:
            return self.run_anew(request)
        # One look at the clock for both: an answer of before a turn, kept as one of after it, would be given for good.
        started, now = time.perf_counter(), self.clock()
        state = self._state(now)
        answers = self._made_from(state)
        known = answers.get(request)
        if known is not None:
            return replace(known, took_ms=(time.perf_counter() - started) * 1000)
        found = self.answered(request, now)
        if not found.partial and self._still_holds(state):
            answers.put(request, found)
        return found

    def run_anew(self, request: SearchRequest) -> SearchResult:
        """As ``run``, with nothing remembered."""
        return super().run(request)

    def _made_from(self, state: State) -> Answers:
        held, answers = self._answers
        if held != state:
            answers = _none_yet()
            self._answers = (state, answers)
        return answers

    def _state(self, at: datetime) -> State:
        with self.store.read() as uow:
            edition = uow.jobs.last()
        forgiveness = self.forgiving(at) if self.forgiving else None
        collection = self.index.collection
        return State(
            edition,
            collection,
            collection.turn(at),
            (self.tokenizer.fingerprint, *(forgiveness.parts if forgiveness else ())),
            self.tombstones.standing(at) if self.tombstones else None,
            self.solved.experience(),
        )

    def _still_holds(self, state: State) -> bool:
        """Whether the index is not behind the database: what it does not hold yet may come into force unnoticed."""
        return self._copy.applied() == state.edition and self.index.collection is state.collection


def _none_yet() -> Answers:
    return Recent(HITS_MOST, lambda result: 1 + len(result.hits))
