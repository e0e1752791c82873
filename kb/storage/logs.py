"""Index jobs (the outbox) and the questions that found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from kb.ports import Job, Question
from kb.storage.prepared import Prepared
from kb.storage.tables import IndexJobRow, UnansweredRow


class SqlJobLog:
    """Numbers are given under the writers' lock: their order is the order of commits, without holes that fill later."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.added = False  # in this transaction

    def add(self, codes: Sequence[str], at: datetime) -> None:
        first = self.last() + 1
        rows = [{"number": first + i, "code": code, "at": at} for i, code in enumerate(codes)]
        if rows:
            self._connection.execute(insert(IndexJobRow), rows)
            self.added = True

    def after(self, number: int, limit: int = 1000) -> list[Job]:
        query = select(IndexJobRow.number, IndexJobRow.code).where(IndexJobRow.number > number)
        rows = self._connection.execute(query.order_by(IndexJobRow.number).limit(limit))
        return [Job(row.number, row.code) for row in rows]

    def last(self) -> int:
        return int(_LAST.rows(self._connection, {})[0][0] or 0)

    def mark(self, number: int) -> str:
        query = select(IndexJobRow.code, IndexJobRow.at).where(IndexJobRow.number == number)
        row = self._connection.execute(query).first()
        return "" if row is None else f"{row.code} {row.at.isoformat()}"


_LAST = Prepared(lambda sqlite: select(func.max(IndexJobRow.number)))


class SqlQuestionLog:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, text: str, at: datetime) -> None:
        again = update(UnansweredRow).where(UnansweredRow.text == text)
        if not self._connection.execute(again.values(times=UnansweredRow.times + 1, last_at=at)).rowcount:
            self._connection.execute(insert(UnansweredRow).values(text=text, times=1, first_at=at, last_at=at))

    def take_back(self, text: str) -> None:
        this = UnansweredRow.text == text
        self._connection.execute(update(UnansweredRow).where(this).values(times=UnansweredRow.times - 1))
        self._connection.execute(delete(UnansweredRow).where(this, UnansweredRow.times < 1))

    def most_frequent(self, limit: int = 100) -> list[Question]:
        query = select(*UnansweredRow.__table__.columns)
        order = query.order_by(UnansweredRow.times.desc(), UnansweredRow.last_at.desc(), UnansweredRow.text)
        return [Question(r.text, r.times, r.first_at, r.last_at) for r in self._connection.execute(order.limit(limit))]
