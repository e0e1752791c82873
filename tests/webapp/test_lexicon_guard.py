"""A change of the dictionary that costs golden questions their answer is told before it is saved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.golden import GoldenQuestion
from kb.domain.person import Role
from tests.factories import a_person
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import furnish, look, of_class, words
from webapp.wiring import Desk

QUESTION = "呱唧呱唧咋整"


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    furnish(desk)
    desk.lexicons.save(a_person(), words="", synonyms="呱唧呱唧 -> 事故报案", reason="初稿", based_on=0)
    desk.goldens.put(a_person(), [GoldenQuestion(QUESTION, ("PRO-0007",)), GoldenQuestion("等待期", ("FAQ-0042",))])
    return client_for(Role.COORDINATOR)


def fields(**changed: object) -> dict[str, object]:
    return {"words": "", "synonyms": "甲险 = 乙险", "reason": "整理", "based_on": "1", **changed}


def test_questions_that_would_lose_their_answer_are_named_and_nothing_is_saved(coordinator: Browser, desk: Desk) -> None:
    response = coordinator.submit("/lexicon", fields())
    assert response.status_code == 409
    assert desk.lexicons.current().number == 1
    page = look(response)
    assert QUESTION in words(page, of_class("guarded"))
    assert "等待期" not in words(page, of_class("guarded") + "//li")
    assert page.get_element_by_id("synonyms").text.strip() == "甲险 = 乙险"


def test_whoever_was_told_may_go_on_and_the_log_says_so(coordinator: Browser, desk: Desk) -> None:
    page = look(coordinator.submit("/lexicon", fields()))
    seen = page.xpath("//input[@name='seen']/@value")[0]
    assert coordinator.submit("/lexicon", fields(seen=seen)).status_code == 303
    assert desk.lexicons.current().number == 2
    with desk.store.read() as uow:
        assert next(row for row in uow.audit.rows() if row.subject == "2").detail["losing"] == [QUESTION]


def test_what_was_seen_for_another_change_does_not_count(coordinator: Browser, desk: Desk) -> None:
    assert coordinator.submit("/lexicon", fields(seen="别的问题")).status_code == 409


def test_a_change_that_costs_nothing_is_saved_at_once(coordinator: Browser, desk: Desk) -> None:
    kept = "呱唧呱唧 -> 事故报案\n甲险 = 乙险"
    assert coordinator.submit("/lexicon", fields(synonyms=kept, words="保护好现场")).status_code == 303


def test_a_state_is_restored_under_the_same_guard(coordinator: Browser, desk: Desk) -> None:
    desk.lexicons.save(a_person(), words="", synonyms="甲险 = 乙险", reason="误删", based_on=1)
    desk.lexicons.save(a_person(), words="", synonyms="呱唧呱唧 -> 事故报案", reason="补回", based_on=2)
    response = coordinator.submit("/lexicon/2/restore", {"reason": "再试"})
    assert response.status_code == 409
    page = look(response)
    assert QUESTION in words(page, of_class("guarded"))
    seen = page.xpath("//input[@name='seen']/@value")[0]
    assert coordinator.submit("/lexicon/2/restore", {"reason": "再试", "seen": seen}).status_code == 303
