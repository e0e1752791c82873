"""Entries in the database: loaded whole, written as what was added to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, exists, func, insert, or_, select
from sqlalchemy.orm import aliased

from kb.domain.entry import Action, Entry, Period, Publication, Revision
from kb.domain.errors import N_, NotFound
from kb.domain.lexicon import one_of
from kb.domain.person import Role, may_see
from kb.domain.today import Held
from kb.ports import Dated, Gone, Standing
from kb.storage.known import Known, Remembered, keys_in_force, read_in_force
from kb.storage.rows import REVISION_COLUMNS, revision_from_row, revision_to_row
from kb.storage.tables import EntryRow, PeriodRow, PublicationRow, RevisionRow

_CHUNK = 500  # SQLite bounds the variables of one statement
T = TypeVar("T")


def chunks(values: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    items = list(values)
    for start in range(0, len(items), size):
        yield items[start : start + size]


class SqlEntryRepository:
    def __init__(self, connection: Connection, remembered: Remembered | None = None) -> None:
        """``remembered``: revisions in force that were read before, for a connection that writes nothing."""
        self._connection = connection
        self._remembered = remembered
        self._seen: dict[str, Entry] = {}
        self._added: set[str] = set()

    def get(self, code: str) -> Entry:
        entry = self.find(code)
        if entry is None:
            raise NotFound(N_("没有编号为 {code} 的条目。"), code=code[:40])
        return entry

    def find(self, code: str) -> Entry | None:
        return self.get_many([code]).get(code)

    def get_many(self, codes: Iterable[str]) -> dict[str, Entry]:
        wanted = list(dict.fromkeys(codes))
        for part in chunks(code for code in wanted if code not in self._seen):
            self._load(part)
        return {code: self._seen[code] for code in wanted if code in self._seen}

    def _load(self, codes: Sequence[str]) -> None:
        for code in self._connection.scalars(select(EntryRow.code).where(EntryRow.code.in_(codes))):
            self._seen[code] = Entry(code)
        revisions = select(*REVISION_COLUMNS).where(RevisionRow.code.in_(codes)).order_by(RevisionRow.number)
        for row in self._connection.execute(revisions):
            self._seen[row.code].revisions.append(revision_from_row(row))
        publications = select(*PublicationRow.__table__.columns).where(PublicationRow.code.in_(codes))
        for row in self._connection.execute(publications.order_by(PublicationRow.number)):
            self._seen[row.code].publications.append(_publication(row))

    def add(self, entry: Entry) -> None:
        self._seen[entry.code] = entry
        self._added.add(entry.code)

    def flush(self) -> None:
        """Write what was added to the entries taken up here."""
        changed = [e for e in self._seen.values() if e.new_revisions or e.new_publications]
        new = [{"code": e.code} for e in changed if e.code in self._added]
        revisions = [revision_to_row(e.code, r) for e in changed for r in e.new_revisions]
        publications = [_publication_row(e.code, p) for e in changed for p in e.new_publications]
        published = [e for e in changed if e.new_publications]
        for table, rows in ((EntryRow, new), (RevisionRow, revisions), (PublicationRow, publications)):
            if rows:
                self._connection.execute(insert(table), rows)
        self._write_periods(published)
        self._added.clear()
        for entry in changed:
            entry.new_revisions, entry.new_publications = [], []

    def _write_periods(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        old = [{"c": e.code} for e in entries if len(e.publications) > len(e.new_publications)]
        if old:
            self._connection.execute(delete(PeriodRow).where(PeriodRow.code == bindparam("c")), old)
        rows = [
            {"code": e.code, "starts": p.starts, "ends": p.ends, "revision": p.revision, "publication": p.publication}
            for e in entries
            for p in e.timeline()
        ]
        if rows:
            self._connection.execute(insert(PeriodRow), rows)

    def in_force(self, codes: Iterable[str], at: datetime) -> dict[str, Dated]:
        found: dict[str, Dated] = {}
        for part in chunks(codes):
            if self._remembered is None:
                found |= read_in_force(self._connection, part, at)
            else:
                found |= self._confirm(self._remembered.of(self._connection), part, at)
        return found

    def _confirm(self, known: Known, codes: Sequence[str], at: datetime) -> dict[str, Dated]:
        """What holds is asked of the database every time; what it says is read once, for it never changes."""
        found, missing = {}, {}
        for key in keys_in_force(self._connection, codes, at):
            dated = known.get(key)
            if dated is None:
                missing[key[0]] = key
            else:
                found[key[0]] = dated
        for code, dated in read_in_force(self._connection, list(missing), at).items() if missing else ():
            known.put(missing[code], dated)
            found[code] = dated
        return found

    def all_in_force(self, at: datetime) -> Iterator[Dated]:
        yield from self._stream(_dated().where(_holds(at)).order_by(PeriodRow.code))

    def dated(self, codes: Iterable[str]) -> dict[str, list[Dated]]:
        found: dict[str, list[Dated]] = {}
        for part in chunks(codes):
            query = _dated().where(PeriodRow.code.in_(part)).order_by(PeriodRow.code, PeriodRow.starts)
            rows = (_to_dated(row) for row in self._connection.execute(query))
            found.update((code, list(group)) for code, group in groupby(rows, key=lambda d: d.code))
        return found

    def held(self, codes: Iterable[str]) -> dict[str, list[Held]]:
        columns = (PeriodRow.code, PeriodRow.revision, PeriodRow.publication, PeriodRow.starts, PeriodRow.ends)
        of_revision = (RevisionRow.digest, RevisionRow.effective_to, RevisionRow.roles)
        query = select(*columns, *of_revision).join(RevisionRow, _same_revision())
        found: dict[str, list[Held]] = {}
        for part in chunks(codes):
            for row in self._connection.execute(query.where(PeriodRow.code.in_(part)).order_by(PeriodRow.starts)):
                period = Period(row.revision, row.publication, row.starts, row.ends)
                roles = tuple(Role(role) for role in row.roles)
                found.setdefault(row.code, []).append(Held(period, row.digest, row.effective_to, roles))
        return found

    def all_dated(self) -> Iterator[Dated]:
        yield from self._stream(_dated().order_by(PeriodRow.code, PeriodRow.starts))

    def _stream(self, query: Select[Any]) -> Iterator[Dated]:
        with self._connection.execute(query.execution_options(stream_results=True)) as result:
            for part in result.partitions(1000):
                yield from map(_to_dated, part)

    def standings(self, at: datetime) -> dict[str, Standing]:
        newest = select(RevisionRow.code, func.max(RevisionRow.number).label("number")).group_by(RevisionRow.code)
        last = newest.subquery()
        latest = select(RevisionRow.code, RevisionRow.number, RevisionRow.digest).join(
            last, and_(last.c.code == RevisionRow.code, last.c.number == RevisionRow.number)
        )
        holding = select(PeriodRow.code, RevisionRow.digest).join(RevisionRow, _same_revision()).where(_holds(at))
        in_force = {row.code: row.digest for row in self._connection.execute(holding)}
        rows = self._connection.execute(latest)
        return {r.code: Standing(r.code, r.number, r.digest, in_force.get(r.code, "")) for r in rows}

    def next_code(self, prefix: str) -> str:
        codes = self._connection.scalars(select(EntryRow.code).where(EntryRow.code.like(f"{prefix}-%")))
        numbers = [int(m.group(1)) for code in [*codes, *self._added] if (m := re.fullmatch(rf"{prefix}-(\d+)", code))]
        return f"{prefix}-{max(numbers, default=0) + 1:04d}"

    def containing(self, words: Sequence[str]) -> list[str]:
        # Not by LIKE: 600 words over 27,000 entries took 36 s of computing, with the database closed to other writers.
        any_in = one_of(words)
        lists, texts = (RevisionRow.asked_as, RevisionRow.tags), (
            RevisionRow.title, RevisionRow.speakable, RevisionRow.conditions, RevisionRow.exceptions, RevisionRow.body,
            RevisionRow.product, RevisionRow.category,
        )  # fmt: skip
        query = select(PeriodRow.code, *lists, *texts).join(RevisionRow, _same_revision())
        rows = self._connection.execute(query.execution_options(yield_per=_CHUNK))
        return sorted({code for code, asked, tags, *rest in rows if any_in("\n".join((*asked, *tags, *rest)))})

    def waiting(self, limit: int) -> list[tuple[str, Revision]]:
        newest = select(RevisionRow.code, func.max(RevisionRow.number).label("number")).group_by(RevisionRow.code)
        last = newest.subquery()
        is_last = and_(last.c.code == RevisionRow.code, last.c.number == RevisionRow.number)
        published = exists().where(
            PublicationRow.code == RevisionRow.code, PublicationRow.revision == RevisionRow.number
        )
        query = select(*REVISION_COLUMNS).join(last, is_last).where(~published)
        rows = self._connection.execute(query.order_by(RevisionRow.at.desc(), RevisionRow.code).limit(limit))
        return [(row.code, revision_from_row(row)) for row in rows]

    def gone(self, at: datetime, *, since: datetime, limit: int) -> list[Gone]:
        # From the few periods that ended lately, not from all: this is asked after every publication.
        ended, later = func.max(PeriodRow.ends), aliased(PeriodRow)
        stands = exists().where(later.code == PeriodRow.code, or_(later.ends.is_(None), later.ends > at))
        query = select(PeriodRow.code).where(PeriodRow.ends >= since, PeriodRow.ends <= at, ~stands)
        query = query.group_by(PeriodRow.code)
        codes = list(self._connection.scalars(query.order_by(ended.desc(), PeriodRow.code).limit(limit)))
        entries, dated = self.get_many(codes), self.dated(codes)
        return [Gone(dated[code][-1], max(entries[code].publications, key=lambda p: p.number)) for code in codes]

    def due_for_review(self, at: datetime, until: date) -> list[Dated]:
        query = _dated().where(_holds(at), RevisionRow.review_by.is_not(None), RevisionRow.review_by <= until)
        rows = self._connection.execute(query.order_by(RevisionRow.review_by, RevisionRow.code))
        return [_to_dated(row) for row in rows]

    def names_in_force(self, at: datetime, role: Role) -> tuple[list[str], list[str]]:
        query = select(RevisionRow.product, RevisionRow.category, RevisionRow.roles).distinct()
        rows = self._connection.execute(query.join(PeriodRow, _same_revision()).where(_holds(at))).all()
        seen = [r for r in rows if may_see(role, tuple(Role(name) for name in r.roles))]
        return sorted({r.product for r in seen} - {""}), sorted({r.category for r in seen} - {""})

    def next_turn(self, at: datetime) -> datetime | None:
        ahead = [self._connection.scalar(select(func.min(c)).where(c > at)) for c in (PeriodRow.starts, PeriodRow.ends)]
        return min((moment for moment in ahead if moment), default=None)


def _same_revision() -> Any:
    return and_(PeriodRow.code == RevisionRow.code, PeriodRow.revision == RevisionRow.number)


def _holds(at: datetime) -> Any:
    return and_(PeriodRow.starts <= at, or_(PeriodRow.ends.is_(None), PeriodRow.ends > at))


def _dated() -> Select[Any]:
    columns = (PeriodRow.starts, PeriodRow.ends, PeriodRow.publication)
    return select(*REVISION_COLUMNS, *columns).join(PeriodRow, _same_revision())


def _to_dated(row: Row[Any]) -> Dated:
    return Dated(row.code, revision_from_row(row), Period(row.number, row.publication, row.starts, row.ends))


def _publication(row: Row[Any]) -> Publication:
    return Publication(
        row.number, Action(row.action), row.revision, row.by, row.at, row.starts, row.ends, row.reason, row.replaced_by
    )


def _publication_row(code: str, p: Publication) -> dict[str, object]:
    return {
        "code": code, "number": p.number, "action": str(p.action), "revision": p.revision, "by": p.by, "at": p.at,
        "starts": p.starts, "ends": p.ends, "reason": p.reason, "replaced_by": p.replaced_by,
    }  # fmt: skip
