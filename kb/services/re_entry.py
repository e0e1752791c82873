"""The re-entry paper after remedial training: questions that this person has never seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from kb.domain.errors import N_, NotFound
from kb.domain.exams.paper import Paper
from kb.domain.exams.sitting import SittingState
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import Forms, batch_of
from kb.services.papers import Papers


class ReEntry:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo, papers: Papers) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._papers = papers
        self._forms = Forms()

    def build(self, by: Person, login: str, *, seed: int) -> Paper:
        """Assemble a draft like the last paper, without any question that ``login`` had in an examination or in practice.
        It goes to the director like every paper.

        Raises:
            NotFound: nobody has this login. CannotAssemble: the bank is short of unseen questions.
        """
        by.require(Permission.KEEP_QUESTIONS)
        with self._store.read() as uow:
            person = uow.people.find(login)
            if person is None:
                raise NotFound(N_("没有叫“{name}”的在职人员。"), name=login[:40])
            seen = self._seen(uow, login)
        month = self._clock().astimezone(self._zone).date().replace(day=1)
        blueprint = replace(
            self._papers.preset(by, month), title=f"再上岗考试 {person.name}", fresh_share=0.0, unseen_months=0
        )
        return self._papers.build(by, blueprint, seed=seed, without=seen)

    def _seen(self, uow: UnitOfWork, login: str) -> frozenset[int]:
        seen = {one.question for one in uow.sittings.practised(login)}
        for one in uow.sittings.of_person(login):
            if one.state in (SittingState.STARTED, SittingState.HANDED_IN):
                form = self._forms.of(uow, batch_of(uow, one.batch), one.form)
                seen.update(item.question for item in form.items)
        return frozenset(seen)
