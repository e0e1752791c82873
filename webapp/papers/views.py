"""The calendar with all papers, one paper with both forms side by side, and the days of the month."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.domain.errors import Conflict, Invalid, KbError
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.forms_check import difference
from kb.domain.exams.paper import BALANCE_MOST, EDITABLE, PaperState
from kb.domain.person import Permission
from webapp.current import desk, person, visitor
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.mine.views import told
from webapp.papers.blueprint import NUMBER, blueprint, sent_number
from webapp.security import needs

DAYS = ("exam_training_day", "exam_paper_day", "exam_sitting_day")


@blueprint.app_context_processor
def _for_the_header() -> dict[str, object]:
    return {"papers_told": _unseen}


def _unseen() -> int:
    """A page about something else never fails for it."""
    who = visitor()
    try:
        return desk().exam_calendar.unseen(who) if who else 0
    except KbError:
        return 0


@blueprint.get("")
@needs(Permission.REVIEW_QUESTIONS)
def index() -> str:
    _catch_up()
    return _list()


@blueprint.post("/seen")
@needs(Permission.REVIEW_QUESTIONS)
def seen() -> Response:
    """Put the reminders away."""
    desk().exam_calendar.put_away(person())
    return redirect(url_for("papers.index"), 303)


@blueprint.post("/days")
@needs(Permission.MANAGE_RULES)
def days() -> tuple[str, int] | Response:
    """The days by which things are due, a part of the rules."""
    values = {name: sent_number(name) for name in DAYS}
    try:
        desk().rulebook.save(person(), values, reason=request.form.get("reason", ""), based_on=sent_number("based_on"))
    except (Invalid, Conflict) as error:
        return _list(sentence(error)), status_of(error)[0]
    return redirect(url_for("papers.index"), 303)


@blueprint.get(f"/{NUMBER}")
@needs(Permission.REVIEW_QUESTIONS)
def show(number: int) -> str:
    return page(number)


def page(number: int, mistake: str = "") -> str:
    """The page of a paper, with what was refused on it."""
    _catch_up()
    opened = desk().papers.open(person(), number)
    paper = opened.paper
    at = {form.name: [[] for _ in form.items] for form in paper.forms}
    for finding in opened.findings:
        at[finding.form][finding.place].append(finding)
    return render_template(
        "papers/show.html", opened=opened, paper=paper, letters=LETTERS, mistake=mistake, findings=at, states=PaperState,
        is_open=paper.state in EDITABLE, apart=difference(paper.forms), apart_most=BALANCE_MOST,
        remarks=request.form.get("remarks", "")[:2_000],
        may_keep=person().may(Permission.KEEP_QUESTIONS), may_decide=person().may(Permission.APPROVE_PAPERS),
    )  # fmt: skip


def _list(mistake: str = "") -> str:
    month = desk().exam_calendar.look(person())
    return render_template(
        "papers/list.html",
        told=told,
        month=month,
        mistake=mistake,
        rules=desk().rulebook.current(),
        typed=request.form,
    )


def _catch_up() -> None:
    """What the courier does from time to time is done at once when somebody looks. The page never fails for it."""
    try:
        desk().paper_approval.follow()
        desk().exam_calendar.remind()
    except KbError:
        return  # another writer holds the lock: the page shows how things stand
