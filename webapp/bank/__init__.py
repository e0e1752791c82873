"""题库: the question bank, its editor, the proposals, and the questions whose entry changed."""

from webapp.bank import editor, files, proposals, stale, views  # noqa: F401 - each hangs its pages on the blueprint
from webapp.bank.blueprint import blueprint

__all__ = ["blueprint"]
