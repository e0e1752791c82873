"""学到的说法: how callers ask, as search has learned it; looked over and taken back by coordinators."""

from webapp.phrasings.views import blueprint

__all__ = ["blueprint"]
