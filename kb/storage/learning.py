"""Learned phrasings in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, tuple_

from kb.domain.learning import LearnedPhrasing, Source, used
from kb.storage.entries import chunks
from kb.storage.tables_learning import LearnedPhrasingRow as Table


class SqlLearnedRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, codes: Iterable[str]) -> dict[str, list[LearnedPhrasing]]:
        found: dict[str, list[LearnedPhrasing]] = {}
        for part in chunks(codes):
            query = select(*Table.__table__.columns).where(Table.code.in_(part))
            for row in self._connection.execute(query.order_by(Table.code, Table.at, Table.form)):
                found.setdefault(row.code, []).append(_phrasing(row))
        return found

    def used(self, codes: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
        query = select(*Table.__table__.columns).where(Table.taken_back_at.is_(None)).order_by(Table.code)
        queries = [query] if codes is None else [query.where(Table.code.in_(part)) for part in chunks(codes)]
        rows = (_phrasing(row) for one in queries for row in self._connection.execute(one))
        return {code: used(group) for code, group in groupby(rows, key=lambda one: one.code)}

    def put(self, phrasings: Sequence[LearnedPhrasing]) -> None:
        for part in chunks(phrasings, 200):
            keys = [(one.code, one.form) for one in part]
            self._connection.execute(delete(Table).where(tuple_(Table.code, Table.form).in_(keys)))
        if phrasings:
            self._connection.execute(insert(Table), [_values(one) for one in phrasings])


def _phrasing(row: Row[Any]) -> LearnedPhrasing:
    return LearnedPhrasing(
        row.code, row.phrasing, Source(row.source), row.by, row.at, row.times, row.last_at, row.taken_back_at,
        row.taken_back_by,
    )  # fmt: skip


def _values(one: LearnedPhrasing) -> dict[str, object]:
    return {
        "code": one.code, "form": one.form, "phrasing": one.phrasing, "source": str(one.source), "times": one.times,
        "by": one.by, "at": one.at, "last_at": one.last_at or one.at, "taken_back_at": one.taken_back_at,
        "taken_back_by": one.taken_back_by,
    }  # fmt: skip
