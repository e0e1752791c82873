"""Default deny, in one place: the guard lets a request through only as its view declares.

Each view says who may use it with exactly one decorator, under the route:

    @blueprint.get("/questions")
    @needs(Permission.SEE_QUESTIONS)
    def list_questions(): ...

A view that says nothing stops the application from being made, and one added later is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from kb.domain.errors import N_, NotAllowed, NotSignedIn, TooLarge
from kb.domain.person import Permission
from webapp import sessions

View = TypeVar("View", bound=Callable[..., object])

OPEN_TO_ALL = "open to all"
QUERY_STRING_MOST = 129_024  # bytes, percent-encoded: a question of 10,000 characters, be they emoji, and its filters
BODY_MOST = 1_048_576  # bytes
FORM_PARTS_MOST = 200

_csrf = CSRFProtect()


def needs(permission: Permission) -> Callable[[View], View]:
    """Declare that a view is for people whose role has ``permission``."""

    def declare(view: View) -> View:
        view.__dict__["access"] = permission
        return view

    return declare


def open_to_all(view: View) -> View:
    """Declare that a view is for everybody, signed in or not."""
    view.__dict__["access"] = OPEN_TO_ALL
    return view


def access_of(app: Flask, endpoint: str) -> Permission | str | None:
    """What the view behind ``endpoint`` declares: a permission, ``OPEN_TO_ALL``, or None when it says nothing."""
    return getattr(app.view_functions.get(endpoint), "access", None)


def init_app(app: Flask) -> None:
    """Put the guard in front of every view and bound what a request may hold."""
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_MOST,
        MAX_FORM_MEMORY_SIZE=BODY_MOST,
        MAX_FORM_PARTS=FORM_PARTS_MOST,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks, after it knows who asks and how
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open for a whole shift; the token ends with the session
    )
    _csrf.init_app(app)
    sessions.init_app(app)
    open_to_all(app.view_functions["static"])
    app.before_request(_guard)


def check_declarations(app: Flask) -> None:
    """Raise unless every view declares who may use it. Called once, when all views are there."""
    silent = sorted({r.endpoint for r in app.url_map.iter_rules() if access_of(app, r.endpoint) is None})
    if silent:
        raise RuntimeError(f"These views do not declare who may use them: {', '.join(silent)}")


def _guard() -> None:
    """Refuse what is not declared, what is not allowed, and what a foreign page may have sent."""
    if len(request.query_string) > QUERY_STRING_MOST:
        raise TooLarge(N_("网址太长，请把问题写短一些。"))
    if request.endpoint in ("static", "health.healthz"):
        return  # nobody's name is needed, and health must answer while the database does not
    g.visitor = sessions.visitor_of_request()
    if request.endpoint is None:
        return  # no such page, or not with this method: Flask says so next
    access = access_of(current_app, request.endpoint)
    if isinstance(access, Permission):
        if g.visitor is None:
            raise NotSignedIn(N_("请先登录。"))
        g.visitor.require(access)
    elif access != OPEN_TO_ALL:
        raise NotAllowed(N_("这个页面没有对任何人开放。"))
    if not sessions.is_by_token():  # a program's token is not sent by a browser of its own accord
        _csrf.protect()
