"""``/search?explain=1``: how a search was answered, for those who may hand in changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.person import Role
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import furnish, look, of_class, words
from webapp.wiring import Desk


@pytest.fixture
def sign_in(desk: Desk, client_for: Callable[[Role], Browser]) -> Callable[[Role], Browser]:
    furnish(desk)
    return client_for


def test_tokens_terms_repairs_and_parts_are_shown(sign_in: Callable[[Role], Browser]) -> None:
    page = look(sign_in(Role.TRAINER).get("/search?q=请问等侍期多少天&explain=1"))
    facts = words(page, of_class("explain-facts"))
    assert "略去的套话请问" in facts
    assert "等侍期 → 等待期" in facts
    assert "等待期 补入词" in words(page, of_class("explain-table"))
    assert "FAQ-0042" in words(page, of_class("explain-hits"))


def test_a_program_gets_json(sign_in: Callable[[Role], Browser]) -> None:
    found = sign_in(Role.COORDINATOR).get("/search?q=等待期&explain=1", headers={"Accept": "application/json"}).json
    assert found["tokens"] == ["等待期"]
    assert sum(part["share"] for part in found["hits"][0]["parts"]) == pytest.approx(1, abs=0.01)
    assert {"idf", "weight", "share", "kind", "entries"} < set(found["terms"][0])


def test_an_agent_sees_the_answer_alone(sign_in: Callable[[Role], Browser]) -> None:
    page = look(sign_in(Role.AGENT).get("/search?q=等待期&explain=1"))
    assert page.xpath(of_class("card"))
    assert not page.xpath(of_class("explain-facts"))
