"""今日更新: the daily list as everybody reads and confirms it, the coordinator prepares it, the shift leader announces it."""

from webapp.bulletins import announcing, board, downloads, drafting, issuing, noticing  # noqa: F401 - views of the blueprint
from webapp.bulletins.views import blueprint

__all__ = ["blueprint"]
