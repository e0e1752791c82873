"""What every template may use without being handed it."""

from __future__ import annotations

from flask import Flask
from flask_babel import get_locale

from kb.domain.person import Permission
from webapp import i18n
from webapp.current import visitor


def init_app(app: Flask) -> None:
    app.context_processor(_names)


def _names() -> dict[str, object]:
    return {
        "visitor": visitor(),
        "Permission": Permission,
        "languages": i18n.LANGUAGES,
        "language": i18n.language(),
        "get_locale": get_locale,
    }
