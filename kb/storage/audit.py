"""The audit log: append-only, each row's hash over the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from kb.ports import AuditRow
from kb.storage.tables import AuditRowTable
from kb.storage.types import canonical


class SqlAuditLog:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pending: list[dict[str, object]] = []

    def add(self, *, at: datetime, by: str, action: str, subject: str, detail: Mapping[str, object]) -> None:
        self._pending.append({"at": at, "by": by, "action": action, "subject": subject, "detail": dict(detail)})

    def flush(self) -> None:
        """Number and chain what was added. The writers' lock is held, so nobody comes between."""
        if not self._pending:
            return
        last = select(AuditRowTable.number, AuditRowTable.hash).order_by(AuditRowTable.number.desc()).limit(1)
        row = self._connection.execute(last).first()
        number, previous = (row.number, row.hash) if row else (0, "")
        for pending in self._pending:
            number += 1
            pending["number"] = number
            pending["hash"] = previous = _hash(previous, pending)
        self._connection.execute(insert(AuditRowTable), self._pending)
        self._pending = []

    def rows(self, limit: int = 200) -> list[AuditRow]:
        query = select(*AuditRowTable.__table__.columns).order_by(AuditRowTable.number.desc()).limit(limit)
        return [
            AuditRow(r.number, r.at, r.by, r.action, r.subject, r.detail, r.hash)
            for r in self._connection.execute(query)
        ]

    def of(self, subject: str, kind: str) -> list[AuditRow]:
        rows = AuditRowTable.__table__.columns
        where = (AuditRowTable.subject == subject, AuditRowTable.action.startswith(f"{kind}.", autoescape=True))
        query = select(*rows).where(*where).order_by(AuditRowTable.number)
        return [
            AuditRow(r.number, r.at, r.by, r.action, r.subject, r.detail, r.hash)
            for r in self._connection.execute(query)
        ]

    def broken_at(self) -> int | None:
        previous = ""
        query = select(*AuditRowTable.__table__.columns).order_by(AuditRowTable.number)
        with self._connection.execute(query.execution_options(stream_results=True)) as rows:
            for expected, row in enumerate(rows, start=1):
                if row.number != expected or row.hash != _hash(previous, dict(row._mapping)):
                    return expected
                previous = row.hash
        return None


def _hash(previous: str, row: Mapping[str, object]) -> str:
    at = row["at"]
    assert isinstance(at, datetime)
    said = [
        previous,
        row["number"],
        at.astimezone(UTC).isoformat(),
        row["by"],
        row["action"],
        row["subject"],
        row["detail"],
    ]
    return hashlib.sha256(canonical(said).encode()).hexdigest()
