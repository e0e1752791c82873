"""Drafts, reviews, rules, releases, bulletins with their receipts, intake and images; people belong to a team."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from kb.storage.migrations.append_only import refuse_change

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def text(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=False)


def short(name: str, length: int = 80) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(length=length), nullable=False)


def whole(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=nullable)


def numbered(name: str = "number") -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def moment(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, MOMENT, nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("team", sa.String(length=80), nullable=False, server_default=""))
    _editing()
    _bulletins()
    _receipts()
    _intake()
    for table in ("reviews", "rules", "bulletins", "bulletin_coverage", "receipts", "sign_offs", "reminders", "images"):
        refuse_change(table)


def _editing() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        short("code", 40), short("author"), whole("based_on"), text("fields"), whole("version"), moment("at"),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_drafts_code", "drafts", ["code"])
    op.create_index("ix_drafts_author", "drafts", ["author"])
    op.create_table(
        "reviews",
        short("code", 40), numbered("revision"), numbered(), short("verdict", 20), short("by"), moment("at"),
        text("text"),
        sa.PrimaryKeyConstraint("code", "revision", "number"),
        sa.ForeignKeyConstraint(["code", "revision"], ["revisions.code", "revisions.number"]),
    )  # fmt: skip
    op.create_table(
        "rules",
        numbered(), text("values"), short("author"), moment("at"), text("reason"),
        sa.PrimaryKeyConstraint("number"),
    )  # fmt: skip
    op.create_table(
        "releases",
        numbered(), text("title"), short("state", 20), text("items"), short("by"), moment("at"),
        short("done_by"), moment("done_at", nullable=True), text("reason"),
        short("undone_by"), moment("undone_at", nullable=True), text("undone_reason"),
        sa.PrimaryKeyConstraint("number"),
    )  # fmt: skip


def _bulletins() -> None:
    op.create_table(
        "bulletin_draft",
        numbered(), text("edits"), whole("version"), short("by"), moment("at"),
        sa.PrimaryKeyConstraint("number"),
    )  # fmt: skip
    op.create_table(
        "bulletins",
        numbered(), sa.Column("day", sa.Date(), nullable=False), sa.Column("urgent", sa.Boolean(), nullable=False),
        moment("until"), moment("issued_at"), short("issued_by"), text("content"), short("hash", 64),
        sa.PrimaryKeyConstraint("number"),
    )  # fmt: skip
    op.create_index("ix_bulletins_day", "bulletins", ["day"])
    op.create_table(
        "bulletin_coverage",
        short("code", 40), numbered("publication"), whole("bulletin"),
        sa.PrimaryKeyConstraint("code", "publication"),
        sa.ForeignKeyConstraint(["code", "publication"], ["publications.code", "publications.number"]),
        sa.ForeignKeyConstraint(["bulletin"], ["bulletins.number"]),
    )  # fmt: skip
    op.create_index("ix_bulletin_coverage_bulletin", "bulletin_coverage", ["bulletin"])
    op.create_table(
        "deliveries",
        sa.Column("number", sa.Integer(), nullable=False),
        text("url"), short("event", 40), text("body"), whole("tries"), moment("next_at", nullable=True),
        moment("done_at", nullable=True), text("said"),
        sa.PrimaryKeyConstraint("number"),
    )  # fmt: skip
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        numbered("bulletin"), short("code", 40), short("person"), whole("revision", nullable=True), moment("at"),
        text("answer"), sa.Column("right", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("bulletin", "code", "person"),
        sa.ForeignKeyConstraint(["bulletin"], ["bulletins.number"]),
    )  # fmt: skip
    op.create_table(
        "sign_offs",
        numbered("bulletin"), sa.Column("day", sa.Date(), nullable=False), short("shift", 40), short("by"),
        moment("at"), text("note"),
        sa.PrimaryKeyConstraint("bulletin", "day", "shift"),
        sa.ForeignKeyConstraint(["bulletin"], ["bulletins.number"]),
    )  # fmt: skip
    op.create_table(
        "reminders",
        sa.Column("number", sa.Integer(), nullable=False),
        whole("bulletin"), short("person"), short("by"), moment("at"),
        sa.PrimaryKeyConstraint("number"),
        sa.ForeignKeyConstraint(["bulletin"], ["bulletins.number"]),
    )  # fmt: skip
    op.create_index("ix_reminders_person", "reminders", ["person", "bulletin"])
    op.create_table(
        "openings",
        short("person"), short("code", 40), whole("revision"), moment("at"),
        sa.PrimaryKeyConstraint("person", "code"),
    )  # fmt: skip


def _intake() -> None:
    op.create_table(
        "intake",
        sa.Column("number", sa.Integer(), nullable=False),
        short("department", 200), text("title"), text("text"), short("by"), moment("at"), moment("due_at"),
        short("state", 20), short("assignee"), short("code", 40), text("outcome"), short("done_by"),
        moment("done_at", nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )  # fmt: skip
    op.create_index("ix_intake_due_at", "intake", ["due_at"])
    op.create_index("ix_intake_state", "intake", ["state"])
    op.create_table(
        "images",
        short("digest", 64), short("media_type", 40), whole("width"), whole("height"),
        sa.Column("data", sa.LargeBinary(), nullable=False), short("by"), moment("at"),
        sa.PrimaryKeyConstraint("digest"),
    )  # fmt: skip
