"""The page of somebody's own solutions and notifications."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import KbError
from kb.domain.notifications import Notification
from kb.domain.person import Permission
from kb.domain.solutions import OUTCOME_NAMES, Outcome
from kb.ports.harvest import Wanted
from webapp.current import desk, person, visitor
from webapp.messages import translate
from webapp.security import needs

blueprint = Blueprint("mine", __name__, url_prefix="/mine")

ROWS = 50


@blueprint.app_context_processor
def _for_the_header() -> dict[str, object]:
    return {"unseen_told": _unseen}


def _unseen() -> int:
    """A page about something else never fails for it."""
    who = visitor()
    try:
        return desk().solution_lists.unseen(who) if who else 0
    except KbError:
        return 0


@blueprint.get("")
@needs(Permission.RECORD)
def index() -> str:
    lists, who = desk().solution_lists, person()
    show = next((outcome for outcome in Outcome if outcome == request.args.get("show")), None)
    before = request.args.get("before", "")[:9]
    wanted = Wanted(person=who.login, outcome=show)
    found = lists.page(who, wanted, before=int(before) if before.isdecimal() else None, limit=ROWS + 1)
    rows = found[:ROWS]
    return render_template(
        "mine/list.html", mine=lists.mine(who), rows=rows, show=show, outcomes=list(OUTCOME_NAMES), told=told,
        titles=lists.titles(who, rows), older=rows[-1].number if len(found) > ROWS else None, is_first=not before,
    )  # fmt: skip


@blueprint.post("/seen")
@needs(Permission.RECORD)
def seen() -> Response | tuple[str, int]:
    desk().solution_lists.see(person())
    if "X-Requested-With" in request.headers:
        return "", 204
    return redirect(url_for("mine.index"), 303)


def told(one: Notification) -> str:
    """The sentence in the visitor's language, filled in."""
    try:
        return translate(one.text).format(**one.values)
    except (KeyError, IndexError, ValueError):
        return gettext("有一条新消息。")  # a sentence of another version of the program
