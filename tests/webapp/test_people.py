"""The administrator's page: accounts and tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.factories import a_person
from tests.webapp.conftest import PASSWORD, Browser, browser, login_of
from webapp.wiring import Desk


@pytest.fixture
def administrator(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.ADMINISTRATOR)


def shown_secret(page: str) -> str:
    found = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert found, "no secret is shown"
    return found[1]


def row_of(page: str, login: str) -> str:
    return next(row for row in re.findall(r"<tr>.*?</tr>", page, re.S) if f">{login}<" in row)


def test_an_account_is_added_with_a_password_that_is_shown_once_and_fits(
    app: Flask, administrator: Browser, desk: Desk
) -> None:
    response = administrator.submit("/people", {"login": "Li.Na", "name": "李某", "role": "trainer"})
    password = shown_secret(response.text)
    assert desk.people.sign_in("li.na", password)[0].role is Role.TRAINER
    page = administrator.get("/people").text
    assert password not in page
    assert "品管培训岗" in row_of(page, "li.na")
    assert "李某" in row_of(page, "li.na")


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"login": "a b", "name": "李某", "role": "agent"}, 400, "登录名用 2 到 40 个"),
        ({"login": "lina", "name": "李某", "role": "boss"}, 400, "请从列表中选择岗位。"),
        ({"login": "lina", "name": "李某"}, 400, "请从列表中选择岗位。"),
        ({"login": "a-administrator", "name": "李某", "role": "agent"}, 409, "登录名“a-administrator”已被使用。"),
    ],
)
def test_a_mistake_in_a_new_account_is_a_sentence(
    administrator: Browser, desk: Desk, fields: dict[str, str], status: int, sentence: str
) -> None:
    before = desk.people.all(SYSTEM)
    response = administrator.submit("/people", fields)
    assert response.status_code == status
    assert sentence in response.text
    assert desk.people.all(SYSTEM) == before


def test_a_name_is_text_and_not_markup(administrator: Browser) -> None:
    administrator.submit("/people", {"login": "lina", "name": "<script>x</script>", "role": "agent"})
    assert "<script>x" not in administrator.get("/people").text


def test_a_disabled_account_stays_in_the_list_and_signs_in_no_more(
    app: Flask, administrator: Browser, client_for: Callable[[Role], Browser]
) -> None:
    client_for(Role.AGENT)
    response = administrator.submit("/people/disable", {"login": "a-agent"})
    assert (response.status_code, response.location) == (303, "/people")
    page = administrator.get("/people").text
    assert "已停用账号 a-agent" in page
    assert "已停用（2026-11-21 09:00）" in row_of(page, "a-agent")
    refused = browser(app).submit("/login", {"login": "a-agent", "password": PASSWORD})
    assert refused.status_code == 401


def test_the_last_administrator_can_neither_be_disabled_nor_lose_the_role(administrator: Browser) -> None:
    login = login_of(Role.ADMINISTRATOR)
    assert administrator.submit("/people/disable", {"login": login}).status_code == 409
    assert administrator.submit("/people/role", {"login": login, "role": "agent"}).status_code == 409
    assert administrator.get("/people").status_code == 200


def test_a_role_is_changed(administrator: Browser, client_for: Callable[[Role], Browser], desk: Desk) -> None:
    client_for(Role.AGENT)
    administrator.submit("/people/role", {"login": "a-agent", "role": "shift_leader"})
    assert desk.people.sign_in("a-agent", PASSWORD)[0].role is Role.SHIFT_LEADER


def test_a_person_is_put_into_a_team_and_moved_to_another(administrator: Browser, desk: Desk) -> None:
    administrator.submit("/people", {"login": "lina", "name": "李某", "role": "agent", "team": " 一 组 "})
    assert desk.people.all(SYSTEM)[-1].team == "一 组"
    assert administrator.submit("/people/team", {"login": "lina", "team": "二组"}).status_code == 303
    assert "<td>二组</td>" in row_of(administrator.get("/people").text, "lina")
    log = administrator.get("/audit").text
    assert "更改班组" in log and "原班组 一 组" in log


def test_a_new_password_replaces_the_old_one(
    app: Flask, administrator: Browser, client_for: Callable[[Role], Browser], desk: Desk
) -> None:
    agent = client_for(Role.AGENT)
    password = shown_secret(administrator.submit("/people/password", {"login": "a-agent"}).text)
    assert agent.get("/password").status_code == 303
    assert browser(app).submit("/login", {"login": "a-agent", "password": PASSWORD}).status_code == 401
    assert desk.people.sign_in("a-agent", password)


def test_two_new_passwords_differ(administrator: Browser, client_for: Callable[[Role], Browser]) -> None:
    client_for(Role.AGENT)
    first, second = (shown_secret(administrator.submit("/people/password", {"login": "a-agent"}).text) for _ in "12")
    assert first != second


@pytest.mark.parametrize("path", ["/people/disable", "/people/password", "/people/role"])
def test_an_unknown_login_is_a_sentence(administrator: Browser, path: str) -> None:
    response = administrator.submit(path, {"login": "nobody", "role": "agent"})
    assert response.status_code == 404
    assert "没有登录名为“nobody”的账号。" in response.text


def test_a_token_is_shown_once_and_works_until_it_is_revoked(administrator: Browser, anonymous: Browser) -> None:
    token = shown_secret(administrator.submit("/people/tokens", {"name": "质检系统", "role": "trainer"}).text)
    ask = lambda: anonymous.get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"})  # noqa: E731
    assert ask().status_code == 200
    page = administrator.get("/people").text
    assert token not in page
    assert "品管培训岗" in row_of(page, "质检系统")
    administrator.submit("/people/tokens/revoke", {"name": "质检系统"})
    assert ask().status_code == 401
    assert "已吊销（2026-11-21 09:00）" in row_of(administrator.get("/people").text, "质检系统")


def test_what_the_administrator_did_is_in_the_audit_log(administrator: Browser) -> None:
    administrator.submit("/people", {"login": "lina", "name": "李某", "role": "agent"})
    row = row_of(administrator.get("/audit").text, "lina")
    assert "添加账号" in row
    assert login_of(Role.ADMINISTRATOR) in row
    assert "岗位 座席代表" in row
    assert "2026-11-21 09:00:00" in row


def test_the_audit_page_says_when_the_chain_is_broken(administrator: Browser, desk: Desk) -> None:
    assert "记录前后相连" in administrator.get("/audit").text
    with desk.store.engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        guard = "audit_no_update" if sqlite else "audit_append_only ON audit"  # somebody with the files in hand
        connection.execute(text(f"DROP TRIGGER {guard}"))
        connection.execute(text("UPDATE audit SET subject = 'nobody' WHERE number = 1"))
    assert "第 1 条记录与前一条对不上" in administrator.get("/audit").text


def test_unanswered_questions_are_listed_with_the_most_frequent_first(
    client_for: Callable[[Role], Browser], desk: Desk
) -> None:
    for question in ("宠物险怎么买", "船险多少钱", "船险多少钱"):
        desk.questions.record(a_person(Role.AGENT), question)
    page = client_for(Role.TEAM_LEADER).get("/questions").text
    assert page.index("船险多少钱") < page.index("宠物险怎么买")
    assert ">2<" in row_of(page, "船险多少钱")
