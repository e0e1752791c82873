"""The question bank as stored: versions, states that follow the source, filters, verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kb.domain.exams.question import (
    Lapse,
    Question,
    QuestionContent,
    QuestionState,
    QuestionType,
    RubricLine,
    Source,
)
from kb.ports import BankFilter, Verdict
from kb.storage import Database
from tests.factories import NOW


def a_question(**changed: object) -> Question:
    content: dict[str, object] = {
        "type": QuestionType.SINGLE, "stem": "百万医疗险的等待期是多少天？", "options": ("30 天", "60 天", "90 天"),
        "key": (0,), "explanation": "自合同生效日起算。", "difficulty": 0.35, "point": "健康险/等待期", "tags": ("等待期", "必考"),
        "source": Source(code="FAQ-0042", revision=3, part="body", start=7, end=19, text="自合同生效日起算 30 天"),
    }  # fmt: skip
    names = set(Question.__dataclass_fields__)
    content |= {name: value for name, value in changed.items() if name not in names}
    question = Question(content=QuestionContent(**content), author="chen", at=NOW, reason="新编", rule="period")  # type: ignore[arg-type]
    return replace(question, **{name: value for name, value in changed.items() if name in names})


def keep(store: Database, *questions: Question) -> list[int]:
    with store.write() as uow:
        numbers = [uow.bank.add(question) for question in questions]
        uow.commit()
    return numbers


def put(store: Database, question: Question) -> None:
    with store.write() as uow:
        uow.bank.put(question)
        uow.commit()


def test_a_question_comes_back_as_it_was_kept(store: Database) -> None:
    made = a_question(
        type=QuestionType.SHORT, options=(), key=(), blanks=(("三十", "30"), ("犹豫期",)), shuffle=False, model="先核身",
        rubric=(RubricLine(text="说明等待期", share=60), RubricLine(text="说明意外", share=40)),
    )  # fmt: skip
    (number,) = keep(store, made)
    with store.read() as uow:
        assert uow.bank.find(number, NOW) == replace(made, number=number)
        assert uow.bank.find(number + 1, NOW) is None


def test_every_version_stays_as_it_was(store: Database) -> None:
    (number,) = keep(store, a_question())
    first = a_question(number=number)
    second = replace(
        first,
        version=2,
        content=replace(first.content, key=(1,)),
        author="wang",
        at=NOW + timedelta(days=1),
        reason="改答案",
    )
    put(store, second)
    with store.read() as uow:
        assert uow.bank.versions(number) == [first, second]
        assert uow.bank.version(number, 1) == first
        assert uow.bank.version(number, 3) is None
        assert uow.bank.find(number, NOW) == second


def test_the_database_itself_refuses_to_change_what_a_question_said(store: Database) -> None:
    keep(store, a_question())
    with store.write() as uow:
        uow.bank.add_verdict(Verdict(digest="d", rule="period", accepted=True, by="chen", at=NOW))
        uow.commit()
    for statement in ("UPDATE bank_versions SET author = 'x'", "DELETE FROM proposal_verdicts"):
        with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_change_of_the_source_takes_effect_when_its_moment_comes(store: Database) -> None:
    ready = QuestionState.READY
    stays, stale, gone, retired = keep(store, *(a_question(kept=ready, state=ready) for _ in range(3)), a_question(
        kept=QuestionState.RETIRED, state=QuestionState.RETIRED))  # fmt: skip
    then = NOW + timedelta(days=9)
    lapses = {
        stale: Lapse(since=then, revision=4, reason="来源改了。", text="60 天"),
        gone: Lapse(since=then, withdrawn=True, reason="已下线。", text="产品停售"),
        retired: Lapse(since=NOW, revision=4, reason="来源改了。", text="60 天"),
    }
    with store.write() as uow:
        uow.bank.mark(lapses)
        uow.commit()
    with store.read() as uow:
        before = then - timedelta(seconds=1)
        assert [q.number for q in uow.bank.ready(before)] == [stays, stale, gone]
        assert [q.number for q in uow.bank.ready(then)] == [stays]
        assert uow.bank.counts(before) == {ready: 3, QuestionState.RETIRED: 1}
        assert uow.bank.counts(then) == {ready: 1, QuestionState.STALE: 1, QuestionState.RETIRED: 2}
        found = uow.bank.many([stale, gone, retired], then)
        assert [found[n].state for n in (stale, gone, retired)] == [
            QuestionState.STALE, QuestionState.RETIRED, QuestionState.RETIRED
        ]  # fmt: skip
        assert found[stale].lapse == lapses[stale] and found[stale].kept is ready
        assert [q.number for q in uow.bank.of_entries(["FAQ-0042"], then)] == [stays, stale, gone]
        assert uow.bank.of_entries(["FAQ-0043", ""], then) == []
    with store.write() as uow:
        uow.bank.mark({stale: None})
        uow.commit()
    with store.read() as uow:
        assert [q.number for q in uow.bank.ready(then)] == [stays, stale]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (BankFilter(), [3, 2, 1]),
        (BankFilter(type=QuestionType.TRUE_FALSE), [2]),
        (BankFilter(state=QuestionState.REVIEWED), [3]),
        (BankFilter(point="理赔"), [2]),
        (BankFilter(code="POL-0007"), [3]),
        (BankFilter(tag="必考"), [3, 1]),
        (BankFilter(tag="必"), []),
        (BankFilter(text="60 天"), [3, 1]),
        (BankFilter(text="100%"), [2]),
        (BankFilter(text="q-0002"), [2]),
        (BankFilter(text="医疗 材料"), []),
        (BankFilter(tag="必考", code="FAQ-0042"), [1]),
    ],
)
def test_a_filter_finds_exactly_what_it_names(store: Database, wanted: BankFilter, found: list[int]) -> None:
    keep(
        store,
        a_question(),
        a_question(
            type=QuestionType.TRUE_FALSE,
            stem="理赔材料 100% 由保险公司承担",
            options=(),
            tags=("材料",),
            point="理赔",
            source=Source(),
        ),
        a_question(kept=QuestionState.REVIEWED, source=Source(code="POL-0007", revision=1)),
    )
    with store.read() as uow:
        assert [q.number for q in uow.bank.select(wanted, NOW)] == found
        assert uow.bank.count(wanted, NOW) == len(found)
        assert [q.number for q in uow.bank.select(wanted, NOW, limit=1, offset=1)] == found[1:2]


def test_points_are_those_in_use(store: Database) -> None:
    keep(store, a_question(point="理赔"), a_question(point=""), a_question(), a_question())
    with store.read() as uow:
        assert uow.bank.points() == ["健康险/等待期", "理赔"]


def test_verdicts_count_for_their_rule(store: Database) -> None:
    with store.write() as uow:
        for digest, rule, accepted in (
            ("a", "period", True),
            ("b", "period", False),
            ("c", "steps", True),
            ("d", "period", True),
        ):
            uow.bank.add_verdict(Verdict(digest=digest, rule=rule, accepted=accepted, by="chen", at=NOW))
        uow.commit()
    with store.read() as uow:
        assert uow.bank.judged() == {"a", "b", "c", "d"}
        assert uow.bank.acceptance() == {"period": (2, 3), "steps": (1, 1)}
