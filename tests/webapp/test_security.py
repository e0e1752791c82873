"""Headers, CSRF, caching, and what the log does not hold."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from kb.domain.person import Role
from tests.webapp.conftest import PASSWORD, Browser, login_of
from webapp.headers import CONTENT_SECURITY_POLICY
from webapp.wiring import Desk

FORMS = ["/login", "/demo", "/logout", "/language", "/appearance"]


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/healthz", "/api/v1/search", "/people"])
def test_every_answer_says_what_a_browser_may_do_with_it(anonymous: Browser, path: str) -> None:
    headers = anonymous.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_nothing_inline_and_nothing_from_elsewhere_is_permitted() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


def test_no_template_holds_what_the_policy_would_block() -> None:
    for template in sorted(Path("webapp/templates").rglob("*.html")):
        text = template.read_text(encoding="utf-8")
        for tag in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in tag or 'type="application/json"' in tag, f"{template}: inline script"
        for forbidden in (r"<style\b", r"\sstyle=", r"\son[a-z]+=", r"javascript:", r"https?://(?!www\.w3\.org/)"):
            assert not re.search(forbidden, text), f"{template}: {forbidden}"


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_does_nothing(anonymous: Browser, path: str) -> None:
    response = anonymous.post(path, data={"login": "x", "password": "y"})
    assert response.status_code == 400
    assert "页面已过期，请刷新后再提交一次。" in response.text


def test_every_form_of_the_pages_carries_the_token(client_for: Callable[[Role], Browser], demo_app: Flask) -> None:
    pages = [demo_app.test_client().get("/login").text]
    administrator = client_for(Role.ADMINISTRATOR)
    pages += [administrator.get(path).text for path in ("/people", "/password")]
    forms = [form for page in pages for form in re.findall(r'<form\b[^>]*method="post".*?</form>', page, re.S)]
    assert len(forms) >= 6
    assert [form for form in forms if 'name="csrf_token"' not in form] == []


def test_the_token_of_another_session_is_refused(client_for: Callable[[Role], Browser], desk: Desk) -> None:
    administrator, foreign = client_for(Role.ADMINISTRATOR), client_for(Role.AGENT)
    with foreign.session_transaction() as session:
        session["csrf_token"] = "ab" * 20
    response = administrator.post("/people/disable", data={"login": "a-agent", "csrf_token": foreign.csrf_token()})
    assert response.status_code == 400
    assert desk.people.sign_in(login_of(Role.AGENT), PASSWORD)


def test_the_token_may_come_in_a_header(client_for: Callable[[Role], Browser], desk: Desk) -> None:
    agent = client_for(Role.AGENT)
    response = agent.post("/language", data={"language": "en"}, headers={"X-CSRFToken": agent.csrf_token()})
    assert response.status_code == 303


def test_a_program_with_a_token_of_its_own_needs_no_csrf_token(
    app: Flask, anonymous: Browser, token_for: Callable[[Role], dict[str, str]], client_for: Callable[[Role], Browser]
) -> None:
    from kb.domain.person import Permission
    from webapp.security import needs

    app.add_url_rule("/api/v1/write", "write", needs(Permission.SEARCH)(lambda: {"done": True}), methods=["POST"])
    assert anonymous.post("/api/v1/write", headers=token_for(Role.AGENT)).json == {"done": True}
    signed_in = client_for(Role.AGENT)
    assert signed_in.post("/api/v1/write").status_code == 400
    assert signed_in.post("/api/v1/write", headers={"X-CSRFToken": signed_in.csrf_token()}).status_code == 200


def test_a_bearer_token_opens_no_page(anonymous: Browser, token_for: Callable[[Role], dict[str, str]]) -> None:
    assert anonymous.get("/people", headers=token_for(Role.ADMINISTRATOR)).status_code == 303


def test_a_bearer_token_does_not_switch_off_the_csrf_check_of_a_page(
    client_for: Callable[[Role], Browser], desk: Desk
) -> None:
    administrator = client_for(Role.ADMINISTRATOR)
    response = administrator.post("/people/disable", data={"login": "x"}, headers={"Authorization": "Bearer x"})
    assert response.status_code == 400


def test_the_access_log_holds_no_query_and_no_address_of_nowhere(
    anonymous: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        anonymous.get("/login?next=/search%3Fq=13800138000")
        anonymous.get("/nowhere/13800138000")
        anonymous.submit("/login", {"login": "someone", "password": "13800138000"})
    lines = [record.getMessage() for record in caplog.records if record.name == "zhixi.access"]
    assert [line.rsplit(" ", 1)[0] for line in lines] == ["GET /login 200", "GET - 404", "POST /login 401"]
    assert "13800138000" not in caplog.text
    assert "someone" not in caplog.text


def test_the_health_page_tells_states_and_nothing_else(anonymous: Browser, app: Flask) -> None:
    response = anonymous.get("/healthz")
    assert set(response.json) == {"status", "database", "index"}
    assert "Set-Cookie" not in response.headers


def test_a_database_that_is_gone_makes_the_health_page_say_503(
    anonymous: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(desk.store), "healthy", lambda self: False)
    response = anonymous.get("/healthz")
    assert (response.status_code, response.json["status"], response.json["database"]) == (
        503, "unavailable", "unavailable",
    )  # fmt: skip


def test_health_answers_even_when_a_check_itself_breaks(
    anonymous: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object) -> bool:
        raise RuntimeError("socket")

    monkeypatch.setattr(type(desk.store), "healthy", broken)
    assert anonymous.get("/healthz").status_code == 503
