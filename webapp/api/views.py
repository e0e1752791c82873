"""The three routes for programs."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, jsonify

from indexer.search import SearchRequest
from kb.domain.entry import Action
from kb.domain.errors import N_, Invalid, NotFound
from kb.domain.person import Permission
from kb.services.knowledge import EntryView
from webapp.api import openapi, query, shapes
from webapp.current import desk, person
from webapp.history.today import today
from webapp.security import needs

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
@needs(Permission.SEARCH)
def search() -> Response:
    query.only("q", "product", "kind", "category", "limit", "as_of", "undone")
    text = query.question()
    filters, at = query.filters(), query.moment(desk().settings.zone)
    asked = SearchRequest(text, person().role, filters, query.limit(), at, query.undone())
    result = desk().search.run(asked)
    if not result.total:
        _check_products(filters.products, at or desk().clock())
        if not filters and at is None:
            desk().questions.record(person(), text)
    return jsonify(shapes.search_result(result, at))


@blueprint.get("/entries/<code>")
@needs(Permission.SEARCH)
def entry(code: str) -> Response:
    query.only("as_of")
    at = query.moment(desk().settings.zone)
    view = desk().knowledge.read(person(), code, at=at)
    if view.dated is None:
        raise _silent(view)
    differing, change = today(view, person(), at)
    return jsonify(shapes.entry(view.dated, differing, at, change))


@blueprint.get("/openapi.json")
@needs(Permission.SEARCH)
def describe() -> Response:
    return jsonify(openapi.document())


def _check_products(products: frozenset[str], at: datetime) -> None:
    """Nothing found because of a name that no entry carries is the program's mistake, and it should hear so."""
    if not products:
        return
    with desk().store.read() as uow:
        known, _ = uow.entries.names_in_force(at, person().role)
    for product in sorted(products.difference(known)):
        raise Invalid(N_("没有名为“{product}”的产品。"), field="product", product=product[:40])


def _silent(view: EntryView) -> NotFound:
    """Why there is no answer: the entry is withdrawn (and by what replaced), or not in force at that moment."""
    ended = view.ended
    if ended and ended.action is Action.WITHDRAW and ended.replaced_by:
        return NotFound(N_("{code} 已下线，由 {other} 替代。"), code=view.code, other=ended.replaced_by)
    if ended and ended.action is Action.WITHDRAW:
        return NotFound(N_("{code} 已下线。"), code=view.code)
    return NotFound(N_("{code} 在这个时间没有生效的版本。"), code=view.code)
