"""考务: batches and who sits in them, scores of papers taken with pen, scoring by rubric."""

from webapp.sittings import late as _late  # noqa: F401 - its views are on the same blueprint
from webapp.sittings import marking as _marking  # noqa: F401
from webapp.sittings import scores as _scores  # noqa: F401
from webapp.sittings.views import blueprint

__all__ = ["blueprint"]
