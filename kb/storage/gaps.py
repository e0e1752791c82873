"""Gaps and asks in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from kb.domain.asks import Ask
from kb.domain.gaps import Gap, GapState
from kb.ports.gaps import Unanswered
from kb.storage.mapping import from_row, to_row
from kb.storage.tables_gaps import AskRow, GapRow

_GAPS, _ASKS = tuple(GapRow.__table__.columns), tuple(AskRow.__table__.columns)
_OPEN = GapRow.state.in_([str(GapState.OPEN), str(GapState.TAKEN)])


class SqlGapRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- gaps

    def add(self, gap: Gap) -> int:
        return int(self._connection.execute(insert(GapRow).values(**to_row(gap)).returning(GapRow.number)).scalar_one())

    def put(self, gap: Gap) -> None:
        self._connection.execute(update(GapRow).where(GapRow.number == gap.number).values(**to_row(gap)))

    def find(self, number: int) -> Gap | None:
        return self._first(GapRow.number == number)

    def open_of(self, form: str) -> Gap | None:
        return self._first(GapRow.form == form, _OPEN)

    def last_closed(self, form: str) -> Gap | None:
        return self._first(GapRow.form == form, ~_OPEN)

    def by_draft(self, draft: int) -> Gap | None:
        return self._first(GapRow.draft == draft)

    def open(self) -> list[Gap]:
        rows = self._connection.execute(select(*_GAPS).where(_OPEN).order_by(GapRow.due_at, GapRow.number))
        return [from_row(Gap, row) for row in rows]

    def closed(self, limit: int = 100) -> list[Gap]:
        newest = select(*_GAPS).where(~_OPEN).order_by(GapRow.done_at.desc(), GapRow.number.desc())
        return [from_row(Gap, row) for row in self._connection.execute(newest.limit(limit))]

    def count_overdue(self, at: datetime) -> int:
        return self._connection.scalar(select(func.count()).where(_OPEN, GapRow.due_at < at)) or 0

    def _first(self, *where: ColumnElement[bool]) -> Gap | None:
        row = self._connection.execute(select(*_GAPS).where(*where).order_by(GapRow.number.desc()).limit(1)).first()
        return None if row is None else from_row(Gap, row)

    # --- asks

    def add_ask(self, ask: Ask) -> int:
        return int(self._connection.execute(insert(AskRow).values(**to_row(ask)).returning(AskRow.number)).scalar_one())

    def remove_asks(self, numbers: Iterable[int]) -> None:
        self._connection.execute(delete(AskRow).where(AskRow.number.in_(list(numbers))))

    def join(self, numbers: Iterable[int], gap: int) -> None:
        self._connection.execute(update(AskRow).where(AskRow.number.in_(list(numbers))).values(gap=gap))

    def waiting(self, form: str) -> list[Ask]:
        return self._asks(AskRow.form == form, AskRow.gap.is_(None))

    def asks_of(self, gap: int) -> list[Ask]:
        return self._asks(AskRow.gap == gap)

    def people_of(self, gaps: Iterable[int]) -> dict[int, int]:
        query = select(AskRow.gap, func.count(AskRow.person.distinct()).label("people")).where(
            AskRow.gap.in_(list(gaps))
        )
        return {row.gap: row.people for row in self._connection.execute(query.group_by(AskRow.gap))}

    def recent_of(self, person: str, call: int | None, since: datetime) -> list[Ask]:
        if call is not None:
            return self._asks(AskRow.person == person, AskRow.call == call)
        return self._asks(AskRow.person == person, AskRow.call.is_(None), AskRow.at >= since)

    def _asks(self, *where: ColumnElement[bool]) -> list[Ask]:
        rows = self._connection.execute(select(*_ASKS).where(*where).order_by(AskRow.number))
        return [from_row(Ask, row) for row in rows]

    def top(self, since: datetime, until: datetime, limit: int) -> list[Unanswered]:
        times, newest = func.count().label("times"), func.max(AskRow.number).label("newest")
        people, gap = func.count(AskRow.person.distinct()).label("people"), func.max(AskRow.gap).label("gap")
        asked = (
            select(times, newest, people, gap)
            .outerjoin(GapRow, GapRow.number == AskRow.gap)
            .where(AskRow.at >= since, AskRow.at < until, or_(AskRow.gap.is_(None), _OPEN))
            .group_by(AskRow.form)
            .order_by(times.desc(), newest.desc())
            .limit(limit)
        )
        rows = list(self._connection.execute(asked))
        last = {one.number: one for one in self._asks(AskRow.number.in_([row.newest for row in rows]))}
        return [_unanswered(row, last[row.newest]) for row in rows]


def _unanswered(row: Any, last: Ask) -> Unanswered:
    return Unanswered(last.text, row.times, row.people, last.product, last.at, row.gap)
