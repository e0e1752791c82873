"""Issued lists, what they cover, and the edits of the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, exists, func, insert, literal, or_, select, update

from kb.domain.bulletin import Bulletin
from kb.domain.bulletin_edits import Edits
from kb.domain.bulletin_seal import bulletin_from_dict, hash_of_dict, to_dict
from kb.domain.entry import Action
from kb.domain.person import Role
from kb.ports import BulletinHead, BulletinState
from kb.storage.entries import chunks
from kb.storage.tables import PeriodRow, PublicationRow, RevisionRow
from kb.storage.tables_publishing import BulletinCoverageRow, BulletinDraftRow, BulletinRow, ReminderRow

_TEXT = cast(BulletinRow.content, Text)
_CORRECTS = '{"corrects":%s,'  # what the stored text begins with: its keys are sorted


class SqlBulletinRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- issued lists

    def head(self) -> BulletinHead | None:
        return self._head()

    def last_ordinary(self) -> BulletinHead | None:
        return self._head(BulletinRow.urgent.is_(False), _TEXT.startswith(_CORRECTS % "null", autoescape=True))

    def _head(self, *conditions: Any) -> BulletinHead | None:
        columns = (BulletinRow.number, BulletinRow.hash, BulletinRow.until, BulletinRow.issued_at)
        query = select(*columns).where(*conditions).order_by(BulletinRow.number.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else BulletinHead(row.number, row.hash, row.until, row.issued_at)

    def find(self, number: int) -> Bulletin | None:
        return next(iter(self.get_many([number])), None)

    def get_many(self, numbers: Iterable[int]) -> list[Bulletin]:
        found = []
        for part in chunks(numbers):
            query = select(BulletinRow.content).where(BulletinRow.number.in_(part)).order_by(BulletinRow.number)
            found += [bulletin_from_dict(content) for content in self._connection.scalars(query)]
        return found

    def numbers(
        self, since: date | None = None, until: date | None = None, *, issued_since: datetime | None = None,
        after: int = 0, limit: int = 1_000,
    ) -> list[int]:  # fmt: skip
        query = select(BulletinRow.number).where(BulletinRow.number > after)
        query = query.where(BulletinRow.day >= since) if since is not None else query
        query = query.where(BulletinRow.day <= until) if until is not None else query
        query = query.where(BulletinRow.issued_at >= issued_since) if issued_since is not None else query
        return list(self._connection.scalars(query.order_by(BulletinRow.number.desc()).limit(limit)))

    def last_at(self, at: datetime) -> int:
        query = select(func.max(BulletinRow.number)).where(BulletinRow.issued_at <= at)
        return self._connection.scalar(query) or 0

    def urgent_after(self, number: int) -> list[Bulletin]:
        query = select(BulletinRow.content).where(BulletinRow.number > number, BulletinRow.urgent.is_(True))
        found = [bulletin_from_dict(c) for c in self._connection.scalars(query.order_by(BulletinRow.number))]
        return [b for b in found if b.corrects is None]

    def latest_urgent_number(self) -> int:
        return self._connection.scalar(select(func.max(BulletinRow.number)).where(BulletinRow.urgent.is_(True))) or 0

    def newest(self) -> tuple[int, int, int]:
        numbers = (
            select(func.max(BulletinRow.number)).where(BulletinRow.urgent.is_(True)),
            select(func.max(BulletinRow.number)), select(func.max(ReminderRow.number)),
        )  # fmt: skip
        urgent, ordinary, reminder = self._connection.execute(select(*(n.scalar_subquery() for n in numbers))).one()
        return urgent or 0, ordinary or 0, reminder or 0

    def corrections_of(self, number: int) -> list[int]:
        query = select(BulletinRow.number).where(
            BulletinRow.number > number, _TEXT.startswith(_CORRECTS % number, autoescape=True)
        )
        return list(self._connection.scalars(query.order_by(BulletinRow.number)))

    def add(self, bulletin: Bulletin) -> None:
        names = ("number", "day", "urgent", "until", "issued_at", "issued_by", "hash")
        values = {name: getattr(bulletin, name) for name in names}
        self._connection.execute(insert(BulletinRow).values(**values, content=to_dict(bulletin)))

    def broken_at(self) -> int | None:
        previous = ""
        query = select(*BulletinRow.__table__.columns).order_by(BulletinRow.number)
        with self._connection.execute(query.execution_options(stream_results=True)) as rows:
            for expected, row in enumerate(rows, start=1):
                if row.number != expected or not _is_whole(dict(row._mapping), previous):
                    return expected
                previous = row.hash
        return None

    # --- what they cover

    def cover(self, number: int, publications: Mapping[str, Sequence[int]]) -> None:
        rows = [
            {"code": code, "publication": p, "bulletin": number} for code, told in publications.items() for p in told
        ]
        if rows:
            self._connection.execute(insert(BulletinCoverageRow), rows)

    def cover_everything(self, number: int) -> None:
        untold = select(PublicationRow.code, PublicationRow.number, literal(number)).where(_is_untold())
        into = insert(BulletinCoverageRow).from_select(["code", "publication", "bulletin"], untold)
        self._connection.execute(into)

    def untold(self) -> tuple[int, datetime | None]:
        counted = func.count(PublicationRow.code.distinct())
        row = self._connection.execute(select(counted, func.max(PublicationRow.at)).where(_is_untold())).one()
        return int(row[0]), row[1]

    def untold_codes(self, limit: int) -> list[str]:
        query = select(PublicationRow.code).where(_is_untold()).distinct().order_by(PublicationRow.code).limit(limit)
        return list(self._connection.scalars(query))

    def turned(self, since: datetime, until: datetime, limit: int) -> list[str]:
        in_window = or_(
            and_(PeriodRow.starts > since, PeriodRow.starts <= until),
            and_(PeriodRow.ends > since, PeriodRow.ends <= until),
        )
        query = select(PeriodRow.code).where(in_window).distinct().order_by(PeriodRow.code).limit(limit)
        return list(self._connection.scalars(query))

    def covered(self, codes: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in chunks(codes):
            last = func.max(BulletinCoverageRow.publication)
            query = select(BulletinCoverageRow.code, last).where(BulletinCoverageRow.code.in_(part))
            found.update(
                (code, number) for code, number in self._connection.execute(query.group_by(BulletinCoverageRow.code))
            )
        return found

    def roles_now(self, codes: Iterable[str]) -> dict[str, tuple[Role, ...]]:
        found: dict[str, tuple[Role, ...]] = {}
        for part in chunks(codes):
            newest = (
                select(PublicationRow.code, func.max(PublicationRow.number).label("number"))
                .where(PublicationRow.code.in_(part), PublicationRow.action == str(Action.PUBLISH))
                .group_by(PublicationRow.code)
                .subquery()
            )
            published = and_(PublicationRow.code == newest.c.code, PublicationRow.number == newest.c.number)
            revision = and_(RevisionRow.code == PublicationRow.code, RevisionRow.number == PublicationRow.revision)
            query = select(RevisionRow.code, RevisionRow.roles).join(PublicationRow, revision).join(newest, published)
            for code, roles in self._connection.execute(query):
                found[code] = tuple(Role(role) for role in roles)
        return found

    # --- the next one

    def state(self) -> BulletinState:
        row = self._connection.execute(select(*BulletinDraftRow.__table__.columns)).first()
        if row is None:
            return BulletinState(Edits(), 0, "", None)
        return BulletinState(Edits.from_dict(row.edits), row.version, row.by, row.at)

    def put_state(self, edits: Edits, *, version: int, by: str, at: datetime) -> None:
        values = {"edits": edits.to_dict(), "version": version, "by": by, "at": at}
        changed = self._connection.execute(
            update(BulletinDraftRow).where(BulletinDraftRow.number == 1).values(**values)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(BulletinDraftRow).values(number=1, **values))


def _is_untold() -> Any:
    told = exists().where(
        BulletinCoverageRow.code == PublicationRow.code, BulletinCoverageRow.publication == PublicationRow.number
    )
    return ~told


def _is_whole(row: Mapping[str, Any], previous: str) -> bool:
    """Whether a stored list follows from the one before, and its columns say what its content says."""
    content = row["content"]
    if not isinstance(content, dict) or content.get("previous_hash") != previous:
        return False
    columns = {name: to_dict(row[name]) for name in ("number", "day", "urgent", "until", "issued_at", "issued_by")}
    agrees = all(content.get(name) == value for name, value in columns.items())
    return agrees and row["hash"] == content.get("hash") == hash_of_dict(content)
