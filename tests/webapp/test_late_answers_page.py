"""考务: answers that came after time, and how they are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.exam_factories import held, people
from tests.factories import Clock
from tests.webapp.conftest import Browser
from webapp.wiring import Desk

For = Callable[[Role], Browser]


@pytest.fixture
def leader(client_for: For) -> Browser:
    return client_for(Role.SHIFT_LEADER)


@pytest.fixture
def sitting(desk: Desk, clock: Clock) -> int:
    """Somebody answered the first question in time and changed it after it."""
    people(desk.store, 1)
    held(desk.store, clock)
    clock.forward(hours=1)
    person = next(one for one in desk.people.all(SYSTEM) if one.login == "agent-1")
    number = desk.examinations.own(person)[0].sitting.number
    desk.examinations.start(person, number)
    at = int(clock().timestamp() * 1000)
    desk.examinations.save(person, number, 101, [0], at, shown=False)
    clock.forward(minutes=65)
    desk.examinations.save(person, number, 101, [2], at + 3_000_000, shown=False)
    desk.examinations.hand_in(person, number)
    return number


def test_both_answers_and_both_clocks_are_shown(leader: Browser, sitting: int) -> None:
    room = leader.get("/sittings/1").text
    assert f"/sittings/1/late/{sitting}" in room
    page = leader.get(f"/sittings/1/late/{sitting}").text
    assert "10:50:00" in page
    assert "11:05:00" in page
    assert "截止前已作答" in page


def test_counting_them_needs_a_reason_and_what_was_typed_stays(leader: Browser, sitting: int) -> None:
    refused = leader.submit(f"/sittings/1/late/{sitting}", {"reason": ""})
    assert refused.status_code == 400
    assert "原因" in refused.text
    done = leader.submit(f"/sittings/1/late/{sitting}", {"reason": "机房断网"})
    assert done.status_code == 303
    assert "成绩由 0 分改为 10 分" in leader.get("/sittings/1").text
    again = leader.submit(f"/sittings/1/late/{sitting}", {"reason": "机房断网"})
    assert again.status_code == 409
    assert "已经有人处理过了" in again.text


def test_an_answer_that_was_also_given_after_the_end_says_so(
    desk: Desk, clock: Clock, leader: Browser, sitting: int
) -> None:
    person = next(one for one in desk.people.all(SYSTEM) if one.login == "agent-1")
    desk.examinations.save(
        person, sitting, 102, [1], int((clock() + timedelta(seconds=1)).timestamp() * 1000), shown=False
    )
    assert "作答也在截止之后" in leader.get(f"/sittings/1/late/{sitting}").text
