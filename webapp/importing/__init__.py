"""导入: files from a person's machine into the knowledge, looked at before anything lands."""

from webapp.importing.views import blueprint

__all__ = ["blueprint"]
