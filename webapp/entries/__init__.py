"""One entry: its answer, its text, its history, and the verbs of those who keep it."""

from webapp.entries.views import blueprint

__all__ = ["blueprint"]
