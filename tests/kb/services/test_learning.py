from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.errors import Invalid, NotAllowed, NotFound
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.learning import Learning, Outcome, Wording
from tests.factories import NOW, a_person, published

COORDINATOR, AGENT = a_person(), a_person(Role.AGENT)


@pytest.fixture
def learning(store, clock):
    published(store, clock, "FAQ-0042", title="等待期", asked_as=("多久能用",))
    published(store, clock, "FAQ-0043", title="犹豫期", asked_as=())
    clock.forward(days=1)
    return Learning(store, clock)


def said(phrasing, code="FAQ-0042", source=Source.SOLUTION):
    return Wording(code, phrasing, source)


def jobs(store):
    with store.read() as uow:
        return [job.code for job in uow.jobs.after(0)][2:]  # without those of publishing


def test_a_wording_is_kept_with_source_and_count_and_its_entry_indexed_again(learning, store, clock):
    assert learning.learn(COORDINATOR, [said("几天能赔")]) == {Outcome.NEW: 1}
    clock.forward(hours=5)
    assert learning.learn(COORDINATOR, [said("几天能赔？", source=Source.IMPORT)]) == {Outcome.COUNTED: 1}
    (one,) = learning.of(COORDINATOR, "FAQ-0042")
    assert (one.phrasing, one.times, one.source, one.by) == ("几天能赔", 2, Source.SOLUTION, "a-coordinator")
    assert (one.at, one.last_at) == (NOW + timedelta(days=1), NOW + timedelta(days=1, hours=5))
    assert jobs(store) == ["FAQ-0042"]


def test_what_the_author_wrote_is_not_learned(learning, store):
    assert learning.learn(COORDINATOR, [said("等待期？"), said("多久能用")]) == {Outcome.WRITTEN: 2}
    assert (learning.of(COORDINATOR, "FAQ-0042"), jobs(store)) == ([], [])


def test_one_bad_line_keeps_all_out(learning, store):
    for bad, error in ((said("打13812345678"), Invalid), (said("几天能赔", "FAQ-0999"), NotFound)):
        with pytest.raises(error):
            learning.learn(COORDINATOR, [said("怎么退", "FAQ-0043"), bad])
    assert (learning.of(COORDINATOR, "FAQ-0043"), jobs(store)) == ([], [])


def test_what_was_taken_back_stays_so_until_it_is_put_back(learning, store):
    learning.learn(COORDINATOR, [said("几天能赔"), said("怎么退", "FAQ-0043")])
    learning.take_back(COORDINATOR, "FAQ-0042", "几天能赔！")
    learning.learn(COORDINATOR, [said("几天能赔")])
    with store.read() as uow:
        assert uow.learned.used() == {"FAQ-0043": ("怎么退",)}
    assert (learning.of(COORDINATOR, "FAQ-0042")[0].times, jobs(store)) == (2, ["FAQ-0042", "FAQ-0043", "FAQ-0042"])
    learning.put_back(COORDINATOR, "FAQ-0042", "几天能赔")
    with store.read() as uow:
        assert uow.learned.used(["FAQ-0042"]) == {"FAQ-0042": ("几天能赔",)}


def test_what_was_never_learned_cannot_be_taken_back(learning):
    with pytest.raises(NotFound, match="没有学到过“怎么退”"):
        learning.take_back(COORDINATOR, "FAQ-0042", "怎么退")


def test_it_is_in_the_audit_log(learning, store):
    learning.learn(COORDINATOR, [said("几天能赔")])
    learning.take_back(COORDINATOR, "FAQ-0042", "几天能赔")
    with store.read() as uow:
        rows = {row.action: row for row in uow.audit.rows()}
        assert uow.audit.broken_at() is None
    assert dict(rows["phrasing.learn"].detail) == {"entries": 1, "new": 1}
    assert (rows["phrasing.take_back"].subject, rows["phrasing.take_back"].detail["phrasing"]) == (
        "FAQ-0042",
        "几天能赔",
    )


def test_agents_neither_learn_nor_take_back(learning):
    for attempt in (
        lambda: learning.learn(AGENT, [said("几天能赔")]),
        lambda: learning.take_back(AGENT, "FAQ-0042", "几天能赔"),
        lambda: learning.of(AGENT, "FAQ-0042"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
