"""Calls as agents open and end them, what is done in them, and what they owe."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from kb.domain.calls import ActKind, Exemption, shift_of
from kb.domain.errors import Conflict, Invalid, NotFound
from kb.domain.person import Person, Role
from kb.domain.solutions import SolutionKind
from kb.services.calls import Calls
from kb.services.knowledge import Knowledge
from kb.services.people import SYSTEM, People
from kb.services.rules import Rulebook
from kb.services.solutions import Solutions
from kb.services.telephony import Telephony
from kb.storage import Database
from tests.calling import PHONE, an_agent
from tests.factories import NOW, Clock, a_person, published


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


def owe(telephony: Telephony, agent: Person, clock: Clock, count: int) -> None:
    for n in range(count):
        telephony.connect(PHONE, reference=f"O-{n}", login=agent.login)
        clock.forward(minutes=5)
        telephony.hang_up(PHONE, reference=f"O-{n}")


def test_who_owes_too_many_needs_leave_for_a_call_by_hand_but_telephony_is_never_blocked(
    calls: Calls, telephony: Telephony, agent: Person, clock: Clock
) -> None:
    leader = a_person(Role.SHIFT_LEADER)
    owe(telephony, agent, clock, 3)
    calls.end(agent, calls.open(agent).number)
    with pytest.raises(Conflict, match="还有 4 通"):
        calls.open(agent)
    assert telephony.connect(PHONE, reference="T-7", login="wang")[1]
    telephony.hang_up(PHONE, reference="T-7")
    assert [(person.login, owed, leaves) for person, owed, leaves in calls.owing(leader)] == [("wang", 5, 0)]
    calls.grant(leader, "wang")
    with pytest.raises(Conflict):
        calls.grant(leader, "wang")
    calls.end(agent, calls.open(agent).number)
    with pytest.raises(Conflict):
        calls.open(agent)


def test_a_call_under_way_is_given_back_whatever_is_owed(calls: Calls, telephony: Telephony, agent: Person, clock: Clock) -> None:
    owe(telephony, agent, clock, 5)
    call, _ = telephony.connect(PHONE, reference="T-1", login="wang")
    assert calls.open(agent) == call


def test_an_exempt_call_owes_nothing_and_counts_its_reason(calls: Calls, agent: Person, clock: Clock) -> None:
    call = calls.open(agent)
    exempt = calls.exempt(agent, call.number, Exemption.SILENT)
    assert not exempt.is_open
    assert not exempt.owes
    assert calls.owed(agent) == []
    assert calls.exempt(agent, call.number, Exemption.WRONG_NUMBER).exemption is Exemption.WRONG_NUMBER


def test_another_reason_does_not_move_when_a_call_was_exempt(calls: Calls, agent: Person, clock: Clock) -> None:
    number = calls.open(agent).number
    first = calls.exempt(agent, number, Exemption.SILENT)
    clock.forward(hours=2)
    second = calls.exempt(agent, number, Exemption.INTERNAL)
    assert (second.exemption, second.settled_at) == (Exemption.INTERNAL, first.settled_at)


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


def test_a_question_counts_again_when_it_finds_something_else_or_comes_in_another_call(
    calls: Calls, agent: Person, clock: Clock
) -> None:
    first = calls.open(agent)
    for hits in (0, 0, 2):
        calls.act(agent, ActKind.SEARCH, text="等待期", hits=hits)
    calls.end(agent)
    second = calls.open(agent)
    calls.act(agent, ActKind.SEARCH, text="等待期", hits=2)
    assert [act.hits for act in calls.acts(agent, first.number)] == [0, 2]
    assert [act.hits for act in calls.acts(agent, second.number)] == [2]


@pytest.mark.parametrize(("seconds", "waited"), [(600, 600.0), (601, None)])
def test_what_is_opened_long_after_the_question_did_not_answer_it(
    calls: Calls, agent: Person, clock: Clock, seconds: int, waited: float | None
) -> None:
    calls.open(agent)
    calls.act(agent, ActKind.SEARCH, text="等待期", hits=2)
    clock.forward(seconds=seconds)
    opened = calls.act(agent, ActKind.OPEN, code="FAQ-0042")
    assert opened and opened.waited == waited


def test_a_call_counts_for_the_team_of_its_end(store: Database, calls: Calls, agent: Person, clock: Clock) -> None:
    call = calls.open(agent)
    People(store, clock).set_team(SYSTEM, agent.login, "晚班组")
    assert agent.team != "晚班组"
    assert calls.end(agent, call.number).team == "晚班组"


def test_the_centres_own_policy_numbers_are_masked_in_searches_too(
    store: Database, calls: Calls, agent: Person, clock: Clock
) -> None:
    Rulebook(store, clock).save(a_person(), {"policy_shapes": ("ZX########",)}, reason="本公司的保单号", based_on=0)
    kept = calls.act(agent, ActKind.SEARCH, text="单号ZX20261234交到哪年")
    assert kept and kept.text == "单号＊＊＊交到哪年"


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
