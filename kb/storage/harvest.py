"""What coordinators make of solutions, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select, update

from kb.domain.harvest import Waiting
from kb.domain.learning import form
from kb.domain.solutions import Outcome, Solution, SolutionKind
from kb.ports.harvest import Answer, Wanted
from kb.storage.entries import chunks
from kb.storage.mapping import from_row
from kb.storage.tables import RevisionRow
from kb.storage.tables_calls import SolutionRow as Table
from kb.storage.tables_learning import LearnedPhrasingRow

_COLUMNS = tuple(Table.__table__.columns)
_WAITS = Table.outcome == str(Outcome.WAITING)


class SqlHarvestRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, limit: int, kinds: Iterable[SolutionKind] = ()) -> list[Waiting]:
        newest = select(Table.number, Table.kind, Table.code, Table.asked, Table.at, Table.flag_due).where(_WAITS)
        if named := [str(kind) for kind in kinds]:
            newest = newest.where(Table.kind.in_(named))
        part = newest.order_by(Table.number.desc()).limit(limit).subquery()
        columns = part.c
        query = select(
            columns.kind, columns.code, columns.asked, func.count().label("times"), func.min(columns.number).label("first"),
            func.max(columns.at).label("last_at"), func.min(columns.flag_due).label("flag_due"),
        ).group_by(columns.kind, columns.code, columns.asked)  # fmt: skip
        return [
            Waiting(SolutionKind(row.kind), row.code, row.asked, row.times, row.first, row.last_at, row.flag_due)
            for row in self._connection.execute(query)
        ]

    def known(self, codes: Iterable[str]) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for part in chunks(codes):
            for row in self._connection.execute(_latest(part, RevisionRow.title, RevisionRow.asked_as)):
                found[row.code] = {form(line) for line in (row.title, *row.asked_as)}
            learned = select(LearnedPhrasingRow.code, LearnedPhrasingRow.form).where(LearnedPhrasingRow.code.in_(part))
            for row in self._connection.execute(learned):
                found.setdefault(row.code, set()).add(row.form)
        return {code: frozenset(forms) for code, forms in found.items()}

    def titles(self, codes: Iterable[str]) -> dict[str, str]:
        rows = (row for part in chunks(codes) for row in self._connection.execute(_latest(part, RevisionRow.title)))
        return {row.code: row.title for row in rows}

    def of_entry(self, code: str, kinds: Iterable[SolutionKind], limit: int) -> list[Solution]:
        of_kinds = Table.kind.in_([str(kind) for kind in kinds])
        return self._found(select(*_COLUMNS).where(_WAITS, Table.code == code, of_kinds), limit)

    def saying(self, kind: SolutionKind, asked: Iterable[str], limit: int) -> list[Solution]:
        found: list[Solution] = []
        for part in chunks(asked):
            found += self._found(select(*_COLUMNS).where(_WAITS, Table.kind == str(kind), Table.asked.in_(part)), limit)
        return sorted(found, key=lambda one: -one.number)[:limit]

    def many(self, numbers: Iterable[int]) -> list[Solution]:
        query = select(*_COLUMNS).order_by(Table.number)
        parts = (query.where(Table.number.in_(part)) for part in chunks(sorted(set(numbers))))
        return [from_row(Solution, row) for one in parts for row in self._connection.execute(one)]

    def accepted(self, code: str) -> list[Solution]:
        query = select(*_COLUMNS).where(Table.outcome == str(Outcome.PHRASING), Table.outcome_code == code)
        return [from_row(Solution, row) for row in self._connection.execute(query.order_by(Table.number))]

    def used_before(self, at: datetime, limit: int) -> list[tuple[int, str, str]]:
        query = select(Table.number, Table.code, Table.asked)
        query = query.where(_WAITS, Table.kind == str(SolutionKind.USED), Table.at < at)
        rows = self._connection.execute(query.order_by(Table.number).limit(limit))
        return [(row.number, row.code, row.asked) for row in rows]

    def flags(self, code: str, limit: int) -> list[Solution]:
        return self.of_entry(code, [SolutionKind.FLAGGED], limit)

    def of_draft(self, draft: int) -> list[Solution]:
        rows = self._connection.execute(select(*_COLUMNS).where(_WAITS, Table.draft == draft).order_by(Table.number))
        return [from_row(Solution, row) for row in rows]

    def unpublished(self, code: str, since: datetime) -> list[Solution]:
        written = Table.outcome.in_([str(Outcome.CORRECTION), str(Outcome.ENTRY)])
        query = select(*_COLUMNS).where(Table.draft.is_not(None), written, Table.outcome_code == code)
        rows = self._connection.execute(query.where(Table.outcome_at <= since).order_by(Table.number))
        return [from_row(Solution, row) for row in rows]

    def publish(self, numbers: Sequence[int]) -> None:
        for part in chunks(numbers):
            self._connection.execute(update(Table).where(Table.number.in_(part)).values(draft=None))

    def settle(self, numbers: Sequence[int], answer: Answer) -> None:
        values = {
            "outcome": str(answer.outcome), "outcome_code": answer.code, "outcome_reason": answer.reason,
            "outcome_by": answer.by, "outcome_at": answer.at, "draft": answer.draft,
        }  # fmt: skip
        for part in chunks(numbers):
            self._connection.execute(update(Table).where(Table.number.in_(part)).values(**values))

    def begin(self, numbers: Sequence[int], draft: int) -> None:
        for part in chunks(numbers):
            self._connection.execute(update(Table).where(Table.number.in_(part)).values(draft=draft))

    def count_overdue(self, at: datetime) -> int:
        late = (_WAITS, Table.kind == str(SolutionKind.FLAGGED), Table.flag_due < at)
        return self._connection.scalar(select(func.count()).where(*late)) or 0

    def outcomes(self, person: str) -> dict[Outcome, int]:
        query = select(Table.outcome, func.count().label("times")).where(Table.person == person).group_by(Table.outcome)
        return {Outcome(row.outcome): row.times for row in self._connection.execute(query)}

    def page(self, wanted: Wanted, *, before: int | None, limit: int) -> list[Solution]:
        query = _wanted(wanted)
        return self._found(query if before is None else query.where(Table.number < before), limit)

    def all(self, wanted: Wanted) -> Iterator[Solution]:
        query = _wanted(wanted).order_by(Table.number).execution_options(stream_results=True)
        with self._connection.execute(query) as result:
            for part in result.partitions(1000):
                yield from (from_row(Solution, row) for row in part)

    def _found(self, query: Select[Any], limit: int) -> list[Solution]:
        rows = self._connection.execute(query.order_by(Table.number.desc()).limit(limit))
        return [from_row(Solution, row) for row in rows]


def _latest(codes: Sequence[str], *columns: Any) -> Select[Any]:
    newest = select(RevisionRow.code, func.max(RevisionRow.number).label("number"))
    last = newest.where(RevisionRow.code.in_(codes)).group_by(RevisionRow.code).subquery()
    is_last = and_(last.c.code == RevisionRow.code, last.c.number == RevisionRow.number)
    return select(RevisionRow.code, *columns).join(last, is_last)


def _wanted(wanted: Wanted) -> Select[Any]:
    query = select(*_COLUMNS)
    for column in ("person", "team", "code"):
        if value := getattr(wanted, column):
            query = query.where(getattr(Table, column) == value)
    for column in ("kind", "outcome"):
        if (member := getattr(wanted, column)) is not None:
            query = query.where(getattr(Table, column) == str(member))
    if wanted.since is not None:
        query = query.where(Table.at >= wanted.since)
    return query if wanted.until is None else query.where(Table.at < wanted.until)
