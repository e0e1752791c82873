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
    learning.take_back(COORDINATOR, "FAQ-0042", "几天能赔！", reason="说得太宽")
    learning.learn(COORDINATOR, [said("几天能赔")])
    with store.read() as uow:
        assert uow.learned.used() == {"FAQ-0043": ("怎么退",)}
    assert (learning.of(COORDINATOR, "FAQ-0042")[0].times, jobs(store)) == (2, ["FAQ-0042", "FAQ-0043", "FAQ-0042"])
    learning.put_back(COORDINATOR, "FAQ-0042", "几天能赔", reason="说得太宽")
    with store.read() as uow:
        assert uow.learned.used(["FAQ-0042"]) == {"FAQ-0042": ("几天能赔",)}


def test_what_was_never_learned_cannot_be_taken_back(learning):
    with pytest.raises(NotFound, match="没有学到过“怎么退”"):
        learning.take_back(COORDINATOR, "FAQ-0042", "怎么退", reason="说得太宽")


def test_each_turn_is_kept_with_who_and_why_and_saying_it_twice_adds_none(learning, store, clock):
    learning.learn(COORDINATOR, [said("几天能赔"), said("多久到账")])
    chosen = [("FAQ-0042", "几天能赔"), ("FAQ-0042", "多久到账")]
    assert learning.turn_all(COORDINATOR, chosen, back=True, reason=" 问的是\n别的险 ") == 2
    clock.forward(minutes=5)
    assert learning.turn_all(COORDINATOR, chosen, back=True, reason="再来一次") == 0
    learning.put_back(COORDINATOR, "FAQ-0042", "多久到账", reason="其实没错")
    with store.read() as uow:
        turns = uow.learned.turns(["FAQ-0042"])
    assert [(turn.form, turn.back, turn.reason) for turn in turns] == [
        ("几天能赔", True, "问的是 别的险"), ("多久到账", True, "问的是 别的险"), ("多久到账", False, "其实没错"),
    ]  # fmt: skip
    assert turns[2].at - turns[1].at == timedelta(minutes=5)


def test_taking_back_needs_a_reason_and_all_or_none_of_them_are(learning, store):
    learning.learn(COORDINATOR, [said("几天能赔")])
    with pytest.raises(Invalid, match="请写明原因"):
        learning.take_back(COORDINATOR, "FAQ-0042", "几天能赔", reason=" ")
    chosen = [("FAQ-0042", "几天能赔"), ("FAQ-0043", "没学过")]
    with pytest.raises(NotFound):
        learning.turn_all(COORDINATOR, chosen, back=True, reason="说得太宽")
    with store.read() as uow:
        assert uow.learned.used() == {"FAQ-0042": ("几天能赔",)}


def test_taking_some_back_makes_room_for_others(learning, monkeypatch):
    monkeypatch.setattr("kb.services.learning.KEPT_MOST", 2)
    assert learning.learn(COORDINATOR, [said("几天能赔"), said("多久到账"), said("怎么还没赔")]) == {
        Outcome.NEW: 2,
        Outcome.FULL: 1,
    }
    learning.take_back(COORDINATOR, "FAQ-0042", "几天能赔", reason="说得太宽")
    assert learning.learn(COORDINATOR, [said("怎么还没赔"), said("几天能赔")]) == {Outcome.NEW: 1, Outcome.COUNTED: 1}


def test_it_is_in_the_audit_log(learning, store):
    learning.learn(COORDINATOR, [said("几天能赔")])
    learning.take_back(COORDINATOR, "FAQ-0042", "几天能赔", reason="说得太宽")
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
        lambda: learning.take_back(AGENT, "FAQ-0042", "几天能赔", reason="说得太宽"),
        lambda: learning.of(AGENT, "FAQ-0042"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
