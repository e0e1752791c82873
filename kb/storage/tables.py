"""The tables. Revisions, publications and audit rows are append-only: triggers of the first migration refuse the rest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kb.storage.types import Json, Moment


class Base(DeclarativeBase):
    pass


class EntryRow(Base):
    __tablename__ = "entries"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)


class RevisionRow(Base):
    __tablename__ = "revisions"

    code: Mapped[str] = mapped_column(ForeignKey("entries.code"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    restored_from: Mapped[int | None] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(Json)
    audience: Mapped[str] = mapped_column(String(20))
    speakable: Mapped[str] = mapped_column(Text)
    asked_as: Mapped[list[str]] = mapped_column(Json)
    conditions: Mapped[str] = mapped_column(Text)
    exceptions: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(Json)
    owner: Mapped[str] = mapped_column(Text)
    effective_from: Mapped[datetime | None] = mapped_column(Moment)
    effective_to: Mapped[datetime | None] = mapped_column(Moment)
    review_by: Mapped[date | None] = mapped_column(Date)
    replaced_by: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)


class PublicationRow(Base):
    __tablename__ = "publications"
    __table_args__ = (ForeignKeyConstraint(["code", "revision"], ["revisions.code", "revisions.number"]),)

    code: Mapped[str] = mapped_column(ForeignKey("entries.code"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int | None] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    starts: Mapped[datetime] = mapped_column(Moment)
    ends: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[str] = mapped_column(String(40))


class PeriodRow(Base):
    """The timeline of each entry as rows, written with its publications: derived, so that one query tells what holds."""

    __tablename__ = "periods"
    __table_args__ = (
        ForeignKeyConstraint(["code", "revision"], ["revisions.code", "revisions.number"]),
        Index("ix_periods_starts_ends", "starts", "ends"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    starts: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    ends: Mapped[datetime | None] = mapped_column(Moment)
    revision: Mapped[int] = mapped_column(Integer)
    publication: Mapped[int] = mapped_column(Integer)


class PersonRow(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    preferences: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    team: Mapped[str] = mapped_column(String(80), server_default="")


class SessionRow(Base):
    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class TokenRow(Base):
    __tablename__ = "tokens"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInFailureRow(Base):
    __tablename__ = "sign_in_failures"

    login: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class AuditRowTable(Base):
    """``hash`` is SHA-256 over the hash before it and this row: a row changed or taken out breaks the chain."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, object]] = mapped_column(Json)
    hash: Mapped[str] = mapped_column(String(64))


class IndexJobRow(Base):
    __tablename__ = "index_jobs"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)


class UnansweredRow(Base):
    __tablename__ = "unanswered"

    text: Mapped[str] = mapped_column(String(200), primary_key=True)
    times: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)


class LexiconRow(Base):
    __tablename__ = "lexicons"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)
    synonyms: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)


class GoldenQuestionRow(Base):
    __tablename__ = "golden_questions"

    query: Mapped[str] = mapped_column(String(200), primary_key=True)
    relevant: Mapped[list[str]] = mapped_column(Json)
    product: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class GoldenRunRow(Base):
    __tablename__ = "golden_runs"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ranks: Mapped[dict[str, int]] = mapped_column(Json)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    accepted: Mapped[bool] = mapped_column(Boolean)
