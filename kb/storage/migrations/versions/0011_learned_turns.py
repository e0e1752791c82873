"""Each taking back and putting back of a learned phrasing, with its reason."""

import sqlalchemy as sa
from alembic import op

from kb.storage.migrations.append_only import refuse_change

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "learned_turns",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=600), nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["entries.code"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_learned_turns_code", "learned_turns", ["code", "form"])
    op.create_index("ix_learned_phrasings_form", "learned_phrasings", ["form"])
    refuse_change("learned_turns")
