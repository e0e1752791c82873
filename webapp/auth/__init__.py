"""Signing in and out, the demo's choice of a role, one's own password, and the language switch."""

from webapp.auth.views import blueprint

__all__ = ["blueprint"]
