"""The queue of solutions, one group, one solution."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.domain.content import KIND_NAMES
from kb.domain.diff_words import diff_words
from kb.domain.entry import Revision
from kb.domain.errors import KbError, NotFound
from kb.domain.harvest import SORT_NAMES, Sort
from kb.domain.person import Permission
from kb.domain.solutions import Solution
from kb.services.harvest import REASON_MOST, SHOWN_MOST
from webapp.current import desk, person, visitor
from webapp.intake import times
from webapp.paging import part_of
from webapp.security import needs
from webapp.solutions.showing import ranked, rows_of, suggested

blueprint = Blueprint("solutions", __name__, url_prefix="/solutions")

GROUPS_A_PAGE = 25
NUMBER = "<int(max=999999999):number>"


@blueprint.app_context_processor
def _for_the_header() -> dict[str, object]:
    return {"flags_overdue": _overdue, "solutions_behind": _behind}


def _behind(draft: int) -> list[Solution]:
    """What agents recorded, beside the draft that is written from it."""
    try:
        return desk().solution_lists.behind(person(), draft) if draft else []
    except KbError:
        return []


def _overdue() -> int:
    """A page about something else never fails for it."""
    who = visitor()
    try:
        return desk().harvest.overdue(who) if who else 0
    except KbError:
        return 0


@blueprint.get("")
@needs(Permission.PUBLISH)
def index() -> str:
    harvest, now = desk().harvest, desk().clock()
    queue = harvest.queue(person())
    show = next((sort for sort in Sort if sort == request.args.get("show")), None)
    groups = [group for group in queue.groups if show is None or group.sort is show]
    part = part_of(groups, GROUPS_A_PAGE)
    return render_template(
        "solutions/list.html", part=part, queue=queue, show=show, sorts=SORT_NAMES, now=now, times=times,
        titles=harvest.titles(person(), part.rows),
    )  # fmt: skip


@blueprint.get(f"/group/{NUMBER}")
@needs(Permission.PUBLISH)
def group(number: int) -> str | Response:
    try:
        return group_page(number)
    except NotFound:
        desk().solution_lists.get(person(), number)  # none at all is said as such
        return redirect(url_for("solutions.show", number=number), 303)


@blueprint.get(f"/{NUMBER}")
@needs(Permission.SEARCH)
def show(number: int) -> str:
    return solution_page(number)


def group_page(number: int, mistake: str = "", typed: str = "") -> str:
    opened = desk().harvest.open(person(), number)
    rows = ranked(rows_of(opened), opened.group.code)
    entry = _entry(opened.group.code)
    return render_template(
        "solutions/group.html", opened=opened, group=opened.group, rows=rows, now=desk().clock(), times=times,
        shown=max(one.number for one in opened.solutions), kinds=KIND_NAMES, reason_most=REASON_MOST,
        suggested=[] if opened.group.code else suggested(rows), entry=entry,
        differing=partial(diff_words, entry.content.speakable if entry else ""), mistake=mistake,
        typed=typed, shown_most=SHOWN_MOST,
    )  # fmt: skip


def solution_page(number: int, mistake: str = "", typed: str = "") -> str:
    seen = desk().solution_lists.get(person(), number)
    return render_template(
        "solutions/show.html", seen=seen, one=seen.solution, now=desk().clock(), times=times, mistake=mistake, typed=typed,
        reason_most=REASON_MOST,
    )  # fmt: skip


def _entry(code: str) -> Revision | None:
    """The entry beside a group: what is in force, else its latest revision. None when there is none."""
    if not code:
        return None
    try:
        view = desk().knowledge.read(person(), code)
    except KbError:
        return None
    return view.dated.revision if view.dated else view.entry.latest
