"""The tables of gaps and of the asks that make them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Moment

_OPEN = text("state IN ('open', 'taken')")
_WAITING = text("gap IS NULL")


class GapRow(Base):
    __tablename__ = "gaps"
    __table_args__ = (
        Index("ix_gaps_form", "form", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_gaps_state", "state", "due_at"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(600))
    product: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    urgent: Mapped[bool] = mapped_column(Boolean)
    times: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(20))
    assignee: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(Text)
    done_by: Mapped[str] = mapped_column(String(80))
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    earlier: Mapped[int | None] = mapped_column(ForeignKey("gaps.number"))
    draft: Mapped[int | None] = mapped_column(Integer, index=True)


class AskRow(Base):
    __tablename__ = "asks"
    __table_args__ = (
        Index("ix_asks_waiting", "form", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_asks_person", "person", "at"),
        Index("ix_asks_at", "at"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    gap: Mapped[int | None] = mapped_column(ForeignKey("gaps.number"), index=True)
    person: Mapped[str] = mapped_column(String(80))
    call: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(600))
    product: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
