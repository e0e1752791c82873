from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.entry import Action, Entry, Publication, timeline
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Role
from tests.factories import NOW, a_content, a_person

HOUR = timedelta(hours=1)
COORDINATOR = a_person(Role.COORDINATOR)


def an_entry(*contents: dict[str, object], code: str = "FAQ-0042") -> Entry:
    entry = Entry(code)
    for i, fields in enumerate(contents or ({},)):
        entry.submit(a_content(**fields), by=COORDINATOR, at=NOW + i * timedelta(minutes=1), reason="新编")
    return entry


def publish(entry: Entry, number: int, at: datetime = NOW) -> Publication:
    return entry.publish(number, by=COORDINATOR, at=at, reason="上线")


def rule_at(entry: Entry, at: datetime) -> int | None:
    period = entry.period_at(at)
    return period.revision if period else None


def test_a_submitted_revision_is_not_in_force_until_it_is_published():
    entry = an_entry()
    assert rule_at(entry, NOW + HOUR) is None
    publish(entry, 1, NOW + HOUR)
    assert rule_at(entry, NOW) is None
    assert rule_at(entry, NOW + HOUR) == 1


def test_an_agent_may_not_submit():
    with pytest.raises(NotAllowed):
        Entry("FAQ-0007").submit(a_content(), by=a_person(Role.AGENT), at=NOW, reason="试试")


def test_a_trainer_may_submit_but_not_publish():
    entry = Entry("FAQ-0007")
    trainer = a_person(Role.TRAINER)
    entry.submit(a_content(), by=trainer, at=NOW, reason="新编")
    with pytest.raises(NotAllowed):
        entry.publish(1, by=trainer, at=NOW, reason="上线")


def test_submitting_what_the_latest_revision_says_already_is_refused():
    with pytest.raises(Conflict):
        an_entry({}, {})


def test_every_step_needs_a_reason():
    entry = an_entry()
    with pytest.raises(Invalid):
        entry.publish(1, by=COORDINATOR, at=NOW, reason="  ")
    assert entry.publications == []


def test_a_new_publication_replaces_the_old_at_its_start():
    entry = an_entry({}, {"title": "百万医疗险等待期（新版）"})
    publish(entry, 1)
    publish(entry, 2, NOW + HOUR)
    assert [rule_at(entry, NOW + h * HOUR) for h in (0, 0.5, 1, 2)] == [1, 1, 2, 2]


def test_an_announced_rule_waits_for_its_start():
    entry = an_entry({}, {"title": "下月起的新规则", "effective_from": NOW + 10 * HOUR})
    publish(entry, 1)
    publish(entry, 2, NOW + HOUR)
    assert [rule_at(entry, NOW + h * HOUR) for h in (1, 9, 10, 11)] == [1, 1, 2, 2]


def test_correcting_todays_rule_leaves_the_announced_rule_standing():
    entry = an_entry({}, {"title": "下月规则", "effective_from": NOW + 10 * HOUR}, {"title": "今天的更正"})
    publish(entry, 1)
    publish(entry, 2, NOW + HOUR)
    publish(entry, 3, NOW + 2 * HOUR)
    assert [rule_at(entry, NOW + h * HOUR) for h in (1, 2, 9, 10)] == [1, 3, 3, 2]


def test_an_expired_rule_brings_nothing_back_to_life():
    entry = an_entry({}, {"title": "活动规则", "effective_to": NOW + 5 * HOUR})
    publish(entry, 1)
    publish(entry, 2, NOW + HOUR)
    assert [rule_at(entry, NOW + h * HOUR) for h in (0, 4, 5, 6)] == [1, 2, None, None]


def test_a_withdrawal_ends_what_runs_and_what_was_announced():
    entry = an_entry({}, {"title": "下月规则", "effective_from": NOW + 10 * HOUR})
    publish(entry, 1)
    publish(entry, 2, NOW + HOUR)
    entry.withdraw(by=COORDINATOR, at=NOW + 2 * HOUR, reason="停售", replaced_by="FAQ-0043")
    assert [rule_at(entry, NOW + h * HOUR) for h in (1, 2, 10, 11)] == [1, None, None, None]


