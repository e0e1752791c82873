"""Programs read solutions: each only what its role may see, part by part."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from kb.domain.person import Role
from tests.factories import Clock, published
from tests.solving import WANG, ZHAO, added, flagged
from tests.webapp.conftest import Browser
from tests.webapp.schema import breaches, resolve
from webapp.api import openapi
from webapp.wiring import Desk

Token = Callable[[Role], dict[str, str]]


@pytest.fixture(autouse=True)
def recorded(desk: Desk, clock: Clock) -> None:
    published(desk.store, clock, "FAQ-0042")
    flagged(desk.store, clock, "应为九十天", by=WANG)
    clock.forward(hours=1)
    added(desk.store, clock, "宠物能不能投保", by=ZHAO)
    clock.forward(hours=1)
    added(desk.store, clock, "发票丢了怎么补开", by=WANG)


@pytest.fixture
def headers(token_for: Token) -> dict[str, str]:
    return token_for(Role.COORDINATOR)


def get(client: Browser, headers: dict[str, str], query: str = "", path: str = "solutions") -> TestResponse:
    answer = client.get(f"/api/v1/{path}{query}", headers=headers)
    described = "solutions/{number}" if "/" in path else "solutions"
    document = openapi.document()
    said = resolve(document, document["paths"][f"/api/v1/{described}"]["get"]["responses"][str(answer.status_code)])
    assert breaches(document, said["content"]["application/json"]["schema"], answer.json) == []
    return answer


def asked(answer: TestResponse) -> list[str]:
    return [one["asked"] for one in answer.json["solutions"]]


def test_they_come_newest_first_and_part_by_part(anonymous: Browser, headers: dict[str, str]) -> None:
    first = get(anonymous, headers, "?limit=2")
    assert asked(first) == ["发票丢了怎么补开", "宠物能不能投保"]
    rest = get(anonymous, headers, f"?limit=2&before={first.json['next']}")
    assert (asked(rest), rest.json["next"]) == (["等待期到底几天"], None)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?kind=flagged", 1), ("?agent=wang", 2), ("?team=二组", 1), ("?code=faq-0042", 1), ("?outcome=waiting", 3),
        ("?outcome=declined", 0), ("?since=2026-11-21T10:00", 2), ("?until=2026-11-21T10:00:00+08:00", 1),
    ],
)  # fmt: skip
def test_they_can_be_narrowed(anonymous: Browser, headers: dict[str, str], query: str, count: int) -> None:
    assert len(asked(get(anonymous, headers, query))) == count


@pytest.mark.parametrize(
    "query", ["?kind=好", "?outcome=x", "?since=明天", "?before=-1", "?limit=0", "?person=wang", "?code=?"]
)
def test_what_is_not_understood_is_refused_with_a_sentence(
    anonymous: Browser, headers: dict[str, str], query: str
) -> None:
    answer = get(anonymous, headers, query)
    assert answer.status_code == 400 and answer.json["error"]["message"]


def test_an_agent_sees_only_their_own(anonymous: Browser, token_for: Token) -> None:
    agent = token_for(Role.AGENT)
    assert asked(get(anonymous, agent)) == []
    assert get(anonymous, agent, "?agent=wang").status_code == 403
    assert get(anonymous, agent, path="solutions/1").status_code == 404
    assert len(asked(get(anonymous, token_for(Role.DIRECTOR)))) == 3


def test_one_is_told_with_what_came_of_it(anonymous: Browser, headers: dict[str, str], desk: Desk) -> None:
    before = get(anonymous, headers, path="solutions/2")
    assert (before.json["agent"], before.json["outcome"], before.json["outcome_at"]) == ("zhao", "waiting", None)
    assert before.json["url"] == "/solutions/2"
    assert get(anonymous, headers, path="solutions/99").status_code == 404
