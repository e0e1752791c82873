"""解决方案: what agents recorded after their calls, gathered for the coordinator and turned into knowledge."""

from webapp.solutions import acting  # noqa: F401 - its views are the blueprint's too
from webapp.solutions.views import blueprint

__all__ = ["blueprint"]