def test_withdrawing_twice_is_refused():
    entry = an_entry()
    publish(entry, 1)
    entry.withdraw(by=COORDINATOR, at=NOW + HOUR, reason="停售")
    with pytest.raises(Conflict):
        entry.withdraw(by=COORDINATOR, at=NOW + 2 * HOUR, reason="停售")


def test_an_entry_cannot_be_replaced_by_itself():
    entry = an_entry()
    publish(entry, 1)
    with pytest.raises(Invalid):
        entry.withdraw(by=COORDINATOR, at=NOW, reason="停售", replaced_by="FAQ-0042")


def test_a_withdrawn_revision_may_be_published_again():
    entry = an_entry()
    publish(entry, 1)
    entry.withdraw(by=COORDINATOR, at=NOW + HOUR, reason="误下线")
    publish(entry, 1, NOW + 2 * HOUR)
    assert [rule_at(entry, NOW + h * HOUR) for h in (0, 1, 2)] == [1, None, 1]


def test_publishing_a_superseded_revision_is_refused():
    entry = an_entry({}, {"title": "新版"})
    publish(entry, 2)
    with pytest.raises(Conflict):
        publish(entry, 1, NOW + HOUR)


def test_publishing_a_revision_whose_validity_is_over_is_refused():
    entry = an_entry({"effective_to": NOW - HOUR})
    with pytest.raises(Conflict):
        publish(entry, 1)


def test_a_revision_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound):
        publish(an_entry(), 9)


def test_restoring_makes_a_new_revision_that_names_the_old():
    entry = an_entry({}, {"title": "新版"})
    revision = entry.restore(1, by=COORDINATOR, at=NOW + HOUR, reason="新版有误")
    assert (revision.number, revision.restored_from, revision.content) == (3, 1, entry.revision(1).content)


def test_restoring_what_the_latest_says_already_is_refused():
    with pytest.raises(Conflict):
        an_entry().restore(1, by=COORDINATOR, at=NOW, reason="再来")


def test_a_clock_that_jumps_back_does_not_let_the_older_publication_win():
    entry = an_entry({}, {"title": "新版"})
    publish(entry, 1, NOW + HOUR)
    publish(entry, 2, NOW)
    assert rule_at(entry, NOW + 2 * HOUR) == 2


_HOURS = st.integers(0, 12)


@st.composite
def histories(draw: st.DrawFn) -> list[Publication]:
    history: list[Publication] = []
    at = 0
    for number in range(1, draw(st.integers(1, 8)) + 1):
        at += draw(st.integers(0, 3))
        if draw(st.integers(0, 4)) == 0:
            action, revision, start, end = Action.WITHDRAW, None, at, None
        else:
            start = at + draw(st.sampled_from([0, 0, 0, 2, 5]))
            length = draw(st.sampled_from([None, None, 1, 4]))
            action, revision, end = Action.PUBLISH, number, None if length is None else start + length
        ends = None if end is None else NOW + end * HOUR
        history.append(Publication(number, action, revision, "某人", NOW + at * HOUR, NOW + start * HOUR, ends, "原因"))
    return history


def in_force_by_definition(history: list[Publication], at: datetime) -> int | None:
    started = [p for p in history if p.starts <= at]
    withdrawn = max((p.number for p in started if p.action is Action.WITHDRAW), default=0)
    running = [p for p in started if p.action is Action.PUBLISH and p.number > withdrawn]
    last = max(running, key=lambda p: (p.starts, p.number), default=None)
    return None if last is None or (last.ends is not None and at >= last.ends) else last.number


@given(histories(), st.integers(0, 40))
def test_the_timeline_says_what_the_definition_says_at_every_moment(history, hour):
    at = NOW + hour * HOUR / 2
    held = [p for p in timeline(history) if p.holds(at)]
    assert [p.publication for p in held] == [n for n in [in_force_by_definition(history, at)] if n is not None]
