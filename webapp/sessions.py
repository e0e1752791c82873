"""Who is asking: the signed cookie of a browser, or the bearer token of a program.

The cookie holds a random secret; the database holds its digest and decides. So a session ends everywhere the moment
it is closed there: at logout, when the role changes, when the account is disabled.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from kb.domain.errors import N_, NotSignedIn
from kb.domain.person import Person
from webapp.current import desk

FIELD = "secret"  # of the cookie
API_PREFIX = "/api/"
FEED = "/bulletins/feed.atom"  # what a feed reader fetches: a program too


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookies, with one signer for all requests: making it takes longer than reading a cookie with it."""

    _signer: tuple[object, URLSafeTimedSerializer | None] = (None, None)  # the key, and what signs with it

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        key, signer = self._signer
        if signer is None or key != app.secret_key:
            signer = super().get_signing_serializer(app)
            self._signer = app.secret_key, signer
        return signer


def init_app(app: Flask) -> None:
    app.session_interface = Cookies()
    settings = app.extensions["desk"].settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="zhixi_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def begin(secret: str) -> None:
    """Make this browser the one that holds ``secret``. Whatever the cookie held before is gone, CSRF token included."""
    end()
    session.permanent = True
    session[FIELD] = secret


def end() -> None:
    """Close the session of this browser, in the database first."""
    secret = _secret()
    session.clear()
    g.pop("csrf_token", None)
    g.visitor = None
    if secret:
        desk().people.sign_out(secret)


def is_by_token() -> bool:
    """Whether a program asks, with a bearer token. Tokens count for the API and the feed alone."""
    return (request.path.startswith(API_PREFIX) or request.path == FEED) and "Authorization" in request.headers


def visitor_of_request() -> Person | None:
    """The person behind the token or the cookie, or None. A token that is not valid never falls back on the cookie."""
    if is_by_token():
        scheme, _, secret = request.headers["Authorization"].partition(" ")
        found = desk().people.person_of_token(secret.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise NotSignedIn(N_("访问令牌无效或已吊销。"))
        return found
    secret = _secret()
    return desk().people.person_of_session(secret) if secret else None


def _secret() -> str:
    """The secret in the cookie; empty when there is none."""
    found = session.get(FIELD)
    return found if isinstance(found, str) else ""
