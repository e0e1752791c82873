"""The board, one gap, and what a coordinator does with it."""

from __future__ import annotations

from contextlib import suppress

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from indexer.results import Hit
from indexer.search import SearchRequest
from kb.domain.content import KIND_NAMES, Kind
from kb.domain.errors import N_, KbError
from kb.domain.gaps import SAID_MOST, Gap
from kb.domain.person import Permission
from webapp.assigned import Answer, sent, steps
from webapp.current import desk, person
from webapp.gaps.blueprint import blueprint
from webapp.intake import times
from webapp.paging import part_of
from webapp.security import needs

SHOWN = {
    "open": N_("待办的"), "overdue": N_("已超时"), "pressing": N_("紧急或常问"), "mine": N_("我经办的"), "closed": N_("已办结"),
}  # fmt: skip
FOUND = 6  # entries offered as an answer
WEEKS_MOST = 12


@blueprint.get("")
@needs(Permission.SUBMIT)
def index() -> str:
    gaps, who, now = desk().gaps, person(), desk().clock()
    waiting, rules = gaps.waiting(who), desk().rulebook.current()
    lists: dict[str, list[Gap]] = {
        "open": waiting,
        "overdue": [gap for gap in waiting if gap.is_overdue(now)],
        "pressing": [gap for gap in waiting if gap.is_pressing(rules)],
        "mine": [gap for gap in waiting if gap.assignee == who.login],
        "closed": gaps.closed(who),
    }
    show = request.args.get("show", "open")
    show = show if show in SHOWN else "open"
    product = request.args.get("product", "")
    products = sorted({gap.product for gap in lists[show] if gap.product})
    part = part_of([gap for gap in lists[show] if gap.product == product or not product])
    return render_template(
        "gaps/list.html", part=part, show=show, kinds=SHOWN, now=now, times=times, rules=rules, product=product,
        products=products, counts={name: len(found) for name, found in lists.items()},
        people=gaps.people_of(who, part.rows), can_work=who.may(Permission.PUBLISH),
    )  # fmt: skip


@blueprint.get("/top")
@needs(Permission.SEE_QUESTIONS)
def top() -> str:
    """What was asked most in a week and has no answer."""
    typed = request.args.get("week", "0")[:3]
    week = min(int(typed), WEEKS_MOST) if typed.isdecimal() else 0
    found = desk().gaps.top(person(), weeks_ago=week)
    return render_template("gaps/top.html", questions=found, week=week, most=WEEKS_MOST)


@blueprint.get("/<int(max=999999999):number>")
@needs(Permission.SUBMIT)
def show(number: int) -> str:
    return _page(number)


_do = steps(
    blueprint, lambda: desk().gaps, lambda number, mistakes: _page(number, mistakes),
    returned=N_("已放回看板。"), kind=Kind.FAQ,
)  # fmt: skip


@blueprint.post("/<int(max=999999999):number>/answer")
@needs(Permission.PUBLISH)
def answer(number: int) -> Answer:
    code, said = sent("code"), sent("said")
    close = lambda: desk().gaps.answer(person(), number, code, said=said)  # noqa: E731
    done = _do(number, close, gettext("已解答，问过的人会在自己的页面上看到；这个问法现在就能搜到它。"), part="answer")
    if isinstance(done, Response):
        with suppress(KbError):  # it is answered; the next one who writes to the index will see to it
            desk().sync.drain()  # here, so that whoever searches next finds it
    return done


@blueprint.post("/<int(max=999999999):number>/decline")
@needs(Permission.PUBLISH)
def decline(number: int) -> Answer:
    reason = sent("reason")
    close = lambda: desk().gaps.decline(person(), number, reason=reason)  # noqa: E731
    return _do(number, close, gettext("已定为不收录，问过的人会看到原因。"), part="decline")


def _page(number: int, mistakes: dict[str, str] | None = None) -> str:
    held, who = desk().gaps.open(person(), number), person()
    can_work = who.may(Permission.PUBLISH)
    find = " ".join(request.values.get("find", held.gap.text)[:200].split())
    hits = _found(find) if held.gap.is_open and can_work else []
    return render_template(
        "gaps/show.html", gap=held.gap, held=held, now=desk().clock(), times=times, rules=desk().rulebook.current(),
        mistakes=mistakes or {}, kinds=KIND_NAMES, said_most=SAID_MOST, can_work=can_work, find=find, hits=hits,
        typed={name: sent(name) for name in ("code", "said", "reason")},
    )  # fmt: skip


def _found(text: str) -> list[Hit]:
    """Entries that may answer it. Without search the page still works: the code can be typed."""
    try:
        return list(desk().search.run(SearchRequest(text, person().role, limit=FOUND)).hits) if text else []
    except KbError:
        return []
