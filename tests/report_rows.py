"""Calls with acts and solutions for reports, told in few words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert

from kb.domain.calls import EXEMPT, Act, ActKind, Call, Exemption
from kb.domain.solutions import Solution, SolutionKind
from kb.storage import Database
from kb.storage.mapping import to_row
from kb.storage.tables_calls import ActRow, CallRow, SolutionRow

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in the centre, the day before the tests' now
_FIVE = timedelta(minutes=5)


@dataclass
class Raw:
    """One call. ``settled``: minutes from its end to the first solution, None while it owes; ``exempt`` a reason."""

    person: str = "zhao"
    team: str = "甲组"
    shift: str = "早班"
    day: date = date(2026, 11, 20)
    ended_at: datetime = NOON
    settled: float | None = 2
    exempt: Exemption | None = None
    solutions: list[Solution] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def call(self) -> Call:
        settled = None if self.settled is None else self.ended_at + timedelta(minutes=self.settled)
        kind = EXEMPT if self.exempt else "used" if settled else ""
        return Call(
            person=self.person, team=self.team, shift=self.shift, day=self.day, ended_at=self.ended_at,
            opened_at=self.ended_at - _FIVE, due_at=self.ended_at + _FIVE, exemption=self.exempt,
            settled_at=settled if not self.exempt else self.ended_at, settled_as=kind,
        )  # fmt: skip

    def solved(self, kind: SolutionKind = SolutionKind.USED, minutes: float = 2, **more: object) -> Raw:
        values: dict[str, object] = {
            "code": "FAQ-0042",
            "opened": True,
            "problem_type": "理赔",
            "asked": "等待期多久？",
        }
        at = self.ended_at + timedelta(minutes=minutes)
        self.solutions.append(Solution(call=0, key="", person=self.person, at=at, kind=kind, **(values | more)))  # type: ignore[arg-type]
        return self

    def did(self, kind: ActKind, minutes: float = -3, **more: object) -> Raw:
        at = self.ended_at + timedelta(minutes=minutes)
        self.acts.append(Act(person=self.person, call=0, at=at, kind=kind, **more))  # type: ignore[arg-type]
        return self


class Filler:
    """Puts calls into the tables, without the versions of solutions, which nothing may delete again."""

    def __init__(self, store: Database) -> None:
        self._engine = store.engine
        self._keys = 0

    def put(self, *calls: Raw) -> None:
        with self._writing() as connection:
            for raw in calls:
                row = insert(CallRow).values(**to_row(raw.call)).returning(CallRow.number)
                number = connection.execute(row).scalar_one()
                for solution in raw.solutions:
                    self._keys += 1
                    values = to_row(solution) | {"call": number, "key": str(self._keys)}
                    connection.execute(insert(SolutionRow).values(**values))
                for act in raw.acts:
                    connection.execute(insert(ActRow).values(**to_row(act) | {"call": number}))

    def clear(self) -> None:
        with self._writing() as connection:
            for table in (ActRow, SolutionRow, CallRow):
                connection.execute(delete(table))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(kb_writes=True) as connection:
            yield connection
            connection.commit()
