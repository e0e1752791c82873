"""Queries asked at every search and keystroke: put into words once, and on SQLite handed to the driver itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select, bindparam, func, select
from sqlalchemy.engine.default import DefaultDialect

from kb.storage.types import Json

_Turn = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Words:
    """The text of a query for one dialect; its parameters in order, each with what turns it into what the driver takes;
    and for each column what turns the driver's value into ours."""

    text: str
    parameters: Sequence[tuple[str, _Turn]]
    columns: Sequence[tuple[int, Callable[[Any], Any]]]  # only those that need it


class Prepared:
    """One query with its parameters by name.

    SQLAlchemy takes longer to look at a query anew and to hand its rows on than SQLite to find a few of them. The
    values are the same as by SQLAlchemy: the types of parameters and columns are kept.

    Args:
        make: the query; told whether it is for SQLite, which has no lists: see ``among``.
    """

    def __init__(self, make: Callable[[bool], Select[Any]]) -> None:
        self._queries = {sqlite: make(sqlite) for sqlite in (True, False)}
        self._words: _Words | None = None

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """All rows, in the order of the query's columns."""
        dialect = connection.dialect
        if dialect.name != "sqlite":
            return [tuple(row) for row in connection.execute(self._queries[False], values)]
        words = self._words = self._words or _put_into_words(self._queries[True], dialect)
        given = tuple(turn(values[name]) if turn else values[name] for name, turn in words.parameters)
        driver = connection.connection.driver_connection
        try:
            rows = driver.execute(words.text, given).fetchall()  # type: ignore[union-attr]
        except sqlite3.Error:  # the same once more by SQLAlchemy, for its error
            rows = [tuple(row) for row in connection.exec_driver_sql(words.text, given)]
        return [_turned(row, words.columns) for row in rows] if words.columns else rows


def among(column: Any, name: str, *, sqlite: bool) -> Any:
    """``column IN`` the list given as parameter ``name``, with one text for any number of values."""
    if not sqlite:
        return column.in_(bindparam(name, expanding=True))
    listed = func.json_each(bindparam(name, type_=Json)).table_valued("value")
    return column.in_(select(listed.c.value))


def _put_into_words(query: Select[Any], dialect: Dialect) -> _Words:
    assert isinstance(dialect, DefaultDialect)
    compiled: Any = query.compile(dialect=dialect)
    parameters = [
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in compiled.positiontup
    ]
    turns = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in query.selected_columns]
    return _Words(str(compiled), parameters, [(place, turn) for place, turn in enumerate(turns) if turn])


def _turned(row: Sequence[Any], columns: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    values = list(row)
    for place, turn in columns:
        values[place] = turn(values[place])
    return tuple(values)
