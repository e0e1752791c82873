from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.entry import Revision
from kb.domain.errors import NotFound
from kb.domain.person import Role
from kb.services.history import History, Step, When
from kb.services.knowledge import Knowledge
from kb.services.people import SYSTEM
from kb.services.workflow import Workflow
from kb.storage import Database
from tests.factories import NOW, Clock, a_content, a_person, published

COORDINATOR, AGENT, LEADER = a_person(), a_person(Role.AGENT), a_person(Role.TEAM_LEADER)
DAY = timedelta(days=1)


def revise(store: Database, clock: Clock, code: str, *, publish: bool = True, **fields: object) -> Revision:
    knowledge = Knowledge(store, clock)
    _, revision = knowledge.submit(COORDINATOR, a_content(**fields), reason="改期限", code=code)
    if publish:
        knowledge.publish(COORDINATOR, code, revision.number, reason="新规定")
    return revision


@pytest.fixture
def history(store: Database, clock: Clock) -> History:
    """Revision 1 was the rule, 2 is, 3 is announced, 4 is only handed in."""
    published(store, clock)
    clock.forward(days=10)
    revise(store, clock, "FAQ-0042", speakable="六十天。")
    clock.forward(days=1)
    revise(store, clock, "FAQ-0042", speakable="九十天。", effective_from=clock() + 5 * DAY)
    clock.forward(hours=1)
    revise(store, clock, "FAQ-0042", speakable="一百天。", publish=False)
    return History(store, clock)


def test_the_rules_come_with_their_periods_in_their_order(history: History):
    rules = history.read(AGENT, "FAQ-0042").rules
    assert [(r.revision.number, r.when, r.period.starts, r.period.ends) for r in rules] == [
        (1, When.EARLIER, NOW, NOW + 10 * DAY),
        (2, When.TODAY, NOW + 10 * DAY, NOW + 16 * DAY),
        (3, When.UPCOMING, NOW + 16 * DAY, None),
    ]


def test_an_agent_reads_what_was_or_will_be_the_rule_and_no_draft(history: History):
    found = history.read(AGENT, "FAQ-0042")
    assert list(found.revisions) == [1, 2, 3]
    assert found.events == []
    with pytest.raises(NotFound):
        found.revision(4)


def test_what_was_announced_and_replaced_before_it_began_is_closed_to_agents(history: History, store, clock):
    revise(store, clock, "FAQ-0042", speakable="八十天。", effective_from=NOW + 16 * DAY)
    assert list(history.read(AGENT, "FAQ-0042").revisions) == [1, 2, 5]


def test_those_who_write_read_every_revision_and_all_that_happened(history: History, store, clock):
    Workflow(store, clock, NOW.tzinfo).send_back(COORDINATOR, "FAQ-0042", 4, "请核对天数")
    clock.forward(hours=1)
    knowledge = Knowledge(store, clock)
    knowledge.withdraw(COORDINATOR, "FAQ-0042", reason="停售", replaced_by="")
    knowledge.restore(COORDINATOR, "FAQ-0042", 1, reason="改回")
    found = history.read(LEADER, "FAQ-0042")
    assert list(found.revisions) == [1, 2, 3, 4, 5]
    assert [(e.step, e.revision) for e in found.events] == [
        (Step.WITHDRAWN, None), (Step.RESTORED, 5), (Step.RETURNED, 4), (Step.SUBMITTED, 4), (Step.PUBLISHED, 3),
        (Step.SUBMITTED, 3), (Step.PUBLISHED, 2), (Step.SUBMITTED, 2), (Step.PUBLISHED, 1), (Step.SUBMITTED, 1),
    ]  # fmt: skip
    assert found.events[2].reason == "请核对天数"
    assert (found.events[4].starts, found.events[4].reason) == (NOW + 16 * DAY, "新规定")


def test_a_revision_closed_to_a_role_stays_closed_when_a_later_one_is_open(store, clock):
    published(store, clock, roles=(Role.SHIFT_LEADER,))
    clock.forward(days=1)
    revise(store, clock, "FAQ-0042", speakable="六十天。")
    history = History(store, clock)
    for person in (AGENT, LEADER):
        found = history.read(person, "FAQ-0042")
        assert list(found.revisions) == [2]
        assert [rule.revision.number for rule in found.rules] == [2]
        assert all(event.revision != 1 for event in found.events)
    assert list(history.read(COORDINATOR, "FAQ-0042").revisions) == [1, 2]


def test_people_are_called_by_their_names(history: History, store):
    with store.write() as uow:
        uow.people.add(COORDINATOR, "hash")
        uow.commit()
    found = history.read(LEADER, "FAQ-0042")
    assert found.name_of(COORDINATOR.login) == "某coordinator"
    assert found.name_of(SYSTEM.login) == "系统"
    assert found.name_of("gone") == "gone"


@pytest.mark.parametrize(
    ("person", "old", "new", "pair"),
    [
        (COORDINATOR, None, None, (2, 4)),  # in force, latest
        (AGENT, None, None, (2, 3)),
        (COORDINATOR, 1, None, (1, 4)),
        (COORDINATOR, None, 2, (1, 2)),  # in force against itself says nothing: the one before it
        (COORDINATOR, 3, 1, (3, 1)),
    ],
)
def test_what_is_compared_when_nothing_is_said(history: History, person, old, new, pair):
    one, other = history.between(person, "FAQ-0042", old, new)
    assert (one.number, other.number) == pair


def test_a_single_revision_has_nothing_to_be_compared_with(store, clock):
    published(store, clock)
    with pytest.raises(NotFound):
        History(store, clock).between(COORDINATOR, "FAQ-0042", None, None)
