"""The search page: ask while the caller talks, read out the answer card, narrow by the one question that decides."""

from webapp.search.views import blueprint

__all__ = ["blueprint"]
