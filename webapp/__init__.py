"""The web: one thin blueprint per subject over the services.

    security (default deny)  errors  headers  i18n  static_files   once, for all
    auth  search  entries  questions  people  audit     pages
    workflow  releases  rules  lexicon  whynot  golden  pages of the coordinators
    api  health                                         programs

``webapp -> indexer -> kb``; a view reads the request, calls one use case, and renders what comes back.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from kb.settings import Settings
    from webapp.wiring import Desk


PAGES = (
    "appearance",
    "auth",
    "search",
    "calls",
    "entries",
    "history",
    "bulletins",
    "editing",
    "images",
    "workflow",
    "releases",
    "rules",
    "intake",
    "solutions",
    "mine",
    "exam",
    "sittings",
    "results",
    "importing",
    "questions",
    "gaps",
    "lexicon",
    "whynot",
    "phrasings",
    "golden",
    "bank",
    "papers",
    "reports",
    "people",
    "audit",
    "api",
    "health",
)


def create_app(settings: Settings, *, desk: Desk | None = None) -> Flask:
    """Make the application. Opens no connection: each process connects when it first needs to.

    Raises:
        Invalid: the home folder is not ready, or the demo would be reachable from another machine.
        RuntimeError: a view does not declare who may use it.
    """
    from webapp import context, errors, headers, i18n, jsons, logs, messages, names, pulse, security, static_files
    from webapp.auth.local import check_demo
    from webapp.wiring import Desk

    check_demo(settings)
    app = Flask(__name__, static_folder=None)
    app.extensions["desk"] = desk or Desk(settings)
    for part in (static_files, logs, jsons, headers, errors, security, i18n, messages, names, context):
        part.init_app(app)
    _register_views(app)
    pulse.init_app(app)
    security.check_declarations(app)
    return app


def _register_views(app: Flask) -> None:
    for name in PAGES:
        app.register_blueprint(import_module(f"webapp.{name}").blueprint)
