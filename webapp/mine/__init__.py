"""我的记录: what came of one's own solutions, and what one was told."""

from webapp.mine.views import blueprint

__all__ = ["blueprint"]
