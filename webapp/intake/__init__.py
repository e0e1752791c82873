"""收件: departments' notices with their time limit, from filing to the answer."""

from webapp.intake.views import blueprint

__all__ = ["blueprint"]
