from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.settings import Settings
from webapp.wiring import Desk


@pytest.fixture
def crash_desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """A desk over an empty database and a home folder of its own, on the machine's clock."""
    home = tmp_path / "home"
    home.mkdir()
    desk = Desk(Settings(home=home, database_url=database_url))
    yield desk
    desk.close()
