"""试卷: the month's calendar, blueprints, forms A and B, the director's approval, print and Word, the training digest."""

from webapp.papers import deciding, digest, printing, views, working  # noqa: F401 - each hangs its pages on the blueprint
from webapp.papers.blueprint import blueprint

__all__ = ["blueprint"]
