"""The tables of the question bank, and of what was said about proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Json, Moment


class BankQuestionRow(Base):
    """Where a question stands now. What it says is in its versions; the columns from ``type`` on repeat the latest."""

    __tablename__ = "bank_questions"
    __table_args__ = (
        Index("ix_bank_questions_kept", "kept", "type", "point"),
        Index("ix_bank_questions_code", "code"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    kept: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(40))
    lapse_since: Mapped[datetime | None] = mapped_column(Moment)
    lapse_withdrawn: Mapped[bool] = mapped_column(Boolean)
    lapse_revision: Mapped[int] = mapped_column(Integer)
    lapse_reason: Mapped[str] = mapped_column(Text)
    lapse_text: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(20))
    point: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(40))
    tags: Mapped[list[str]] = mapped_column(Json)
    text: Mapped[str] = mapped_column(Text)


class BankVersionRow(Base):
    """What a question said. Append-only."""

    __tablename__ = "bank_versions"

    question: Mapped[int] = mapped_column(ForeignKey("bank_questions.number"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class ProposalVerdictRow(Base):
    """What a trainer said of a proposed question. Append-only."""

    __tablename__ = "proposal_verdicts"
    __table_args__ = (Index("ix_proposal_verdicts_digest", "digest"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(40))
    accepted: Mapped[bool] = mapped_column(Boolean)
    edited: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text)
    question: Mapped[int] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
