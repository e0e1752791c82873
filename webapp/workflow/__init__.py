"""What waits for whom: revisions to approve and to publish, entries due for review; and the verdicts themselves."""

from webapp.workflow.views import blueprint

__all__ = ["blueprint"]
