"""Which entries are worth examining, asked of the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from kb.domain.calls import ActKind
from kb.domain.solutions import SolutionKind
from kb.storage.tables import PeriodRow, RevisionRow
from kb.storage.tables_calls import ActRow, SolutionRow


class SqlSourceRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changed(self, since: datetime, until: datetime, at: datetime) -> list[str]:
        began = func.max(PeriodRow.starts)
        query = select(PeriodRow.code).where(
            PeriodRow.starts >= since, PeriodRow.starts < until, PeriodRow.starts <= at
        )
        query = query.where(PeriodRow.code.in_(_in_force(at))).group_by(PeriodRow.code)
        return list(self._connection.scalars(query.order_by(began.desc(), PeriodRow.code)))

    def opened(self, since: datetime, until: datetime, at: datetime, limit: int) -> list[tuple[str, int]]:
        wanted = ActRow.kind.in_([str(ActKind.OPEN), str(ActKind.COPY)])
        return self._most(ActRow.code, wanted, ActRow.at, since, until, at, limit)

    def flagged(self, since: datetime, until: datetime, at: datetime, limit: int) -> list[tuple[str, int]]:
        wanted = SolutionRow.kind == str(SolutionKind.FLAGGED)
        return self._most(SolutionRow.code, wanted, SolutionRow.at, since, until, at, limit)

    def within(self, category: str, at: datetime) -> list[str]:
        below = RevisionRow.category.startswith(f"{category}/", autoescape=True)
        query = _codes(at).where(or_(RevisionRow.category == category, below))
        return list(self._connection.scalars(query.order_by(PeriodRow.code)))

    def near(self, category: str, product: str, at: datetime, limit: int) -> list[str]:
        ways = [
            column == value
            for column, value in ((RevisionRow.category, category), (RevisionRow.product, product))
            if value
        ]
        if not ways:
            return []
        first = case((ways[0], 0), else_=1)
        query = _codes(at).where(or_(*ways)).order_by(first, PeriodRow.code).limit(limit)
        return list(self._connection.scalars(query))

    def _most(
        self, code: Any, wanted: ColumnElement[bool], moment: Any, since: datetime, until: datetime, at: datetime, limit: int
    ) -> list[tuple[str, int]]:  # fmt: skip
        query = select(code, func.count()).where(wanted, moment >= since, moment < until, code.in_(_in_force(at)))
        query = query.group_by(code).order_by(func.count().desc(), code).limit(limit)
        return [(found, count) for found, count in self._connection.execute(query)]


def _holds(at: datetime) -> ColumnElement[bool]:
    return and_(PeriodRow.starts <= at, or_(PeriodRow.ends.is_(None), PeriodRow.ends > at))


def _in_force(at: datetime) -> Select[Any]:
    """Another alias than the one asked, so that it can be used inside a query of periods."""
    held = PeriodRow.__table__.alias("held")
    return select(held.c.code).where(held.c.starts <= at, or_(held.c.ends.is_(None), held.c.ends > at))


def _codes(at: datetime) -> Select[Any]:
    on = and_(RevisionRow.code == PeriodRow.code, RevisionRow.number == PeriodRow.revision)
    return select(PeriodRow.code).join(RevisionRow, on).where(_holds(at))
