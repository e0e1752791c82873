"""A notice remembers the number that its sender gave it, and the draft that was begun from it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("intake", sa.Column("reference", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("intake", sa.Column("draft", sa.Integer(), nullable=True))
    given = sa.text("reference <> ''")
    op.create_index(
        "ix_intake_reference", "intake", ["by", "reference"], unique=True, sqlite_where=given, postgresql_where=given
    )
    op.create_index("ix_intake_draft", "intake", ["draft"])
