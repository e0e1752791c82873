"""The page, the fragment that a script fetches while somebody types, and what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from indexer.search import SearchRequest
from kb.domain.content import Kind
from kb.domain.errors import Busy, Invalid, KbError, Unavailable
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.search.asked import FIELDS, KEPT, QUESTION_MOST, Asked, asked, kept
from webapp.search.explained import as_json
from webapp.security import needs

if TYPE_CHECKING:
    from indexer.explaining import Explanation
    from indexer.search import SearchResult

HITS = 10
RECORDED = "recorded"  # the last question this browser had recorded: loading its page again is not asking again

blueprint = Blueprint("search", __name__)


@dataclass
class Found:
    """What the page shows: the result of a question, or why there is none."""

    asked: Asked | None = None
    result: SearchResult | None = None
    without_filters: int = 0  # how many hits the filters hide, counted when they leave none
    recorded: bool = False
    problem: str = ""
    status: int = 200
    names: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    explained: Explanation | None = None  # for whoever may hand in changes, when asked for


@blueprint.get("/", endpoint="home")
@blueprint.get("/search")
@needs(Permission.SEARCH)
def page() -> Response:
    found = _find(desk().people.preferences(person()))
    if found.asked and found.result and not found.result.total and not found.without_filters:
        found.recorded = _record(found.asked)
    if request.args.get("explain") == "1" and found.asked and found.result and person().may(Permission.SUBMIT):
        found.explained = desk().search.explain(_request(found.asked))
        if request.accept_mimetypes.best == "application/json":
            return make_response(jsonify(as_json(found.explained)), found.status)
    found.names = _names(found)
    return make_response(render_template("search/page.html", found=found, kinds=list(Kind), most=QUESTION_MOST), found.status)


@blueprint.get("/search/fragment")
@needs(Permission.SEARCH)
def fragment() -> Response:
    found = _find(_preferences())
    return make_response(render_template("search/_results.html", found=found), found.status)


@blueprint.post("/search/filters")
@needs(Permission.SEARCH)
def keep_filters() -> AnyResponse:
    """Make the filters that the form names the person's standing choice; an empty value takes one back."""
    people = desk().people
    preferences = people.preferences(person())
    chosen = kept(preferences)
    for name in FIELDS:
        if name in request.form:
            chosen[name] = [v.strip() for v in request.form.getlist(name)]
    cleaned = kept({KEPT: chosen})
    people.save_preferences(person(), {**preferences, KEPT: cleaned})
    if "X-Requested-With" in request.headers:
        return Response(status=204)
    return redirect(url_for("search.page", q=request.form.get("q", "")[:QUESTION_MOST]), 303)


@blueprint.post("/search/unanswered")
@needs(Permission.SEARCH)
def record_unanswered() -> Response:
    """A script says that the person has finished a question for which it showed nothing. Whether that is so is
    looked up here again."""
    found = _find(_preferences())
    nothing = bool(found.asked and found.result and not found.result.total and not found.without_filters)
    return jsonify(recorded=bool(nothing and found.asked and _record(found.asked)))


def _find(preferences: Mapping[str, object]) -> Found:
    """Run the question of this request. A mistake in it becomes a sentence beside the box, where it can be mended."""
    try:
        question = asked(preferences)
        if not question.text:
            return Found(question)
        result = _search(question)
        hidden = 0
        if not result.total and question.filters:
            hidden = _search(question, filtered=False).total
        return Found(question, result, hidden)
    except (Invalid, Busy, Unavailable) as error:
        return Found(problem=sentence(error), status=status_of(error)[0])


def _search(question: Asked, *, filtered: bool = True) -> SearchResult:
    return desk().search.run(_request(question, filtered=filtered))


def _request(question: Asked, *, filtered: bool = True) -> SearchRequest:
    more = {"filters": question.filters} if filtered else {}
    return SearchRequest(
        query=question.text, role=person().role, limit=HITS, at=question.at, undone=question.undone, **more
    )


def _preferences() -> dict[str, object]:
    """Not even looked up when the address names every filter, as it does while somebody types."""
    if all(name in request.args for name in FIELDS):
        return {}
    return desk().people.preferences(person())


def _record(question: Asked) -> bool:
    """Keep a question that nothing answers. A search in the past or the future says nothing about today."""
    if question.at is not None:
        return False
    mark = hashlib.sha256(question.text.encode()).hexdigest()[:16]
    if session.get(RECORDED) == mark:
        return True
    product = next(iter(question.values["product"]), "")
    if not desk().questions.record(person(), question.text, product=product):
        return False
    session[RECORDED] = mark
    return True


def _names(found: Found) -> tuple[list[str], list[str]]:
    """Products and categories to choose from. Without them the page still answers questions."""
    at = found.asked.at if found.asked else None
    try:
        products, categories = _names_as_of(at) if at else desk().names.now(person())
    except KbError:
        return [], []
    return products, sorted({"/".join(c.split("/")[: n + 1]) for c in categories for n in range(c.count("/") + 1)})


def _names_as_of(at: datetime) -> tuple[list[str], list[str]]:
    with desk().store.read() as uow:
        return uow.entries.names_in_force(at, person().role)
