"""Calls as the telephony system tells of them, as agents open them, and what is done in them."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from kb.domain.calls import ActKind, Exemption, shift_of
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Person, Role
from kb.domain.solutions import SolutionKind
from kb.services.calls import Calls
from kb.services.knowledge import Knowledge
from kb.services.solutions import Solutions
from kb.storage import Database
from tests.factories import NOW, Clock, a_person, published

SHANGHAI = ZoneInfo("Asia/Shanghai")
PHONE = a_person(Role.ADMINISTRATOR, "phone-system")


@pytest.fixture
def calls(store: Database, clock: Clock) -> Calls:
    return Calls(store, clock, SHANGHAI)


@pytest.fixture
def agent(store: Database) -> Person:
    return an_agent(store, "wang", "一组")


def an_agent(store: Database, login: str, team: str = "") -> Person:
    with store.write() as uow:
        person = uow.people.add(Person(0, login, f"座席{login}", Role.AGENT, team=team), "x")
        uow.commit()
    return person


def test_a_call_opened_and_ended_by_telephony_owes_a_solution_within_five_minutes(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    call, is_new = calls.connect(PHONE, reference="T-1", login="wang", line="热线", product="百万医疗险")
    assert is_new
    assert calls.current(agent) == call
    clock.forward(minutes=3)
    ended = calls.hang_up(PHONE, reference="T-1")
    assert (ended.day, ended.shift, ended.team) == (date(2026, 11, 21), "早班", "一组")
    assert ended.due_at == NOW + timedelta(minutes=8)
    assert calls.owed(agent) == [ended]
    assert calls.current(agent) is None


def test_messages_sent_again_change_nothing(calls: Calls, agent: Person, clock: Clock) -> None:
    first, _ = calls.connect(PHONE, reference="T-1", login="wang", line="热线")
    clock.forward(seconds=30)
    assert calls.connect(PHONE, reference="T-1", login="wang", line="热线") == (first, False)
    ended = calls.hang_up(PHONE, reference="T-1")
    clock.forward(seconds=30)
    assert calls.hang_up(PHONE, reference="T-1") == ended
    assert calls.connect(PHONE, reference="T-1", login="wang")[0].ended_at == ended.ended_at


def test_an_end_before_its_beginning_keeps_the_call_and_the_beginning_completes_it(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    ended = calls.hang_up(PHONE, reference="T-9", login="wang", at=NOW)
    told, is_new = calls.connect(
        PHONE, reference="T-9", login="wang", line="热线", product="家财险", at=NOW - timedelta(minutes=4)
    )
    assert not is_new
    assert (told.number, told.line, told.product) == (ended.number, "热线", "家财险")
    assert told.opened_at == NOW - timedelta(minutes=4)
    assert [call.number for call in calls.owed(agent)] == [ended.number]


def test_an_end_of_an_unknown_call_without_an_agent_is_not_found(calls: Calls) -> None:
    with pytest.raises(NotFound, match="登录名"):
        calls.hang_up(PHONE, reference="T-9")


def test_an_unknown_agent_or_one_who_has_left_is_not_found(store: Database, calls: Calls, agent: Person) -> None:
    with pytest.raises(NotFound, match="没有登录名为“nobody”"):
        calls.connect(PHONE, reference="T-1", login="nobody")
    with store.write() as uow:
        uow.people.disable("wang", NOW)
        uow.commit()
    with pytest.raises(NotFound):
        calls.connect(PHONE, reference="T-1", login="wang")


def test_a_reference_belongs_to_one_agent(store: Database, calls: Calls, agent: Person) -> None:
    an_agent(store, "li")
    calls.connect(PHONE, reference="T-1", login="wang")
    with pytest.raises(Conflict):
        calls.connect(PHONE, reference="T-1", login="li")
    with pytest.raises(Conflict):
        calls.hang_up(PHONE, reference="T-1", login="li")


def test_clocks_that_go_ahead_count_as_now_and_old_messages_are_refused(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    call, _ = calls.connect(PHONE, reference="T-1", login="wang", at=NOW + timedelta(hours=9))
    assert call.opened_at == NOW
    assert calls.hang_up(PHONE, reference="T-1", at=NOW - timedelta(minutes=1)).ended_at == NOW
    with pytest.raises(Invalid, match="七天"):
        calls.connect(PHONE, reference="T-2", login="wang", at=NOW - timedelta(days=8))


def test_a_late_message_leaves_the_agent_the_full_time(calls: Calls, agent: Person, clock: Clock) -> None:
    calls.connect(PHONE, reference="T-1", login="wang")
    clock.forward(hours=1)
    ended = calls.hang_up(PHONE, reference="T-1", at=NOW + timedelta(minutes=2))
    assert ended.ended_at == NOW + timedelta(minutes=2)
    assert ended.due_at == NOW + timedelta(hours=1, minutes=5)


def test_a_new_call_ends_the_one_before(calls: Calls, agent: Person, clock: Clock) -> None:
    first, _ = calls.connect(PHONE, reference="T-1", login="wang")
    clock.forward(minutes=1)
    second, _ = calls.connect(PHONE, reference="T-2", login="wang")
    assert calls.current(agent) == second
    assert [call.number for call in calls.owed(agent)] == [first.number]


def test_a_call_opened_by_hand_just_before_is_the_one_that_telephony_tells_of(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    mine = calls.open(agent)
    clock.forward(seconds=20)
    told, is_new = calls.connect(PHONE, reference="T-1", login="wang", line="热线")
    assert (told.number, told.line, is_new) == (mine.number, "热线", False)
    clock.forward(minutes=10)
    other, is_new = calls.connect(PHONE, reference="T-2", login="wang")
    assert is_new
    assert other.number != mine.number


def test_opening_by_hand_again_goes_on_with_the_same_call_and_ending_again_changes_nothing(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    call = calls.open(agent, product="家财险")
    assert calls.open(agent) == call
    clock.forward(minutes=1)
    ended = calls.end(agent)
    clock.forward(minutes=1)
    assert calls.end(agent, call.number) == ended
    with pytest.raises(NotFound):
        calls.end(agent)


def owe(calls: Calls, agent: Person, clock: Clock, count: int) -> None:
    for n in range(count):
        calls.connect(PHONE, reference=f"O-{n}", login=agent.login)
        clock.forward(minutes=5)
        calls.hang_up(PHONE, reference=f"O-{n}")


def test_who_owes_too_many_needs_leave_for_a_call_by_hand_but_telephony_is_never_blocked(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    leader = a_person(Role.SHIFT_LEADER)
    owe(calls, agent, clock, 3)
    calls.end(agent, calls.open(agent).number)
    with pytest.raises(Conflict, match="还有 4 通"):
        calls.open(agent)
    assert calls.connect(PHONE, reference="T-7", login="wang")[1]
    calls.hang_up(PHONE, reference="T-7")
    assert [(person.login, owed, leaves) for person, owed, leaves in calls.owing(leader)] == [("wang", 5, 0)]
    calls.grant(leader, "wang")
    with pytest.raises(Conflict):
        calls.grant(leader, "wang")
    calls.end(agent, calls.open(agent).number)
    with pytest.raises(Conflict):
        calls.open(agent)


def test_a_call_under_way_is_given_back_whatever_is_owed(calls: Calls, agent: Person, clock: Clock) -> None:
    owe(calls, agent, clock, 5)
    call, _ = calls.connect(PHONE, reference="T-1", login="wang")
    assert calls.open(agent) == call


def test_an_exempt_call_owes_nothing_and_counts_its_reason(calls: Calls, agent: Person, clock: Clock) -> None:
    call = calls.open(agent)
    exempt = calls.exempt(agent, call.number, Exemption.SILENT)
    assert not exempt.is_open
    assert not exempt.owes
    assert calls.owed(agent) == []
    assert calls.exempt(agent, call.number, Exemption.WRONG_NUMBER).exemption is Exemption.WRONG_NUMBER


def test_a_call_with_a_solution_is_not_exempted(store: Database, calls: Calls, agent: Person, clock: Clock) -> None:
    call = calls.open(agent)
    Solutions(store, clock).record(agent, call.number, key="k", kind=SolutionKind.ADDED, asked="问", text="答")
    with pytest.raises(Conflict):
        calls.exempt(agent, call.number, Exemption.SILENT)


def test_another_agents_call_is_as_good_as_none(store: Database, calls: Calls, agent: Person) -> None:
    call = calls.open(agent)
    other = an_agent(store, "li")
    for attempt in (
        lambda: calls.get(other, call.number),
        lambda: calls.end(other, call.number),
        lambda: calls.exempt(other, call.number, Exemption.SILENT),
        lambda: calls.acts(other, call.number),
        lambda: calls.prefill(other, call.number),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_only_those_who_may_connect_speak_for_telephony(calls: Calls, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        calls.connect(agent, reference="T-1", login="wang")
    with pytest.raises(NotAllowed):
        calls.hang_up(agent, reference="T-1")
    with pytest.raises(NotAllowed):
        calls.grant(agent, "wang")


def test_what_is_done_is_attached_to_the_call_with_the_seconds_since_the_question(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    calls.act(agent, ActKind.SEARCH, text="家财险", hits=3)
    call = calls.open(agent)
    calls.act(agent, ActKind.OPEN, code="FAQ-0001")
    calls.act(agent, ActKind.SEARCH, text="等待期，电话 13800138000", hits=4)
    calls.act(agent, ActKind.SEARCH, text="等待期，电话 13800138000", hits=4)
    clock.forward(seconds=7)
    calls.act(agent, ActKind.COPY, code="faq-0042", revision=1)
    first, asked, copied = calls.acts(agent, call.number)
    assert first.waited is None  # the question before belongs to no call
    assert (asked.text, asked.hits) == ("等待期，电话 ＊＊＊", 4)
    assert (copied.kind, copied.code, copied.waited) == (ActKind.COPY, "FAQ-0042", 7.0)


def test_nothing_is_kept_of_an_empty_question_and_a_wrong_code_is_refused(calls: Calls, agent: Person) -> None:
    assert calls.act(agent, ActKind.SEARCH, text="  ") is None
    with pytest.raises(Invalid):
        calls.act(agent, ActKind.OPEN, code="<script>")


def test_the_solution_is_prefilled_from_the_last_question_and_the_entry_opened_last(
    store: Database, calls: Calls, agent: Person, clock: Clock
) -> None:
    published(store, clock, "FAQ-0042")
    call = calls.open(agent)
    assert calls.prefill(agent, call.number).code == ""
    calls.act(agent, ActKind.SEARCH, text="等待期多久", hits=3)
    calls.act(agent, ActKind.OPEN, code="FAQ-0042", revision=1)
    found = calls.prefill(agent, call.number)
    assert (found.asked, found.code, found.product, found.category) == (
        "等待期多久", "FAQ-0042", "百万医疗险", "健康险/等待期",
    )  # fmt: skip
    assert found.is_in_force


def test_an_entry_withdrawn_during_the_call_names_the_one_in_its_place(
    store: Database, calls: Calls, agent: Person, clock: Clock
) -> None:
    published(store, clock, "FAQ-0042")
    published(store, clock, "FAQ-0043", title="新的等待期")
    call = calls.open(agent)
    calls.act(agent, ActKind.OPEN, code="FAQ-0042", revision=1)
    Knowledge(store, clock).withdraw(a_person(), "FAQ-0042", reason="改版", replaced_by="FAQ-0043")
    found = calls.prefill(agent, call.number)
    assert (found.is_in_force, found.replaced_by) == (False, "FAQ-0043")


def test_an_entry_that_the_agent_may_not_see_fills_in_nothing(
    store: Database, calls: Calls, agent: Person, clock: Clock
) -> None:
    published(store, clock, "FAQ-0042", roles=(Role.SHIFT_LEADER,))
    call = calls.open(agent)
    calls.act(agent, ActKind.OPEN, code="FAQ-0042", revision=1)
    assert calls.prefill(agent, call.number).title == ""


def test_a_shift_goes_on_after_midnight() -> None:
    names, starts = ["早班", "夜班"], ["08:00", "20:00"]
    assert shift_of(NOW.replace(hour=3), names, starts, UTC) == (date(2026, 11, 21), "夜班")
    assert shift_of(NOW.replace(hour=8), names, starts, UTC)[1] == "早班"


ORDERS = sorted(set(permutations(("connect", "hang_up", "connect", "hang_up"))))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_in_whatever_order_the_messages_come_there_is_one_ended_call(
    store: Database, agent: Person, order: tuple[str, ...]
) -> None:
    calls = Calls(store, Clock(NOW + timedelta(minutes=5)), UTC)
    for name in order:
        if name == "connect":
            calls.connect(PHONE, reference="T", login="wang", at=NOW)
        else:
            calls.hang_up(PHONE, reference="T", login="wang", at=NOW + timedelta(minutes=4))
    (call,) = calls.recent(agent, NOW - timedelta(days=1))
    assert (call.opened_at, call.ended_at) == (NOW, NOW + timedelta(minutes=4))
