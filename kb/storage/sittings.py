"""Batches, sittings, answers and marks in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kb.domain.exams.paper import Form, Item
from kb.domain.exams.plain import from_plain, to_plain
from kb.domain.exams.question import QuestionContent
from kb.domain.exams.scoring import Correction, Mark
from kb.domain.exams.sitting import Answer, Batch, Sitting, SittingState
from kb.ports.sittings import Practised
from kb.storage.entries import chunks
from kb.storage.mapping import from_row, to_row
from kb.storage.tables_sittings import (
    AnswerRow,
    ExamBatchRow,
    ExamFormRow,
    KeyCorrectionRow,
    MarkRow,
    PracticeRow,
    SittingRow,
)

_BATCHES, _SITTINGS, _MARKS, _PRACTICE = (
    tuple(table.__table__.columns) for table in (ExamBatchRow, SittingRow, MarkRow, PracticeRow)
)
_ANSWERS, _CORRECTIONS = tuple(AnswerRow.__table__.columns), tuple(KeyCorrectionRow.__table__.columns)


class SqlSittingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- forms and batches

    def keep_forms(self, paper: int, hash: str, forms: Iterable[Form]) -> None:
        for form in forms:
            if self.form(paper, hash, form.name) is None:
                items = [to_plain(item) for item in form.items]
                self._connection.execute(
                    insert(ExamFormRow).values(paper=paper, hash=hash, name=form.name, items=items)
                )

    def form(self, paper: int, hash: str, name: str) -> Form | None:
        query = select(ExamFormRow.items).where(
            ExamFormRow.paper == paper, ExamFormRow.hash == hash, ExamFormRow.name == name
        )
        items = self._connection.scalar(query)
        return None if items is None else Form(name=name, items=tuple(from_plain(Item, item) for item in items))

    def add_batch(self, batch: Batch) -> int:
        statement = insert(ExamBatchRow).values(**to_row(batch)).returning(ExamBatchRow.number)
        return int(self._connection.execute(statement).scalar_one())

    def put_batch(self, batch: Batch) -> None:
        where = ExamBatchRow.number == batch.number
        self._connection.execute(update(ExamBatchRow).where(where).values(**to_row(batch)))

    def batch(self, number: int) -> Batch | None:
        return self.batches_by([number]).get(number)

    def batches(self, limit: int = 200) -> list[Batch]:
        order = (ExamBatchRow.opens_at.desc(), ExamBatchRow.number.desc())
        return self._batches(select(*_BATCHES).order_by(*order).limit(limit))

    def batches_by(self, numbers: Iterable[int]) -> dict[int, Batch]:
        found: dict[int, Batch] = {}
        for part in chunks(dict.fromkeys(numbers)):
            found |= {b.number: b for b in self._batches(select(*_BATCHES).where(ExamBatchRow.number.in_(part)))}
        return found

    def of_paper(self, paper: int) -> list[Batch]:
        return self._batches(select(*_BATCHES).where(ExamBatchRow.paper == paper).order_by(ExamBatchRow.number))

    def of_months(self, first: date, last: date) -> list[Batch]:
        query = select(*_BATCHES).where(ExamBatchRow.month.between(first, last))
        return self._batches(query.order_by(ExamBatchRow.month, ExamBatchRow.number))

    def unfinished(self, closed_before: datetime) -> list[Batch]:
        query = select(*_BATCHES).where(ExamBatchRow.finished_at.is_(None), ExamBatchRow.closes_at < closed_before)
        return self._batches(query.order_by(ExamBatchRow.number))

    def last_close(self, paper: int) -> datetime | None:
        query = select(ExamBatchRow.closes_at).where(ExamBatchRow.paper == paper)
        return self._connection.scalar(query.order_by(ExamBatchRow.closes_at.desc()).limit(1))

    def running_papers(self, at: datetime) -> frozenset[int]:
        return frozenset(self._connection.scalars(select(ExamBatchRow.paper).where(ExamBatchRow.closes_at > at)))

    def _batches(self, query: Any) -> list[Batch]:
        return [from_row(Batch, row) for row in self._connection.execute(query)]

    # --- who sits

    def taken_since(self, since: datetime) -> dict[tuple[int, str, str], frozenset[str]]:
        begun = (str(SittingState.STARTED), str(SittingState.HANDED_IN))
        query = (
            select(SittingRow.paper, ExamBatchRow.hash, SittingRow.form, SittingRow.person)
            .join(ExamBatchRow, ExamBatchRow.number == SittingRow.batch)
            .where(ExamBatchRow.opens_at >= since, SittingRow.state.in_(begun))
        )
        found: dict[tuple[int, str, str], set[str]] = {}
        for paper, digest, form, person in self._connection.execute(query):
            found.setdefault((paper, digest, form), set()).add(person)
        return {key: frozenset(people) for key, people in found.items()}

    def add(self, sittings: Iterable[Sitting]) -> None:
        rows = [to_row(sitting) for sitting in sittings]
        if rows:
            self._connection.execute(insert(SittingRow), rows)

    def put(self, sitting: Sitting) -> None:
        where = SittingRow.number == sitting.number
        self._connection.execute(update(SittingRow).where(where).values(**to_row(sitting)))

    def remove(self, number: int) -> None:
        self._connection.execute(delete(SittingRow).where(SittingRow.number == number))

    def find(self, number: int) -> Sitting | None:
        row = self._connection.execute(select(*_SITTINGS).where(SittingRow.number == number)).first()
        return None if row is None else from_row(Sitting, row)

    def many(self, batches: Iterable[int]) -> list[Sitting]:
        found: list[Sitting] = []
        for part in chunks(dict.fromkeys(batches)):
            found += self._sittings(select(*_SITTINGS).where(SittingRow.batch.in_(part)))
        return sorted(found, key=lambda s: (s.batch, s.seat))

    def of_person(self, person: str) -> list[Sitting]:
        return self._sittings(select(*_SITTINGS).where(SittingRow.person == person).order_by(SittingRow.number.desc()))

    def of_paper_people(self, paper: int) -> list[Sitting]:
        return self._sittings(select(*_SITTINGS).where(SittingRow.paper == paper).order_by(SittingRow.number))

    def has_started(self, batch: int) -> bool:
        begun = (str(SittingState.STARTED), str(SittingState.HANDED_IN))
        query = select(func.count()).select_from(SittingRow)
        return bool(self._connection.scalar(query.where(SittingRow.batch == batch, SittingRow.state.in_(begun))))

    def _sittings(self, query: Any) -> list[Sitting]:
        return [from_row(Sitting, row) for row in self._connection.execute(query)]

    # --- answers and marks

    def save(self, answer: Answer) -> Answer:
        where = (
            AnswerRow.sitting == answer.sitting, AnswerRow.question == answer.question, AnswerRow.late == answer.late,
        )  # fmt: skip
        row = self._connection.execute(select(*_ANSWERS).where(*where)).first()
        if row is not None and row.sequence >= answer.sequence:
            return from_row(Answer, row)
        values = {**to_row(answer), "value": list(answer.value)}
        done = insert(AnswerRow) if row is None else update(AnswerRow).where(*where)
        self._connection.execute(done.values(**values))
        return answer

    def answers(self, sittings: Iterable[int]) -> dict[int, list[Answer]]:
        found: dict[int, list[Answer]] = {}
        for part in chunks(dict.fromkeys(sittings)):
            for row in self._connection.execute(select(*_ANSWERS).where(AnswerRow.sitting.in_(part))):
                found.setdefault(row.sitting, []).append(from_row(Answer, row))
        return found

    def add_marks(self, marks: Iterable[Mark]) -> None:
        rows = [to_row(mark) for mark in marks]
        if rows:
            self._connection.execute(insert(MarkRow), rows)

    def marks(self, sittings: Iterable[int]) -> dict[int, list[Mark]]:
        found: dict[int, list[Mark]] = {}
        for part in chunks(dict.fromkeys(sittings)):
            query = select(*_MARKS).where(MarkRow.sitting.in_(part)).order_by(MarkRow.number)
            for row in self._connection.execute(query):
                found.setdefault(row.sitting, []).append(from_row(Mark, row))
        return found

    def add_correction(self, correction: Correction) -> int:
        values = {**to_row(correction), "content": to_plain(correction.content)}
        statement = insert(KeyCorrectionRow).values(**values).returning(KeyCorrectionRow.number)
        return int(self._connection.execute(statement).scalar_one())

    def corrections(self, paper: int) -> list[Correction]:
        query = select(*_CORRECTIONS).where(KeyCorrectionRow.paper == paper).order_by(KeyCorrectionRow.number)
        return [_correction(row) for row in self._connection.execute(query)]

    # --- practice

    def add_practised(self, practised: Practised) -> None:
        self._connection.execute(insert(PracticeRow).values(**{**to_row(practised), "value": list(practised.value)}))

    def practised(self, person: str, limit: int = 5000) -> list[Practised]:
        query = select(*_PRACTICE).where(PracticeRow.person == person).order_by(PracticeRow.number.desc()).limit(limit)
        return [from_row(Practised, row) for row in self._connection.execute(query)]


def _correction(row: Row[Any]) -> Correction:
    values = dict(row._mapping)
    content = from_plain(QuestionContent, values.pop("content"))
    return Correction(content=content, **values)
