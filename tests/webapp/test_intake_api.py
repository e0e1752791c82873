"""Departments' systems hand in notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.domain.person import Role
from tests.factories import a_person
from tests.webapp.conftest import Browser
from tests.webapp.schema import breaches, resolve
from webapp.api import openapi
from webapp.wiring import Desk

Token = Callable[[Role], dict[str, str]]
NOTICE = {"department": "理赔部", "title": "时效调整", "text": "车险理赔改为七天。", "reference": "LP-118"}


def post(client: Browser, headers: dict[str, str], body: Any) -> TestResponse:
    return client.post("/api/v1/intake", json=body, headers=headers)


def conforms(answer: TestResponse, path: str = "/api/v1/intake", method: str = "post") -> None:
    document = openapi.document()
    described = resolve(document, document["paths"][path][method]["responses"][str(answer.status_code)])
    assert breaches(document, described["content"]["application/json"]["schema"], answer.json) == []


def test_a_notice_is_taken_in_once(anonymous: Browser, token_for: Token, desk: Desk) -> None:
    headers = token_for(Role.TEAM_LEADER)
    first, again = post(anonymous, headers, NOTICE), post(anonymous, headers, NOTICE)
    for answer in (first, again):
        conforms(answer)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert (first.json["number"], first.json["due_at"]) == (1, "2026-11-22T09:00:00+08:00")
    [waiting] = desk.intake.waiting(a_person())
    assert waiting.by == "token:program-team_leader"


def test_the_sender_learns_what_came_of_it(anonymous: Browser, token_for: Token, desk: Desk) -> None:
    headers = token_for(Role.TEAM_LEADER)
    post(anonymous, headers, NOTICE)
    desk.intake.decline(a_person(), 1, reason="已有条目")
    answer = anonymous.get("/api/v1/intake/1", headers=headers)
    conforms(answer, "/api/v1/intake/{number}", "get")
    assert (answer.json["state"], answer.json["outcome"]) == ("declined", "已有条目")
    other = anonymous.get("/api/v1/intake/1", headers=token_for(Role.SHIFT_LEADER))
    conforms(other, "/api/v1/intake/{number}", "get")
    assert other.status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ([1], 400, "应是一个 JSON 对象"),
        (NOTICE | {"titel": "x"}, 400, "不认识字段“titel”。"),
        (NOTICE | {"title": 7}, 400, "字段“title”应是文字。"),
        (NOTICE | {"title": None}, 400, "标题不能为空。"),
        (NOTICE | {"text": "长" * 20_001}, 413, "“内容”最多 20000 个字"),
        (NOTICE | {"received_at": "昨天"}, 400, "received_at 应是"),
        (NOTICE | {"due_at": "2026-11-20"}, 400, "答复期限必须晚于收到时间。"),
        (NOTICE | {"text": "\x07"}, 400, "有无法保存的字符"),
    ],
)
def test_a_mistake_is_a_sentence(
    anonymous: Browser, token_for: Token, body: Any, status: int, sentence: str
) -> None:
    answer = post(anonymous, token_for(Role.COORDINATOR), body)
    conforms(answer)
    assert (answer.status_code, sentence in answer.json["error"]["message"]) == (status, True)


def test_a_reference_used_for_something_else_is_a_conflict(anonymous: Browser, token_for: Token) -> None:
    headers = token_for(Role.COORDINATOR)
    post(anonymous, headers, NOTICE)
    answer = post(anonymous, headers, NOTICE | {"text": "另一件"})
    conforms(answer)
    assert answer.status_code == 409


def test_who_may_not_submit_is_refused_and_a_browser_needs_its_token(
    anonymous: Browser, token_for: Token, client_for: Callable[[Role], Browser]
) -> None:
    assert post(anonymous, token_for(Role.AGENT), NOTICE).status_code == 403
    assert post(anonymous, {}, NOTICE).status_code == 401
    assert post(client_for(Role.COORDINATOR), {}, NOTICE).status_code == 400  # no CSRF token


def test_what_is_no_json_is_a_sentence(anonymous: Browser, token_for: Token) -> None:
    answer = anonymous.post("/api/v1/intake", data="title=x", headers=token_for(Role.COORDINATOR))
    conforms(answer)
    assert answer.status_code == 400
