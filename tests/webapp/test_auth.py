"""Signing in and out, sessions, the demo, one's own password, the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from kb.domain.errors import Invalid
from kb.domain.person import Role
from kb.services.people import SYSTEM
from kb.settings import Settings
from tests.factories import Clock
from tests.webapp.conftest import PASSWORD, Browser, browser, desk_of, login_of
from webapp.auth.local import safe_next
from webapp.wiring import Desk

LOGIN_MISTAKE = "登录名或密码不对。"


@pytest.fixture
def agent(desk: Desk) -> str:
    """The login of an account that nobody has signed in to."""
    return desk.people.add(SYSTEM, "wang", "王某", Role.AGENT, PASSWORD).login


def is_signed_in(client: Browser) -> bool:
    return client.get("/password").status_code == 200


def sign_in(client: Browser, login: str, password: str = PASSWORD, **more: str):
    return client.submit("/login", {"login": login, "password": password, **more})


def test_the_right_password_signs_in_and_leads_to_where_the_person_wanted_to_go(
    anonymous: Browser, agent: str
) -> None:
    wanted = anonymous.get("/search?q=退保")
    assert wanted.status_code == 303
    assert wanted.location == "/login?next=/search?q%3D%E9%80%80%E4%BF%9D"
    page = anonymous.get(wanted.location)
    assert 'value="/search?q=退保"' in page.text
    response = sign_in(anonymous, agent, next="/search?q=退保")
    assert (response.status_code, response.location) == (303, "/search?q=%E9%80%80%E4%BF%9D")
    assert is_signed_in(anonymous)


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(anonymous: Browser, agent: str) -> None:
    wrong, unknown = sign_in(anonymous, agent, "wrong-horse-7"), sign_in(anonymous, "wong", "wrong-horse-7")
    assert wrong.status_code == unknown.status_code == 401
    assert LOGIN_MISTAKE in wrong.text
    without_tokens = [line for line in wrong.text.splitlines() if "csrf" not in line]
    other = [line.replace("wong", "wang") for line in unknown.text.splitlines() if "csrf" not in line]
    assert without_tokens == other
    assert not is_signed_in(anonymous)


def test_a_password_is_never_written_back_into_the_page(anonymous: Browser, agent: str) -> None:
    assert "wrong-horse-7" not in sign_in(anonymous, agent, "wrong-horse-7").text


def test_repeated_failures_are_slowed_and_a_minute_later_the_right_password_fits(
    anonymous: Browser, agent: str, clock: Clock
) -> None:
    for _ in range(5):
        sign_in(anonymous, agent, "wrong-horse-7")
    assert sign_in(anonymous, agent).status_code == 503
    clock.forward(seconds=61)
    assert sign_in(anonymous, agent).status_code == 303


def test_a_pasted_page_is_not_carried_through_the_login_where_it_makes_an_address_too_long(anonymous: Browser) -> None:
    assert anonymous.get("/search?q=" + "保" * 10_000).location == "/login?next=/search"


@pytest.mark.parametrize(
    ("login", "password"), [("", ""), ("王", "x"), ("a" * 10_000, "b" * 10_000), ("\ud800", "\ud800"), ("'--", "\0")]
)
def test_strange_logins_are_wrong_logins(anonymous: Browser, login: str, password: str) -> None:
    body = f"csrf_token={anonymous.csrf_token()}&login={_quoted(login)}&password={_quoted(password)}"
    response = anonymous.post("/login", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 401
    assert LOGIN_MISTAKE in response.text


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def test_the_session_is_another_one_after_signing_in(anonymous: Browser, agent: str) -> None:
    with anonymous.session_transaction() as session:
        session["planted"], session["csrf_token"] = "by somebody else", "11" * 20
    sign_in(anonymous, agent)
    with anonymous.session_transaction() as session:
        assert set(session) <= {"secret", "_permanent", "csrf_token", "_fresh"}
        assert session.get("csrf_token") != "11" * 20
        first = session["secret"]
    sign_in(anonymous, agent)
    with anonymous.session_transaction() as session:
        assert session["secret"] != first


def test_the_session_that_a_sign_in_replaces_is_closed(anonymous: Browser, agent: str, desk: Desk) -> None:
    sign_in(anonymous, agent)
    with anonymous.session_transaction() as session:
        first = session["secret"]
    sign_in(anonymous, agent)
    assert desk.people.person_of_session(first) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(anonymous: Browser, agent: str) -> None:
    sign_in(anonymous, agent)
    cookie = anonymous.get_cookie("zhixi_session")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Lax", False)


def test_cookies_are_sent_over_https_only_when_the_setting_says_so(
    settings: Settings, make_app: Callable[[Settings], Flask]
) -> None:
    app = make_app(replace(settings, secure_cookies=True))
    desk_of(app).people.add(SYSTEM, "wang", "王某", Role.AGENT, PASSWORD)
    client = browser(app)
    token = client.csrf_token()
    response = client.post(
        "/login",
        data={"login": "wang", "password": PASSWORD, "csrf_token": token},
        headers={"Referer": "https://localhost/login"},
        base_url="https://localhost",
    )
    cookies = response.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)


def test_signing_out_ends_the_session_in_the_database_too(anonymous: Browser, agent: str, desk: Desk) -> None:
    sign_in(anonymous, agent)
    with anonymous.session_transaction() as session:
        secret = session["secret"]
    assert anonymous.submit("/logout").location == "/login"
    assert not is_signed_in(anonymous)
    assert desk.people.person_of_session(secret) is None


def test_signing_out_when_nobody_is_signed_in_is_no_mistake(anonymous: Browser) -> None:
    assert anonymous.submit("/logout").status_code == 303


def test_a_session_ends_after_its_hours(client_for: Callable[[Role], Browser], clock: Clock) -> None:
    trainer = client_for(Role.TRAINER)
    clock.forward(hours=11, minutes=59)
    assert is_signed_in(trainer)
    clock.forward(minutes=1)
    assert not is_signed_in(trainer)


def test_a_change_of_role_ends_the_sessions(client_for: Callable[[Role], Browser], desk: Desk) -> None:
    director = client_for(Role.DIRECTOR)
    assert director.get("/audit").status_code == 200
    desk.people.set_role(SYSTEM, login_of(Role.DIRECTOR), Role.AGENT)
    assert not is_signed_in(director)


def test_disabling_an_account_ends_its_sessions(client_for: Callable[[Role], Browser], desk: Desk) -> None:
    trainer = client_for(Role.TRAINER)
    desk.people.disable(SYSTEM, login_of(Role.TRAINER))
    assert not is_signed_in(trainer)


def test_a_forged_cookie_is_nobody(anonymous: Browser) -> None:
    anonymous.set_cookie("zhixi_session", "eyJzZWNyZXQiOiJ4In0.aaaa.bbbb")
    assert not is_signed_in(anonymous)


def test_a_cookie_counts_only_with_the_key_that_signed_it(client_for: Callable[[Role], Browser], app: Flask) -> None:
    client, key = client_for(Role.AGENT), app.secret_key
    said = []
    for app.secret_key in (key, "another key", key):
        said.append(is_signed_in(client))
    assert said == [True, False, True]


@pytest.mark.parametrize("value", [7, ["x"], {"a": 1}, "", "unknown"])
def test_a_cookie_with_a_strange_secret_is_nobody(anonymous: Browser, value: object) -> None:
    with anonymous.session_transaction() as session:
        session["secret"] = value
    assert anonymous.get("/password").status_code == 303


def test_who_is_signed_in_already_goes_on_from_the_login_page(client_for: Callable[[Role], Browser]) -> None:
    response = client_for(Role.AGENT).get("/login?next=/questions")
    assert (response.status_code, response.location) == (303, "/questions")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n//evil.example", "javascript:alert(1)", "evil.example", "", None, "/" + "a" * 3_000,
        " /search", "/search\r\nSet-Cookie: x=1",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(target: str | None) -> None:
    assert safe_next(target) == "/"


def test_an_address_of_this_site_is_kept() -> None:
    assert safe_next("/entries/FAQ-0042?as_of=2026-11-01#正文") == "/entries/FAQ-0042?as_of=2026-11-01#正文"


# --- the demo


def test_a_visitor_of_the_demo_chooses_a_role_and_is_signed_in(demo_app: Flask) -> None:
    for role in Role:
        visitor = browser(demo_app)
        assert f'value="{role}"' in visitor.get("/login").text
        response = visitor.submit("/demo", {"role": role, "next": "/"})
        assert (response.status_code, response.location) == (303, "/")
        assert visitor.get("/people").status_code == (200 if role is Role.ADMINISTRATOR else 403)


@pytest.mark.parametrize("role", ["", "boss", "demo-agent"])
def test_the_demo_knows_the_seven_roles_only(demo_app: Flask, role: str) -> None:
    assert browser(demo_app).submit("/demo", {"role": role}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "10.1.2.3"),
        ({}, ""),
        ({"Host": "zhixi.example"}, "127.0.0.1"),
        ({"Host": "127.0.0.1.evil.example:8000"}, "127.0.0.1"),
        ({"Host": "[::1"}, "127.0.0.1"),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ({"Forwarded": "for=127.0.0.1"}, "127.0.0.1"),
        ({"Via": "1.1 proxy"}, "127.0.0.1"),
    ],
)
def test_the_demo_is_closed_to_whoever_does_not_ask_from_this_machine(
    demo_app: Flask, headers: dict[str, str], address: str
) -> None:
    visitor, where = browser(demo_app), {"REMOTE_ADDR": address}
    page = visitor.get("/login", headers=headers, environ_overrides=where)
    assert 'name="role"' not in page.text
    response = visitor.submit("/demo", {"role": "agent"}, headers=headers, environ_overrides=where)
    assert response.status_code in (400, 404)
    assert not is_signed_in(visitor)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000"])
def test_the_demo_is_open_at_the_names_of_this_machine(demo_app: Flask, host: str) -> None:
    assert 'value="trainer"' in browser(demo_app).get("/login", headers={"Host": host}).text


def test_without_the_demo_nobody_gets_in_without_a_password(app: Flask, anonymous: Browser, desk: Desk) -> None:
    desk.people.add(SYSTEM, "demo-agent", "演示", Role.AGENT, PASSWORD)
    assert 'name="role"' not in anonymous.get("/login").text
    assert anonymous.submit("/demo", {"role": "agent"}).status_code == 404
    assert not is_signed_in(anonymous)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "zhixi.example"])
def test_the_demo_cannot_be_served_to_other_machines(
    settings: Settings, make_app: Callable[[Settings], Flask], host: str
) -> None:
    with pytest.raises(Invalid, match=r"127\.0\.0\.1"):
        make_app(replace(settings, demo=True, host=host))


# --- one's own password


def test_a_person_changes_their_password_and_every_other_session_ends(
    app: Flask, client_for: Callable[[Role], Browser]
) -> None:
    here, elsewhere = client_for(Role.AGENT), client_for(Role.AGENT)
    new = "another-horse-9"
    response = here.submit("/password", {"old": PASSWORD, "new": new, "again": new})
    assert response.status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert sign_in(browser(app), login_of(Role.AGENT), new).status_code == 303
    assert sign_in(browser(app), login_of(Role.AGENT), PASSWORD).status_code == 401


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("wrong-horse-7", "another-horse-9", "another-horse-9", "现在的密码不对。"),
        (PASSWORD, "another-horse-9", "another-horse-8", "两次输入的新密码不一致。"),
        (PASSWORD, "short", "short", "密码要有 10 到 200 个字符。"),
    ],
)
def test_a_password_is_not_changed_on_a_mistake(
    app: Flask, client_for: Callable[[Role], Browser], old: str, new: str, again: str, sentence: str
) -> None:
    response = client_for(Role.AGENT).submit("/password", {"old": old, "new": new, "again": again})
    assert response.status_code == 400
    assert sentence in response.text
    assert sign_in(browser(app), login_of(Role.AGENT)).status_code == 303


# --- the language


def test_the_language_is_chosen_before_signing_in(anonymous: Browser) -> None:
    assert "登录名" in anonymous.get("/login").text
    response = anonymous.submit("/language", {"language": "en", "next": "/login"})
    assert (response.status_code, response.location) == (303, "/login")
    page = anonymous.get("/login").text
    assert "登录名" not in page
    assert "Password" in page


def test_the_language_of_a_person_comes_along_to_another_browser(
    app: Flask, client_for: Callable[[Role], Browser]
) -> None:
    client_for(Role.AGENT).submit("/language", {"language": "en"})
    elsewhere = browser(app)
    sign_in(elsewhere, login_of(Role.AGENT))
    assert "Current password" in elsewhere.get("/password").text


def test_choosing_a_language_keeps_the_other_preferences(client_for: Callable[[Role], Browser], desk: Desk) -> None:
    agent = client_for(Role.AGENT)
    person, _ = desk.people.sign_in_as(login_of(Role.AGENT))
    desk.people.save_preferences(person, {"kind": ["faq"]})
    agent.submit("/language", {"language": "en"})
    assert desk.people.preferences(person) == {"kind": ["faq"], "language": "en"}


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "zh_Hant", "en\r\nX: 1"])
def test_a_language_that_the_interface_does_not_speak_is_chinese(anonymous: Browser, language: str) -> None:
    anonymous.submit("/language", {"language": language})
    anonymous.set_cookie("language", language.split("\r")[0])
    assert "登录名" in anonymous.get("/login").text or language.startswith("en")
