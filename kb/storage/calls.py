"""Calls, acts and solutions in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, literal_column, select, update

from kb.domain.calls import Act, ActKind, Call
from kb.domain.solutions import FollowUp, Outcome, Solution, SolutionKind
from kb.storage.mapping import from_row, to_row
from kb.storage.tables_calls import ActRow, CallLeaveRow, CallRow, SolutionRow, SolutionVersionRow

_CALLS, _ACTS, _SOLUTIONS = (tuple(table.__table__.columns) for table in (CallRow, ActRow, SolutionRow))

# Made once: building a statement for each row costs more than the row.
_ADD_CALL, _ADD_ACT, _ADD_SOLUTION = (
    insert(table.__table__).returning(table.__table__.c.number)  # type: ignore[arg-type]
    for table in (CallRow, ActRow, SolutionRow)
)
_ADD_VERSION = insert(SolutionVersionRow.__table__)  # type: ignore[arg-type]
_OWED = (CallRow.ended_at.is_not(None), CallRow.settled_at.is_(None))
# As the index of solved calls says it, so that the count reads that alone.
_SOLVED = and_(
    SolutionRow.kind == literal_column(f"'{SolutionKind.USED}'"),
    SolutionRow.outcome != literal_column(f"'{Outcome.DECLINED}'"),
)


class SqlCallRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, call: Call) -> int:
        return int(
            self._connection.execute(_ADD_CALL, to_row(call)).scalar_one()
        )

    def put(self, call: Call) -> None:
        self._connection.execute(update(CallRow).where(CallRow.number == call.number).values(**to_row(call)))

    def find(self, number: int) -> Call | None:
        row = self._connection.execute(select(*_CALLS).where(CallRow.number == number)).first()
        return None if row is None else from_row(Call, row)

    def by_reference(self, reference: str) -> Call | None:
        query = select(*_CALLS).where(CallRow.reference == reference, CallRow.reference != "")
        row = self._connection.execute(query).first()
        return None if row is None else from_row(Call, row)

    def open_of(self, person: str) -> Call | None:
        query = select(*_CALLS).where(CallRow.person == person, CallRow.ended_at.is_(None))
        row = self._connection.execute(query.order_by(CallRow.opened_at.desc(), CallRow.number.desc())).first()
        return None if row is None else from_row(Call, row)

    def owed_by(self, person: str) -> list[Call]:
        query = select(*_CALLS).where(CallRow.person == person, *_OWED)
        rows = self._connection.execute(query.order_by(CallRow.ended_at, CallRow.number))
        return [from_row(Call, row) for row in rows]

    def of_person(self, person: str, since: datetime, limit: int = 500) -> list[Call]:
        query = select(*_CALLS).where(CallRow.person == person, CallRow.opened_at >= since)
        rows = self._connection.execute(query.order_by(CallRow.opened_at.desc(), CallRow.number.desc()).limit(limit))
        return [from_row(Call, row) for row in rows]

    def count_owed(self, person: str) -> int:
        query = select(func.count()).where(CallRow.person == person, *_OWED)
        return self._connection.scalar(query) or 0

    def owing(self) -> dict[str, int]:
        query = select(CallRow.person, func.count().label("owed")).where(*_OWED).group_by(CallRow.person).order_by(CallRow.person)
        return {row.person: row.owed for row in self._connection.execute(query)}

    def marks(self) -> dict[str, str]:
        is_open = CallRow.ended_at.is_(None)
        number, person = CallRow.number, CallRow.person
        under_way = select(person, func.max(number)).where(is_open).group_by(person)
        owed = select(person, func.count(), func.sum(number)).where(*_OWED).group_by(person)
        marks = {login: [latest, 0, 0] for login, latest in self._connection.execute(under_way)}
        for login, count, total in self._connection.execute(owed):
            marks.setdefault(login, [0, 0, 0])[1:] = [count, total]
        return {login: ".".join(map(str, mark)) for login, mark in marks.items()}

    def add_leave(self, person: str, *, by: str, at: datetime) -> None:
        self._connection.execute(insert(CallLeaveRow).values(person=person, by=by, at=at, used_at=None))

    def count_leaves(self, person: str) -> int:
        query = select(func.count()).where(CallLeaveRow.person == person, CallLeaveRow.used_at.is_(None))
        return self._connection.scalar(query) or 0

    def use_leave(self, person: str, at: datetime) -> bool:
        oldest = select(func.min(CallLeaveRow.number)).where(CallLeaveRow.person == person, CallLeaveRow.used_at.is_(None))
        number = self._connection.scalar(oldest)
        if number is None:
            return False
        self._connection.execute(update(CallLeaveRow).where(CallLeaveRow.number == number).values(used_at=at))
        return True

    def last_act(self, person: str, kind: ActKind | None = None) -> Act | None:
        query = select(*_ACTS).where(ActRow.person == person)
        if kind is not None:
            query = query.where(ActRow.kind == str(kind))
        row = self._connection.execute(query.order_by(ActRow.number.desc()).limit(1)).first()
        return None if row is None else from_row(Act, row)

    def add_act(self, act: Act) -> int:
        return int(self._connection.execute(_ADD_ACT, to_row(act)).scalar_one())

    def acts_of(self, call: int) -> list[Act]:
        rows = self._connection.execute(select(*_ACTS).where(ActRow.call == call).order_by(ActRow.number))
        return [from_row(Act, row) for row in rows]


class SqlSolutionRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, solution: Solution) -> int:
        number = int(self._connection.execute(_ADD_SOLUTION, to_row(solution)).scalar_one())
        self._keep_version(number, solution, solution.at)
        return number

    def put(self, solution: Solution, *, at: datetime | None = None) -> None:
        where = SolutionRow.number == solution.number
        before = self._connection.scalar(select(SolutionRow.version).where(where))
        self._connection.execute(update(SolutionRow).where(where).values(**to_row(solution)))
        if before is not None and solution.version > before:
            self._keep_version(solution.number, solution, at or solution.at)

    def find(self, number: int) -> Solution | None:
        row = self._connection.execute(select(*_SOLUTIONS).where(SolutionRow.number == number)).first()
        return None if row is None else from_row(Solution, row)

    def by_key(self, person: str, key: str) -> Solution | None:
        query = select(*_SOLUTIONS).where(SolutionRow.person == person, SolutionRow.key == key)
        row = self._connection.execute(query).first()
        return None if row is None else from_row(Solution, row)

    def of_call(self, call: int) -> list[Solution]:
        rows = self._connection.execute(
            select(*_SOLUTIONS).where(SolutionRow.call == call).order_by(SolutionRow.number)
        )
        return [from_row(Solution, row) for row in rows]

    def follow_ups(self, person: str) -> list[Solution]:
        query = select(*_SOLUTIONS).where(SolutionRow.person == person, SolutionRow.follow_up == str(FollowUp.OPEN))
        rows = self._connection.execute(query.order_by(SolutionRow.follow_due, SolutionRow.number))
        return [from_row(Solution, row) for row in rows]

    def solved(self) -> dict[str, int]:
        query = select(SolutionRow.code, func.count().label("times")).where(_SOLVED).group_by(SolutionRow.code)
        return {row.code: row.times for row in self._connection.execute(query)}

    def versions(self, number: int) -> list[tuple[int, datetime, dict[str, object]]]:
        table = SolutionVersionRow
        query = select(table.version, table.at, table.values).where(table.solution == number).order_by(table.version)
        return [(row.version, row.at, row.values) for row in self._connection.execute(query)]

    def _keep_version(self, number: int, solution: Solution, at: datetime) -> None:
        values = {name: _plain(value) for name, value in to_row(solution).items()}
        row = {"solution": number, "version": solution.version, "at": at, "values": values}
        self._connection.execute(_ADD_VERSION, row)


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
