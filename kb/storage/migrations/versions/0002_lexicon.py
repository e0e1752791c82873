"""The centre's own dictionary words and synonyms, versioned."""

import sqlalchemy as sa
from alembic import op

from kb.storage.migrations.append_only import refuse_change

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "lexicons",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("synonyms", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    refuse_change("lexicons")
