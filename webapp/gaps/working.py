"""The board, one gap, and what a coordinator does with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from indexer.results import Hit
from indexer.search import SearchRequest
from kb.domain.content import KIND_NAMES, Kind
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.gaps import SAID_MOST, Gap
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.gaps.blueprint import blueprint
from webapp.intake import times
from webapp.messages import sentence
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


@blueprint.post("/<int(max=999999999):number>/take")
@needs(Permission.PUBLISH)
def take(number: int) -> tuple[str, int] | Response:
    return _do(number, lambda: desk().gaps.take(person(), number), gettext("已由您接手。"))


@blueprint.post("/<int(max=999999999):number>/hand")
@needs(Permission.PUBLISH)
def hand(number: int) -> tuple[str, int] | Response:
    to, seen = _sent("to"), _sent("seen")
    said = gettext("已转交。") if to else gettext("已放回看板。")
    return _do(number, lambda: desk().gaps.hand_over(person(), number, to, seen=seen), said)


@blueprint.post("/<int(max=999999999):number>/write")
@needs(Permission.PUBLISH)
def write(number: int) -> tuple[str, int] | Response:
    """Lead to the editor, with the question in a draft."""
    kind = request.form.get("kind", "")
    chosen = Kind(kind) if kind in set(Kind) else Kind.FAQ
    try:
        draft = desk().gaps.write(person(), number, chosen, desk().drafts)
    except (Invalid, Conflict) as error:
        return _page(number, {"step": sentence(error)}), status_of(error)[0]
    return redirect(f"/edit/draft/{draft}", 303)


@blueprint.post("/<int(max=999999999):number>/answer")
@needs(Permission.PUBLISH)
def answer(number: int) -> tuple[str, int] | Response:
    code, said = _sent("code"), _sent("said")
    close = lambda: desk().gaps.answer(person(), number, code, said=said)  # noqa: E731
    done = _do(number, close, gettext("已解答，问过的人会在自己的页面上看到；这个问法现在就能搜到它。"), part="answer")
    if isinstance(done, Response):
        with suppress(KbError):  # it is answered; the next one who writes to the index will see to it
            desk().sync.drain()  # here, so that whoever searches next finds it
    return done


@blueprint.post("/<int(max=999999999):number>/decline")
@needs(Permission.PUBLISH)
def decline(number: int) -> tuple[str, int] | Response:
    reason = _sent("reason")
    close = lambda: desk().gaps.decline(person(), number, reason=reason)  # noqa: E731
    return _do(number, close, gettext("已定为不收录，问过的人会看到原因。"), part="decline")


def _do(number: int, act: Callable[[], object], said: str, *, part: str = "") -> tuple[str, int] | Response:
    """One step. What is refused is said on the page itself, which shows how things stand now."""
    try:
        act()
    except NotFound as error:
        if not part:
            raise
        return _page(number, {part: sentence(error)}), 404
    except Invalid as error:
        return _page(number, {part or "step": sentence(error)}), status_of(error)[0]
    except Conflict as error:
        gap = desk().gaps.get(person(), number)  # the form itself may be gone: it is not theirs any more, or closed
        mine = gap.is_open and gap.assignee in ("", person().login)
        return _page(number, {part if mine and part else "step": sentence(error)}), status_of(error)[0]
    flash(said, "done")
    return redirect(url_for("gaps.show", number=number), 303)


def _page(number: int, mistakes: dict[str, str] | None = None) -> str:
    held, who = desk().gaps.open(person(), number), person()
    can_work = who.may(Permission.PUBLISH)
    find = " ".join(request.values.get("find", held.gap.text)[:200].split())
    hits = _found(find) if held.gap.is_open and can_work else []
    return render_template(
        "gaps/show.html", gap=held.gap, held=held, now=desk().clock(), times=times, rules=desk().rulebook.current(),
        mistakes=mistakes or {}, kinds=KIND_NAMES, said_most=SAID_MOST, can_work=can_work, find=find, hits=hits,
        typed={name: _sent(name) for name in ("code", "said", "reason")},
    )  # fmt: skip


def _found(text: str) -> list[Hit]:
    """Entries that may answer it. Without search the page still works: the code can be typed."""
    try:
        return list(desk().search.run(SearchRequest(text, person().role, limit=FOUND)).hits) if text else []
    except KbError:
        return []


def _sent(name: str) -> str:
    return request.form.get(name, "")[:4_000].strip()
