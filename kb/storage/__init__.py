"""Tables, repositories, unit of work and migrations. Only this package knows SQLAlchemy.

``open_store("sqlite:////home/kb.sqlite3")`` gives a ``kb.ports.Store``.
"""

from kb.storage.database import Database, open_store

__all__ = ["Database", "open_store"]
