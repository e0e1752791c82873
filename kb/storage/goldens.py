"""Golden questions and their runs in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from kb.domain.golden import GoldenQuestion, GoldenRun
from kb.storage.tables import GoldenQuestionRow, GoldenRunRow


class SqlGoldenRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[GoldenQuestion]:
        rows = self._connection.execute(select(*GoldenQuestionRow.__table__.columns).order_by(GoldenQuestionRow.query))
        return [GoldenQuestion(r.query, tuple(r.relevant), r.product, r.author, r.at) for r in rows]

    def put(self, questions: Sequence[GoldenQuestion]) -> None:
        for question in questions:
            self.remove(question.query)
        rows = [
            {"query": q.query, "relevant": list(q.relevant), "product": q.product, "author": q.author, "at": q.at}
            for q in questions
        ]
        if rows:
            self._connection.execute(insert(GoldenQuestionRow), rows)

    def remove(self, query: str) -> bool:
        return self._connection.execute(delete(GoldenQuestionRow).where(GoldenQuestionRow.query == query)).rowcount > 0

    def last_number(self) -> int:
        return self._connection.scalar(select(func.max(GoldenRunRow.number))) or 0

    def run(self, number: int) -> GoldenRun | None:
        query = select(*GoldenRunRow.__table__.columns).where(GoldenRunRow.number == number)
        row = self._connection.execute(query).first()
        return None if row is None else _run(row)

    def last_accepted(self, before: int | None = None) -> GoldenRun | None:
        query = select(*GoldenRunRow.__table__.columns).where(GoldenRunRow.accepted)
        if before is not None:
            query = query.where(GoldenRunRow.number < before)
        row = self._connection.execute(query.order_by(GoldenRunRow.number.desc()).limit(1)).first()
        return None if row is None else _run(row)

    def add_run(self, run: GoldenRun) -> None:
        values = {name: getattr(run, name) for name in ("number", "by", "at", "reason", "accepted")}
        self._connection.execute(insert(GoldenRunRow).values(**values, ranks=dict(run.ranks)))


def _run(row: Row[Any]) -> GoldenRun:
    return GoldenRun(row.number, row.ranks, row.by, row.at, row.reason, row.accepted)
