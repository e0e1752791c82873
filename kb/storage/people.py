"""People in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from kb.domain.person import Person, Role
from kb.storage.tables import PersonRow


class SqlPersonRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person: Person, password_hash: str) -> Person:
        values: dict[str, object] = {
            "login": person.login, "name": person.name, "role": str(person.role), "password_hash": password_hash,
            "disabled_at": person.disabled_at, "preferences": {}, "team": person.team,
        }  # fmt: skip
        new_id = self._connection.scalar(insert(PersonRow).values(values).returning(PersonRow.id))
        assert new_id is not None
        return replace(person, id=new_id)

    def find(self, login: str) -> Person | None:
        return self._one(PersonRow.login == login)

    def by_id(self, id: int) -> Person | None:
        return self._one(PersonRow.id == id)

    def _one(self, condition: Any) -> Person | None:
        row = self._connection.execute(select(*PersonRow.__table__.columns).where(condition)).first()
        return None if row is None else _person(row)

    def all(self) -> list[Person]:
        rows = self._connection.execute(select(*PersonRow.__table__.columns).order_by(PersonRow.login))
        return [_person(row) for row in rows]

    def password_hash(self, login: str) -> str | None:
        return self._connection.scalar(select(PersonRow.password_hash).where(PersonRow.login == login))

    def set_password(self, login: str, password_hash: str) -> None:
        self._set(login, password_hash=password_hash)

    def disable(self, login: str, at: datetime) -> None:
        self._set(login, disabled_at=at)

    def set_role(self, login: str, role: Role) -> None:
        self._set(login, role=str(role))

    def set_team(self, login: str, team: str) -> None:
        self._set(login, team=team)

    def _set(self, login: str, **values: object) -> None:
        self._connection.execute(update(PersonRow).where(PersonRow.login == login).values(**values))

    def preferences(self, id: int) -> dict[str, object]:
        return self._connection.scalar(select(PersonRow.preferences).where(PersonRow.id == id)) or {}

    def set_preferences(self, id: int, values: Mapping[str, object]) -> None:
        self._connection.execute(update(PersonRow).where(PersonRow.id == id).values(preferences=dict(values)))


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.login, row.name, Role(row.role), row.disabled_at, row.team)
