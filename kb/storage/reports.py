"""What reports read from the database: a day's calls with all that belongs to them, and the kept sums of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, insert, or_, select, update

from kb.domain.gaps import GapState
from kb.domain.person import Role
from kb.domain.report import GapFigures, Part
from kb.domain.solutions import Outcome, SolutionKind
from kb.domain.use import Case, Sums
from kb.ports.reports import EVERYBODY, InForce, Scope
from kb.storage.tables import PeriodRow, RevisionRow
from kb.storage.tables_calls import ActRow, CallRow, SolutionRow
from kb.storage.tables_gaps import GapRow
from kb.storage.tables_reports import ReportDayRow, ReportPartRow

_AT_ONCE = 500  # calls whose acts and solutions are read together: a day may hold any number
_PERSON, _TEAM, _CENTRE = "person", "team", "centre"

_CALL = (
    CallRow.number, CallRow.person, CallRow.team, CallRow.shift, CallRow.product, CallRow.ended_at, CallRow.due_at,
    CallRow.settled_at, CallRow.settled_as, CallRow.exemption,
)  # fmt: skip
_SOLUTION = (
    SolutionRow.call, SolutionRow.at, SolutionRow.kind, SolutionRow.problem_type, SolutionRow.asked, SolutionRow.text,
    SolutionRow.code, SolutionRow.opened, SolutionRow.outcome, SolutionRow.flag_due, SolutionRow.outcome_at,
)  # fmt: skip
_ACT = (ActRow.call, ActRow.at, ActRow.kind, ActRow.text, ActRow.code, ActRow.hits, ActRow.waited)


class SqlReportRepository:
    """A ``kb.ports.ReportRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stale(self, first: date, last: date) -> dict[date, int]:
        query = select(ReportDayRow.day, ReportDayRow.changes).where(
            ReportDayRow.day.between(first, last), ReportDayRow.changes > ReportDayRow.kept
        )
        return {row.day: row.changes for row in self._connection.execute(query.order_by(ReportDayRow.day))}

    def cases(self, day: date, scope: Scope = EVERYBODY) -> Iterator[Case]:
        query = select(*_CALL).where(CallRow.day == day, *_within(scope, CallRow)).order_by(CallRow.number)
        last = 0
        while calls := self._connection.execute(query.where(CallRow.number > last).limit(_AT_ONCE)).all():
            last = calls[-1].number
            numbers = [call.number for call in calls]
            of_solutions = select(*_SOLUTION).where(SolutionRow.call.in_(numbers)).order_by(SolutionRow.number)
            of_acts = select(*_ACT).where(ActRow.call.in_(numbers)).order_by(ActRow.number)
            solutions, acts = self._by_call(of_solutions), self._by_call(of_acts)
            for call in calls:
                yield Case(call, solutions.get(call.number, ()), acts.get(call.number, ()))

    def _by_call(self, query: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Row[Any]]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.call, []).append(row)
        return found

    def keep(self, day: date, changes: int, parts: Iterable[Part], topics: Mapping[str | None, Sums]) -> None:
        newer = update(ReportDayRow).where(ReportDayRow.day == day, ReportDayRow.kept < changes).values(kept=changes)
        if not self._connection.execute(newer).rowcount:
            return
        self._connection.execute(delete(ReportPartRow).where(ReportPartRow.day == day))
        rows: list[dict[str, object]] = [
            {"day": day, "level": _PERSON, "team": p.team, "shift": p.shift, "person": p.person, "sums": dict(p.sums)}
            for p in parts
        ]
        for team, sums in topics.items():
            level = _CENTRE if team is None else _TEAM
            rows.append({"day": day, "level": level, "team": team or "", "shift": "", "person": "", "sums": dict(sums)})
        if rows:
            self._connection.execute(insert(ReportPartRow), rows)

    def parts(self, first: date, last: date, scope: Scope = EVERYBODY) -> list[Part]:
        query = select(ReportPartRow.__table__).where(
            ReportPartRow.day.between(first, last), ReportPartRow.level == _PERSON, *_within(scope, ReportPartRow)
        )
        return [Part(r.day, r.team, r.shift, r.person, r.sums) for r in self._connection.execute(query)]

    def topics(self, first: date, last: date, team: str | None = None) -> dict[date, Sums]:
        level = _CENTRE if team is None else _TEAM
        query = select(ReportPartRow.day, ReportPartRow.sums).where(
            ReportPartRow.day.between(first, last), ReportPartRow.level == level, ReportPartRow.team == (team or "")
        )
        return {row.day: Counter(row.sums) for row in self._connection.execute(query.order_by(ReportPartRow.day))}

    def last_used(self, codes: Sequence[str]) -> dict[str, datetime]:
        query = select(SolutionRow.code, func.max(SolutionRow.at, type_=SolutionRow.at.type)).where(
            SolutionRow.code.in_(codes), SolutionRow.kind == SolutionKind.USED
        )
        rows = self._connection.execute(query.group_by(SolutionRow.code)).all()
        return {row[0]: row[1] for row in rows}

    def in_force(self, at: datetime) -> list[InForce]:
        since = (
            select(PeriodRow.code, func.min(PeriodRow.starts, type_=PeriodRow.starts.type).label("since"))
            .group_by(PeriodRow.code)
            .subquery()
        )
        holds = and_(PeriodRow.starts <= at, or_(PeriodRow.ends.is_(None), PeriodRow.ends > at))
        same = and_(PeriodRow.code == RevisionRow.code, PeriodRow.revision == RevisionRow.number)
        query = select(PeriodRow.code, RevisionRow.title, RevisionRow.roles, since.c.since).join(RevisionRow, same)
        rows = self._connection.execute(query.join(since, since.c.code == PeriodRow.code).where(holds))
        return [InForce(row.code, row.title, tuple(map(Role, row.roles)), row.since) for row in rows]

    def gaps(self, starts: datetime, ends: datetime, now: datetime) -> GapFigures:
        done = GapRow.done_at.is_not(None) & (GapRow.done_at >= starts) & (GapRow.done_at < ends)
        is_open = GapRow.state.in_((GapState.OPEN, GapState.TAKEN))
        row = self._connection.execute(
            select(
                _times((GapRow.at >= starts) & (GapRow.at < ends)),
                _times(done & (GapRow.state == GapState.ANSWERED)),
                _times(done & (GapRow.state == GapState.DECLINED)),
                _times(is_open),
                _times(is_open & (GapRow.due_at < now)),
            )
        ).one()
        return GapFigures(*map(int, row))

    def waiting_flags(self, first: date, last: date, now: datetime, team: str | None = None) -> tuple[int, int]:
        query = select(func.count(), _times(SolutionRow.flag_due < now)).join_from(
            SolutionRow, CallRow, CallRow.number == SolutionRow.call
        )
        query = query.where(SolutionRow.outcome == Outcome.WAITING, SolutionRow.kind == SolutionKind.FLAGGED)
        query = query.where(CallRow.day.between(first, last), *_within(Scope(team), CallRow))
        waiting, overdue = self._connection.execute(query).one()
        return int(waiting), int(overdue)


def _within(scope: Scope, table: type[CallRow] | type[ReportPartRow]) -> list[ColumnElement[bool]]:
    wanted = ((table.team, scope.team), (table.shift, scope.shift), (table.person, scope.person))
    return [column == value for column, value in wanted if value is not None]


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
