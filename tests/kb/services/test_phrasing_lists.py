"""Which learned phrasings there are, which search uses, and if it does not, why."""

from __future__ import annotations

import pytest

from kb.domain.errors import NotAllowed
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.ports.words import WantedPhrasings
from kb.services.learning import Learning, Wording
from kb.services.phrasing_lists import PhrasingLists, Tally, Use
from tests.factories import a_person, published

COORDINATOR, AGENT = a_person(), a_person(Role.AGENT)


@pytest.fixture
def learning(store, clock):
    published(store, clock, "FAQ-0042", title="等待期", asked_as=("多久能用",))
    published(store, clock, "FAQ-0043", title="犹豫期", asked_as=())
    return Learning(store, clock)


@pytest.fixture
def lists(store, clock):
    return PhrasingLists(store, clock)


def learn(learning, clock, *said, code="FAQ-0042", source=Source.SOLUTION):
    for phrasing in said:
        clock.forward(minutes=1)
        learning.learn(COORDINATOR, [Wording(code, phrasing, source)])


def phrasings(lists, **wanted):
    rows = lists.page(COORDINATOR, WantedPhrasings(**wanted))
    return [row.phrasing.phrasing for row in rows]


def uses(lists, **wanted):
    return {row.phrasing.phrasing: row.use for row in lists.page(COORDINATOR, WantedPhrasings(**wanted))}


def test_the_newest_come_first_or_those_heard_most(learning, lists, clock):
    learn(learning, clock, "几天能赔", "几天能赔", "多久到账")
    assert phrasings(lists) == ["多久到账", "几天能赔"]
    assert phrasings(lists, most_heard=True) == ["几天能赔", "多久到账"]


def test_they_are_narrowed_by_words_entry_and_source(learning, lists, clock):
    learn(learning, clock, "几天能赔", "打了100%折扣吗")
    learn(learning, clock, "能反悔吗", code="FAQ-0043", source=Source.IMPORT)
    assert phrasings(lists, text="天能") == ["几天能赔"]
    assert phrasings(lists, text="0%") == ["打了100%折扣吗"]
    assert phrasings(lists, text="_") == []
    assert phrasings(lists, text="faq-0043") == phrasings(lists, code="FAQ-0043") == ["能反悔吗"]
    assert phrasings(lists, source=Source.IMPORT) == ["能反悔吗"]
    assert lists.counts(COORDINATOR, WantedPhrasings(code="FAQ-0042")) == {
        "standing": 2, "shared": 0, "back": 0, "all": 2,
    }  # fmt: skip


def test_a_part_of_a_long_list_is_got_by_place(learning, lists, clock):
    learn(learning, clock, "几天能赔", "多久到账", "怎么还没赔")
    rows = lists.page(COORDINATOR, WantedPhrasings(), start=1, limit=1)
    assert [(row.phrasing.phrasing, row.title) for row in rows] == [("多久到账", "等待期")]


def test_what_was_taken_back_is_told_with_who_and_why(learning, lists, clock):
    learn(learning, clock, "几天能赔", "多久到账")
    learning.take_back(COORDINATOR, "FAQ-0042", "几天能赔", reason="问的是别的险")
    (row,) = lists.page(COORDINATOR, WantedPhrasings(back=True))
    assert (row.phrasing.phrasing, row.use) == ("几天能赔", Use.BACK)
    assert [(turn.by, turn.reason) for turn in row.turns] == [("a-coordinator", "问的是别的险")]
    assert phrasings(lists, back=False) == ["多久到账"]
    assert lists.tally(COORDINATOR, "FAQ-0042") == Tally(standing=1, searched=1, back=1)


def test_the_same_wording_of_several_entries_is_shown_as_such(learning, lists, clock):
    learn(learning, clock, "能退吗", "几天能赔")
    learn(learning, clock, "能退吗？", code="FAQ-0043")
    rows = lists.page(COORDINATOR, WantedPhrasings(is_shared=True))
    assert {(row.phrasing.code, row.also) for row in rows} == {("FAQ-0042", ("FAQ-0043",)), ("FAQ-0043", ("FAQ-0042",))}
    learning.take_back(COORDINATOR, "FAQ-0042", "能退吗", reason="是犹豫期的")
    assert phrasings(lists, is_shared=True) == []


def test_it_says_which_are_searched_and_why_others_are_not(learning, lists, store, clock, monkeypatch):
    monkeypatch.setattr("kb.domain.learning.USED_MOST", 2)
    learn(learning, clock, "没人问过几回", "几天能赔", "几天能赔", "我能用了吗", "我能用了吗")
    assert uses(lists) == {"没人问过几回": Use.CROWDED, "几天能赔": Use.SEARCHED, "我能用了吗": Use.SEARCHED}
    published(store, clock, "FAQ-0042", title="等待期", asked_as=("几天能赔",))
    assert uses(lists)["几天能赔"] is Use.WRITTEN
    assert lists.tally(COORDINATOR, "FAQ-0042") == Tally(standing=3, searched=1, back=0)


def test_those_of_an_entry_that_is_not_in_force_are_not_searched(learning, lists, store, clock):
    learn(learning, clock, "几天能赔")
    with store.write() as uow:
        entry = uow.entries.get("FAQ-0042")
        entry.withdraw(by=COORDINATOR, at=clock(), reason="停办")
        uow.commit()
    clock.forward(minutes=1)
    assert uses(lists) == {"几天能赔": Use.OFF}


def test_of_nothing_there_is_nothing(lists):
    assert lists.page(COORDINATOR, WantedPhrasings()) == []
    assert lists.tally(COORDINATOR, "FAQ-9999") == Tally()


def test_agents_do_not_see_them(lists):
    for attempt in (lists.page, lists.counts):
        with pytest.raises(NotAllowed):
            attempt(AGENT, WantedPhrasings())
