"""What is in force of many entries, asked at every search: few small columns, and revisions that were read before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Select, String, bindparam, func, literal_column, or_, select

from kb.ports import Dated
from kb.recent import Recent
from kb.storage.tables import PeriodRow

_MOST = 12_000_000  # characters: about 25 MB
_REST = 1_000  # of a revision beside its body


# What makes a revision in force the same as one that was read before: code, number, publication, starts, ends. A
# revision never changes, so its row, beside which the body lies, need not be read for that. Moments as the driver gives
# them.
Key = tuple[str, int, int, object, object]
Known = Recent[Key, Dated]


def nothing_known() -> Known:
    return Recent(_MOST, lambda dated: _REST + len(dated.revision.content.body))


def keys_in_force(connection: Connection, codes: Sequence[str], at: datetime) -> Sequence[Key]:
    """One for each of ``codes`` that is in force at that moment."""
    dialect = connection.dialect
    if dialect.name != "sqlite":
        rows = connection.execute(_query(sqlite=False), {"codes": list(codes), "at": at})
        return [cast("Key", tuple(row)) for row in rows]
    moment = _written(dialect)(at)
    statement, values = _prepared(dialect), (json.dumps(codes), moment, moment)
    driver = connection.connection.driver_connection
    try:  # past SQLAlchemy, which takes longer to hand the rows on than SQLite to find them
        return driver.execute(statement, values).fetchall()  # type: ignore[union-attr, no-any-return]
    except sqlite3.Error:
        return [cast("Key", tuple(row)) for row in connection.exec_driver_sql(statement, values)]  # or its error


@lru_cache(maxsize=4)
def _prepared(dialect: Dialect) -> str:
    """The text of the query, so that SQLAlchemy does not look at it anew each time: that takes as long as its answer."""
    return str(_query(sqlite=True).compile(dialect=dialect))


@lru_cache(maxsize=4)
def _written(dialect: Dialect) -> Callable[[datetime], Any]:
    """Turns a moment into what the column holds."""
    made: Callable[[datetime], Any] = PeriodRow.starts.type.dialect_impl(dialect).bind_processor(dialect)
    return made


@lru_cache(maxsize=2)
def _query(*, sqlite: bool) -> Select[Any]:
    # Literal columns come as they are: turning 48 moments into Python's would take half of the time.
    columns: tuple[Any, ...] = (
        PeriodRow.code, PeriodRow.revision, PeriodRow.publication,
        literal_column("periods.starts"), literal_column("periods.ends"),
    )  # fmt: skip
    if sqlite:  # one text for any number of codes, so that it is prepared once
        listed = func.json_each(bindparam("codes", type_=String)).table_valued("value")
        among = PeriodRow.code.in_(select(listed.c.value))
    else:
        among = PeriodRow.code.in_(bindparam("codes", expanding=True))
    at = bindparam("at", type_=PeriodRow.starts.type)
    return select(*columns).where(among, PeriodRow.starts <= at, or_(PeriodRow.ends.is_(None), PeriodRow.ends > at))
