"""为什么搜不到: why an entry does not come up for a question, and what mends it."""

from webapp.whynot.views import blueprint

__all__ = ["blueprint"]
