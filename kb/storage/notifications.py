"""What agents are told, in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from kb.domain.notifications import Notification
from kb.storage.mapping import from_row, to_row
from kb.storage.tables_calls import NotificationRow as Table


class SqlNotificationRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notifications: Iterable[Notification]) -> None:
        rows = [to_row(one) for one in notifications]
        if rows:
            self._connection.execute(insert(Table), rows)

    def of(self, person: str, limit: int = 100) -> list[Notification]:
        query = select(*Table.__table__.columns).where(Table.person == person).order_by(Table.number.desc())
        return [from_row(Notification, row) for row in self._connection.execute(query.limit(limit))]

    def count_unseen(self, person: str) -> int:
        query = select(func.count()).where(Table.person == person, Table.seen_at.is_(None))
        return self._connection.scalar(query) or 0

    def see(self, person: str, at: datetime) -> None:
        where = (Table.person == person, Table.seen_at.is_(None))
        self._connection.execute(update(Table).where(*where).values(seen_at=at))
