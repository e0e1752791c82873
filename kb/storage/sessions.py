"""Sessions, programs' tokens, and failures to sign in. Secrets are stored as digests only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from kb.domain.person import Role
from kb.storage.prepared import Prepared
from kb.storage.tables import SessionRow, SignInFailureRow, TokenRow

_KEEP = timedelta(days=1)

# Asked at every request, and always of the database: what has ended there has ended in every process.
_SESSION: tuple[Any, ...] = (SessionRow.person_id, SessionRow.opened_at)
_TOKEN: tuple[Any, ...] = (TokenRow.name, TokenRow.role)
_OPEN_SESSION = Prepared(
    lambda _sqlite: select(*_SESSION).where(SessionRow.digest == bindparam("digest"), SessionRow.closed_at.is_(None))
)
_VALID_TOKEN = Prepared(
    lambda _sqlite: select(*_TOKEN).where(TokenRow.digest == bindparam("digest"), TokenRow.revoked_at.is_(None))
)


class SqlSessionRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, digest: str, person_id: int, at: datetime) -> None:
        values = {"digest": digest, "person_id": person_id, "opened_at": at, "closed_at": None}
        self._connection.execute(insert(SessionRow).values(values))

    def find(self, digest: str) -> tuple[int, datetime] | None:
        for person_id, opened_at in _OPEN_SESSION.rows(self._connection, {"digest": digest}):
            return person_id, opened_at
        return None

    def close(self, digest: str, at: datetime) -> None:
        self._connection.execute(update(SessionRow).where(SessionRow.digest == digest).values(closed_at=at))

    def close_all(self, person_id: int, at: datetime) -> None:
        still_open = update(SessionRow).where(SessionRow.person_id == person_id, SessionRow.closed_at.is_(None))
        self._connection.execute(still_open.values(closed_at=at))

    def add_token(self, digest: str, name: str, role: Role, by: str, at: datetime) -> None:
        values = {"digest": digest, "name": name, "role": str(role), "by": by, "at": at, "revoked_at": None}
        self._connection.execute(insert(TokenRow).values(values))

    def token(self, digest: str) -> tuple[str, Role] | None:
        for name, role in _VALID_TOKEN.rows(self._connection, {"digest": digest}):
            return name, Role(role)
        return None

    def tokens(self) -> list[tuple[str, Role, datetime, datetime | None]]:
        rows = self._connection.execute(select(*TokenRow.__table__.columns).order_by(TokenRow.name))
        return [(row.name, Role(row.role), row.at, row.revoked_at) for row in rows]

    def revoke_token(self, name: str, at: datetime) -> bool:
        valid = update(TokenRow).where(TokenRow.name == name, TokenRow.revoked_at.is_(None))
        return self._connection.execute(valid.values(revoked_at=at)).rowcount > 0

    def failures(self, login: str) -> tuple[int, datetime] | None:
        query = select(SignInFailureRow.count, SignInFailureRow.at).where(SignInFailureRow.login == login)
        row = self._connection.execute(query).first()
        return None if row is None else (row._mapping["count"], row.at)

    def set_failures(self, login: str, count: int, at: datetime) -> None:
        old = delete(SignInFailureRow)
        self._connection.execute(old.where((SignInFailureRow.login == login) | (SignInFailureRow.at < at - _KEEP)))
        if count:
            self._connection.execute(insert(SignInFailureRow).values(login=login, count=count, at=at))
