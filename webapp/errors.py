"""Every mistake as one clear sentence with the right status, as a page or as JSON; never a traceback.

What nobody foresaw is logged under an identifier that the sentence repeats. The log names the kind of error and the
places in the code, but not the error's own text: it may hold what somebody typed.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from kb.domain.errors import (
    N_,
    Busy,
    Conflict,
    Invalid,
    KbError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
    Unavailable,
)
from webapp.current import here
from webapp.messages import sentence
from webapp.sessions import API_PREFIX, is_by_token

log = logging.getLogger("zhixi.errors")

# The most exact class counts. The code is what a program may rely on.
STATUSES: dict[type[KbError], tuple[int, str]] = {
    Invalid: (400, "invalid"),
    TooLarge: (413, "too_large"),
    NotSignedIn: (401, "not_signed_in"),
    NotAllowed: (403, "not_allowed"),
    NotFound: (404, "not_found"),
    Conflict: (409, "conflict"),
    Busy: (503, "busy"),
    Unavailable: (503, "unavailable"),
    KbError: (500, "error"),
}

HTTP_SENTENCES: dict[int, tuple[str, str]] = {
    400: ("invalid", N_("请求的内容无法识别，请返回后重试。")),
    404: ("not_found", N_("没有这个页面。")),
    405: ("method_not_allowed", N_("这个地址不支持这种操作。")),
    413: ("too_large", N_("提交的内容太大。")),
    414: ("too_large", N_("网址太长，请把问题写短一些。")),
    415: ("invalid", N_("提交的格式不受支持。")),
}
SOME_SENTENCE = ("error", N_("这个请求无法处理。"))
PAGE_TOO_OLD = ("page_too_old", N_("页面已过期，请刷新后再提交一次。"))
UNFORESEEN = N_("系统出错，已记录。请联系系统管理员并报出编号 {id}。")
RETRY_AFTER = 5  # seconds
REST_MOST, PART, REST_SECONDS = 100_000_000, 65_536, 10.0  # bytes, bytes, seconds
PLAIN_PAGE = "<!doctype html><html><meta charset='utf-8'><title>{message}</title><h1>{message}</h1></html>"


def init_app(app: Flask) -> None:
    app.register_error_handler(KbError, answer_mistake)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)
    app.after_request(_take_the_rest)


def status_of(error: KbError) -> tuple[int, str]:
    """HTTP status and code of an error: ``status_of(NotFound(...))`` is ``(404, "not_found")``."""
    return next(STATUSES[c] for c in type(error).__mro__ if c in STATUSES)


def answer_mistake(error: KbError) -> AnyResponse:
    """The answer to a mistake: to log in first, or the sentence."""
    status, code = status_of(error)
    if status == 401 and _may_go_to_login():
        return redirect(url_for("auth.login", next=here()), 303)
    if status == 503:
        log.warning("%s on %s", type(error).__name__, request.endpoint)
    response = _answer(status, code, sentence(error))
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # a redirect to the same address with its slash, not a mistake
    if status >= 500:
        return _answer_unforeseen(error)
    code, message = PAGE_TOO_OLD if isinstance(error, CSRFError) else HTTP_SENTENCES.get(status, SOME_SENTENCE)
    response = _answer(status, code, gettext(message))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def _take_the_rest(response: Response) -> Response:
    """Let the sender of a body that is too large finish: one that is cut off in the middle never reads the sentence."""
    if response.status_code == 413 and request.environ.get("wsgi.input_terminated"):
        stream, until, left = request.environ["wsgi.input"], time.monotonic() + REST_SECONDS, REST_MOST
        try:
            while left > 0 and time.monotonic() < until and (part := stream.read(PART)):
                left -= len(part)
        except OSError:  # it has gone, or sends no more
            log.info("The rest of a body that was too large did not come")
    return response


def _answer_unforeseen(error: Exception) -> Response:
    id = secrets.token_hex(4)
    log.error("%s: %s", id, "\n".join(_places(error)))
    return _answer(500, "error", gettext(UNFORESEEN).format(id=id))


def _places(error: BaseException | None) -> list[str]:
    """Kind of error and places in the code, innermost last, causes after; no values."""
    lines: list[str] = []
    while error is not None:
        lines.append(type(error).__qualname__)
        lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        error = error.__cause__ or error.__context__
    return lines


def _answer(status: int, code: str, message: str) -> Response:
    if request.path.startswith(API_PREFIX):
        response = jsonify({"error": {"code": code, "message": message}})
    else:
        response = make_response(_page(status, message))
    response.status_code = status
    return response


def _page(status: int, message: str) -> str:
    g.setdefault("visitor", None)
    try:
        return render_template("errors/error.html", status=status, message=message)
    except Exception as error:  # what is broken may be what the page itself needs
        log.error("The error page could not be made: %s", "\n".join(_places(error)))
        return PLAIN_PAGE.format(message=escape(message))


def _may_go_to_login() -> bool:
    """A person who opens a page is led to the login; a script that fetches a part of one must hear 401."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    is_script = mode != "navigate" or "X-Requested-With" in request.headers
    is_program = request.path.startswith(API_PREFIX) or is_by_token()
    return request.method == "GET" and not is_script and not is_program
