"""What an entry said when: its rules and their periods, all that was done to it, any two revisions compared, and which
revision brought which line."""

from webapp.history.views import blueprint

__all__ = ["blueprint"]
