"""Calls as the telephony system tells of them: in every order, again and again, late and by other clocks."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from itertools import permutations

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Person, Role
from kb.services.calls import Calls
from kb.services.telephony import Telephony
from kb.storage import Database
from tests.calling import PHONE, an_agent
from tests.factories import NOW, Clock


def test_a_call_opened_and_ended_by_telephony_owes_a_solution_within_five_minutes(
    calls: Calls, telephony: Telephony, agent: Person, clock: Clock
) -> None:
    call, is_new = telephony.connect(PHONE, reference="T-1", login="wang", line="热线", product="百万医疗险")
    assert is_new
    assert calls.current(agent) == call
    clock.forward(minutes=3)
    ended = telephony.hang_up(PHONE, reference="T-1")
    assert (ended.day, ended.shift, ended.team) == (date(2026, 11, 21), "早班", "一组")
    assert ended.due_at == NOW + timedelta(minutes=8)
    assert calls.owed(agent) == [ended]
    assert calls.current(agent) is None


def test_a_callers_number_sent_as_the_line_or_the_product_is_not_kept(
    calls: Calls, telephony: Telephony, agent: Person
) -> None:
    told, _ = telephony.connect(PHONE, reference="T-1", login="wang", line="95518 主叫13800138000", product="车险 京A12345")
    assert (told.line, told.product) == ("95518 主叫＊＊＊", "车险 ＊＊＊")
    telephony.hang_up(PHONE, reference="T-1")
    by_hand = calls.open(agent, line="139 0013 9000", product="家财险")
    assert (by_hand.line, by_hand.product) == ("＊＊＊", "家财险")


def test_messages_sent_again_change_nothing(calls: Calls, telephony: Telephony, agent: Person, clock: Clock) -> None:
    first, _ = telephony.connect(PHONE, reference="T-1", login="wang", line="热线")
    clock.forward(seconds=30)
    assert telephony.connect(PHONE, reference="T-1", login="wang", line="热线") == (first, False)
    assert telephony.connect(PHONE, reference="T-1", login="wang", line="别的", product="家财险")[0].line == "热线"
    ended = telephony.hang_up(PHONE, reference="T-1")
    clock.forward(seconds=30)
    assert telephony.hang_up(PHONE, reference="T-1") == ended
    assert telephony.connect(PHONE, reference="T-1", login="wang")[0].ended_at == ended.ended_at


def test_an_end_before_its_beginning_keeps_the_call_and_the_beginning_completes_it(
    calls: Calls, telephony: Telephony, agent: Person, clock: Clock
) -> None:
    ended = telephony.hang_up(PHONE, reference="T-9", login="wang", at=NOW)
    told, is_new = telephony.connect(
        PHONE, reference="T-9", login="wang", line="热线", product="家财险", at=NOW - timedelta(minutes=4)
    )
    assert not is_new
    assert (told.number, told.line, told.product) == (ended.number, "热线", "家财险")
    assert told.opened_at == NOW - timedelta(minutes=4)
    assert [call.number for call in calls.owed(agent)] == [ended.number]


def test_an_end_of_an_unknown_call_without_an_agent_is_not_found(calls: Calls, telephony: Telephony) -> None:
    with pytest.raises(NotFound, match="登录名"):
        telephony.hang_up(PHONE, reference="T-9")


def test_an_unknown_agent_or_one_who_has_left_is_not_found(store: Database, calls: Calls, telephony: Telephony, agent: Person) -> None:
    with pytest.raises(NotFound, match="没有登录名为“nobody”"):
        telephony.connect(PHONE, reference="T-1", login="nobody")
    with pytest.raises(Invalid, match="请写明座席的登录名"):
        telephony.connect(PHONE, reference="T-1", login=" ")
    under_way, _ = telephony.connect(PHONE, reference="T-0", login="wang")
    with store.write() as uow:
        uow.people.add(Person(0, "trainer", "培训岗", Role.TRAINER), "x")
        uow.people.disable("wang", NOW)
        uow.commit()
    for login in ("wang", "trainer"):  # what a trainer's call owes nobody could record
        with pytest.raises(NotFound):
            telephony.connect(PHONE, reference="T-1", login=login)
    assert telephony.hang_up(PHONE, reference="T-0", login="wang").number == under_way.number


def test_a_reference_belongs_to_one_agent(store: Database, calls: Calls, telephony: Telephony, agent: Person) -> None:
    an_agent(store, "li")
    telephony.connect(PHONE, reference="T-1", login="wang")
    with pytest.raises(Conflict):
        telephony.connect(PHONE, reference="T-1", login="li")
    with pytest.raises(Conflict):
        telephony.hang_up(PHONE, reference="T-1", login="li")


def test_clocks_that_go_ahead_count_as_now_and_old_messages_are_refused(
    calls: Calls, telephony: Telephony, agent: Person, clock: Clock
) -> None:
    call, _ = telephony.connect(PHONE, reference="T-1", login="wang", at=NOW + timedelta(hours=9))
    assert call.opened_at == NOW
    assert telephony.hang_up(PHONE, reference="T-1", at=NOW - timedelta(minutes=1)).ended_at == NOW
    with pytest.raises(Invalid, match="七天"):
        telephony.connect(PHONE, reference="T-2", login="wang", at=NOW - timedelta(days=8))


def test_a_late_message_leaves_the_agent_the_full_time(calls: Calls, telephony: Telephony, agent: Person, clock: Clock) -> None:
    telephony.connect(PHONE, reference="T-1", login="wang")
    clock.forward(hours=1)
    ended = telephony.hang_up(PHONE, reference="T-1", at=NOW + timedelta(minutes=2))
    assert ended.ended_at == NOW + timedelta(minutes=2)
    assert ended.due_at == NOW + timedelta(hours=1, minutes=5)


def test_a_new_call_ends_the_one_before(calls: Calls, telephony: Telephony, agent: Person, clock: Clock) -> None:
    first, _ = telephony.connect(PHONE, reference="T-1", login="wang")
    clock.forward(minutes=1)
    second, _ = telephony.connect(PHONE, reference="T-2", login="wang")
    assert calls.current(agent) == second
    assert [call.number for call in calls.owed(agent)] == [first.number]


def test_a_call_opened_by_hand_just_before_is_the_one_that_telephony_tells_of(
    calls: Calls, telephony: Telephony, agent: Person, clock: Clock
) -> None:
    mine = calls.open(agent)
    clock.forward(seconds=20)
    told, is_new = telephony.connect(PHONE, reference="T-1", login="wang", line="热线")
    assert (told.number, told.line, is_new) == (mine.number, "热线", False)
    clock.forward(minutes=10)
    other, is_new = telephony.connect(PHONE, reference="T-2", login="wang")
    assert is_new
    assert other.number != mine.number


def test_a_call_opened_by_hand_long_before_is_another_one_and_ends(
    calls: Calls, telephony: Telephony, agent: Person, clock: Clock
) -> None:
    by_hand = calls.open(agent)
    clock.forward(minutes=2, seconds=1)
    told, is_new = telephony.connect(PHONE, reference="T-1", login="wang")
    assert is_new
    assert told.number != by_hand.number
    assert [call.number for call in calls.owed(agent)] == [by_hand.number]


def test_word_of_an_older_call_that_comes_late_leaves_the_present_one_open(
    calls: Calls, telephony: Telephony, agent: Person, clock: Clock
) -> None:
    present, _ = telephony.connect(PHONE, reference="T-2", login="wang")
    telephony.connect(PHONE, reference="T-1", login="wang", at=NOW - timedelta(minutes=5))
    assert calls.current(agent) == present
    telephony.hang_up(PHONE, reference="T-1", at=NOW - timedelta(minutes=1))
    assert calls.current(agent) == present


def test_only_those_who_may_connect_speak_for_telephony(calls: Calls, telephony: Telephony, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        telephony.connect(agent, reference="T-1", login="wang")
    with pytest.raises(NotAllowed):
        telephony.hang_up(agent, reference="T-1")
    with pytest.raises(NotAllowed):
        calls.grant(agent, "wang")


ORDERS = sorted(set(permutations(("connect", "hang_up", "connect", "hang_up"))))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_in_whatever_order_the_messages_come_there_is_one_ended_call(
    store: Database, agent: Person, order: tuple[str, ...]
) -> None:
    clock = Clock(NOW + timedelta(minutes=5))
    telephony, calls = Telephony(store, clock, UTC), Calls(store, clock, UTC)
    for name in order:
        if name == "connect":
            telephony.connect(PHONE, reference="T", login="wang", at=NOW)
        else:
            telephony.hang_up(PHONE, reference="T", login="wang", at=NOW + timedelta(minutes=4))
    (call,) = calls.recent(agent, NOW - timedelta(days=1))
    assert (call.opened_at, call.ended_at) == (NOW, NOW + timedelta(minutes=4))
