"""Every mistake is one sentence with its status, as a page and as JSON; nothing of the inside is told."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.views import View

from kb.domain import errors
from kb.domain.errors import KbError
from kb.domain.person import Role
from tests.webapp.conftest import Browser
from webapp.errors import STATUSES, status_of
from webapp.security import BODY_MOST, QUERY_STRING_MOST, open_to_all

SECRET = "来电者的身份证 11010519491231002X"

EXPECTED = {
    errors.Invalid: 400,
    errors.TooLarge: 413,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Busy: 503,
    errors.Unavailable: 503,
}


@pytest.fixture
def failing(app: Flask) -> Callable[[Exception], None]:
    """Make ``/broken`` and ``/api/broken`` raise an error."""
    raised: list[Exception] = []

    @open_to_all
    def broken() -> str:
        raise raised[-1]

    for path in ("/broken", "/api/broken"):
        app.add_url_rule(path, path, broken)
    return raised.append


def all_errors(kind: type[KbError] = KbError) -> list[type[KbError]]:
    return [kind, *(found for below in kind.__subclasses__() for found in all_errors(below))]


def test_every_error_of_the_domain_has_its_own_row_in_the_table() -> None:
    assert {kind for kind in all_errors() if kind.__module__ == errors.__name__} == set(STATUSES)


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_a_mistake_is_shown_as_its_sentence_with_its_status(
    anonymous: Browser, failing: Callable[[Exception], None], kind: type[KbError]
) -> None:
    failing(kind("没有名为“{name}”的分类。", name="<b>健康险</b>"))
    as_json = anonymous.get("/api/broken")
    assert as_json.status_code == EXPECTED[kind]
    assert as_json.json == {"error": {"code": STATUSES[kind][1], "message": "没有名为“<b>健康险</b>”的分类。"}}
    page = anonymous.post("/broken") if kind is errors.NotSignedIn else anonymous.get("/broken")
    if kind is not errors.NotSignedIn:
        assert page.status_code == EXPECTED[kind]
        assert "没有名为“&lt;b&gt;健康险&lt;/b&gt;”的分类。" in page.text


def test_an_error_without_a_row_takes_that_of_its_parent() -> None:
    class Odd(errors.Conflict):
        pass

    assert status_of(Odd("已变更。")) == (409, "conflict")


def test_the_name_of_a_field_is_shown_in_words(anonymous: Browser, failing: Callable[[Exception], None]) -> None:
    failing(errors.TooLarge("“{name}”最多 {most} 个字，现有 {size} 个。", name="speakable", most=1000, size=1001))
    assert anonymous.get("/api/broken").json["error"]["message"] == "“口径”最多 1000 个字，现有 1001 个。"


def test_a_page_for_people_leads_to_the_login_and_a_script_hears_401(
    anonymous: Browser, failing: Callable[[Exception], None]
) -> None:
    failing(errors.NotSignedIn("请先登录。"))
    assert anonymous.get("/broken").location == "/login?next=/broken"
    for headers in ({"Sec-Fetch-Mode": "cors"}, {"X-Requested-With": "fetch"}):
        assert anonymous.get("/broken", headers=headers).status_code == 401
    program = anonymous.get("/api/broken")
    assert (program.status_code, program.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("kind", [errors.Busy, errors.Unavailable])
def test_what_may_work_in_a_moment_says_when_to_try_again(
    anonymous: Browser, failing: Callable[[Exception], None], kind: type[KbError]
) -> None:
    failing(kind("请稍后再试。"))
    assert int(anonymous.get("/broken").headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/broken", "/api/broken"])
def test_what_nobody_foresaw_is_one_sentence_with_a_number_that_the_log_knows(
    anonymous: Browser, failing: Callable[[Exception], None], caplog: pytest.LogCaptureFixture, path: str
) -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as cause:
        error = ValueError(SECRET)
        error.__cause__ = cause
    failing(error)
    with caplog.at_level(logging.INFO):
        response = anonymous.get(path, query_string={"q": SECRET})
    assert response.status_code == 500
    found = re.search(r"系统出错，已记录。请联系系统管理员并报出编号 ([0-9a-f]{8})。", response.get_data(as_text=True))
    assert found
    assert found[1] in caplog.text
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "test_errors.py" in caplog.text
    assert SECRET not in caplog.text
    for inside in ("Traceback", "ValueError", "site-packages", SECRET):
        assert inside not in response.get_data(as_text=True)


@pytest.mark.parametrize("status", [400, 404, 405, 409, 413, 414, 415, 418, 429, 500, 502, 503])
def test_every_status_of_http_is_a_chinese_sentence(app: Flask, anonymous: Browser, status: int) -> None:
    class Abort(View):
        init_every_request = False

        def dispatch_request(self) -> str:
            abort(status)

    for path in ("/aborted", "/api/aborted"):
        app.add_url_rule(path, path, open_to_all(Abort.as_view(path)))
    shown = 500 if status >= 500 else status
    page, as_json = anonymous.get("/aborted"), anonymous.get("/api/aborted")
    assert page.status_code == as_json.status_code == shown
    assert re.search(r"<h1[^>]*>\s*[^<A-Za-z]*。", page.text)
    assert as_json.json["error"]["message"].endswith("。")


def test_an_address_that_leads_nowhere_is_told_alike_to_all(
    anonymous: Browser, client_for: Callable[[Role], Browser]
) -> None:
    for visitor in (anonymous, client_for(Role.ADMINISTRATOR)):
        assert visitor.get("/nowhere").status_code == 404
        assert "没有这个页面。" in visitor.get("/nowhere").text
        assert visitor.get("/api/v1/nowhere").json == {"error": {"code": "not_found", "message": "没有这个页面。"}}


def test_a_wrong_method_says_which_ones_there_are(anonymous: Browser) -> None:
    response = anonymous.delete("/login")
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_an_address_that_is_too_long_is_refused_before_anything_is_read(anonymous: Browser) -> None:
    response = anonymous.get("/login?next=" + "a" * QUERY_STRING_MOST)
    assert response.status_code == 413
    assert "网址太长" in response.text


def test_a_body_that_is_too_large_is_refused(anonymous: Browser) -> None:
    response = anonymous.submit("/login", {"login": "a" * (BODY_MOST + 1)})
    assert response.status_code == 413
    assert "提交的内容太大。" in response.text


def test_a_form_of_too_many_parts_is_refused(anonymous: Browser) -> None:
    parts = {f"p{n}": "x" for n in range(500)}
    response = anonymous.submit("/login", parts, content_type="multipart/form-data")
    assert response.status_code == 413


def test_an_error_is_told_in_the_language_of_the_visitor(anonymous: Browser) -> None:
    anonymous.set_cookie("language", "en")
    assert "There is no such page." in anonymous.get("/nowhere").text
    assert anonymous.get("/api/v1/nowhere").json["error"]["message"] == "There is no such page."


def test_a_database_that_does_not_answer_is_a_sentence_and_not_a_second_error(
    anonymous: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    anonymous.get("/login")
    with anonymous.session_transaction() as session:
        session["secret"] = "any"

    def gone(secret: str) -> None:
        raise errors.Unavailable("数据库暂时没有应答，请稍后重试。")

    monkeypatch.setattr(app.extensions["desk"].people, "person_of_session", gone)
    response = anonymous.get("/search")
    assert response.status_code == 503
    assert "数据库暂时没有应答，请稍后重试。" in response.text


def test_a_broken_template_still_leaves_a_sentence(
    app: Flask, anonymous: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> dict[str, object]:
        raise RuntimeError("no context")

    monkeypatch.setitem(app.template_context_processors, None, [broken])
    response = anonymous.get("/nowhere")
    assert response.status_code == 404
    assert "没有这个页面。" in response.text


@pytest.mark.parametrize(("status", "left"), [(413, 0), (400, 200_000)])
def test_a_body_that_is_too_large_is_taken_off_the_line_so_that_its_sender_hears_why(
    anonymous: Browser, failing: Callable[[Exception], None], status: int, left: int
) -> None:
    failing(errors.TooLarge("太大") if status == 413 else errors.Invalid("不对"))
    body = io.BytesIO(b"x" * 200_000)
    response = anonymous.get(
        "/api/broken", input_stream=body, content_length=200_000, environ_overrides={"wsgi.input_terminated": True}
    )
    assert response.status_code == status
    assert len(body.read()) == left
