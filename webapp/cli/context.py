"""What a command works on: the settings and, opened once when it is first needed, the desk."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import ScriptInfo

from kb.domain.errors import N_, Invalid
from kb.settings import Settings
from webapp.wiring import Desk

SETTINGS, DESK, HOME = "settings", "desk", "home"


def _data() -> dict[str, object]:
    info = click.get_current_context().find_root().ensure_object(ScriptInfo)
    data: dict[str, object] = info.data
    return data


def choose_home(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    """Callback of ``--home``: remember it for the whole command, wherever on the line it stood."""
    if value is not None:
        _data()[HOME] = value


def from_environment() -> Settings:
    return Settings.load(environ=os.environ)


def settings() -> Settings:
    """The settings with ``--home`` applied. Raises ``Invalid`` for a value that cannot be understood."""
    data = _data()
    if SETTINGS not in data:
        home = data.get(HOME)
        data[SETTINGS] = Settings.load(home if isinstance(home, Path) else None, environ=os.environ)
    found = data[SETTINGS]
    assert isinstance(found, Settings)
    return found


def desk() -> Desk:
    """The use cases over the home folder; closed when the command ends. Raises ``Invalid`` before ``kb init``."""
    data = _data()
    if DESK not in data:
        _ = settings().secret_key  # says so when there is no home yet
        opened = Desk(settings())
        click.get_current_context().find_root().call_on_close(opened.close)
        data[DESK] = opened
    found = data[DESK]
    assert isinstance(found, Desk)
    return found


def moment(text: str) -> datetime:
    """A moment as typed: ``2026-11-21`` or ``2026-11-21 09:00``, on the clocks of the call centre.

    Raises:
        Invalid: it is no such moment.
    """
    try:
        value = datetime.fromisoformat(text.strip())
        aware = value if value.tzinfo else value.replace(tzinfo=settings().zone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            N_("看不懂时间“{value}”，请写成 2026-11-21 或 2026-11-21 09:00。"), field="as_of", value=text[:40]
        ) from error
