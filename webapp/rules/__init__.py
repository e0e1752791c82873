"""The rules of publishing, to be read by those who write and changed by those who may."""

from webapp.rules.views import blueprint

__all__ = ["blueprint"]
