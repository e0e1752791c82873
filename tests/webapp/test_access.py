"""Every route, as nobody and as each of the seven roles: default deny, in one generated test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb.domain.errors import NotAllowed
from kb.domain.person import PERMISSIONS, Permission, Role
from tests.webapp.conftest import Browser
from webapp import create_app, security
from webapp.security import OPEN_TO_ALL, access_of

# Written by hand on purpose: a route becomes public only when somebody writes it here too.
PUBLIC = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/demo"),
    ("POST", "/logout"),
    ("POST", "/language"),
    ("POST", "/appearance"),  # light or dark: a cookie of the browser's own
    ("GET", "/healthz"),
    ("GET", "/static/<version>/<path:filename>"),
}

# Likewise: what the routes of more than searching and reading ask for.
RESTRICTED = {
    "/papers": Permission.REVIEW_QUESTIONS,
    "/papers/days": Permission.MANAGE_RULES,
    "/papers/seen": Permission.REVIEW_QUESTIONS,
    "/papers/new": Permission.KEEP_QUESTIONS,
    "/papers/digest": Permission.KEEP_QUESTIONS,
    "/papers/<int(max=999999999):number>": Permission.REVIEW_QUESTIONS,
    "/papers/<int(max=999999999):number>/print": Permission.REVIEW_QUESTIONS,
    "/papers/<int(max=999999999):number>/word": Permission.REVIEW_QUESTIONS,
    "/papers/<int(max=999999999):number>/blueprint": Permission.KEEP_QUESTIONS,
    "/papers/<int(max=999999999):number>/swap": Permission.KEEP_QUESTIONS,
    "/papers/<int(max=999999999):number>/submit": Permission.KEEP_QUESTIONS,
    "/papers/<int(max=999999999):number>/reopen": Permission.KEEP_QUESTIONS,
    "/papers/<int(max=999999999):number>/archive": Permission.KEEP_QUESTIONS,
    "/papers/<int(max=999999999):number>/approve": Permission.APPROVE_PAPERS,
    "/papers/<int(max=999999999):number>/return": Permission.APPROVE_PAPERS,
    "/questions": Permission.SEE_QUESTIONS,
    "/audit": Permission.SEE_AUDIT,
    "/entries/<code>/publish": Permission.PUBLISH,
    "/entries/<code>/withdraw": Permission.PUBLISH,
    "/entries/<code>/restore": Permission.PUBLISH,
    "/work": Permission.SUBMIT,
    "/entries/<code>/revisions/<int(max=999999999):number>/comment": Permission.SUBMIT,
    "/entries/<code>/revisions/<int(max=999999999):number>/approve": Permission.APPROVE,
    "/entries/<code>/revisions/<int(max=999999999):number>/return": Permission.APPROVE,
    "/releases": Permission.PUBLISH,
    "/releases/<int(max=999999999):number>": Permission.PUBLISH,
    "/releases/<int(max=999999999):number>/items": Permission.PUBLISH,
    "/releases/<int(max=999999999):number>/items/<code>/remove": Permission.PUBLISH,
    "/releases/<int(max=999999999):number>/publish": Permission.PUBLISH,
    "/releases/<int(max=999999999):number>/undo": Permission.PUBLISH,
    "/rules": Permission.SUBMIT,
    "/rules/wording": Permission.PUBLISH,
    "/rules/calls": Permission.PUBLISH,
    "/rules/approval": Permission.MANAGE_RULES,
    "/entries/<code>/history": Permission.SUBMIT,
    "/entries/<code>/blame": Permission.SUBMIT,
    "/edit": Permission.SUBMIT,
    "/edit/new": Permission.SUBMIT,
    "/edit/<code>": Permission.SUBMIT,
    "/edit/draft/<int(max=2147483647):id>": Permission.SUBMIT,
    "/edit/draft/<int(max=2147483647):id>/state": Permission.SUBMIT,
    "/edit/draft/<int(max=2147483647):id>/merge": Permission.SUBMIT,
    "/edit/save": Permission.SUBMIT,
    "/edit/preview": Permission.SUBMIT,
    "/edit/check": Permission.SUBMIT,
    "/edit/submit": Permission.SUBMIT,
    "/edit/discard": Permission.SUBMIT,
    "/images": Permission.SUBMIT,
    "/phrasings": Permission.PUBLISH,
    "/phrasings/turn": Permission.PUBLISH,
    "/lexicon": Permission.PUBLISH,
    "/lexicon/file": Permission.PUBLISH,
    "/lexicon/<int:number>": Permission.PUBLISH,
    "/lexicon/<int:number>/restore": Permission.PUBLISH,
    "/why-not": Permission.PUBLISH,
    "/why-not/<kind>": Permission.PUBLISH,
    "/golden": Permission.PUBLISH,
    "/golden/question": Permission.PUBLISH,
    "/golden/remove": Permission.PUBLISH,
    "/golden/import": Permission.PUBLISH,
    "/golden/run": Permission.PUBLISH,
    "/golden/runs/<int(max=999999999):number>": Permission.PUBLISH,
    "/golden/runs/<int(max=999999999):number>/accept": Permission.PUBLISH,
    "/intake": Permission.SUBMIT,
    "/intake/new": Permission.SUBMIT,
    "/intake/<int(max=999999999):number>": Permission.SUBMIT,
    "/intake/<int(max=999999999):number>/take": Permission.PUBLISH,
    "/intake/<int(max=999999999):number>/hand": Permission.PUBLISH,
    "/intake/<int(max=999999999):number>/write": Permission.PUBLISH,
    "/intake/<int(max=999999999):number>/finish": Permission.PUBLISH,
    "/intake/<int(max=999999999):number>/decline": Permission.PUBLISH,
    "/gaps": {"GET": Permission.SUBMIT, "POST": Permission.RECORD},
    "/gaps/top": Permission.SEE_QUESTIONS,
    "/gaps/<int(max=999999999):number>": Permission.SUBMIT,
    "/gaps/<int(max=999999999):number>/take": Permission.PUBLISH,
    "/gaps/<int(max=999999999):number>/hand": Permission.PUBLISH,
    "/gaps/<int(max=999999999):number>/write": Permission.PUBLISH,
    "/gaps/<int(max=999999999):number>/answer": Permission.PUBLISH,
    "/gaps/<int(max=999999999):number>/decline": Permission.PUBLISH,
    "/api/v1/gaps": {"GET": Permission.SUBMIT, "POST": Permission.RECORD},
    "/api/v1/gaps/top": Permission.SEE_QUESTIONS,
    "/api/v1/gaps/<int(max=999999999):number>": Permission.SUBMIT,
    "/api/v1/intake": Permission.SUBMIT,
    "/api/v1/intake/<int(max=999999999):number>": Permission.SUBMIT,
    "/api/v1/calls": Permission.CONNECT,
    "/api/v1/calls/<path:call_id>": Permission.CONNECT,
    "/api/v1/calls/<path:call_id>/end": Permission.CONNECT,
    "/solutions": Permission.PUBLISH,
    "/solutions/group/<int(max=999999999):number>": Permission.PUBLISH,
    "/solutions/group/<int(max=999999999):number>/learn": Permission.PUBLISH,
    "/solutions/group/<int(max=999999999):number>/correct": Permission.PUBLISH,
    "/solutions/group/<int(max=999999999):number>/corrected": Permission.PUBLISH,
    "/solutions/group/<int(max=999999999):number>/entry": Permission.PUBLISH,
    "/solutions/group/<int(max=999999999):number>/decline": Permission.PUBLISH,
    "/solutions/<int(max=999999999):number>/take-back": Permission.PUBLISH,
    "/solutions/<int(max=999999999):number>/reopen": Permission.PUBLISH,
    "/mine": Permission.RECORD,
    "/mine/seen": Permission.RECORD,
    "/bank": Permission.REVIEW_QUESTIONS,
    "/bank/files": {"GET": Permission.REVIEW_QUESTIONS, "POST": Permission.KEEP_QUESTIONS},
    "/bank/export": Permission.REVIEW_QUESTIONS,
    "/bank/print": Permission.REVIEW_QUESTIONS,
    "/bank/move": Permission.REVIEW_QUESTIONS,
    "/bank/stale": Permission.REVIEW_QUESTIONS,
    "/bank/<int(max=999999999):number>": Permission.REVIEW_QUESTIONS,
    "/bank/<int(max=999999999):number>/edit": Permission.KEEP_QUESTIONS,
    "/bank/<int(max=999999999):number>/confirm": Permission.KEEP_QUESTIONS,
    "/bank/new": Permission.KEEP_QUESTIONS,
    "/bank/proposals": Permission.KEEP_QUESTIONS,
    "/bank/proposals/accept": Permission.KEEP_QUESTIONS,
    "/bank/proposals/reject": Permission.KEEP_QUESTIONS,
    "/exam": Permission.SIT,
    "/exam/<int(max=999999999):number>": Permission.SIT,
    "/exam/<int(max=999999999):number>/start": Permission.SIT,
    "/exam/<int(max=999999999):number>/answers": Permission.SIT,
    "/exam/<int(max=999999999):number>/hand-in": Permission.SIT,
    "/exam/<int(max=999999999):number>/result": Permission.SIT,
    "/exam/mistakes": Permission.SIT,
    "/exam/practice/<kind>": Permission.SIT,
    "/exam/practice/<kind>/own": Permission.SIT,
    "/results": Permission.SEE_RESULTS,
    "/results/results.xlsx": Permission.SEE_RESULTS,
    "/results/re-entry": Permission.KEEP_QUESTIONS,
    "/results/coverage": Permission.SEE_RESULTS,
    "/results/papers": Permission.SEE_ITEMS,
    "/results/papers/<int(max=999999999):paper>": Permission.SEE_ITEMS,
    "/results/papers/<int(max=999999999):paper>/keys/<int(max=999999999):question>": Permission.KEEP_QUESTIONS,
    "/sittings": Permission.HOLD_SITTINGS,
    "/sittings/new": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/people": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/people/<int(max=999999999):sitting>": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/late/<int(max=999999999):sitting>": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/scores": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/scores.xlsx": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/scores/file": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/close": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/marking": Permission.HOLD_SITTINGS,
    "/sittings/<int(max=999999999):number>/marking/<int(max=999999999):sitting>/<int(max=999999999):question>": Permission.HOLD_SITTINGS,
    "/import": Permission.PUBLISH,
    "/import/template.xlsx": Permission.PUBLISH,
    "/import/<id>": Permission.PUBLISH,
    "/import/<id>/state": Permission.PUBLISH,
    "/import/<id>/read": Permission.PUBLISH,
    "/import/<id>/choose": Permission.PUBLISH,
    "/import/<id>/rows/<int(max=999999999):number>": Permission.PUBLISH,
    "/import/<id>/rejected.csv": Permission.PUBLISH,
    "/import/<id>/confirm": Permission.PUBLISH,
    "/import/<id>/drop": Permission.PUBLISH,
    "/bulletins/draft": Permission.PUBLISH,
    "/bulletins/draft/words": Permission.PUBLISH,
    "/bulletins/draft/items/<code>": Permission.PUBLISH,
    "/bulletins/draft/order": Permission.PUBLISH,
    "/bulletins/draft/preview": Permission.PUBLISH,
    "/bulletins/draft/issue": Permission.PUBLISH,
    "/bulletins/draft/urgent": Permission.PUBLISH,
    "/bulletins/draft/start": Permission.PUBLISH,
    "/bulletins/<int(max=999999999):number>/correct": Permission.PUBLISH,
    "/bulletins/announce": Permission.ANNOUNCE,
    "/bulletins/<int(max=999999999):number>/announce": Permission.ANNOUNCE,
    "/bulletins/<int(max=999999999):number>/sign-off": Permission.ANNOUNCE,
    "/bulletins/board": Permission.SEE_RECEIPTS,
    "/bulletins/<int(max=999999999):number>/board": Permission.SEE_RECEIPTS,
    "/bulletins/<int(max=999999999):number>/remind": Permission.SEE_RECEIPTS,
    "/calls/strip": Permission.RECORD,
    "/calls/act": Permission.RECORD,
    "/calls/open": Permission.RECORD,
    "/calls/end": Permission.RECORD,
    "/calls/mine": Permission.RECORD,
    "/calls/<int(max=999999999):number>": Permission.RECORD,
    "/calls/<int(max=999999999):number>/form": Permission.RECORD,
    "/calls/<int(max=999999999):number>/exempt": Permission.RECORD,
    "/calls/<int(max=999999999):number>/solution": Permission.RECORD,
    "/calls/check": Permission.RECORD,
    "/calls/compare": Permission.RECORD,
    "/calls/entry/<code>": Permission.RECORD,
    "/calls/solutions/<int(max=999999999):number>": Permission.RECORD,
    "/calls/solutions/<int(max=999999999):number>/followed": Permission.RECORD,
    "/calls/owing": Permission.GRANT_CALLS,
    "/calls/owing/grant": Permission.GRANT_CALLS,
    "/reports": Permission.SEE_REPORTS,
    "/reports/rows": Permission.SEE_REPORTS,
    "/reports/report.xlsx": Permission.SEE_REPORTS,
    "/reports/mine": Permission.RECORD,
    "/reports/mine/rows": Permission.RECORD,
    "/people": Permission.MANAGE_PEOPLE,
    "/people/disable": Permission.MANAGE_PEOPLE,
    "/people/role": Permission.MANAGE_PEOPLE,
    "/people/team": Permission.MANAGE_PEOPLE,
    "/people/password": Permission.MANAGE_PEOPLE,
    "/people/tokens": Permission.MANAGE_PEOPLE,
    "/people/tokens/revoke": Permission.MANAGE_PEOPLE,
}

VALUES = {"code": "FAQ-0042", "filename": "missing.css"}


def routes(app: Flask) -> Iterator[tuple[str, str, str, Permission | str | None]]:
    """Method, rule, path and declaration of every route."""
    for rule in app.url_map.iter_rules():
        values = {name: VALUES.get(name, "7") for name in rule.arguments}
        with app.test_request_context():
            _, path = rule.build(values, append_unknown=False)
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            yield method, rule.rule, path, access_of(app, rule.endpoint)


def is_denied(response: TestResponse) -> bool:
    """Sent to the login, or told that it is not for them. A missing CSRF token (400) comes after that question."""
    sent_to_login = response.status_code == 303 and response.location.startswith("/login")
    return sent_to_login or response.status_code in (401, 403)


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_each_role_reaches_exactly_what_is_declared_for_it(
    app: Flask, anonymous: Browser, client_for: Callable[[Role], Browser], role: Role | None
) -> None:
    visitor = client_for(role) if role else anonymous
    for method, rule, path, access in routes(app):
        allowed = access == OPEN_TO_ALL or (role is not None and role in PERMISSIONS[access])
        if (method, rule) == ("POST", "/logout"):
            continue  # it would end the walk; test_auth covers it
        response = visitor.open(path, method=method)
        assert is_denied(response) is not allowed, f"{method} {rule} as {role}: {response.status}"
        assert response.status_code != 500, f"{method} {rule} as {role}"


def test_the_public_routes_are_those_written_here(app: Flask) -> None:
    declared = {(method, rule) for method, rule, _, access in routes(app) if access == OPEN_TO_ALL}
    assert declared == PUBLIC


def test_the_restricted_routes_ask_for_what_is_written_here(app: Flask) -> None:
    declared: dict[str, dict[str, Permission | str | None]] = {}
    for method, rule, _, access in routes(app):
        if access not in (OPEN_TO_ALL, Permission.SEARCH):
            declared.setdefault(rule, {})[method] = access
    # A rule whose methods all ask for the same stands here with that alone.
    asked = {
        rule: methods if len(set(methods.values())) > 1 else next(iter(methods.values()))
        for rule, methods in declared.items()
    }
    assert asked == RESTRICTED


def test_other_methods_are_guarded_like_the_view_itself(app: Flask, anonymous: Browser) -> None:
    for path in ("/people", "/audit", "/api/v1/search"):
        assert is_denied(anonymous.head(path))
        assert is_denied(anonymous.options(path))


def test_a_view_without_a_declaration_stops_the_application_from_being_made(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with pytest.raises(RuntimeError, match="forgotten"):
        security.check_declarations(app)


def test_a_view_added_later_without_a_declaration_is_refused(
    app: Flask, client_for: Callable[[Role], Browser]
) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = client_for(Role.ADMINISTRATOR).get("/forgotten")
    assert response.status_code == 403
    assert "secret" not in response.text


def test_a_disabled_person_reaches_nothing(app: Flask, client_for: Callable[[Role], Browser]) -> None:
    agent = client_for(Role.AGENT)
    client_for(Role.ADMINISTRATOR).submit("/people/disable", {"login": "a-agent"})
    assert is_denied(agent.get("/password"))


def test_making_an_application_checks_every_declaration(
    app: Flask, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Flask] = []
    monkeypatch.setattr(security, "check_declarations", asked.append)
    made = create_app(settings, desk=app.extensions["desk"])  # type: ignore[arg-type]
    assert asked == [made]


def test_the_role_table_is_asked_and_not_the_pages(client_for: Callable[[Role], Browser]) -> None:
    response = client_for(Role.AGENT).get("/people")
    assert response.status_code == 403
    assert str(NotAllowed("您的岗位没有做这一步的权限，请联系系统管理员。")) in response.text


def test_nothing_but_the_pulse_is_answered_in_front_of_the_guard(app: Flask, anonymous: Browser) -> None:
    """Public on purpose: it holds three counters, and says them to whoever asks."""
    assert app.wsgi_app is app.extensions["pulse"]
    assert re.fullmatch("urgent:[0-9]+ list:[0-9]+ reminder:[0-9]+", anonymous.get("/pulse").text)
    for path in ("/pulse/", "/pulse/x", "/Pulse", "//pulse"):
        assert anonymous.get(path).status_code in (308, 404), path
