"""Releases: many changes prepared together, published and undone together."""

from webapp.releases.views import blueprint

__all__ = ["blueprint"]
