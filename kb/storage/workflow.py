"""Drafts, reviews, rules and releases in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kb.domain.draft import Draft
from kb.domain.entry import Action
from kb.domain.release import Release, ReleaseItem, ReleaseState
from kb.domain.review import Review, Verdict
from kb.domain.rules import DEFAULT_RULES, Rules
from kb.storage.entries import chunks
from kb.storage.tables_calls import SolutionRow
from kb.storage.tables_gaps import GapRow
from kb.storage.tables_papers import ExamDigestRow
from kb.storage.tables_publishing import DraftRow, IntakeRow, ReleaseRow, ReviewRow, RulesRow


class SqlDraftRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, id: int) -> Draft | None:
        return self._one(DraftRow.id == id)

    def of(self, author: str, code: str) -> Draft | None:
        return self._one(DraftRow.author == author, DraftRow.code == code)

    def _one(self, *conditions: Any) -> Draft | None:
        query = select(*DraftRow.__table__.columns).where(*conditions).order_by(DraftRow.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else _draft(row)

    def by_author(self, author: str) -> list[Draft]:
        return self._all(DraftRow.author == author)

    def on(self, code: str) -> list[Draft]:
        return self._all(DraftRow.code == code)

    def newest(self, limit: int) -> list[Draft]:
        return self._all(limit=limit)

    def _all(self, *conditions: Any, limit: int | None = None) -> list[Draft]:
        query = select(*DraftRow.__table__.columns).where(*conditions).order_by(DraftRow.at.desc(), DraftRow.id.desc())
        return [_draft(row) for row in self._connection.execute(query.limit(limit))]

    def add(self, draft: Draft) -> int:
        values = {name: getattr(draft, name) for name in ("code", "author", "based_on", "version", "at")}
        id = self._next_id()
        self._connection.execute(insert(DraftRow).values(**values, id=id, fields=dict(draft.fields)))
        return id

    def _next_id(self) -> int:
        """Above every id that anything still names: what was written from a draft that is gone by now must not be
        taken for the work of another one. SQLite by itself gives the id of the newest again once it is removed."""
        named = (DraftRow.id, IntakeRow.draft, SolutionRow.draft, GapRow.draft, ExamDigestRow.draft)
        return max(self._connection.scalar(select(func.max(column))) or 0 for column in named) + 1

    def put(self, draft: Draft) -> None:
        values = {name: getattr(draft, name) for name in ("code", "based_on", "version", "at")}
        changed = update(DraftRow).where(DraftRow.id == draft.id).values(**values, fields=dict(draft.fields))
        self._connection.execute(changed)

    def remove(self, id: int) -> None:
        self._connection.execute(delete(DraftRow).where(DraftRow.id == id))


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.id, row.code, row.author, row.based_on, row.fields, row.version, row.at)


class SqlReviewRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, code: str) -> list[Review]:
        return self.of_many([code]).get(code, [])

    def of_many(self, codes: Iterable[str]) -> dict[str, list[Review]]:
        found: dict[str, list[Review]] = {}
        for part in chunks(codes):
            query = select(*ReviewRow.__table__.columns).where(ReviewRow.code.in_(part))
            for row in self._connection.execute(query.order_by(ReviewRow.revision, ReviewRow.number)):
                review = Review(row.revision, row.number, Verdict(row.verdict), row.by, row.at, row.text)
                found.setdefault(row.code, []).append(review)
        return found

    def add(self, code: str, review: Review) -> None:
        values = {name: getattr(review, name) for name in ("revision", "number", "by", "at", "text")}
        self._connection.execute(insert(ReviewRow).values(code=code, verdict=str(review.verdict), **values))


class SqlRulesRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> Rules:
        row = self._connection.execute(self._newest_first().limit(1)).first()
        return DEFAULT_RULES if row is None else _rules(row)

    def all(self) -> list[Rules]:
        return [_rules(row) for row in self._connection.execute(self._newest_first())]

    def _newest_first(self) -> Any:
        return select(*RulesRow.__table__.columns).order_by(RulesRow.number.desc())

    def add(self, rules: Rules) -> None:
        values = {name: getattr(rules, name) for name in ("number", "author", "at", "reason")}
        self._connection.execute(insert(RulesRow).values(**values, values=rules.to_dict()))


def _rules(row: Row[Any]) -> Rules:
    stored = row._mapping
    more = {"number": stored["number"], "author": stored["author"], "at": stored["at"], "reason": stored["reason"]}
    return Rules.from_dict(stored["values"], **more)


_RELEASE_FIELDS = ("title", "by", "at", "done_by", "done_at", "reason", "undone_by", "undone_at", "undone_reason")


class SqlReleaseRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last_number(self) -> int:
        return self._connection.scalar(select(func.max(ReleaseRow.number))) or 0

    def find(self, number: int) -> Release | None:
        query = select(*ReleaseRow.__table__.columns).where(ReleaseRow.number == number)
        row = self._connection.execute(query).first()
        return None if row is None else _release(row)

    def all(self, limit: int = 200) -> list[Release]:
        query = select(*ReleaseRow.__table__.columns).order_by(ReleaseRow.number.desc()).limit(limit)
        return [_release(row) for row in self._connection.execute(query)]

    def add(self, release: Release) -> None:
        self._connection.execute(insert(ReleaseRow).values(number=release.number, **_release_values(release)))

    def put(self, release: Release) -> None:
        changed = update(ReleaseRow).where(ReleaseRow.number == release.number).values(**_release_values(release))
        self._connection.execute(changed)


def _release_values(release: Release) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(release, name) for name in _RELEASE_FIELDS}
    return values | {"state": str(release.state), "items": _items(release.items)}


def _items(items: Sequence[ReleaseItem]) -> list[dict[str, object]]:
    return [
        {
            "code": i.code, "action": str(i.action), "revision": i.revision, "replaced_by": i.replaced_by,
            "publication": i.publication, "undone": list(i.undone),
        }
        for i in items
    ]  # fmt: skip


def _release(row: Row[Any]) -> Release:
    stored = row._mapping
    items = tuple(
        ReleaseItem(
            i["code"], Action(i["action"]), i["revision"], i["replaced_by"], i["publication"], tuple(i["undone"])
        )
        for i in stored["items"]
    )
    values = {name: stored[name] for name in _RELEASE_FIELDS}
    return Release(number=stored["number"], state=ReleaseState(stored["state"]), items=items, **values)
