from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from kb.domain.errors import NotAllowed
from kb.domain.person import Role
from kb.services.knowledge import Knowledge
from kb.services.names import NamesInForce
from tests.factories import NOW, a_person, published

AGENT = a_person(Role.AGENT)
DAY = timedelta(days=1)


@pytest.fixture
def names(store, clock):
    return NamesInForce(store, clock)


@pytest.fixture
def counts(store):
    """The statements by which the names are counted anew."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        if "DISTINCT" in statement:
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


def test_what_is_published_and_withdrawn_changes_the_names_at_once(names, store, clock):
    assert names.now(AGENT) == ([], [])
    code = published(store, clock, "FAQ-0001", product="百万医疗险", category="健康险")
    assert names.now(AGENT) == (["百万医疗险"], ["健康险"])
    published(store, clock, "FAQ-0002", product="意外险", category="意外")
    assert names.now(AGENT) == (["意外险", "百万医疗险"], ["健康险", "意外"])
    clock.forward(minutes=1)
    Knowledge(store, clock).withdraw(a_person(), code, reason="停售")
    assert names.now(AGENT) == (["意外险"], ["意外"])


def test_what_comes_into_force_and_goes_out_by_the_clock_changes_them_too(names, store, clock):
    published(
        store,
        clock,
        "FAQ-0001",
        product="住院险",
        category="健康险",
        effective_from=NOW + DAY,
        effective_to=NOW + 3 * DAY,
    )
    seen = []
    for _ in range(4):
        seen.append(names.now(AGENT)[0])
        clock.forward(days=1)
    assert seen == [[], ["住院险"], ["住院险"], []]
    clock.forward(days=-2)
    assert names.now(AGENT)[0] == ["住院险"]


def test_each_role_is_named_what_it_may_see(names, store, clock):
    published(store, clock, "FAQ-0001", product="未公布的产品", category="筹备", roles=(Role.DIRECTOR,))
    assert names.now(a_person(Role.DIRECTOR)) == (["未公布的产品"], ["筹备"])
    assert names.now(AGENT) == ([], [])


def test_while_nothing_changes_they_are_counted_once_for_each_role(names, store, clock, counts):
    published(store, clock, "FAQ-0001", product="住院险", category="健康险")
    counts.clear()
    for _ in range(3):
        products, _ = names.now(AGENT)
        products.append("whoever got them may change them")
        clock.forward(days=1)
    assert [names.now(person)[0] for person in (AGENT, a_person(Role.DIRECTOR))] == [["住院险"]] * 2
    assert len(counts) == 2


def test_who_has_left_is_told_nothing(names, clock):
    with pytest.raises(NotAllowed):
        names.now(replace(AGENT, disabled_at=clock()))
