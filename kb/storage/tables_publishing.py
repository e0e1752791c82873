"""The tables around publishing: drafts, reviews, rules, releases, bulletins and their receipts, intake, images.

Reviews, rules, bulletins, what they cover, receipts, sign-offs, reminders and images are append-only.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Json, Moment


class DraftRow(Base):
    """What somebody is writing, as typed. ``code`` "" is an entry that does not exist yet."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    author: Mapped[str] = mapped_column(String(80), index=True)
    based_on: Mapped[int] = mapped_column(Integer)
    fields: Mapped[dict[str, object]] = mapped_column(Json)
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)


class ReviewRow(Base):
    """What was said about a revision: a comment, an approval, or a return."""

    __tablename__ = "reviews"
    __table_args__ = (ForeignKeyConstraint(["code", "revision"], ["revisions.code", "revisions.number"]),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    verdict: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text)


class RulesRow(Base):
    __tablename__ = "rules"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    values: Mapped[dict[str, object]] = mapped_column(Json)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)


class ReleaseRow(Base):
    """Several changes that go out in one transaction. ``items`` say what each does and, afterwards, what it did."""

    __tablename__ = "releases"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    items: Mapped[list[dict[str, object]]] = mapped_column(Json)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    done_by: Mapped[str] = mapped_column(String(80))
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    undone_by: Mapped[str] = mapped_column(String(80))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_reason: Mapped[str] = mapped_column(Text)


class BulletinDraftRow(Base):
    """What coordinators changed in the list of today before it is issued: one row, number 1, by item."""

    __tablename__ = "bulletin_draft"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    edits: Mapped[dict[str, object]] = mapped_column(Json)
    version: Mapped[int] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class BulletinRow(Base):
    """An issued list, frozen. ``hash`` is SHA-256 over the hash of the list before it and this one."""

    __tablename__ = "bulletins"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, index=True)
    urgent: Mapped[bool] = mapped_column(Boolean)
    until: Mapped[datetime] = mapped_column(Moment)
    issued_at: Mapped[datetime] = mapped_column(Moment)
    issued_by: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict[str, object]] = mapped_column(Json)
    hash: Mapped[str] = mapped_column(String(64))


class BulletinCoverageRow(Base):
    """Which publications an issued list has told of: each is told once."""

    __tablename__ = "bulletin_coverage"
    __table_args__ = (ForeignKeyConstraint(["code", "publication"], ["publications.code", "publications.number"]),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    publication: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    bulletin: Mapped[int] = mapped_column(ForeignKey("bulletins.number"), index=True)


class ReceiptRow(Base):
    """A person has taken note of one item of a list, in the revision that it names (None: removed)."""

    __tablename__ = "receipts"

    bulletin: Mapped[int] = mapped_column(ForeignKey("bulletins.number"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text)
    right: Mapped[bool | None] = mapped_column(Boolean)


class SignOffRow(Base):
    """宣导完成: a shift leader has announced a list to a shift."""

    __tablename__ = "sign_offs"

    bulletin: Mapped[int] = mapped_column(ForeignKey("bulletins.number"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    shift: Mapped[str] = mapped_column(String(40), primary_key=True)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text)


class ReminderRow(Base):
    __tablename__ = "reminders"
    __table_args__ = (Index("ix_reminders_person", "person", "bulletin"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    bulletin: Mapped[int] = mapped_column(ForeignKey("bulletins.number"))
    person: Mapped[str] = mapped_column(String(80))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class OpeningRow(Base):
    """The revision in which a person last opened an entry: so that a change is pointed out once."""

    __tablename__ = "openings"

    person: Mapped[str] = mapped_column(String(80), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)


class DeliveryRow(Base):
    """A message that a webhook still has to get: written with what it tells of, tried until it arrives."""

    __tablename__ = "deliveries"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    said: Mapped[str] = mapped_column(Text)


class IntakeRow(Base):
    """A department's notice that waits to become knowledge, with the time by which it must be answered."""

    __tablename__ = "intake"
    __table_args__ = (
        Index(
            "ix_intake_reference", "by", "reference", unique=True,
            sqlite_where=text("reference <> ''"), postgresql_where=text("reference <> ''"),
        ),
    )  # fmt: skip

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    department: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    assignee: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(Text)
    done_by: Mapped[str] = mapped_column(String(80))
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    reference: Mapped[str] = mapped_column(String(80), server_default="")
    draft: Mapped[int | None] = mapped_column(Integer, index=True)


class ImageRow(Base):
    """A picture in an entry, by the SHA-256 of its bytes. Kept in the database: one backup holds everything."""

    __tablename__ = "images"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
