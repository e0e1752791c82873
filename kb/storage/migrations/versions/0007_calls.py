"""Calls with what was done in them, their solutions and every version of those, gaps, and what agents are told."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from kb.storage.migrations.append_only import refuse_change
from kb.storage.migrations.stale_blocks import count_changes

revision = "0007"
down_revision = "0006"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("shift", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_as", sa.String(length=20), nullable=False),
        sa.Column("exemption", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_calls_day", "calls", ["day", "team", "shift", "person"])
    op.create_index("ix_calls_open", "calls", ["person"], **_where("ended_at IS NULL"))
    op.create_index("ix_calls_owed", "calls", ["person"], **_where("ended_at IS NOT NULL AND settled_at IS NULL"))
    op.create_index("ix_calls_reference", "calls", ["reference"], unique=True, **_where("reference <> ''"))
    op.create_table(
        "call_leaves",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_call_leaves_unused", "call_leaves", ["person"], **_where("used_at IS NULL"))
    op.create_table(
        "acts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("call", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("hits", sa.Integer(), nullable=True),
        sa.Column("waited", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_acts_at", "acts", ["at"])
    op.create_index("ix_acts_person", "acts", ["person", "number"])
    op.create_index("ix_acts_call", "acts", ["call"], **_where("call IS NOT NULL"))
    op.create_index("ix_acts_code", "acts", ["code", "at"], **_where("code <> ''"))
    op.create_table(
        "solutions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("problem_type", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("masked", sa.Integer(), nullable=False),
        sa.Column("follow_up", sa.String(length=20), nullable=False),
        sa.Column("follow_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_note", sa.Text(), nullable=False),
        sa.Column("flag_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("outcome_code", sa.String(length=40), nullable=False),
        sa.Column("outcome_reason", sa.Text(), nullable=False),
        sa.Column("outcome_by", sa.String(length=80), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_solutions_at", "solutions", ["at"])
    op.create_index("ix_solutions_call", "solutions", ["call"])
    op.create_index("ix_solutions_code", "solutions", ["code"])
    op.create_index("ix_solutions_draft", "solutions", ["draft"], **_where("draft IS NOT NULL"))
    op.create_index("ix_solutions_follow_due", "solutions", ["follow_due"], **_where("follow_up = 'open'"))
    op.create_index("ix_solutions_key", "solutions", ["person", "key"], unique=True)
    op.create_index("ix_solutions_waiting", "solutions", ["kind", "code"], **_where("outcome = 'waiting'"))
    op.create_index("ix_solutions_waiting_number", "solutions", ["number"], **_where("outcome = 'waiting'"))
    op.create_table(
        "solution_versions",
        sa.Column("solution", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["solution"], ["solutions.number"]),
        sa.PrimaryKeyConstraint("solution", "version"),
    )
    op.create_table(
        "notifications",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_notifications_person", "notifications", ["person"])
    op.create_index("ix_notifications_unseen", "notifications", ["person"], **_where("seen_at IS NULL"))
    op.create_table(
        "gaps",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=600), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("assignee", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("done_by", sa.String(length=80), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("earlier", sa.Integer(), nullable=True),
        sa.Column("draft", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["earlier"], ["gaps.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_gaps_draft", "gaps", ["draft"])
    op.create_index("ix_gaps_form", "gaps", ["form"], unique=True, **_where("state IN ('open', 'taken')"))
    op.create_index("ix_gaps_state", "gaps", ["state", "due_at"])
    op.create_table(
        "asks",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("call", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=600), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gap"], ["gaps.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_asks_at", "asks", ["at"])
    op.create_index("ix_asks_gap", "asks", ["gap"])
    op.create_index("ix_asks_person", "asks", ["person", "at"])
    op.create_index("ix_asks_waiting", "asks", ["form"], **_where("gap IS NULL"))
    op.create_table(
        "report_blocks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", "block"),
    )
    op.create_table(
        "report_parts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column("shift", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.Column("waits", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", "level", "team", "shift", "person"),
    )
    refuse_change("solution_versions")
    count_changes()
