"""The question bank with every version of a question, and what trainers said of proposed ones."""

import sqlalchemy as sa
from alembic import op

from kb.storage.migrations.append_only import refuse_change

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "bank_questions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("lapse_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapse_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("lapse_revision", sa.Integer(), nullable=False),
        sa.Column("lapse_reason", sa.Text(), nullable=False),
        sa.Column("lapse_text", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_bank_questions_code", "bank_questions", ["code"])
    op.create_index("ix_bank_questions_kept", "bank_questions", ["kept", "type", "point"])
    op.create_table(
        "bank_versions",
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["question"], ["bank_questions.number"]),
        sa.PrimaryKeyConstraint("question", "version"),
    )
    op.create_table(
        "proposal_verdicts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_proposal_verdicts_digest", "proposal_verdicts", ["digest"])
    refuse_change("bank_versions")
    refuse_change("proposal_verdicts")
