"""The tables of learned phrasings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Moment


class LearnedPhrasingRow(Base):
    """How callers ask for an entry. ``form`` is what makes two phrasings the same."""

    __tablename__ = "learned_phrasings"
    __table_args__ = (
        Index(
            "ix_learned_phrasings_standing", "code",
            sqlite_where=text("taken_back_at IS NULL"), postgresql_where=text("taken_back_at IS NULL"),
        ),
        Index("ix_learned_phrasings_form", "form"),
    )  # fmt: skip

    code: Mapped[str] = mapped_column(ForeignKey("entries.code"), primary_key=True)
    form: Mapped[str] = mapped_column(String(600), primary_key=True)
    phrasing: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(20))
    times: Mapped[int] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    taken_back_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_back_by: Mapped[str] = mapped_column(String(80))


class LearnedTurnRow(Base):
    """Each taking back (``back``) and putting back, with its reason. Append-only."""

    __tablename__ = "learned_turns"
    __table_args__ = (Index("ix_learned_turns_code", "code", "form"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("entries.code"))
    form: Mapped[str] = mapped_column(String(600))
    back: Mapped[bool] = mapped_column(Boolean)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(500))
