"""The list of what waits, and comment, approve, send back for one revision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.errors import Conflict, Invalid, KbError, NotFound
from kb.domain.person import Permission
from kb.domain.release import Release, ReleaseState
from kb.domain.review import Stage, Verdict
from kb.services.workflow import WAITING_MOST, Standpoint, Waiting
from webapp.current import desk, person
from webapp.messages import sentence
from webapp.security import needs

blueprint = Blueprint("workflow", __name__)

SECTIONS = (Stage.SUBMITTED, Stage.APPROVED, Stage.RETURNED)


@blueprint.app_context_processor
def _for_the_entry_page() -> dict[str, object]:
    return {"to_do": _to_do, "standpoint_of": standpoint_of, "open_releases": open_releases, "Stage": Stage}


@blueprint.get("/work")
@needs(Permission.SUBMIT)
def index() -> str:
    waiting = desk().workflow.waiting(person())
    sections = [(stage, [w for w in waiting if w.stage is stage]) for stage in SECTIONS]
    today = desk().clock().astimezone(desk().settings.zone).date()
    return render_template(
        "workflow/list.html", sections=sections, due=desk().workflow.due_for_review(person()), today=today,
        mine=_mine(waiting), many=len(waiting) >= WAITING_MOST * 9 // 10, most=WAITING_MOST,
    )  # fmt: skip


@blueprint.post("/entries/<code>/revisions/<int(max=999999999):number>/comment")
@needs(Permission.SUBMIT)
def comment(code: str, number: int) -> Response:
    return _say(code, number, Verdict.COMMENT, _("意见已记下。"))


@blueprint.post("/entries/<code>/revisions/<int(max=999999999):number>/approve")
@needs(Permission.APPROVE)
def approve(code: str, number: int) -> Response:
    return _say(code, number, Verdict.APPROVE, _("第 %(n)s 版已审批通过。", n=number))


@blueprint.post("/entries/<code>/revisions/<int(max=999999999):number>/return")
@needs(Permission.APPROVE)
def send_back(code: str, number: int) -> Response:
    return _say(code, number, Verdict.RETURN, _("第 %(n)s 版已退回。", n=number))


def _say(code: str, number: int, verdict: Verdict, said: str) -> Response:
    text = request.form.get("text", "")[:20_000]
    act = {
        Verdict.COMMENT: desk().workflow.comment,
        Verdict.APPROVE: desk().workflow.approve,
        Verdict.RETURN: desk().workflow.send_back,
    }[verdict]
    try:
        act(person(), code, number, text)
        flash(said, "done")
    except (Conflict, Invalid) as error:
        flash(sentence(error), "error")
    return redirect(url_for("entries.show", code=code, revision=number) + "#review", 303)


def _to_do() -> int:
    """For the bar of every page; a page without the number is still the page."""
    try:
        return desk().workflow.to_do(person())
    except KbError:
        return 0


def standpoint_of(code: str) -> Standpoint | None:
    """For the page of an entry; nothing for those who do not write."""
    try:
        return desk().workflow.standpoint(person(), code)
    except NotFound:
        return None


def open_releases() -> list[Release]:
    """Releases that still take entries, for those who publish."""
    try:
        return [r for r in desk().releases.all(person()) if r.state is ReleaseState.OPEN]
    except KbError:
        return []


def _mine(waiting: list[Waiting]) -> int:
    """How many of the person's own revisions were returned."""
    return sum(w.stage is Stage.RETURNED and w.revision.author == person().login for w in waiting)
