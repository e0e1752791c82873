"""The administrator's page of accounts and programs' tokens."""

from webapp.people.views import blueprint

__all__ = ["blueprint"]
