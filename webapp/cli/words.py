"""The words of the command line in the operator's language, outside any request.

A bare Flask application lends its context, so that ``flask_babel.gettext`` and ``webapp.messages`` work here as they do
on a page, whether or not the home folder is in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from flask_babel import Babel

from kb.domain.errors import KbError
from webapp.cli import context


@contextmanager
def spoken() -> Iterator[None]:
    """Inside, messages are translated into the language of the settings."""
    app = Flask("webapp")
    Babel(app, locale_selector=_language)
    with app.app_context():
        yield


def _language() -> str:
    ctx = click.get_current_context(silent=True)
    try:
        return context.settings().language if ctx else context.from_environment().language
    except KbError:  # settings that cannot be read are explained in Chinese
        return "zh"
