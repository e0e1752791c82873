"""Who is meant by a login: ``{{ revision.author|who }}`` shows the person's name, also of those who have left."""

from __future__ import annotations

from flask import Flask, g
from flask_babel import gettext

from kb.domain.errors import KbError
from kb.services.people import SYSTEM
from webapp.current import desk


def init_app(app: Flask) -> None:
    app.jinja_env.filters["who"] = who


def who(login: str) -> str:
    """The name behind ``login``; the login itself when there is none. One look at the accounts for a whole page."""
    if login == SYSTEM.login:
        return str(gettext("系统"))
    if "names" not in g:
        try:
            with desk().store.read() as uow:
                g.names = {person.login: person.name for person in uow.people.all()}
        except KbError:
            g.names = {}
    return g.names.get(login) or login
