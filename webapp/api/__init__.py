"""The interface for programs, version 1: the same search and the same entries as on the pages, as JSON."""

from webapp.api import bulletins, calls, gaps, intake, solutions  # noqa: F401 - their views are the blueprint's too
from webapp.api.views import blueprint

__all__ = ["blueprint"]
