"""Practice: what comes next, what stays in the book, and nothing that somebody is still to sit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.errors import Conflict, NotFound
from kb.domain.exams.practising import PracticeKind
from kb.domain.exams.question import Question, QuestionState, QuestionType, Source
from kb.domain.exams.shuffle import shuffled
from kb.domain.exams.sitting import GRACE
from kb.domain.person import Role
from kb.services.practice import Practice
from kb.storage import Database
from tests.exam_factories import a_paper, a_question, held, people
from tests.factories import Clock, published


def put(store: Database, clock: Clock, *types: QuestionType, state: QuestionState = QuestionState.READY) -> list[int]:
    with store.write() as uow:
        made = [
            uow.bank.add(Question(kept=state, content=a_question(type, n), author="trainer", at=clock()))
            for n, type in enumerate(types, 1)
        ]
        uow.commit()
    return made


def right(practice: Practice, person: object, kind: PracticeKind) -> int:
    """Answer the next question right; its number."""
    asked = practice.next(person, kind)  # type: ignore[arg-type]
    assert asked is not None
    mapping = shuffled(asked.item, asked.seed)[1]
    given = [mapping.index(place) for place in asked.item.content.key]
    judged = practice.answer(person, kind, asked.item.question, asked.item.version, given, asked.seed)  # type: ignore[arg-type]
    assert judged.share == 1.0
    return asked.item.question


def test_every_question_of_a_set_comes_before_one_comes_again(store: Database, clock: Clock) -> None:
    me = people(store, 1)[0]
    numbers = put(store, clock, *[QuestionType.SINGLE] * 4)
    practice = Practice(store, clock)
    asked = []
    for _ in range(4):
        asked.append(right(practice, me, PracticeKind.PRE_JOB))
        clock.forward(minutes=1)
    assert sorted(asked) == numbers
    assert right(practice, me, PracticeKind.PRE_JOB) == asked[0]
    assert practice.sizes(me)[PracticeKind.PRE_JOB] == (4, 4)


def test_a_wrong_answer_is_in_the_book_until_it_is_right(store: Database, clock: Clock) -> None:
    me = people(store, 1)[0]
    put(store, clock, QuestionType.TRUE_FALSE)
    practice = Practice(store, clock)
    practice.answer(me, PracticeKind.PRE_JOB, 1, 1, [0], "")
    assert [one.question for one in practice.mistakes(me)] == [1]
    clock.forward(minutes=1)
    practice.answer(me, PracticeKind.REMEDIAL, 1, 1, [1], "")
    assert practice.mistakes(me) == []


def test_old_questions_are_not_practice_on_the_job_and_drafts_are_none_at_all(store: Database, clock: Clock) -> None:
    me = people(store, 1)[0]
    put(store, clock, QuestionType.SINGLE)
    put(store, clock, QuestionType.SINGLE, state=QuestionState.DRAFT)
    clock.forward(days=63)
    sizes = Practice(store, clock).sizes(me)
    assert (sizes[PracticeKind.PRE_JOB][1], sizes[PracticeKind.ON_JOB][1]) == (1, 0)


def test_what_stands_on_a_paper_is_not_practised_before_everybody_has_sat_it(store: Database, clock: Clock) -> None:
    me = people(store, 1)[0]
    numbers = put(store, clock, *[QuestionType.SINGLE] * 101)
    batch = held(store, clock, a_paper([QuestionType.SINGLE]))  # form A has question 101
    practice = Practice(store, clock)
    assert 101 in numbers
    assert practice.sizes(me)[PracticeKind.PRE_JOB][1] == 100
    with pytest.raises(Conflict, match="考完后再练"):
        practice.answer(me, PracticeKind.PRE_JOB, 101, 1, [0], "")
    clock.at = batch.closes_at + GRACE + timedelta(seconds=1)
    assert practice.sizes(me)[PracticeKind.PRE_JOB][1] == 101


def test_a_question_that_is_not_there_is_told(store: Database, clock: Clock) -> None:
    me = people(store, 1)[0]
    with pytest.raises(NotFound):
        Practice(store, clock).answer(me, PracticeKind.PRE_JOB, 9, 1, [0], "")


@pytest.mark.parametrize("state", [QuestionState.DRAFT, QuestionState.RETIRED])
def test_what_is_not_ready_tells_nobody_its_key(store: Database, clock: Clock, state: QuestionState) -> None:
    me = people(store, 1)[0]
    number = put(store, clock, QuestionType.SINGLE, state=state)[0]
    with pytest.raises(Conflict, match="不供练习"):
        Practice(store, clock).answer(me, PracticeKind.PRE_JOB, number, 1, [0], "")


def test_questions_from_an_entry_for_others_are_not_practised(store: Database, clock: Clock) -> None:
    me = people(store, 1)[0]
    for code, roles in (("PRO-0007", (Role.SHIFT_LEADER,)), ("FAQ-0008", ())):
        published(store, clock, code, roles=roles)
    with store.write() as uow:
        for code in ("PRO-0007", "FAQ-0008"):
            content = a_question(n=len(code), source=Source(code=code, revision=1))
            uow.bank.add(Question(kept=QuestionState.READY, content=content, author="trainer", at=clock()))
        uow.commit()
    practice = Practice(store, clock)
    asked = practice.next(me, PracticeKind.PRE_JOB)
    assert practice.sizes(me)[PracticeKind.PRE_JOB][1] == 1
    assert asked is not None and asked.item.content.source.code == "FAQ-0008"
    with pytest.raises(Conflict, match="不供练习"):
        practice.answer(me, PracticeKind.PRE_JOB, 1, 1, [0], "")


def test_a_written_answer_is_judged_by_who_wrote_it_line_by_line(store: Database, clock: Clock) -> None:
    me = people(store, 1)[0]
    put(store, clock, QuestionType.SHORT)
    practice = Practice(store, clock)
    asked = practice.next(me, PracticeKind.PRE_JOB)
    assert asked is not None and asked.item.content.type is QuestionType.SHORT
    shown = practice.written(me, 1, 1, "先安抚，电话 13800138000")
    assert shown.item.content.model == "先安抚再说时限"
    assert practice.mistakes(me) == []
    judged = practice.judge_own(me, PracticeKind.PRE_JOB, 1, 1, "先安抚，电话 13800138000", [0, 0, 7])
    assert (judged.share, "13800138000" in str(judged.value[0])) == (0.4, False)
    assert [one.question for one in practice.mistakes(me)] == [1]
    clock.forward(minutes=1)
    practice.judge_own(me, PracticeKind.PRE_JOB, 1, 1, "先安抚，再说清时限", [0, 1])
    assert practice.mistakes(me) == []
    assert practice.sizes(me)[PracticeKind.PRE_JOB] == (1, 1)


@pytest.mark.parametrize("type", [QuestionType.SINGLE, QuestionType.ORAL])
def test_only_a_written_answer_is_judged_by_oneself(store: Database, clock: Clock, type: QuestionType) -> None:
    me = people(store, 1)[0]
    put(store, clock, type)
    with pytest.raises(NotFound):
        Practice(store, clock).judge_own(me, PracticeKind.PRE_JOB, 1, 1, "先安抚", [0])
