"""How many calls each entry solved is counted in an index, without reading the solutions themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    counted = sa.text("kind = 'used' AND outcome <> 'declined'")
    columns = ["code", "kind", "outcome"]
    op.create_index("ix_solutions_solved", "solutions", columns, sqlite_where=counted, postgresql_where=counted)
