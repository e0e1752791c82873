"""What reports read from the database: a day's calls with all that belongs to them, and the kept sums of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, insert, or_, select, update

from kb.domain.gaps import GapState
from kb.domain.person import Role
from kb.domain.report import GapFigures, Part
from kb.domain.solutions import Outcome, SolutionKind
from kb.domain.use import Case, Sums, Topic
from kb.ports.reports import EVERYBODY, Block, InForce, Scope
from kb.storage.tables import PeriodRow, RevisionRow
from kb.storage.tables_calls import ActRow, CallRow, SolutionRow
from kb.storage.tables_gaps import GapRow
from kb.storage.tables_reports import ReportBlockRow, ReportPartRow

_AT_ONCE = 500  # calls whose acts and solutions are read together: a day may hold any number
_BLOCK = 1_000  # as the triggers have it
_ASKED = f"{Topic.ASKED}/"
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

    def stale(self, first: date, last: date) -> dict[date, dict[int, int]]:
        query = select(ReportBlockRow.day, ReportBlockRow.block, ReportBlockRow.changes).where(
            ReportBlockRow.day.between(first, last), ReportBlockRow.changes > ReportBlockRow.kept
        )
        found: dict[date, dict[int, int]] = {}
        for row in self._connection.execute(query.order_by(ReportBlockRow.day, ReportBlockRow.block)):
            found.setdefault(row.day, {})[row.block] = row.changes
        return found

    def cases(self, day: date, scope: Scope = EVERYBODY) -> Iterator[Case]:
        yield from self._cases(CallRow.day == day, *_within(scope, CallRow))

    def block(self, day: date, block: int, scope: Scope = EVERYBODY) -> Iterator[Case]:
        numbers = CallRow.number.between(block * _BLOCK, (block + 1) * _BLOCK - 1)
        yield from self._cases(CallRow.day == day, numbers, *_within(scope, CallRow))

    def _cases(self, *conditions: ColumnElement[bool]) -> Iterator[Case]:
        query = select(*_CALL).where(*conditions).order_by(CallRow.number)
        last = -1
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

    def keep(self, day: date, blocks: Iterable[Block]) -> None:
        for block in blocks:
            newer = (
                (ReportBlockRow.day == day)
                & (ReportBlockRow.block == block.number)
                & (ReportBlockRow.kept < block.changes)
            )
            people = [[p.team, p.shift, p.person, p.everything] for p in block.parts]
            topics = [[team, dict(sums)] for team, sums in block.topics.items()]
            values = {"kept": block.changes, "people": people, "topics": topics}
            self._connection.execute(update(ReportBlockRow).where(newer).values(**values))
        self._connection.execute(delete(ReportPartRow).where(ReportPartRow.day == day))
        if rows := self._day(day):
            self._connection.execute(insert(ReportPartRow), rows)

    def _day(self, day: date) -> list[dict[str, object]]:
        """The rows of a day's sums: its blocks added up."""
        people: dict[tuple[str, str, str], Sums] = {}
        topics: dict[str | None, Sums] = {}
        query = select(ReportBlockRow.people, ReportBlockRow.topics).where(ReportBlockRow.day == day)
        for row in self._connection.execute(query):
            for team, shift, person, sums in row.people:
                people.setdefault((team, shift, person), Counter()).update(sums)
            for team, sums in row.topics:
                topics.setdefault(team, Counter()).update(sums)
        rows: list[dict[str, object]] = []
        for who, sums in people.items():
            part = Part.of(day, who, sums)
            kept = {"sums": dict(part.sums), "waits": list(part.waits), "texts": dict(part.texts)}
            rows.append({"day": day, "level": _PERSON, "team": who[0], "shift": who[1], "person": who[2], **kept})
        for about, sums in topics.items():
            level = _CENTRE if about is None else _TEAM
            asked = {name: count for name, count in sums.items() if name.startswith(_ASKED)}
            kept = {"sums": {name: n for name, n in sums.items() if name not in asked}, "waits": [], "texts": asked}
            rows.append({"day": day, "level": level, "team": about or "", "shift": "", "person": "", **kept})
        return rows

    def blocks(self, day: date) -> list[Block]:
        query = select(ReportBlockRow.__table__).where(ReportBlockRow.day == day).order_by(ReportBlockRow.block)
        return [
            Block(
                row.block, row.kept, [Part.of(day, (team, shift, who), sums) for team, shift, who, sums in row.people],
                {team: Counter(sums) for team, sums in row.topics},
            )
            for row in self._connection.execute(query)
        ]  # fmt: skip

    def parts(self, first: date, last: date, scope: Scope = EVERYBODY, *, texts: bool = True) -> list[Part]:
        key = (ReportPartRow.day, ReportPartRow.team, ReportPartRow.shift, ReportPartRow.person)
        held = (ReportPartRow.sums, ReportPartRow.waits, *((ReportPartRow.texts,) if texts else ()))
        query = select(*key, *held).where(
            ReportPartRow.day.between(first, last), ReportPartRow.level == _PERSON, *_within(scope, ReportPartRow)
        )
        return [Part(*row) for row in self._connection.execute(query)]

    def topics(self, first: date, last: date, team: str | None = None, *, texts: bool = True) -> dict[date, Sums]:
        level = _CENTRE if team is None else _TEAM
        held = (ReportPartRow.sums, *((ReportPartRow.texts,) if texts else ()))
        query = select(ReportPartRow.day, *held).where(
            ReportPartRow.day.between(first, last), ReportPartRow.level == level, ReportPartRow.team == (team or "")
        )
        rows = self._connection.execute(query.order_by(ReportPartRow.day))
        return {row.day: Counter({**row.sums, **(row.texts if texts else {})}) for row in rows}

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
