from __future__ import annotations

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.golden import GoldenQuestion
from kb.domain.person import Role
from kb.services.goldens import Goldens
from tests.factories import a_person

COORDINATOR = a_person(Role.COORDINATOR)


@pytest.fixture
def goldens(store, clock):
    return Goldens(store, clock)


def question(query, *codes, product=""):
    return GoldenQuestion(query, codes or ("FAQ-0042",), product)


def record(goldens, ranks, *, accept=False):
    return goldens.record(COORDINATOR, ranks, reason="词典改动", accept=accept)


def test_questions_are_kept_changed_and_removed(goldens):
    assert goldens.put(COORDINATOR, [question("刚买能赔吗"), question("怎么退", "FAQ-0007")]) == 2
    assert goldens.put(COORDINATOR, [question("刚买能赔吗"), question("怎么退", "FAQ-0008")]) == 1
    goldens.remove(COORDINATOR, "刚买能赔吗")
    assert [(q.query, q.relevant, q.author) for q in goldens.all()] == [("怎么退", ("FAQ-0008",), COORDINATOR.login)]
    with pytest.raises(NotFound):
        goldens.remove(COORDINATOR, "刚买能赔吗")


@pytest.mark.parametrize(("query", "codes"), [("  ", ("FAQ-0042",)), ("怎么退", ()), ("怎么退", ("不是编号",))])
def test_a_question_without_words_or_answer_is_refused(query, codes):
    with pytest.raises(Invalid):
        GoldenQuestion(query, codes)


def test_a_run_names_what_was_lost_and_gained_since_the_last_accepted(goldens):
    record(goldens, {"甲": 1, "乙": 0, "丙": 5})
    number, change = record(goldens, {"甲": 6, "乙": 3, "丙": 1, "丁": 0})
    assert (number, change.lost, change.gained) == (2, [("甲", 1, 6)], [("乙", 0, 3)])


def test_only_an_accepted_run_becomes_the_measure(goldens):
    record(goldens, {"甲": 1})
    record(goldens, {"甲": 0})
    assert goldens.last_accepted().number == 1
    record(goldens, {"甲": 0}, accept=True)
    assert record(goldens, {"甲": 0})[1].lost == []


def test_a_run_is_accepted_later_as_it_was(goldens, store):
    record(goldens, {"甲": 1})
    record(goldens, {"甲": 7})
    assert goldens.accept(COORDINATOR, 2, reason="产品停售") == 3
    run, before = goldens.run(COORDINATOR, 3)
    assert (run.ranks, run.reason, run.accepted, before.number) == ({"甲": 7}, "产品停售", True, 1)
    with store.read() as uow:
        told = [(row.subject, row.detail["reason"]) for row in uow.audit.rows() if row.action == "golden.accept"]
    assert sorted(told) == [("1", "词典改动"), ("3", "产品停售")]


def test_a_run_is_compared_with_the_accepted_one_before_it(goldens):
    for ranks, accept in (({"甲": 1}, True), ({"甲": 2}, False), ({"甲": 3}, True), ({"甲": 4}, True)):
        record(goldens, ranks, accept=accept)
    assert [goldens.run(COORDINATOR, number)[1] for number in (1,)] == [None]
    assert [goldens.run(COORDINATOR, number)[1].number for number in (2, 3, 4)] == [1, 1, 3]


@pytest.mark.parametrize(("number", "reason", "error"), [(2, "停售", Conflict), (9, "停售", NotFound), (4, " ", Invalid)])
def test_a_run_that_is_old_or_unknown_or_unexplained_is_not_accepted(goldens, number, reason, error):
    for accept in (True, False, True, False):
        record(goldens, {"甲": 1}, accept=accept)
    with pytest.raises(error):
        goldens.accept(COORDINATOR, number, reason=reason)
    assert goldens.last_accepted().number == 3


def test_an_agent_neither_keeps_questions_nor_accepts_runs(goldens):
    agent = a_person(Role.AGENT)
    with pytest.raises(NotAllowed):
        goldens.put(agent, [question("怎么退")])
    with pytest.raises(NotAllowed):
        goldens.record(agent, {}, reason="试试", accept=True)
