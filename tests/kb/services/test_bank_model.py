"""The states of questions, walked in random orders beside a model that says what must come of each step."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kb.domain.errors import KbError
from kb.domain.exams.lifecycle import Step
from kb.domain.exams.question import QuestionContent, QuestionState, QuestionType, Source
from kb.domain.person import Role
from kb.services.bank import Bank
from kb.services.knowledge import Knowledge
from kb.storage import Database, open_store
from tests.factories import Clock, a_content, a_person

CHEN, ZHAO = a_person(Role.TRAINER, login="chen", id=5), a_person(Role.TRAINER, login="zhao", id=6)
WANG, LI = a_person(Role.DIRECTOR, login="wang", id=7), a_person(login="li", id=8)
CODE = "FAQ-0042"
DRAFT, REVIEWED, READY, STALE, RETIRED = (
    QuestionState.DRAFT, QuestionState.REVIEWED, QuestionState.READY, QuestionState.STALE, QuestionState.RETIRED
)  # fmt: skip
LEADS = {
    (Step.REVIEW, DRAFT): REVIEWED, (Step.RELEASE, REVIEWED): READY, (Step.SEND_BACK, REVIEWED): DRAFT,
    (Step.SEND_BACK, READY): DRAFT, (Step.RETIRE, DRAFT): RETIRED, (Step.RETIRE, REVIEWED): RETIRED,
    (Step.RETIRE, READY): RETIRED, (Step.RESTORE, RETIRED): DRAFT,
}  # fmt: skip
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # hundreds of commits: what is tested is not the disk
people = st.sampled_from([CHEN, ZHAO, WANG])


class BankWalk(RuleBasedStateMachine):
    """One question and its entry. ``days`` is what the entry says, None while it is withdrawn; ``asks`` what the
    question rests on."""

    template: Path
    _store: Database

    @initialize(days=st.integers(10, 12))
    def begin(self, days: int) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=IN_MEMORY))
        shutil.copy(self.template, self._folder / "kb.sqlite3")
        self._store = open_store(f"sqlite:///{self._folder / 'kb.sqlite3'}")
        self.clock = Clock()
        self.knowledge, self.bank = Knowledge(self._store, self.clock), Bank(self._store, self.clock)
        self.edits = 0
        self._publish(days)
        content = QuestionContent(
            type=QuestionType.TRUE_FALSE,
            stem=f"等待期是 {days} 天。",
            key=(0,),
            source=Source(code=CODE, text=self._sentence(days)),
        )
        made = self.bank.add(CHEN, content, reason="新编")
        self.number, self.kept, self.version, self.author = made.number, DRAFT, 1, CHEN.login
        self.asks: int = days
        self.versions = [made.content]

    def _sentence(self, days: int) -> str:
        return f"自合同生效日起算 {days} 天"

    def _publish(self, days: int) -> None:
        self.edits += 1
        self.clock.forward(minutes=1)
        body = f"{self._sentence(days)}。\n\n第 {self.edits} 次发布的说明。"
        _, revision = self.knowledge.submit(LI, a_content(body=body), reason="修订", code=CODE)
        self.knowledge.publish(LI, CODE, revision.number, reason="修订")
        self.days: int | None = days

    @property
    def state(self) -> QuestionState:
        if self.kept is RETIRED:
            return RETIRED
        return RETIRED if self.days is None else self.kept if self.days == self.asks else STALE

    @rule(step=st.sampled_from(Step), by=people, reason=st.sampled_from(["", "因为"]))
    def take(self, step: Step, by: object, reason: str) -> None:
        fits = (step, self.kept) in LEADS and (self.state is self.kept or step is Step.RETIRE)
        may = by.login != self.author if step is Step.REVIEW else by.role is Role.TRAINER  # type: ignore[attr-defined]
        told = reason or step not in (Step.RETIRE, Step.SEND_BACK)
        done = self.bank.move(by, [self.number], step, reason=reason)  # type: ignore[arg-type]
        assert bool(done.numbers) == bool(fits and may and told), (step, self.kept, self.state, done)
        if done.numbers:
            self.kept = LEADS[step, self.kept]

    @rule(days=st.integers(10, 12))
    def publish(self, days: int) -> None:
        self._publish(days)

    @precondition(lambda self: self.days is not None)
    @rule()
    def withdraw(self) -> None:
        self.clock.forward(minutes=1)
        self.knowledge.withdraw(LI, CODE, reason="停售")
        self.days = None

    @rule(by=people)
    def confirm(self, by: object) -> None:
        allowed = self.state is STALE and by.role is Role.TRAINER  # type: ignore[attr-defined]
        try:
            after = self.bank.confirm(by, self.number, based_on=self.version)  # type: ignore[arg-type]
        except KbError:
            assert not allowed
            return
        assert allowed and self.days is not None
        self.asks, self.version, self.author = self.days, self.version + 1, after.author
        self.versions.append(after.content)

    @rule(by=people, late=st.booleans())
    def edit(self, by: object, late: bool) -> None:
        content = replace(
            self.versions[-1], stem=f"第 {self.version + 1} 稿：等待期。",
            source=Source(code=CODE, text=self._sentence(self.days or 0)),
        )  # fmt: skip
        allowed = by.role is Role.TRAINER and self.kept is not RETIRED and not late and self.days is not None  # type: ignore[attr-defined]
        try:
            after = self.bank.edit(by, self.number, content, based_on=self.version - late, reason="改写")  # type: ignore[arg-type]
        except KbError:
            assert not allowed
            return
        assert allowed and self.days is not None
        self.asks, self.version, self.author, self.kept = self.days, self.version + 1, after.author, DRAFT
        self.versions.append(after.content)

    @invariant()
    def it_stands_where_the_model_says(self) -> None:
        if not hasattr(self, "number"):
            return
        found = self.bank.get(WANG, self.number)
        assert (found.state, found.kept, found.version) == (self.state, self.kept, self.version)
        with self._store.read() as uow:
            in_paper = [question.number for question in uow.bank.ready(self.clock())]
            assert in_paper == ([self.number] if self.state is READY else [])
            assert [version.content for version in uow.bank.versions(self.number)] == self.versions
            assert uow.audit.broken_at() is None

    def teardown(self) -> None:
        if hasattr(self, "_folder"):
            self._store.close()
            shutil.rmtree(self._folder)


def test_questions_walk_as_the_model_says(migrated_sqlite: Path) -> None:
    class Walk(BankWalk):
        template = migrated_sqlite

    run_state_machine_as_test(Walk, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))
