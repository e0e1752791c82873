"""Departments' notices and images in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kb.domain.images import Image
from kb.domain.intake import Intake, IntakeState
from kb.storage.tables_publishing import ImageRow, IntakeRow

_FIELDS = (
    "department", "title", "text", "by", "at", "due_at", "assignee", "code", "outcome", "done_by", "done_at",
    "reference", "draft",
)  # fmt: skip


class SqlIntakeRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, intake: Intake) -> int:
        statement = insert(IntakeRow).values(**_values(intake)).returning(IntakeRow.number)
        return int(self._connection.execute(statement).scalar_one())

    def put(self, intake: Intake) -> None:
        changed = update(IntakeRow).where(IntakeRow.number == intake.number).values(**_values(intake))
        self._connection.execute(changed)

    def find(self, number: int) -> Intake | None:
        query = select(*IntakeRow.__table__.columns).where(IntakeRow.number == number)
        row = self._connection.execute(query).first()
        return None if row is None else _intake(row)

    def open(self) -> list[Intake]:
        states = [str(IntakeState.WAITING), str(IntakeState.TAKEN)]
        query = select(*IntakeRow.__table__.columns).where(IntakeRow.state.in_(states))
        return [_intake(row) for row in self._connection.execute(query.order_by(IntakeRow.due_at, IntakeRow.number))]

    def by_reference(self, by: str, reference: str) -> Intake | None:
        where = (IntakeRow.by == by, IntakeRow.reference == reference)
        row = self._connection.execute(select(*IntakeRow.__table__.columns).where(*where)).first()
        return None if row is None else _intake(row)

    def by_draft(self, draft: int) -> Intake | None:
        row = self._connection.execute(select(*IntakeRow.__table__.columns).where(IntakeRow.draft == draft)).first()
        return None if row is None else _intake(row)

    def count_overdue(self, at: datetime) -> int:
        states = [str(IntakeState.WAITING), str(IntakeState.TAKEN)]
        query = select(func.count()).where(IntakeRow.state.in_(states), IntakeRow.due_at < at)
        return self._connection.scalar(query) or 0

    def closed(self, limit: int = 100) -> list[Intake]:
        states = [str(IntakeState.DONE), str(IntakeState.DECLINED)]
        query = select(*IntakeRow.__table__.columns).where(IntakeRow.state.in_(states))
        newest = query.order_by(IntakeRow.done_at.desc(), IntakeRow.number.desc()).limit(limit)
        return [_intake(row) for row in self._connection.execute(newest)]


def _values(intake: Intake) -> dict[str, object]:
    return {name: getattr(intake, name) for name in _FIELDS} | {"state": str(intake.state)}


def _intake(row: Row[Any]) -> Intake:
    values = {name: row._mapping[name] for name in _FIELDS}
    return Intake(number=row.number, state=IntakeState(row.state), **values)


class SqlImageRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, digest: str) -> Image | None:
        row = self._connection.execute(select(*ImageRow.__table__.columns).where(ImageRow.digest == digest)).first()
        return None if row is None else Image(row.digest, row.media_type, row.width, row.height, row.data)

    def has(self, digest: str) -> bool:
        return self._connection.scalar(select(ImageRow.digest).where(ImageRow.digest == digest)) is not None

    def add(self, image: Image, *, by: str, at: datetime) -> None:
        values = {name: getattr(image, name) for name in ("digest", "media_type", "width", "height", "data")}
        self._connection.execute(insert(ImageRow).values(**values, by=by, at=at))
