"""Alembic's entry: runs on the connection that ``Database.upgrade`` hands over, inside its transaction."""

from alembic import context

from kb.storage import (  # noqa: F401 - the same metadata
    tables_bank,
    tables_calls,
    tables_gaps,
    tables_learning,
    tables_papers,
    tables_publishing,
    tables_reports,
    tables_sittings,
)
from kb.storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
context.run_migrations()
