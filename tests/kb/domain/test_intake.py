"""A department's notice: what may be done to it, by whom, and when it is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed, TooLarge
from kb.domain.intake import Intake, IntakeState, new_intake
from kb.domain.person import Role
from tests.factories import NOW, a_person

WANG, LI = a_person(login="wang"), a_person(login="li", id=42)
LEADER = a_person(Role.TEAM_LEADER, login="zhao")


def filed(**changed: object) -> Intake:
    values = {"department": "理赔部", "title": "时效调整", "text": "改为七天。", "by": LEADER, "now": NOW, "hours": 24}
    return replace(new_intake(**(values | changed)), number=7)  # type: ignore[arg-type]


def test_the_answer_is_due_the_agreed_hours_after_it_was_received() -> None:
    received = NOW - timedelta(hours=3)
    assert filed(received_at=received).due_at == received + timedelta(hours=24)
    assert filed(due_at=NOW + timedelta(hours=2)).due_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"department": " "}, "department"),
        ({"title": "\n"}, "title"),
        ({"text": "  \n"}, "text"),
        ({"title": "长" * 301}, "title"),
        ({"text": "长" * 20_001}, "text"),
        ({"reference": "9" * 81}, "reference"),
        ({"received_at": NOW + timedelta(minutes=6)}, "received_at"),
        ({"received_at": NOW - timedelta(days=367)}, "received_at"),
        ({"due_at": NOW}, "due_at"),
        ({"due_at": NOW + timedelta(days=367)}, "due_at"),
    ],
)
def test_what_cannot_be_filed_names_its_field(changed: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        filed(**changed)
    assert refused.value.field == field
    assert isinstance(refused.value, TooLarge) is ("长" in str(changed) or "999" in str(changed))


def test_an_agent_may_not_file_and_a_leader_may_not_take() -> None:
    with pytest.raises(NotAllowed):
        filed(by=a_person(Role.AGENT))
    with pytest.raises(NotAllowed):
        filed().take(LEADER)


def test_it_is_overdue_after_its_time_and_stays_so_when_answered_late() -> None:
    one = filed()
    assert not one.is_overdue(one.due_at)
    assert one.is_overdue(one.due_at + timedelta(seconds=1))
    late = one.decline("已有条目", by=WANG, at=one.due_at + timedelta(hours=1))
    in_time = one.decline("已有条目", by=WANG, at=one.due_at - timedelta(hours=1))
    years_later = NOW + timedelta(days=900)
    assert (late.is_overdue(years_later), in_time.is_overdue(years_later)) == (True, False)
    assert late.left(years_later) == timedelta(hours=-1)


def test_the_first_to_take_it_has_it() -> None:
    taken = filed().take(WANG)
    assert (taken.state, taken.assignee) == (IntakeState.TAKEN, "wang")
    assert taken.take(WANG) == taken
    with pytest.raises(Conflict, match="来文 7 已由 wang 接手"):
        taken.take(LI)


def test_it_is_handed_on_by_whoever_knows_whose_it_is() -> None:
    taken = filed().take(WANG)
    assert taken.hand_to(LI, by=LI, seen="wang").assignee == "li"
    assert taken.hand_to(None, by=WANG, seen="wang").state is IntakeState.WAITING
    with pytest.raises(Conflict, match="刚刚换了经办人"):
        taken.hand_to(LI, by=LI, seen="")
    with pytest.raises(Invalid, match="只能转交给能发布知识的同事"):
        taken.hand_to(LEADER, by=WANG, seen="wang")
    with pytest.raises(Invalid, match="已经在"):
        taken.hand_to(WANG, by=LI, seen="wang")


def test_finishing_names_the_entry_and_closes_it_for_good() -> None:
    done = filed().finish("FAQ-0042", " 已更新 ", by=WANG, at=NOW)
    assert (done.state, done.code, done.outcome, done.done_by) == (IntakeState.DONE, "FAQ-0042", "已更新", "wang")
    for again in (
        lambda: done.take(WANG), lambda: done.finish("FAQ-1", "", by=WANG, at=NOW),
        lambda: done.decline("x", by=WANG, at=NOW), lambda: done.hand_to(LI, by=WANG, seen="wang"),
    ):  # fmt: skip
        with pytest.raises(Conflict, match="已经办结"):
            again()


def test_only_who_has_it_closes_it() -> None:
    taken = filed().take(WANG)
    for close in (lambda: taken.finish("FAQ-1", "", by=LI, at=NOW), lambda: taken.decline("x", by=LI, at=NOW)):
        with pytest.raises(Conflict, match="已由 wang 接手"):
            close()


def test_declining_needs_a_reason() -> None:
    with pytest.raises(Invalid, match="请写明不采纳的原因"):
        filed().decline(" ", by=WANG, at=NOW)


def test_a_clock_that_jumps_back_closes_nothing_before_it_came() -> None:
    assert filed().decline("x", by=WANG, at=NOW - timedelta(days=1)).done_at == NOW
