"""The tables of sittings: batches, what was taken, answers, marks, corrected keys, practice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Json, Moment


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class ExamFormRow(Base):
    """A form as the director approved it, from the first batch that takes it. Append-only."""

    __tablename__ = "exam_forms"

    paper: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(1), primary_key=True)
    items: Mapped[list[Any]] = mapped_column(Json)


class ExamBatchRow(Base):
    __tablename__ = "exam_batches"
    __table_args__ = (Index("ix_exam_batches_running", "closes_at", **_where("finished_at IS NULL")),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    paper: Mapped[int] = mapped_column(Integer, index=True)
    hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(80))
    month: Mapped[date] = mapped_column(Date, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    on_paper: Mapped[bool] = mapped_column(Boolean)
    shift: Mapped[str] = mapped_column(String(40))
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    minutes: Mapped[int] = mapped_column(Integer)
    total: Mapped[float] = mapped_column(Float)
    pass_score: Mapped[float] = mapped_column(Float)
    partial: Mapped[bool] = mapped_column(Boolean)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class SittingRow(Base):
    """``ix_sittings_once``: nobody takes a paper twice; who missed it may be in a make-up batch."""

    __tablename__ = "sittings"
    __table_args__ = (
        Index("ix_sittings_batch", "batch", "seat"),
        Index("ix_sittings_person", "person"),
        Index("ix_sittings_once", "paper", "person", unique=True, **_where("state NOT IN ('absent', 'excused')")),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    batch: Mapped[int] = mapped_column(ForeignKey("exam_batches.number"))
    paper: Mapped[int] = mapped_column(Integer)
    person: Mapped[str] = mapped_column(String(80))
    team: Mapped[str] = mapped_column(String(80))
    seat: Mapped[int] = mapped_column(Integer)
    form: Mapped[str] = mapped_column(String(1))
    seed: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    handed_at: Mapped[datetime | None] = mapped_column(Moment)
    late: Mapped[int] = mapped_column(Integer)
    score: Mapped[float | None] = mapped_column(Float)
    complete: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(Text)


class AnswerRow(Base):
    """``sequence`` is milliseconds since 1970 as the examinee's page counts them."""

    __tablename__ = "exam_answers"

    sitting: Mapped[int] = mapped_column(ForeignKey("sittings.number"), primary_key=True)
    question: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    late: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[list[Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment)


class MarkRow(Base):
    """What was given for an item. A later one counts instead of an earlier one. Append-only."""

    __tablename__ = "exam_marks"
    __table_args__ = (Index("ix_exam_marks_sitting", "sitting", "question"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sitting: Mapped[int] = mapped_column(ForeignKey("sittings.number"))
    question: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    score: Mapped[float] = mapped_column(Float)
    parts: Mapped[list[Any]] = mapped_column(Json)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text)


class KeyCorrectionRow(Base):
    """A question of a paper whose key was put right after somebody had taken it. Append-only."""

    __tablename__ = "exam_key_corrections"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    paper: Mapped[int] = mapped_column(Integer, index=True)
    question: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    is_void: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class PracticeRow(Base):
    """An answer given in practice. Append-only."""

    __tablename__ = "exam_practice"
    __table_args__ = (Index("ix_exam_practice_person", "person", "question"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    question: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    value: Mapped[list[Any]] = mapped_column(Json)
    share: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(Moment)
