"""Whether the parts answer, for whoever watches the server. Tells states, no secrets and no counts."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from indexer.search import SearchRequest
from kb.domain.person import Role
from webapp.current import desk
from webapp.security import open_to_all

blueprint = Blueprint("health", __name__)
log = logging.getLogger("zhixi.errors")

OK, UNAVAILABLE = "ok", "unavailable"


@blueprint.get("/healthz")
@open_to_all
def healthz() -> Response:
    parts = {
        "database": _state(lambda: desk().store.healthy()),
        "index": _state(_search),
    }
    status = OK if set(parts.values()) == {OK} else UNAVAILABLE
    response = jsonify({"status": status, **parts})
    response.status_code = 200 if status == OK else 503
    return response


def _search() -> bool:
    """Ask the index something: it raises when it cannot answer, finding nothing is an answer too."""
    desk().search.run(SearchRequest(query="健康", role=Role.AGENT, limit=1))
    return True


def _state(healthy: Callable[[], bool]) -> str:
    try:
        return OK if healthy() else UNAVAILABLE
    except Exception as error:  # whatever it is, the part does not answer; health must
        log.warning("A part does not answer: %s", type(error).__qualname__)
        return UNAVAILABLE
