"""检验问题: what callers ask and which entry must answer, run to see what a change did."""

from webapp.golden import running  # noqa: F401 - its views are the blueprint's too
from webapp.golden.views import blueprint

__all__ = ["blueprint"]
