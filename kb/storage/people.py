"""People in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from kb.domain.person import Person, Role
from kb.storage.prepared import Prepared
from kb.storage.tables import PersonRow

_COLUMNS: tuple[Any, ...] = (
    PersonRow.id, PersonRow.login, PersonRow.name, PersonRow.role, PersonRow.disabled_at, PersonRow.team,
)  # fmt: skip
_BY_ID = Prepared(lambda _sqlite: select(*_COLUMNS).where(PersonRow.id == bindparam("id")))
_BY_LOGIN = Prepared(lambda _sqlite: select(*_COLUMNS).where(PersonRow.login == bindparam("login")))


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
        return _first(_BY_LOGIN.rows(self._connection, {"login": login}))

    def by_id(self, id: int) -> Person | None:
        return _first(_BY_ID.rows(self._connection, {"id": id}))

    def all(self) -> list[Person]:
        return [_person(*row) for row in self._connection.execute(select(*_COLUMNS).order_by(PersonRow.login))]

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


def _first(rows: Sequence[tuple[Any, ...]]) -> Person | None:
    return _person(*rows[0]) if rows else None


def _person(id: int, login: str, name: str, role: str, disabled_at: datetime | None, team: str) -> Person:
    return Person(id, login, name, Role(role), disabled_at, team)
