"""The tables of papers, what was frozen of them, and what the month's calendar remembers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Json, Moment


class PaperRow(Base):
    __tablename__ = "papers"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    month: Mapped[date] = mapped_column(Date, index=True)
    blueprint: Mapped[dict[str, Any]] = mapped_column(Json)
    seed: Mapped[int] = mapped_column(Integer)
    forms: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    remarks: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    sources: Mapped[list[Any]] = mapped_column(Json)
    noticed: Mapped[str] = mapped_column(String(64))


class PaperItemRow(Base):
    """Which question stands where, to be looked up by question."""

    __tablename__ = "paper_items"

    paper: Mapped[int] = mapped_column(ForeignKey("papers.number"), primary_key=True)
    form: Mapped[str] = mapped_column(String(1), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    question: Mapped[int] = mapped_column(Integer, index=True)
    version: Mapped[int] = mapped_column(Integer)


class PaperSealRow(Base):
    """A paper as the director approved it. Append-only."""

    __tablename__ = "paper_seals"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    paper: Mapped[int] = mapped_column(ForeignKey("papers.number"), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class ExamReminderRow(Base):
    __tablename__ = "exam_reminders"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class ExamDigestRow(Base):
    __tablename__ = "exam_digests"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    draft: Mapped[int] = mapped_column(Integer, index=True)
    code: Mapped[str] = mapped_column(String(40))
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
