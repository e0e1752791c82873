"""Engine, transactions and migrations for SQLite (the default) and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, StatementError

from kb.bell import Bell
from kb.domain.errors import N_, Busy, Conflict, Invalid, KbError, Unavailable
from kb.storage.known import Remembered
from kb.storage.unit_of_work import SqlUnitOfWork

WAIT_SECONDS = 15  # how long a writer waits for its turn
_WRITER_LOCK = 0x5A48_4958_49  # any constant: the advisory lock that makes writers take turns on PostgreSQL
_NO_FILE = (0, 0)
MIGRATIONS = Path(__file__).parent / "migrations"


def open_store(url: str, *, migrate: bool = False, bell: Bell | None = None) -> Database:
    """Open the database at ``url``; with ``migrate`` bring its tables up to date first.

    ``bell`` rings when index jobs were left.

    Raises:
        Unavailable: the address is wrong or nobody answers.
    """
    try:
        database = Database(create_engine(url, **_engine_options(url)), bell)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise Unavailable(N_("数据库地址不可用，请检查 KB_DATABASE_URL。")) from error
    if migrate:
        database.upgrade()
    return database


def _engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": WAIT_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": WAIT_SECONDS}}


class Database:
    """A ``kb.ports.Store`` over one SQLAlchemy engine. Open it after forking, never before."""

    def __init__(self, engine: Engine, bell: Bell | None = None) -> None:
        self.engine = engine
        self._bell = bell
        self._closed = False
        self._sqlite = engine.dialect.name == "sqlite"
        self._remembered = Remembered()
        self._path, self._file = str(engine.url.database or ""), _NO_FILE
        if self._sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "connect", self._note_file)
            event.listen(engine, "begin", _begin_sqlite)

    @contextmanager
    def read(self) -> Iterator[SqlUnitOfWork]:
        options = {} if self._sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._transaction(options) as connection:
            yield SqlUnitOfWork(connection, writes=False, remembered=self._remembered)

    @contextmanager
    def write(self) -> Iterator[SqlUnitOfWork]:
        with self._transaction({"kb_writes": True}) as connection:
            if not self._sqlite:
                connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
            yield SqlUnitOfWork(connection, writes=True, bell=self._bell)

    @contextmanager
    def _transaction(self, options: dict[str, Any]) -> Iterator[Connection]:
        """A transaction that is rolled back unless the unit of work commits it."""
        if self._sqlite:
            self._leave_what_was_replaced()
        with _clear_errors(), self.engine.connect() as connection:
            if options:
                connection.execution_options(**options)
            try:
                connection.begin()  # now, not at the first statement: a writer's turn starts before it reads
                yield connection
                connection.rollback()
            finally:
                if self._closed:  # given back to a pool that nobody owns any more it would stay open
                    connection.detach()

    def _note_file(self, _connection: sqlite3.Connection, _record: object) -> None:
        self._file = _file_at(self._path)

    def _leave_what_was_replaced(self) -> None:
        """Open connections anew when another file lies where the database was, as after putting a backup back: through
        the old ones the file that was removed would be read, and written, for as long as the process runs."""
        found = _file_at(self._path)
        # While there is none the old one serves: opening would make an empty one.
        if found != self._file and _NO_FILE not in (found, self._file):
            self.engine.dispose()

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to ``revision`` of the migrations. Safe to call from several processes at once."""
        from alembic import command  # a third of a second that only a new edition needs
        from alembic.config import Config

        with _clear_errors(), self.engine.connect().execution_options(kb_writes=True) as connection:
            if not self._sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()

    def healthy(self) -> bool:
        """Whether it answers and its tables are those that this program expects."""
        try:
            with self.engine.connect() as connection:
                return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()) == [newest()]
        except DBAPIError:
            return False

    def close(self) -> None:
        """Close every connection; one that a thread still uses closes when it is done."""
        self._closed = True
        self.engine.dispose()


@cache
def newest() -> str:
    """The last migration: each is named after its number, which is its revision."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event says BEGIN; the driver must not guess
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _file_at(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - at every transaction, and a Path costs more than the look
    except OSError:
        return _NO_FILE
    return found.st_dev, found.st_ino


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turned writer later could only fail.
    if connection.get_execution_options().get("kb_writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # it asks nothing of the file yet, so nothing can go wrong; by the long way it takes five times as long
        connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Turn the database's own errors into ours, with one sentence for the person."""
    try:
        yield
    except KbError:
        raise
    except IntegrityError as error:
        raise Conflict(N_("别人刚刚也做了改动，请刷新后重试。")) from error
    except (DataError, UnicodeEncodeError, OverflowError) as error:  # a zero byte, half a character, 10**30
        raise Invalid(N_("内容里有无法保存的字符或数字，请修改后再试。")) from error
    except DBAPIError as error:
        raise _explain(error) from error
    except StatementError as error:
        if isinstance(error.orig, OverflowError):  # a moment before the year 1
            raise Invalid(N_("内容里有无法保存的字符或数字，请修改后再试。")) from error
        raise


def _explain(error: DBAPIError) -> KbError:
    said = str(error.orig).lower()
    if "locked" in said or "lock timeout" in said:
        return Busy(N_("另一项写入还没有完成，请稍后重试。"))
    if "full" in said or "no space" in said:
        return Unavailable(N_("磁盘空间不足，改动没有保存。请清理磁盘后重试。"))
    if "no such table" in said or "no such column" in said or "does not exist" in said:
        return Unavailable(N_("数据库还没有建好或版本较旧，请先运行 kb init。"))
    if "readonly" in said or "read-only" in said or "unable to open" in said:
        return Unavailable(N_("数据库无法打开或不可写，请检查目录权限和磁盘。"))
    if "disk i/o" in said:  # what SQLite says of a disk without a byte left, too
        return Unavailable(N_("数据库所在的磁盘读写出错，请检查磁盘空间和目录权限。"))
    if "malformed" in said or "not a database" in said:
        return Unavailable(N_("数据库文件已损坏，请从备份恢复。"))
    return Unavailable(N_("数据库暂时没有应答，请稍后重试。"))
