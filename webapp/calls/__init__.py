"""通话与补记: calls as agents open and end them, the bar in which they record what came of each, and who owes how many."""

from webapp.calls import doing, views  # noqa: F401 (they add their routes)
from webapp.calls.blueprint import blueprint

__all__ = ["blueprint"]
