"""Receipts, sign-offs, reminders, openings; messages that wait to be delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from kb.ports import Delivery, Opening, ReceiptRecord, Reminder, SignOff
from kb.storage.entries import chunks
from kb.storage.tables_publishing import DeliveryRow, OpeningRow, ReceiptRow, ReminderRow, SignOffRow

_RECEIPT = ("bulletin", "code", "person", "revision", "at", "answer", "right")
_SIGN_OFF = ("bulletin", "day", "shift", "by", "at", "note")
_DELIVERY = ("number", "url", "event", "body", "tries", "next_at", "done_at", "said")


class SqlReceiptRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- receipts

    def add(self, receipts: Sequence[ReceiptRecord]) -> None:
        if receipts:
            rows = [{name: getattr(r, name) for name in _RECEIPT} for r in receipts]
            self._connection.execute(insert(ReceiptRow), rows)

    def of_person(self, person: str, bulletin: int, codes: Iterable[str]) -> list[ReceiptRecord]:
        # One list and its codes at a time: that is the primary key, and its order.
        return self._receipts(codes, ReceiptRow.bulletin == bulletin, ReceiptRow.person == person)

    def of_bulletins(self, bulletins: Sequence[int], codes: Iterable[str]) -> list[ReceiptRecord]:
        return self._receipts(codes, ReceiptRow.bulletin.in_(bulletins))

    def _receipts(self, codes: Iterable[str], *conditions: Any) -> list[ReceiptRecord]:
        found = []
        for part in chunks(codes):
            query = select(*ReceiptRow.__table__.columns).where(ReceiptRow.code.in_(part), *conditions)
            rows = self._connection.execute(query.order_by(ReceiptRow.bulletin, ReceiptRow.code, ReceiptRow.person))
            found += [ReceiptRecord(**{name: row._mapping[name] for name in _RECEIPT}) for row in rows]
        return found

    # --- sign-offs and reminders

    def sign_offs(self, bulletin: int) -> list[SignOff]:
        query = select(*SignOffRow.__table__.columns).where(SignOffRow.bulletin == bulletin).order_by(SignOffRow.at)
        return [SignOff(**{name: row._mapping[name] for name in _SIGN_OFF}) for row in self._connection.execute(query)]

    def add_sign_off(self, sign_off: SignOff) -> None:
        self._connection.execute(insert(SignOffRow).values({name: getattr(sign_off, name) for name in _SIGN_OFF}))

    def add_reminders(self, reminders: Sequence[Reminder]) -> None:
        if reminders:
            rows = [{"bulletin": r.bulletin, "person": r.person, "by": r.by, "at": r.at} for r in reminders]
            self._connection.execute(insert(ReminderRow), rows)

    def reminders(self, *, bulletin: int | None = None, person: str | None = None) -> list[Reminder]:
        query = select(*ReminderRow.__table__.columns)
        query = query.where(ReminderRow.bulletin == bulletin) if bulletin is not None else query
        query = query.where(ReminderRow.person == person) if person is not None else query
        rows = self._connection.execute(query.order_by(ReminderRow.number))
        return [Reminder(row.bulletin, row.person, row.by, row.at) for row in rows]

    # --- openings

    def opening(self, person: str, code: str) -> Opening | None:
        return self.openings([person], [code]).get((person, code))

    def openings(self, people: Iterable[str], codes: Sequence[str]) -> dict[tuple[str, str], Opening]:
        found = {}
        for part in chunks(people):
            query = select(*OpeningRow.__table__.columns).where(OpeningRow.person.in_(part), OpeningRow.code.in_(codes))
            found.update({(r.person, r.code): Opening(r.revision, r.at) for r in self._connection.execute(query)})
        return found

    def put_opening(self, person: str, code: str, opening: Opening) -> None:
        same = (OpeningRow.person == person, OpeningRow.code == code)
        self._connection.execute(delete(OpeningRow).where(*same))
        self._connection.execute(
            insert(OpeningRow).values(person=person, code=code, revision=opening.revision, at=opening.at)
        )


class SqlDeliveryRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, urls: Sequence[str], event: str, body: str, at: datetime) -> None:
        rows = [{"url": url, "event": event, "body": body, "tries": 0, "next_at": at, "said": ""} for url in urls]
        if rows:
            self._connection.execute(insert(DeliveryRow), rows)

    def any_due(self, at: datetime) -> bool:
        return self._connection.scalar(select(DeliveryRow.number).where(DeliveryRow.next_at <= at).limit(1)) is not None

    def due(self, at: datetime, limit: int = 20) -> list[Delivery]:
        query = select(*DeliveryRow.__table__.columns).where(DeliveryRow.next_at <= at).order_by(DeliveryRow.next_at)
        return self._all(query.limit(limit))

    def recent(self, limit: int = 50) -> list[Delivery]:
        return self._all(select(*DeliveryRow.__table__.columns).order_by(DeliveryRow.number.desc()).limit(limit))

    def _all(self, query: Any) -> list[Delivery]:
        return [Delivery(**{name: row._mapping[name] for name in _DELIVERY}) for row in self._connection.execute(query)]

    def put(self, delivery: Delivery) -> None:
        values = {name: getattr(delivery, name) for name in ("tries", "next_at", "done_at", "said")}
        self._connection.execute(update(DeliveryRow).where(DeliveryRow.number == delivery.number).values(**values))

    def open_count(self) -> tuple[int, int]:
        waiting = self._connection.scalar(select(func.count()).where(DeliveryRow.next_at.is_not(None))) or 0
        given_up = or_(DeliveryRow.next_at.is_not(None), DeliveryRow.done_at.is_not(None))
        return waiting, self._connection.scalar(select(func.count()).select_from(DeliveryRow).where(~given_up)) or 0
