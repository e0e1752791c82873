"""The blueprint and what every page of it knows."""

from __future__ import annotations

from flask import Blueprint

from kb.domain.errors import KbError
from webapp.current import desk, visitor

blueprint = Blueprint("gaps", __name__, url_prefix="/gaps")


@blueprint.app_context_processor
def _for_the_header() -> dict[str, object]:
    return {"gaps_overdue": _overdue}


def _overdue() -> int:
    """How many are late, for those who work on them. A page about something else never fails for it."""
    who = visitor()
    try:
        return desk().gaps.overdue(who) if who else 0
    except KbError:
        return 0
