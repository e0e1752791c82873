"""How callers ask, learned from what answered them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "learned_phrasings",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=600), nullable=False),
        sa.Column("phrasing", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["entries.code"]),
        sa.PrimaryKeyConstraint("code", "form"),
    )
    standing = sa.text("taken_back_at IS NULL")
    op.create_index(
        "ix_learned_phrasings_standing", "learned_phrasings", ["code"],
        sqlite_where=standing, postgresql_where=standing,
    )  # fmt: skip
