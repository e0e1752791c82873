"""Answers that came after time: shown with both clocks, counted with a reason, nothing of what counted before lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed
from kb.domain.exams.question import QuestionType
from kb.domain.exams.scoring import MarkKind
from kb.domain.exams.sitting import Sitting
from kb.domain.person import Person, Role
from kb.services.examinations import Examinations
from kb.services.item_statistics import ItemStatistics
from kb.services.late_answers import LateAnswers
from kb.services.marking import Marking
from kb.storage import Database
from tests.exam_factories import SHIFT_LEADER, TRAINER, a_paper, held, people
from tests.factories import Clock

TYPES = (QuestionType.SINGLE, QuestionType.TRUE_FALSE, QuestionType.SHORT)


class Room:
    """Two agents sit; the line of the first is down from the second question on, and comes back after the end."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.agent, self.other = people(store, 2)
        self.batch = held(store, clock, a_paper(TYPES))
        self.exams, self.late = Examinations(store, clock), LateAnswers(store, clock)
        clock.forward(hours=1)
        for one in (self.agent, self.other):
            self.exams.start(one, self.exams.own(one)[0].sitting.number)
        self.number = self.sitting().number
        self.save(101, [0], 60)
        clock.forward(minutes=70)

    def save(self, question: int, value: list[object], seconds: float, who: Person | None = None) -> None:
        """``seconds`` after the beginning, by the clock of the examinee."""
        who = who or self.agent
        started = self.sitting(who).started_at
        assert started is not None
        sequence = int((started + timedelta(seconds=seconds)).timestamp() * 1000)
        self.exams.save(who, self.sitting(who).number, question, value, sequence, shown=False)

    def sitting(self, who: Person | None = None) -> Sitting:
        return self.exams.own(who or self.agent)[0].sitting

    def come_back(self) -> None:
        self.save(101, [2], 90)
        self.save(102, [1], 100)
        self.save(103, ["先安抚，再说清时限"], 110)
        self.exams.hand_in(self.agent, self.number)


@pytest.fixture
def room(store: Database, clock: Clock) -> Room:
    return Room(store, clock)


def test_both_clocks_and_what_counts_instead_are_shown(room: Room) -> None:
    room.come_back()
    first, second, third = room.late.sheet(SHIFT_LEADER, room.number).answers
    assert (first.place, first.before, first.value) == (0, (0,), (2,))
    assert (second.before, third.value) == ((), ("先安抚，再说清时限",))
    started = room.sitting().started_at
    assert started is not None and first.answered_at - started == timedelta(seconds=90)
    assert first.arrived_at - started == timedelta(minutes=70)


def test_with_a_reason_they_count_and_the_examinee_is_told(room: Room, store: Database) -> None:
    room.come_back()
    assert (room.sitting().score, room.sitting().complete, room.sitting().late) == (0.0, True, 3)
    done = room.late.admit(SHIFT_LEADER, room.number, reason="机房断网")
    assert (done.count, done.before.score, done.after.score) == (3, 0.0, 20.0)
    seen = room.exams.result(room.agent, room.number)
    assert (dict(seen.late), seen.answers[101], seen.sitting.late) == ({}, (2,), 0)
    with store.read() as uow:
        (row,) = [row for row in uow.audit.of(str(room.batch.number), "exam") if row.action == "exam.admit_late"]
        told = uow.notifications.of(room.agent.login)[0]
    assert row.detail["reason"] == "机房断网"
    assert [one["before"] for one in row.detail["answers"]] == [[0], [], []]
    assert "20 分" in told.text.format(**told.values)


def test_a_written_answer_that_was_admitted_waits_for_a_scorer(room: Room, store: Database, clock: Clock) -> None:
    room.come_back()
    room.late.admit(SHIFT_LEADER, room.number, reason="机房断网")
    assert not room.sitting().complete
    marking = Marking(store, clock)
    (task,) = marking.tasks(SHIFT_LEADER, room.batch.number)
    assert (task.answer, task.standing.score) == ("先安抚，再说清时限", None)
    assert ItemStatistics(store, clock).of_paper(TRAINER, room.batch.paper).unscored == 1
    marking.mark(SHIFT_LEADER, room.number, 103, [4.0, 6.0], kind=MarkKind.FIRST)
    assert (room.sitting().score, room.sitting().complete) == (30.0, True)
    assert ItemStatistics(store, clock).of_paper(TRAINER, room.batch.paper).unscored == 0


def test_what_was_overtaken_in_time_is_not_offered(room: Room) -> None:
    room.save(101, [3], 30)
    room.exams.hand_in(room.agent, room.number)
    assert room.late.sheet(SHIFT_LEADER, room.number).answers == []


def test_an_answer_that_was_judged_as_it_was_in_time_says_so(room: Room, store: Database, clock: Clock) -> None:
    room.save(103, ["先安抚"], 110)
    room.exams.hand_in(room.agent, room.number)
    assert [one.is_marked for one in room.late.sheet(SHIFT_LEADER, room.number).answers] == [False]
    Marking(store, clock).mark(SHIFT_LEADER, room.number, 103, [0.0, 0.0], kind=MarkKind.FIRST)
    assert [one.is_marked for one in room.late.sheet(SHIFT_LEADER, room.number).answers] == [True]


@pytest.mark.parametrize(("reason", "error"), [(" ", Invalid), ("断网", Conflict)])
def test_without_a_reason_or_a_second_time_nothing_changes(room: Room, reason: str, error: type[Exception]) -> None:
    room.come_back()
    if reason == "断网":
        room.late.admit(SHIFT_LEADER, room.number, reason="机房断网")
    score = room.sitting().score
    with pytest.raises(error):
        room.late.admit(SHIFT_LEADER, room.number, reason=reason)
    assert room.sitting().score == score


def test_nobody_admits_their_own_and_no_agent_anybodys(room: Room, store: Database) -> None:
    room.come_back()
    own = Person(0, room.agent.login, "某人", Role.SHIFT_LEADER)
    for person in (own, room.other):
        with pytest.raises(NotAllowed):
            room.late.admit(person, room.number, reason="断网")
