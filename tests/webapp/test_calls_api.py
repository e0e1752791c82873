"""The telephony system tells of calls, and programs record their solutions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.webapp.conftest import PASSWORD, Browser
from tests.webapp.schema import breaches, resolve
from webapp.api import openapi
from webapp.wiring import Desk

Token = Callable[[Role], dict[str, str]]
CALL = {"call_id": "ACD-7781", "agent": "wang", "line": "热线一", "product": "百万医疗险"}
SOLUTION = {"call_id": "ACD-7781", "agent": "wang", "key": "crm-1", "kind": "added", "asked": "宠物能保吗", "text": "不能。"}


@pytest.fixture(autouse=True)
def agent(desk: Desk) -> None:
    desk.people.add(SYSTEM, "wang", "王", Role.AGENT, PASSWORD, team="一组")


@pytest.fixture
def phone(token_for: Token) -> dict[str, str]:
    return token_for(Role.COORDINATOR)


def conforms(answer: TestResponse, path: str, method: str = "post") -> TestResponse:
    document = openapi.document()
    described = resolve(document, document["paths"][f"/api/v1/{path}"][method]["responses"][str(answer.status_code)])
    assert breaches(document, described["content"]["application/json"]["schema"], answer.json) == []
    return answer


def post(client: Browser, path: str, body: Any, headers: dict[str, str], described: str = "") -> TestResponse:
    return conforms(client.post(f"/api/v1/{path}", json=body, headers=headers), described or path)


def test_a_call_is_opened_ended_and_owes_its_solution(anonymous: Browser, phone: dict[str, str]) -> None:
    opened, again = (post(anonymous, "calls", CALL, phone) for _ in range(2))
    assert (opened.status_code, again.status_code) == (201, 200)
    assert opened.json == again.json
    ended = post(anonymous, "calls/ACD-7781/end", {}, phone, "calls/{call_id}/end")
    assert (ended.json["due_at"], ended.json["settled_as"]) == ("2026-11-21T09:05:00+08:00", "")
    assert post(anonymous, "calls/ACD-7781/end", {}, phone, "calls/{call_id}/end").json == ended.json
    shown = conforms(anonymous.get("/api/v1/calls/ACD-7781", headers=phone), "calls/{call_id}", "get")
    assert shown.json == ended.json


def test_an_end_that_comes_first_names_its_agent(anonymous: Browser, phone: dict[str, str]) -> None:
    unknown = post(anonymous, "calls/ACD-1/end", {}, phone, "calls/{call_id}/end")
    assert unknown.status_code == 404
    known = post(anonymous, "calls/ACD-1/end", {"agent": "wang"}, phone, "calls/{call_id}/end")
    assert (known.status_code, known.json["agent"]) == (200, "wang")
    assert post(anonymous, "calls", CALL | {"call_id": "ACD-1"}, phone).json["line"] == "热线一"


def test_a_call_whose_number_has_a_slash_can_be_ended_and_read(anonymous: Browser, phone: dict[str, str]) -> None:
    post(anonymous, "calls", CALL | {"call_id": "北楼/2026/17"}, phone)
    ended = post(anonymous, "calls/北楼%2F2026%2F17/end", {}, phone, "calls/{call_id}/end")
    assert ended.json["ended_at"]
    assert anonymous.get("/api/v1/calls/北楼/2026/17", headers=phone).json["number"] == ended.json["number"]


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"agent": "nobody"}, 404, "没有登录名为“nobody”的座席。"),
        ({"call_id": ""}, 400, "请写明来电编号。"),
        ({"call_id": "长" * 81}, 413, "“来电编号”最多 80 个字"),
        ({"agent": None}, 400, "请写明座席的登录名。"),
        ({"at": "昨天"}, 400, "at 应是"),
        ({"agnet": "x"}, 400, "不认识字段“agnet”。"),
        ({"line": 7}, 400, "字段“line”应是文字。"),
    ],
)
def test_a_mistake_is_a_sentence(
    anonymous: Browser, phone: dict[str, str], change: dict[str, Any], status: int, sentence: str
) -> None:
    answer = post(anonymous, "calls", CALL | change, phone)
    assert answer.status_code == status
    assert sentence in answer.json["error"]["message"]


def test_a_program_records_a_solution_once_and_hears_what_was_masked(
    anonymous: Browser, phone: dict[str, str], desk: Desk
) -> None:
    post(anonymous, "calls", CALL, phone)
    body = SOLUTION | {"text": "请他打 13800138000，找李明先生"}
    first, again = (post(anonymous, "solutions", body, phone) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["hidden"] == ["mobile"]
    assert "＊＊＊" in first.json["text"]
    assert first.json["number"] == again.json["number"]
    assert desk.telephony.told(SYSTEM, "ACD-7781").settled_as == "added"


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"kind": "good"}, 400, "kind 应是其中之一：used、flagged、improved、added。"),
        ({"call_id": "ACD-0"}, 404, "没有编号为 ACD-0 的来电。"),
        ({"text": "字" * 50_000}, 413, "“内容”最多 4000 个字"),
        ({"kind": "used", "code": "FAQ-7777"}, 404, "没有编号为 FAQ-7777 的条目。"),
        ({"key": None}, 400, "key"),
        ({"anyway": "yes"}, 400, "true 或 false"),
        ({"revision": "1"}, 400, "应是整数"),
    ],
)
def test_a_solution_that_cannot_be_kept_says_why(
    anonymous: Browser, phone: dict[str, str], change: dict[str, Any], status: int, sentence: str
) -> None:
    post(anonymous, "calls", CALL, phone)
    answer = post(anonymous, "solutions", SOLUTION | change, phone)
    assert answer.status_code == status
    assert sentence in answer.json["error"]["message"]


def test_a_key_used_for_another_content_is_a_conflict(anonymous: Browser, phone: dict[str, str]) -> None:
    post(anonymous, "calls", CALL, phone)
    assert post(anonymous, "solutions", SOLUTION, phone).status_code == 201
    answer = post(anonymous, "solutions", SOLUTION | {"text": "另一种答法。"}, phone)
    assert answer.status_code == 409
    assert "这一份没有保存" in answer.json["error"]["message"]


def test_only_a_program_that_may_connect_speaks_for_others(anonymous: Browser, token_for: Token) -> None:
    agents = token_for(Role.AGENT)
    assert post(anonymous, "calls", CALL, agents).status_code == 403
    assert post(anonymous, "solutions", SOLUTION, agents).status_code == 403
    assert post(anonymous, "solutions", SOLUTION, {}).status_code in (400, 401)


def test_half_a_character_and_nesting_without_end_are_mistakes_of_the_sender(
    anonymous: Browser, phone: dict[str, str]
) -> None:
    for body in (json.dumps(CALL | {"agent": "wang\ud800"}), "[" * 100_000):
        answer = anonymous.post("/api/v1/calls", data=body, headers=phone, content_type="application/json")
        assert conforms(answer, "calls").json["error"]["code"] == "invalid"
