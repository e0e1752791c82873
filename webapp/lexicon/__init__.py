"""词典与同义词: the centre's own words, as coordinators keep them."""

from webapp.lexicon.views import blueprint

__all__ = ["blueprint"]
