"""Taking an examination: the server's clock, answers saved at once, none lost and none doubled, keys kept until the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.errors import Conflict, Invalid, NotFound
from kb.domain.exams.paper import PaperState
from kb.domain.exams.question import QuestionType
from kb.domain.exams.shuffle import shuffled
from kb.domain.exams.sitting import GRACE, Batch, Sitting, SittingState
from kb.domain.person import Person
from kb.services.examinations import Examinations
from kb.storage import Database
from tests.exam_factories import a_paper, held, key_of, people
from tests.factories import Clock


class Hall:
    """A batch that is open, and its first examinee."""

    def __init__(self, store: Database, clock: Clock, **plan: object) -> None:
        self.store, self.clock = store, clock
        self.agents = people(store, 4)
        self.batch: Batch = held(store, clock, **plan)
        self.exams = Examinations(store, clock)
        clock.forward(hours=1)

    def sitting(self, who: Person | None = None) -> Sitting:
        return self.exams.own(who or self.agents[0])[0].sitting

    def start(self, who: Person | None = None) -> int:
        who = who or self.agents[0]
        number = self.sitting(who).number
        self.exams.start(who, number)
        return number

    def sequence(self) -> int:
        return int(self.clock().timestamp() * 1000)

    def save(self, number: int, question: int, value: list[object], sequence: int = 0, who: Person | None = None):
        return self.exams.save(who or self.agents[0], number, question, value, sequence or self.sequence(), shown=False)


@pytest.fixture
def hall(store: Database, clock: Clock) -> Hall:
    return Hall(store, clock)


def test_all_right_answers_give_all_points_as_soon_as_it_is_handed_in(hall: Hall) -> None:
    number = hall.start()
    taking = hall.exams.take(hall.agents[0], number)
    for item in taking.form.items:
        hall.save(number, item.question, key_of(item))
    done = hall.exams.hand_in(hall.agents[0], number)
    assert (done.score, done.complete, done.state) == (50.0, True, SittingState.HANDED_IN)


def test_an_answer_is_there_after_a_reload_in_the_places_of_the_question(hall: Hall) -> None:
    number = hall.start()
    item = hall.exams.take(hall.agents[0], number).form.items[0]
    seed = hall.sitting().seed
    place = shuffled(item, seed)[1].index(3)  # where this examinee sees the last option
    hall.exams.save(hall.agents[0], number, item.question, [place], hall.sequence())
    assert hall.exams.take(hall.agents[0], number).answers == {item.question: (3,)}


def test_of_two_tabs_the_later_change_stays_whatever_order_they_arrive_in(hall: Hall) -> None:
    number, at = hall.start(), hall.sequence()
    later = hall.save(number, 101, [1], at + 10)
    earlier = hall.save(number, 101, [0], at)
    assert (later.is_newest, earlier.is_newest, earlier.value) == (True, False, (1,))
    assert hall.exams.take(hall.agents[0], number).answers[101] == (1,)


def test_sending_the_same_answer_again_changes_nothing(hall: Hall) -> None:
    number, at = hall.start(), hall.sequence()
    first = hall.save(number, 101, [2], at)
    again = hall.save(number, 101, [2], at)
    assert (first.value, again.value, again.is_newest) == ((2,), (2,), True)


def test_the_time_runs_from_the_first_start_and_starting_again_gives_no_more(hall: Hall) -> None:
    number = hall.start()
    due = hall.sitting().due_at
    hall.clock.forward(minutes=20)
    assert hall.exams.start(hall.agents[0], number).due_at == due == hall.clock() + timedelta(minutes=40)


def test_nobody_gets_more_time_than_the_window_has(hall: Hall) -> None:
    hall.clock.forward(minutes=90)
    hall.start()
    assert hall.sitting().due_at == hall.batch.closes_at


def test_an_answer_within_the_grace_counts_and_one_after_it_is_kept_and_does_not(hall: Hall) -> None:
    number = hall.start()
    due = hall.sitting().due_at
    assert due is not None
    hall.clock.at = due + GRACE
    assert not hall.save(number, 101, [2]).late
    hall.clock.at = due + GRACE + timedelta(seconds=1)
    late = hall.save(number, 101, [0])
    done = hall.exams.hand_in(hall.agents[0], number)
    seen = hall.exams.result(hall.agents[0], number)
    assert late.late
    assert (seen.answers[101], seen.late[101], seen.sitting.late) == ((2,), (0,), 1)
    assert (done.score, done.handed_at) == (10.0, due)


def test_an_answer_from_another_tab_after_handing_in_does_not_count(hall: Hall) -> None:
    number = hall.start()
    hall.exams.hand_in(hall.agents[0], number)
    assert hall.save(number, 101, [2]).late
    assert hall.sitting().score == 0.0


def test_before_the_window_and_after_it_nobody_begins(store: Database, clock: Clock) -> None:
    hall = Hall(store, clock)
    clock.at = hall.batch.opens_at - timedelta(seconds=1)
    with pytest.raises(Conflict, match="还没有开始"):
        hall.start()
    clock.at = hall.batch.closes_at
    with pytest.raises(Conflict, match="时间已到"):
        hall.start()


def test_somebody_elses_sitting_is_not_there(hall: Hall) -> None:
    number = hall.start(hall.agents[1])
    with pytest.raises(NotFound):
        hall.exams.take(hall.agents[0], number)
    with pytest.raises(NotFound):
        hall.exams.result(hall.agents[0], number)


@pytest.mark.parametrize("value", [[4], [-1], [0, 1], ["x"], "2", [True], None], ids=str)
def test_an_answer_that_does_not_fit_the_question_is_refused(hall: Hall, value: object) -> None:
    number = hall.start()
    with pytest.raises(Invalid):
        hall.exams.save(hall.agents[0], number, 101, value, hall.sequence())


def test_a_question_of_the_other_form_is_refused(hall: Hall) -> None:
    with pytest.raises(Invalid, match="没有这道题"):
        hall.save(hall.start(), 201, [2])


def test_a_clock_far_ahead_cannot_shut_out_later_answers(hall: Hall) -> None:
    number = hall.start()
    with pytest.raises(Invalid, match="时间"):
        hall.save(number, 101, [2], hall.sequence() + 3_600_000)


def test_keys_are_open_only_when_the_last_batch_of_the_paper_is_over(store: Database, clock: Clock) -> None:
    hall = Hall(store, clock)
    others = people(store, 2, team="二组", prefix="other")
    second = held_second(hall)
    number = hall.start()
    hall.exams.hand_in(hall.agents[0], number)
    clock.at = hall.batch.closes_at + timedelta(minutes=1)
    assert not hall.exams.result(hall.agents[0], number).keys_open
    clock.at = second.closes_at + GRACE
    assert hall.exams.result(hall.agents[0], number).keys_open
    assert len(others) == 2


def held_second(hall: Hall) -> Batch:
    from kb.services.sittings import Plan, Sittings
    from tests.exam_factories import SHIFT_LEADER

    plan = Plan(
        paper=hall.batch.paper,
        teams=("二组",),
        opens_at=hall.batch.closes_at,
        closes_at=hall.batch.closes_at + timedelta(hours=2),
    )
    return Sittings(hall.store, hall.clock, hall.clock().tzinfo).plan(SHIFT_LEADER, plan)


def test_when_the_window_closes_what_was_begun_counts_and_who_never_came_was_absent(hall: Hall) -> None:
    number = hall.start()
    hall.save(number, 101, [2])
    hall.clock.at = hall.batch.closes_at + GRACE
    assert hall.exams.finish_due() == 1
    assert (hall.sitting().state, hall.sitting().score) == (SittingState.HANDED_IN, 10.0)
    assert hall.sitting(hall.agents[1]).state is SittingState.ABSENT
    assert hall.exams.finish_due() == 0
    with hall.store.read() as uow:
        told = [one.address for one in uow.notifications.of("agent-1")]
    assert told.count(f"/exam/{number}/result") == 1


def test_a_blocked_paper_is_not_begun_and_one_begun_goes_on(hall: Hall) -> None:
    number = hall.start()
    with hall.store.write() as uow:
        paper = uow.papers.find(hall.batch.paper)
        assert paper is not None
        uow.papers.put(paper.block("来源有变"))
        uow.commit()
    assert not hall.save(number, 101, [2]).late
    hall.start(hall.agents[1])  # the batch has begun: everybody in it has the same paper


def test_before_the_first_one_begins_a_blocked_paper_waits_for_the_director(store: Database, clock: Clock) -> None:
    hall = Hall(store, clock)
    with store.write() as uow:
        paper = uow.papers.find(hall.batch.paper)
        assert paper is not None
        uow.papers.put(paper.block("来源有变"))
        uow.commit()
    with pytest.raises(Conflict, match="重新批准"):
        hall.start()


def test_a_paper_approved_anew_is_taken_as_it_is_now(store: Database, clock: Clock) -> None:
    from dataclasses import replace

    hall = Hall(store, clock)
    new = a_paper([QuestionType.TRUE_FALSE])
    with store.write() as uow:
        paper = uow.papers.find(hall.batch.paper)
        assert paper is not None
        uow.papers.put(replace(new, number=paper.number, version=paper.version + 1, state=PaperState.APPROVED))
        uow.commit()
    number = hall.start()
    taking = hall.exams.take(hall.agents[0], number)
    assert ([item.content.type for item in taking.form.items], taking.batch.total) == ([QuestionType.TRUE_FALSE], 10.0)


def test_a_phone_number_in_a_written_answer_is_not_kept(store: Database, clock: Clock) -> None:
    hall = Hall(store, clock, paper=a_paper([QuestionType.SHORT]))
    number = hall.start()
    kept = hall.save(number, 101, ["请拨打 13812345678 回访"])
    assert "13812345678" not in str(kept.value)
