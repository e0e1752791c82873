"""What every test may ask for: a moment, a clock, and a store on the database under test.

SQLite in a temporary folder; or PostgreSQL, a fresh schema for each test, when ``KB_TEST_DATABASE_URL`` names one.
"""

from __future__ import annotations

import gc
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from kb.storage import Database, open_store
from tests.factories import NOW, Clock
from tests.sharing import share

# Shared machines are slow now and then: a deadline would fail tests for the machine's sake.
settings.register_profile("zhixi", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("zhixi")

# Every change is written through to the disk before it counts: 5 ms each on a cloud's disk, nothing in memory.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

POSTGRES = os.environ.get("KB_TEST_DATABASE_URL", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands on the database under test: the rest says the same whichever that is."""
    for item in items:
        if {"database_url", "empty_database_url"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session", autouse=True)
def _sharing(tmp_path_factory: pytest.TempPathFactory) -> None:
    share(tmp_path_factory.mktemp("dictionary"))
    gc.freeze()  # what is imported stays: looking through it again and again takes a sixth of the time


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated empty database file, to be copied: migrating for each test would take longer than the test."""
    path = tmp_path_factory.mktemp("template") / "kb.sqlite3"
    open_store(f"sqlite:///{path}", migrate=True).close()
    return path


@pytest.fixture
def database_url(tmp_path: Path, migrated_sqlite: Path) -> Iterator[str]:
    """Address of a migrated, empty database of this test's own."""
    if not POSTGRES:
        path = tmp_path / "kb.sqlite3"
        shutil.copy(migrated_sqlite, path)
        yield f"sqlite:///{path}"
        return
    with _fresh_schema(POSTGRES) as url:
        open_store(url, migrate=True).close()
        yield url


@pytest.fixture
def empty_database_url(tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables."""
    if not POSTGRES:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with _fresh_schema(POSTGRES) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    database = open_store(database_url)
    yield database
    database.close()


class _fresh_schema:
    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.name = f"t_{uuid.uuid4().hex[:16]}"

    def __enter__(self) -> str:
        self._run(f"CREATE SCHEMA {self.name}")
        url = self.url.update_query_dict({"options": f"-csearch_path={self.name}"})
        return url.render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        self._run(f"DROP SCHEMA {self.name} CASCADE")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
