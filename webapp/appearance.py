"""What every page needs to look right: the theme kept in a cookie, dates as offices write them, what exists to link to."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kb.domain.content import Kind
from kb.domain.errors import N_
from webapp.auth.local import safe_next
from webapp.cards import Card, of_hit
from webapp.current import desk, here
from webapp.i18n import text
from webapp.messages import name
from webapp.security import open_to_all

if TYPE_CHECKING:
    from indexer.search import Hit

THEMES = ("auto", "light", "dark")
COOKIE = "theme"
DAY = N_("%(year)d年%(month)d月%(day)d日")
A_YEAR = 365 * 24 * 3600  # seconds

blueprint = Blueprint("appearance", __name__)


def theme() -> str:
    """The theme of this request: ``auto`` (as the system says), ``light`` or ``dark``."""
    chosen = request.cookies.get(COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


@blueprint.post("/appearance")
@open_to_all
def choose() -> AnyResponse:
    """Keep the theme that was chosen and go back to the page it was chosen on."""
    chosen = request.form.get("theme", "auto")
    is_script = "X-Requested-With" in request.headers
    response: AnyResponse = Response(status=204) if is_script else redirect(safe_next(request.form.get("next")), 303)
    response.set_cookie(
        COOKIE, chosen if chosen in THEMES else "auto", max_age=A_YEAR, httponly=True, samesite="Lax",
        secure=desk().settings.secure_cookies,
    )
    return response


@blueprint.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"theme": theme(), "exists": _exists, "here": here()}


def _exists(endpoint: str) -> bool:
    """Whether the application has this page: navigation shows what there is."""
    return endpoint in current_app.view_functions


@blueprint.app_template_filter("day")
def day(value: date | datetime | None) -> str:
    """``2026年1月1日``, on the clocks of the call centre; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(desk().settings.zone)
    return text(DAY) % {"year": value.year, "month": value.month, "day": value.day}


@blueprint.app_template_filter("moment")
def moment(value: datetime | None) -> str:
    """``2026年11月21日 09:30``, on the clocks of the call centre; nothing for None."""
    if value is None:
        return ""
    return f"{day(value)} {value.astimezone(desk().settings.zone):%H:%M}"


@blueprint.app_template_filter("last_day")
def last_day(ends: datetime) -> str:
    """The end of a validity in words: its last day when it ends at midnight, else the moment."""
    here = ends.astimezone(desk().settings.zone)
    if (here.hour, here.minute, here.second) != (0, 0, 0):
        return moment(ends)
    return day(date.fromordinal(here.date().toordinal() - 1))


@blueprint.app_template_filter("card")
def card(hit: Hit) -> Card:
    return of_hit(hit)


@blueprint.app_template_filter("as_kind")
def as_kind(value: str) -> str:
    """The name of a kind that came as text: ``faq`` is 问答."""
    return name(Kind(value)) if value in set(Kind) else value
