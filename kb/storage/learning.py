"""Learned phrasings in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, or_, select, tuple_

from kb.domain.learning import LearnedPhrasing, Source, Turn, used
from kb.ports.words import WantedPhrasings
from kb.storage.entries import chunks
from kb.storage.mapping import from_row, to_row
from kb.storage.tables_learning import LearnedPhrasingRow as Table
from kb.storage.tables_learning import LearnedTurnRow


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

    def count(self, wanted: WantedPhrasings) -> int:
        return self._connection.scalar(_narrowed(select(func.count()).select_from(Table), wanted)) or 0

    def page(self, wanted: WantedPhrasings, *, start: int, limit: int) -> list[LearnedPhrasing]:
        query = _narrowed(select(*Table.__table__.columns), wanted)
        if wanted.is_shared:
            query = query.order_by(Table.form)  # the same wording of several entries stands together
        if wanted.most_heard:
            query = query.order_by(Table.times.desc())
        query = query.order_by(Table.last_at.desc(), Table.code, Table.form).offset(start).limit(limit)
        return [_phrasing(row) for row in self._connection.execute(query)]

    def sharing(self, forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for part in chunks(forms):
            query = select(Table.form, Table.code).where(Table.form.in_(part), Table.taken_back_at.is_(None))
            for row in self._connection.execute(query.order_by(Table.code)):
                found[row.form] = (*found.get(row.form, ()), row.code)
        return found

    def note(self, turn: Turn) -> None:
        self._connection.execute(insert(LearnedTurnRow).values(**to_row(turn)))

    def turns(self, codes: Iterable[str]) -> list[Turn]:
        found: list[Turn] = []
        for part in chunks(codes):
            query = select(*LearnedTurnRow.__table__.columns).where(LearnedTurnRow.code.in_(part))
            found += [from_row(Turn, row) for row in self._connection.execute(query)]
        return sorted(found, key=lambda turn: turn.number)


def _narrowed(query: Select[Any], wanted: WantedPhrasings) -> Select[Any]:
    if wanted.text:
        holds = Table.phrasing.icontains(wanted.text, autoescape=True)
        query = query.where(or_(holds, Table.code == wanted.text.upper()))
    if wanted.code:
        query = query.where(Table.code == wanted.code)
    if wanted.source is not None:
        query = query.where(Table.source == str(wanted.source))
    if wanted.is_shared:
        shared = select(Table.form).where(Table.taken_back_at.is_(None)).group_by(Table.form)
        query = query.where(Table.form.in_(shared.having(func.count() > 1)), Table.taken_back_at.is_(None))
    if wanted.back is None:
        return query
    return query.where(Table.taken_back_at.is_not(None) if wanted.back else Table.taken_back_at.is_(None))


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
