"""Golden questions and the results of running them."""

import sqlalchemy as sa
from alembic import op

from kb.storage.migrations.append_only import refuse_change

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "golden_questions",
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("relevant", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("query"),
    )
    op.create_table(
        "golden_runs",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ranks", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    refuse_change("golden_runs")
