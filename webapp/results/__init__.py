"""成绩: results and ranking of a month, remedial training, item statistics, who was examined on what holds now."""

from webapp.results import items as _items  # noqa: F401 - its views are on the same blueprint
from webapp.results.views import blueprint

__all__ = ["blueprint"]
