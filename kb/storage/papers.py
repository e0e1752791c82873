"""Papers, their seals, and the calendar's memory in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from kb.domain.exams.digest import Digest
from kb.domain.exams.paper import Blueprint, Form, Paper, PaperState
from kb.domain.exams.plain import from_plain, to_plain
from kb.storage.mapping import from_row, to_row
from kb.storage.tables_papers import ExamDigestRow, ExamReminderRow, PaperItemRow, PaperRow, PaperSealRow

_PAPERS, _DIGESTS = tuple(PaperRow.__table__.columns), tuple(ExamDigestRow.__table__.columns)


class SqlPaperRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, paper: Paper) -> int:
        statement = insert(PaperRow).values(**_row(paper)).returning(PaperRow.number)
        number = int(self._connection.execute(statement).scalar_one())
        self._keep_items(number, paper)
        return number

    def put(self, paper: Paper) -> None:
        self._connection.execute(update(PaperRow).where(PaperRow.number == paper.number).values(**_row(paper)))
        self._connection.execute(delete(PaperItemRow).where(PaperItemRow.paper == paper.number))
        self._keep_items(paper.number, paper)

    def find(self, number: int) -> Paper | None:
        return next(iter(self._papers(select(*_PAPERS).where(PaperRow.number == number))), None)

    def approved(self, number: int) -> Paper | None:
        paper = self.find(number)
        is_approved = paper is not None and paper.state is PaperState.APPROVED and paper.is_sound
        return paper if is_approved else None

    def all(self, limit: int = 200) -> list[Paper]:
        return self._papers(select(*_PAPERS).order_by(PaperRow.number.desc()).limit(limit))

    def of_month(self, month: date) -> list[Paper]:
        return self._papers(select(*_PAPERS).where(PaperRow.month == month).order_by(PaperRow.number.desc()))

    def handed_in_since(self, month: date, *, but: int = 0) -> dict[int, frozenset[int]]:
        where = (PaperRow.month >= month, PaperRow.hash != "", PaperRow.number != but)
        query = select(PaperItemRow.paper, PaperItemRow.question).join(PaperRow).where(*where)
        found: dict[int, set[int]] = {}
        for paper, question in self._connection.execute(query.order_by(PaperItemRow.paper)):
            found.setdefault(paper, set()).add(question)
        return {paper: frozenset(questions) for paper, questions in found.items()}

    def seal(self, paper: Paper) -> None:
        content = {"blueprint": to_plain(paper.blueprint), "forms": to_plain(paper.forms)}
        self._connection.execute(
            insert(PaperSealRow).values(
                paper=paper.number, hash=paper.hash, by=paper.decided_by, at=paper.decided_at, content=content
            )
        )

    def reminded(self, month: date) -> frozenset[str]:
        return frozenset(self._connection.scalars(select(ExamReminderRow.kind).where(ExamReminderRow.month == month)))

    def remind(self, month: date, kind: str, at: datetime) -> None:
        self._connection.execute(insert(ExamReminderRow).values(month=month, kind=kind, at=at))

    def digest_of(self, month: date) -> Digest | None:
        row = self._connection.execute(select(*_DIGESTS).where(ExamDigestRow.month == month)).first()
        return None if row is None else from_row(Digest, row)

    def digest_by_draft(self, draft: int) -> Digest | None:
        row = self._connection.execute(select(*_DIGESTS).where(ExamDigestRow.draft == draft)).first()
        return None if row is None else from_row(Digest, row)

    def put_digest(self, digest: Digest) -> None:
        self._connection.execute(delete(ExamDigestRow).where(ExamDigestRow.month == digest.month))
        self._connection.execute(insert(ExamDigestRow).values(**to_row(digest)))

    def _keep_items(self, number: int, paper: Paper) -> None:
        rows = [
            {"paper": number, "form": form.name, "place": place, "question": item.question, "version": item.version}
            for form in paper.forms
            for place, item in enumerate(form.items)
        ]
        if rows:
            self._connection.execute(insert(PaperItemRow), rows)

    def _papers(self, query: Select[Any]) -> list[Paper]:
        return [_paper(row) for row in self._connection.execute(query)]


def _row(paper: Paper) -> Mapping[str, object]:
    row = to_row(paper)
    nested = {
        "blueprint": to_plain(paper.blueprint),
        "forms": to_plain(paper.forms),
        "sources": to_plain(paper.sources),
    }
    return row | nested | {"month": paper.blueprint.month}


def _paper(row: Row[Any]) -> Paper:
    values = dict(row._mapping)
    del values["month"]
    values["state"] = PaperState(values["state"])
    values["blueprint"] = from_plain(Blueprint, values["blueprint"])
    values["forms"] = tuple(from_plain(Form, form) for form in values["forms"])
    values["sources"] = tuple((code, revision) for code, revision in values["sources"])
    return Paper(**values)
