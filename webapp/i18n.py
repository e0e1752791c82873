"""The two languages of the interface. Message ids are the Chinese sentences; the catalogue holds the English ones.

The choice lives in a cookie, so that the login page can follow it, and in the person's preferences, so that it comes
along to the next workplace.

After a change of sentences bring the catalogue up to date, write the English of the new ones, and compile it:

    pybabel extract -F .babel.cfg -k lazy_gettext --add-location=file --no-wrap -o build/messages.pot .
    pybabel update -i build/messages.pot -d webapp/translations -l en --no-fuzzy-matching --ignore-obsolete --no-wrap
    pybabel compile -d webapp/translations
"""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, gettext, ngettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from webapp.current import desk

LANGUAGES = {"zh": "中文", "en": "English"}  # each in its own words
COOKIE = "language"
A_YEAR = 365 * 24 * 3600  # seconds


def init_app(app: Flask) -> None:
    settings = app.extensions["desk"].settings
    app.config.setdefault("BABEL_DEFAULT_LOCALE", known(settings.language))
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", settings.timezone)
    Babel(app, locale_selector=language, timezone_selector=lambda: settings.timezone)
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = markup
    app.context_processor(lambda: {"_": _in_chinese if is_chinese() else markup})


def known(language: object) -> str:
    """``language`` if the interface speaks it, else Chinese."""
    return language if isinstance(language, str) and language in LANGUAGES else "zh"


def language() -> str:
    """The language of this request: ``zh`` or ``en``."""
    return known(request.cookies.get(COOKIE) or desk().settings.language)


def is_chinese() -> bool:
    """Whether this request is answered in Chinese, in which every message is its own translation."""
    if not has_request_context():
        return False
    found: bool | None = g.get("is_chinese")
    if found is None:
        found = g.is_chinese = language() == "zh"
    return found


def text(message: str) -> str:
    """``message`` in the language of this request."""
    return message if is_chinese() else gettext(message)


def markup(message: str, **values: object) -> Markup:
    """``_("…", name=value)`` of the templates: the text may hold markup, the values are escaped.

    A page has a hundred texts. The library would look the language up anew for each, and wrap each value of it twice.
    """
    return _in_chinese(text(message), **values)


def _in_chinese(message: str, **values: object) -> Markup:
    """``markup`` for a page in Chinese, in which every message is its own translation."""
    if not values:
        return _without_values(message)
    shown = {name: v if isinstance(v, (int, float)) else escape(v) for name, v in values.items()}
    return Markup(message % shown)  # noqa: S704 (escaped)


@lru_cache(maxsize=4_000)
def _without_values(message: str) -> Markup:
    return Markup(message % {})  # noqa: S704 (a text of ours)


def remember(response: AnyResponse, chosen: str) -> None:
    """Let the browser behind ``response`` keep the language."""
    response.set_cookie(
        COOKIE, known(chosen), max_age=A_YEAR, httponly=True, samesite="Lax", secure=desk().settings.secure_cookies
    )
