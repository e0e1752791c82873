"""What the request at hand knows: the desk it is served from and the person who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, request

from kb.domain.errors import N_, NotSignedIn
from kb.domain.person import Person

if TYPE_CHECKING:
    from webapp.wiring import Desk


NEXT_MOST = 2_000  # characters of an address that somebody may be sent back to
HOME = "/"


def desk() -> Desk:
    """The use cases and settings that this application was made with."""
    found: Desk = current_app.extensions["desk"]
    return found


def visitor() -> Person | None:
    """Who is asking, or None for somebody who is not signed in. Reads nothing: the guard has found out already."""
    found: Person | None = g.get("visitor")
    return found


def person() -> Person:
    """Who is asking. Raises ``NotSignedIn`` when that is nobody; behind ``@needs`` it always is somebody."""
    found = visitor()
    if found is None:
        raise NotSignedIn(N_("请先登录。"))
    return found


def here() -> str:
    """This page's own address, to come back to: without its parameters where they are too long to be carried along, as
    a pasted question is. Each link that carries it quotes it once more."""
    whole = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return next((address for address in (whole, request.path) if len(address) <= NEXT_MOST), HOME)
