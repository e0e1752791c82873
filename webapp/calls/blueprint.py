"""The blueprint, and what every page of somebody who takes calls shows."""

from __future__ import annotations

from flask import Blueprint

from kb.domain.errors import KbError
from kb.domain.person import Permission
from kb.domain.solutions import SolutionKind
from webapp.calls.reading import Strip, strip
from webapp.current import visitor

blueprint = Blueprint("calls", __name__, url_prefix="/calls")


@blueprint.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"calls_of": _calls_of, "solution_kinds": list(SolutionKind)}


def _calls_of() -> Strip | None:
    """None for somebody who takes no calls. A page about something else never fails for it."""
    who = visitor()
    if who is None or not who.may(Permission.RECORD):
        return None
    try:
        return strip(who)
    except KbError:
        return None
