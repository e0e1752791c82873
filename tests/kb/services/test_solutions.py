"""Solutions: recorded once, masked, linked to the entry that answered, edited with every version kept."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from kb.domain.calls import ActKind, Exemption
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from kb.domain.person import Person, Role
from kb.domain.privacy import PersonalData
from kb.domain.solutions import FollowUp, Outcome, Solution, SolutionKind
from kb.ports import UnitOfWork
from kb.services.calls import Calls
from kb.services.knowledge import Knowledge
from kb.services.rules import Rulebook
from kb.services.solutions import Solutions
from kb.storage import Database
from tests.factories import NOW, Clock, a_content, a_person, published

ADDED = {"kind": SolutionKind.ADDED, "asked": "宠物能不能投保", "text": "目前没有宠物险，已记录需求。"}


@pytest.fixture
def calls(store: Database, clock: Clock) -> Calls:
    return Calls(store, clock, UTC)


@pytest.fixture
def solutions(store: Database, clock: Clock) -> Solutions:
    return Solutions(store, clock)


@pytest.fixture
def agent(store: Database) -> Person:
    with store.write() as uow:
        person = uow.people.add(Person(0, "wang", "王", Role.AGENT, team="一组"), "x")
        uow.commit()
    return person


@pytest.fixture
def call(calls: Calls, agent: Person) -> int:
    """An ended call."""
    number = calls.open(agent).number
    calls.end(agent)
    return number


def test_a_used_solution_settles_the_call_and_knows_what_was_opened(
    store: Database, calls: Calls, solutions: Solutions, agent: Person, clock: Clock
) -> None:
    published(store, clock, "FAQ-0042")
    number = calls.open(agent).number
    calls.act(agent, ActKind.OPEN, code="FAQ-0042", revision=1)
    calls.end(agent)
    clock.forward(minutes=2)
    kept = solutions.record(agent, number, key="k1", kind=SolutionKind.USED, code="faq-0042", asked="等待期多久").solution
    assert (kept.code, kept.revision, kept.opened, kept.product, kept.team) == (
        "FAQ-0042", 1, True, "百万医疗险", "一组",
    )  # fmt: skip
    call = calls.get(agent, number)
    assert (call.settled_as, call.settled_at) == ("used", NOW + timedelta(minutes=2))
    assert calls.owed(agent) == []


def test_used_on_an_entry_that_was_never_opened_says_so(
    store: Database, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    published(store, clock, "FAQ-0042")
    assert not solutions.record(agent, call, key="k1", kind=SolutionKind.USED, code="FAQ-0042").solution.opened


def test_sent_again_it_is_kept_once(solutions: Solutions, agent: Person, call: int) -> None:
    first = solutions.record(agent, call, key="k1", **ADDED)
    again = solutions.record(agent, call, key="k1", **ADDED)
    assert first.is_new
    assert not again.is_new
    assert again.solution == first.solution
    assert len(solutions.of_call(agent, call)) == 1


def test_the_same_key_with_another_content_or_call_is_refused_and_nothing_is_lost(
    calls: Calls, solutions: Solutions, agent: Person, call: int
) -> None:
    solutions.record(agent, call, key="k1", **ADDED)
    with pytest.raises(Conflict, match="k1") as refused:
        solutions.record(agent, call, key="k1", **ADDED | {"text": "可以投保，见宠物险。"})
    assert refused.value.values["used_key"] == "k1"
    other = calls.open(agent).number
    calls.end(agent)
    with pytest.raises(Conflict, match="k1"):
        solutions.record(agent, other, key="k1", **ADDED)
    assert [one.number for one in calls.owed(agent)] == [other]
    assert len(solutions.of_call(agent, call)) == 1


def test_sent_again_after_it_was_changed_it_is_still_the_same_one_and_says_what_was_masked(
    solutions: Solutions, agent: Person, call: int
) -> None:
    sent = ADDED | {"text": "请回电 13800138000。", "product": ""}
    first = solutions.record(agent, call, key="k1", **sent).solution
    changed = solutions.edit(agent, first.number, based_on=1, text="已经回电。").solution
    again = solutions.record(agent, call, key="k1", **sent)
    assert (again.solution, again.is_new, again.hidden) == (changed, False, (PersonalData.MOBILE,))


def test_a_second_solution_of_a_call_does_not_move_when_it_was_settled(
    calls: Calls, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    solutions.record(agent, call, key="k1", **ADDED)
    settled = calls.get(agent, call)
    clock.forward(minutes=30)
    solutions.record(agent, call, key="k2", **ADDED | {"asked": "还有一问"})
    assert calls.get(agent, call) == settled


def test_a_solution_takes_the_place_of_an_exemption(
    calls: Calls, solutions: Solutions, agent: Person, call: int, clock: Clock
) -> None:
    calls.exempt(agent, call, Exemption.SILENT)
    clock.forward(hours=1)
    solutions.record(agent, call, key="k1", **ADDED)
    now = calls.get(agent, call)
    assert (now.settled_as, now.exemption, now.settled_at) == ("added", None, NOW)  # it was settled in time


def test_personal_data_is_masked_before_it_is_kept_and_names_are_told(
    store: Database, solutions: Solutions, agent: Person, call: int
) -> None:
    kept = solutions.record(
        agent, call, key="k1", kind=SolutionKind.ADDED, asked="我叫张伟，手机 １３８-0013-8000",
        text="请回电 13900139000，身份证 11010519491231002X", result="热线 95500 可查，金额 20000 元",
    )  # fmt: skip
    assert kept.hidden == (PersonalData.MOBILE, PersonalData.MOBILE, PersonalData.IDENTITY)
    assert PersonalData.NAME in kept.warned
    assert kept.solution.masked == 3
    assert kept.solution.result == "热线 95500 可查，金额 20000 元"
    with store.read() as uow:
        (version,) = uow.solutions.versions(kept.solution.number)
        stored = f"{uow.solutions.find(kept.solution.number)} {version}"
    for digits in ("13900139000", "0013-8000", "11010519491231002X"):
        assert digits not in stored


def test_policy_numbers_are_masked_as_the_rules_say(
    store: Database, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    text = {"asked": "号 ZX20261234567", "text": "已查。"}
    assert not solutions.record(agent, call, key="k1", kind=SolutionKind.ADDED, **text).hidden
    Rulebook(store, clock).save(a_person(), {"policy_shapes": ("ZX########",)}, reason="本公司保单号", based_on=0)
    Rulebook(store, clock).save(a_person(), {"policy_shapes": ("ZX###########",)}, reason="是十一位", based_on=1)
    assert solutions.record(agent, call, key="k2", kind=SolutionKind.ADDED, **text).hidden == (PersonalData.POLICY,)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": SolutionKind.ADDED, "text": "答"}, "asked"),
        ({"kind": SolutionKind.ADDED, "asked": "问"}, "text"),
        ({"kind": SolutionKind.USED}, "code"),
        ({"kind": SolutionKind.FLAGGED, "code": "FAQ-0042"}, "text"),
        ({"kind": SolutionKind.IMPROVED, "code": "FAQ-0042", "text": " "}, "text"),
        ({**ADDED, "follow_up": FollowUp.OPEN}, "follow_due"),
        ({**ADDED, "follow_up": FollowUp.OPEN, "follow_due": NOW - timedelta(days=1)}, "follow_due"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    store: Database, calls: Calls, solutions: Solutions, agent: Person, clock: Clock, call: int,
    fields: dict[str, object], field: str,
) -> None:  # fmt: skip
    published(store, clock, "FAQ-0042")
    with pytest.raises(Invalid) as caught:
        solutions.record(agent, call, key="k1", **fields)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert solutions.of_call(agent, call) == []
    assert calls.get(agent, call).owes


def test_fifty_thousand_characters_are_refused_with_a_sentence(
    solutions: Solutions, agent: Person, call: int
) -> None:
    with pytest.raises(TooLarge, match=r"最多 4000 个字，现有 50000"):
        solutions.record(agent, call, key="k1", kind=SolutionKind.ADDED, asked="问", text="字" * 50_000)


def test_an_entry_out_of_force_offers_the_one_in_its_place_and_may_be_kept_all_the_same(
    store: Database, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    published(store, clock, "FAQ-0042")
    published(store, clock, "FAQ-0043", title="新的等待期")
    Knowledge(store, clock).withdraw(a_person(), "FAQ-0042", reason="改版", replaced_by="FAQ-0043")
    with pytest.raises(Conflict) as caught:
        solutions.record(agent, call, key="k1", kind=SolutionKind.USED, code="FAQ-0042")
    assert caught.value.values["replaced_by"] == "FAQ-0043"
    kept = solutions.record(agent, call, key="k1", kind=SolutionKind.USED, code="FAQ-0042", anyway=True).solution
    assert (kept.code, kept.revision) == ("FAQ-0042", 1)


def test_an_entry_that_the_agent_may_not_see_is_as_good_as_none(
    store: Database, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    published(store, clock, "FAQ-0042", roles=(Role.SHIFT_LEADER,))
    for code in ("FAQ-0042", "FAQ-9999"):
        with pytest.raises(NotFound, match=f"没有编号为 {code} 的条目"):
            solutions.record(agent, call, key="k1", kind=SolutionKind.USED, code=code)


def test_another_agents_call_and_solution_are_as_good_as_none(
    store: Database, solutions: Solutions, agent: Person, call: int
) -> None:
    kept = solutions.record(agent, call, key="k1", **ADDED).solution
    other = a_person(Role.AGENT, "li")
    for attempt in (
        lambda: solutions.record(other, call, key="k1", **ADDED),
        lambda: solutions.get(other, kept.number),
        lambda: solutions.versions(other, kept.number),
        lambda: solutions.edit(other, kept.number, based_on=1, text="改"),
        lambda: solutions.finish_follow_up(other, kept.number, note="好"),
        lambda: solutions.of_call(other, call),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(NotAllowed):
        solutions.record(a_person(Role.DIRECTOR), call, key="k9", **ADDED)


def test_a_flag_has_its_clock_and_is_told_within_the_transaction(
    store: Database, calls: Calls, agent: Person, clock: Clock, call: int
) -> None:
    published(store, clock, "FAQ-0042")
    told: list[Solution] = []

    def hook(uow: UnitOfWork, solution: Solution) -> None:
        assert uow.solutions.find(solution.number) == solution
        told.append(solution)

    kept = Solutions(store, clock, on_flag=hook).record(
        agent, call, key="k1", kind=SolutionKind.FLAGGED, code="FAQ-0042", text="应是 60 天"
    )
    assert kept.solution.flag_due == NOW + timedelta(hours=24)
    assert told == [kept.solution]


def test_a_flag_is_told_once_however_often_it_is_changed_and_its_clock_does_not_start_again(
    store: Database, agent: Person, clock: Clock, call: int
) -> None:
    published(store, clock, "FAQ-0042")
    told: list[SolutionKind] = []
    solutions = Solutions(store, clock, on_flag=lambda _, solution: told.append(solution.kind))
    number = solutions.record(agent, call, key="k1", kind=SolutionKind.USED, code="FAQ-0042").solution.number
    clock.forward(hours=1)
    solutions.edit(agent, number, based_on=1, kind=SolutionKind.FLAGGED, text="应是 60 天")
    clock.forward(hours=1)
    last = solutions.edit(agent, number, based_on=2, text="应是 60 天，见条款").solution
    assert told == [SolutionKind.FLAGGED]
    assert last.flag_due == NOW + timedelta(hours=25)


def test_the_revision_that_the_page_showed_counts_whatever_was_published_meanwhile(
    store: Database, calls: Calls, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    published(store, clock, "FAQ-0042")
    knowledge = Knowledge(store, clock)
    _, newer = knowledge.submit(a_person(), a_content(speakable="等待期九十天。"), reason="更正", code="FAQ-0042")
    knowledge.publish(a_person(), "FAQ-0042", newer.number, reason="更正")
    kept = [
        solutions.record(agent, call, key=f"k{given}", kind=SolutionKind.USED, code="FAQ-0042", revision=given).solution.revision
        for given in (1, 7, None)
    ]
    assert kept == [1, 2, 2]  # there is no seventh
    number = calls.open(agent).number
    for seen in (2, 1):
        calls.act(agent, ActKind.OPEN, code="FAQ-0042", revision=seen)
    calls.end(agent)
    last = solutions.record(agent, number, key="last", kind=SolutionKind.USED, code="FAQ-0042").solution
    assert last.revision == 1  # the one opened last


def test_an_edit_makes_a_version_and_keeps_the_one_before(
    calls: Calls, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    first = solutions.record(agent, call, key="k1", **ADDED).solution
    clock.forward(minutes=9)
    edited = solutions.edit(agent, first.number, based_on=1, text="改为电话 13800138000 回复").solution
    assert (edited.version, edited.text, edited.masked) == (2, "改为电话 ＊＊＊ 回复", 1)
    versions = solutions.versions(agent, first.number)
    assert [(n, at, values["text"]) for n, at, values in versions] == [
        (1, NOW, ADDED["text"]),
        (2, NOW + timedelta(minutes=9), "改为电话 ＊＊＊ 回复"),
    ]
    with pytest.raises(Conflict):
        solutions.edit(agent, first.number, based_on=1, text="又改")
    assert not solutions.edit(agent, first.number, based_on=2).is_new


def test_the_call_counts_as_what_its_first_solution_has_become(
    store: Database, calls: Calls, solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    published(store, clock, "FAQ-0042")
    first = solutions.record(agent, call, key="k1", **ADDED).solution
    changed = solutions.edit(agent, first.number, based_on=1, kind=SolutionKind.USED, code="FAQ-0042").solution
    assert (changed.code, changed.revision) == ("FAQ-0042", 1)
    assert calls.get(agent, call).settled_as == "used"


def test_a_second_solution_that_is_changed_leaves_what_the_call_counts_as(
    calls: Calls, solutions: Solutions, agent: Person, call: int, store: Database, clock: Clock
) -> None:
    published(store, clock, "FAQ-0042")
    solutions.record(agent, call, key="k1", kind=SolutionKind.USED, code="FAQ-0042")
    second = solutions.record(agent, call, key="k2", **ADDED).solution
    solutions.edit(agent, second.number, based_on=1, kind=SolutionKind.FLAGGED, code="FAQ-0042")
    assert calls.get(agent, call).settled_as == "used"


def test_what_a_coordinator_has_dealt_with_is_not_edited(
    store: Database, solutions: Solutions, agent: Person, call: int
) -> None:
    from dataclasses import replace

    first = solutions.record(agent, call, key="k1", **ADDED).solution
    with store.write() as uow:
        uow.solutions.put(replace(first, outcome=Outcome.DECLINED))
        uow.commit()
    with pytest.raises(Conflict, match="信息协调岗"):
        solutions.edit(agent, first.number, based_on=1, text="改")


def test_a_promise_stays_on_the_list_until_it_is_done(
    solutions: Solutions, agent: Person, clock: Clock, call: int
) -> None:
    later, sooner = (
        solutions.record(
            agent, call, key=f"k{hours}", follow_up=FollowUp.OPEN, follow_due=NOW + timedelta(hours=hours), **ADDED
        ).solution
        for hours in (4, 2)
    )
    assert solutions.follow_ups(agent) == [sooner, later]
    with pytest.raises(Invalid):
        solutions.finish_follow_up(agent, sooner.number, note=" ")
    clock.forward(hours=3)
    done = solutions.finish_follow_up(agent, sooner.number, note="已回电 13800138000")
    assert (done.follow_up, done.follow_note, done.version) == (FollowUp.DONE, "已回电 ＊＊＊", 2)
    assert solutions.follow_ups(agent) == [later]
    assert solutions.finish_follow_up(agent, sooner.number, note="再说一次") == done
    # What was promised in the past may stand when something else is changed.
    clock.forward(hours=3)
    assert solutions.edit(agent, later.number, based_on=1, text="仍在等部门答复").is_new


@pytest.mark.parametrize(("minutes", "is_kept"), [(-4, True), (-6, False), (366 * 24 * 60, True), (366 * 24 * 60 + 1, False)])
def test_a_promise_lies_within_a_year_and_the_agents_clock_may_be_a_little_late(
    solutions: Solutions, agent: Person, call: int, minutes: int, is_kept: bool
) -> None:
    promise = {"follow_up": FollowUp.OPEN, "follow_due": NOW + timedelta(minutes=minutes)}
    if is_kept:
        assert solutions.record(agent, call, key="k1", **promise, **ADDED).is_new
    else:
        with pytest.raises(Invalid, match="今后一年之内"):
            solutions.record(agent, call, key="k1", **promise, **ADDED)


def test_a_time_without_a_promise_is_not_kept(solutions: Solutions, agent: Person, call: int) -> None:
    kept = solutions.record(agent, call, key="k1", follow_due=NOW + timedelta(hours=1), **ADDED).solution
    assert (kept.follow_up, kept.follow_due) == (FollowUp.NONE, None)


def test_versions_cannot_be_changed_by_anybody(store: Database, solutions: Solutions, agent: Person, call: int) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DatabaseError

    solutions.record(agent, call, key="k1", **ADDED)
    with store.write() as uow, pytest.raises(DatabaseError, match="append-only"):
        uow._connection.execute(text("UPDATE solution_versions SET version = 9"))  # type: ignore[attr-defined]
