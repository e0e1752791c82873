"""报表: use of the base and what callers asked, as pages, workbooks and rows."""

from webapp.reports.views import blueprint

__all__ = ["blueprint"]
