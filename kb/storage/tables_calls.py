"""The tables of calls, what was done in them, solutions, and what agents are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Json, Moment


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class CallRow(Base):
    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_reference", "reference", unique=True, **_where("reference <> ''")),
        Index("ix_calls_open", "person", **_where("ended_at IS NULL")),
        Index("ix_calls_owed", "person", **_where("ended_at IS NOT NULL AND settled_at IS NULL")),
        Index("ix_calls_day", "day", "team", "shift", "person"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    reference: Mapped[str] = mapped_column(String(80))
    person: Mapped[str] = mapped_column(String(80))
    team: Mapped[str] = mapped_column(String(80))
    line: Mapped[str] = mapped_column(String(80))
    product: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    day: Mapped[date | None] = mapped_column(Date)
    shift: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_as: Mapped[str] = mapped_column(String(20))
    exemption: Mapped[str] = mapped_column(String(20))


class CallLeaveRow(Base):
    """A shift leader lets somebody who owes solutions open one more call by hand."""

    __tablename__ = "call_leaves"
    __table_args__ = (Index("ix_call_leaves_unused", "person", **_where("used_at IS NULL")),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[str] = mapped_column(String(80))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class ActRow(Base):
    """A search, an opening or a copying by an agent, in a call or outside."""

    __tablename__ = "acts"
    __table_args__ = (
        Index("ix_acts_call", "call", **_where("call IS NOT NULL")),
        Index("ix_acts_at", "at"),
        Index("ix_acts_person", "person", "number"),
        Index("ix_acts_code", "code", "at", **_where("code <> ''")),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[str] = mapped_column(String(80))
    call: Mapped[int | None] = mapped_column(ForeignKey("calls.number"))
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int | None] = mapped_column(Integer)
    hits: Mapped[int | None] = mapped_column(Integer)
    waited: Mapped[float | None] = mapped_column(Float)


class SolutionRow(Base):
    __tablename__ = "solutions"
    __table_args__ = (
        Index("ix_solutions_key", "person", "key", unique=True),
        Index("ix_solutions_waiting", "kind", "code", **_where("outcome = 'waiting'")),
        Index("ix_solutions_waiting_number", "number", **_where("outcome = 'waiting'")),
        Index("ix_solutions_solved", "code", "kind", "outcome", **_where("kind = 'used' AND outcome <> 'declined'")),
        Index("ix_solutions_draft", "draft", **_where("draft IS NOT NULL")),
        Index("ix_solutions_follow_due", "follow_due", **_where("follow_up = 'open'")),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    call: Mapped[int] = mapped_column(ForeignKey("calls.number"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    person: Mapped[str] = mapped_column(String(80))
    team: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    problem_type: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(40), index=True)
    revision: Mapped[int | None] = mapped_column(Integer)
    opened: Mapped[bool] = mapped_column(Boolean)
    masked: Mapped[int] = mapped_column(Integer)
    follow_up: Mapped[str] = mapped_column(String(20))
    follow_due: Mapped[datetime | None] = mapped_column(Moment)
    follow_note: Mapped[str] = mapped_column(Text)
    flag_due: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(20))
    outcome_code: Mapped[str] = mapped_column(String(40))
    outcome_reason: Mapped[str] = mapped_column(Text)
    outcome_by: Mapped[str] = mapped_column(String(80))
    outcome_at: Mapped[datetime | None] = mapped_column(Moment)
    draft: Mapped[int | None] = mapped_column(Integer)


class SolutionVersionRow(Base):
    """A solution as it was after each edit. Append-only."""

    __tablename__ = "solution_versions"

    solution: Mapped[int] = mapped_column(ForeignKey("solutions.number"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    values: Mapped[dict[str, object]] = mapped_column(Json)


class NotificationRow(Base):
    __tablename__ = "notifications"
    __table_args__ = (Index("ix_notifications_unseen", "person", **_where("seen_at IS NULL")),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, object]] = mapped_column(Json)
    address: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
