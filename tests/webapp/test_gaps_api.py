"""Programs send questions that nothing answers, and read the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.domain.person import Role
from tests.factories import Clock, a_person
from tests.webapp.conftest import Browser
from tests.webapp.schema import breaches, resolve
from webapp.api import openapi
from webapp.wiring import Desk

Token = Callable[[Role], dict[str, str]]
CHEN = a_person(Role.AGENT, login="chen")


def conforms(answer: TestResponse, path: str = "/api/v1/gaps", method: str = "get") -> None:
    document = openapi.document()
    described = resolve(document, document["paths"][path][method]["responses"][str(answer.status_code)])
    assert breaches(document, described["content"]["application/json"]["schema"], answer.json) == []


def test_a_question_is_sent_and_sent_again_joins_it(anonymous: Browser, token_for: Token) -> None:
    body = {"text": "宠物险怎么买", "product": "宠物险", "urgent": True}
    first = anonymous.post("/api/v1/gaps", json=body, headers=token_for(Role.AGENT))
    again = anonymous.post("/api/v1/gaps", json=body, headers=token_for(Role.SHIFT_LEADER))
    for answer in (first, again):
        conforms(answer, method="post")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["due_at"] == "2026-11-22T09:00:00+08:00"
    assert (again.json["number"], again.json["times"]) == (1, 2)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": ""}, "请写下来电者的问题"),
        ({"text": "宠物险", "urgent": "yes"}, "应是 true 或 false"),
        ({"text": "宠物险", "call": 7}, "不认识字段“call”"),
        ([], "应是一个 JSON 对象"),
    ],
)
def test_a_body_that_says_nothing_is_refused(anonymous: Browser, token_for: Token, body: Any, sentence: str) -> None:
    answer = anonymous.post("/api/v1/gaps", json=body, headers=token_for(Role.AGENT))
    conforms(answer, method="post")
    assert (answer.status_code, sentence in answer.text) == (400, True)


def test_the_board_is_read_by_state_and_product(anonymous: Browser, token_for: Token, desk: Desk, clock: Clock) -> None:
    for text, product in (("宠物险怎么买", "宠物险"), ("船险多少钱", "")):
        desk.gaps.send(CHEN, text, product=product)
        clock.forward(hours=1)
    desk.gaps.decline(a_person(), 2, reason="没有这个产品")
    desk.gaps.send(CHEN, "火车误点", urgent=True)
    headers = token_for(Role.TEAM_LEADER)

    def numbers(query: str = "") -> list[int]:
        answer = anonymous.get(f"/api/v1/gaps{query}", headers=headers)
        conforms(answer)
        return [gap["number"] for gap in answer.json["gaps"]]

    assert (numbers(), numbers("?product=宠物险"), numbers("?state=declined")) == ([3, 1], [1], [2])
    assert (numbers("?state=taken"), numbers("?state=answered")) == ([], [])
    one = anonymous.get("/api/v1/gaps/2", headers=headers)
    conforms(one, "/api/v1/gaps/{number}")
    assert (one.json["state"], one.json["said"]) == ("declined", "没有这个产品")
    for query in ("?state=nonsense", "?colour=red"):
        refused = anonymous.get(f"/api/v1/gaps{query}", headers=headers)
        conforms(refused)
        assert refused.status_code == 400
    missing = anonymous.get("/api/v1/gaps/77", headers=headers)
    conforms(missing, "/api/v1/gaps/{number}")
    assert missing.status_code == 404


def test_the_week_is_read(anonymous: Browser, token_for: Token, desk: Desk, clock: Clock) -> None:
    desk.gaps.send(CHEN, "宠物险怎么买")
    desk.questions.record(CHEN, "船险多少钱")
    headers = token_for(Role.TEAM_LEADER)
    answer = anonymous.get("/api/v1/gaps/top", headers=headers)
    conforms(answer, "/api/v1/gaps/top")
    assert [(one["text"], one["gap"]) for one in answer.json["questions"]] == [("船险多少钱", None), ("宠物险怎么买", 1)]
    clock.forward(days=7, seconds=1)
    assert anonymous.get("/api/v1/gaps/top", headers=headers).json == {"questions": []}
    assert len(anonymous.get("/api/v1/gaps/top?week=1", headers=headers).json["questions"]) == 2
    wrong = anonymous.get("/api/v1/gaps/top?week=-1", headers=headers)
    conforms(wrong, "/api/v1/gaps/top")
    assert wrong.status_code == 400
