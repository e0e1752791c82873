"""The list with its filters, and one form that takes back or puts back what is ticked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kb.domain.content import check_code
from kb.domain.entry import REASON_MOST
from kb.domain.errors import N_, Invalid, KbError, NotFound
from kb.domain.learning import KEPT_MOST, SOURCE_NAMES, USED_MOST, Source
from kb.domain.person import Permission
from kb.ports.words import WantedPhrasings
from kb.services.phrasing_lists import Row, Use
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.paging import ROWS, Part
from webapp.security import needs

blueprint = Blueprint("phrasings", __name__, url_prefix="/phrasings")

TEXT_MOST = 300
SHOWS = {
    "standing": N_("在用"),
    "shared": N_("几个条目都有"),
    "back": N_("已收回"),
    "all": N_("全部"),
}
USES = {
    Use.SEARCHED: N_("检索中"),
    Use.WRITTEN: N_("条目已写"),
    Use.CROWDED: N_("排不上"),
    Use.OFF: N_("条目未生效"),
    Use.BACK: N_("已收回"),
}
_NARROWING = {"standing": {"back": False}, "shared": {"is_shared": True}, "back": {"back": True}}


@blueprint.app_context_processor
def _for_the_entry_page() -> dict[str, object]:
    return {"phrasings_learned": _learned}


def _learned(code: str) -> int:
    """How many stand for an entry. A page about something else never fails for it."""
    try:
        return desk().phrasing_lists.tally(person(), code).standing if code else 0
    except KbError:
        return 0


@blueprint.get("")
@needs(Permission.PUBLISH)
def index() -> str:
    return _page()


@blueprint.post("/turn")
@needs(Permission.PUBLISH)
def turn() -> tuple[str, int] | Response:
    """Take back (``do`` = back) or put back what is ticked. Search follows before the answer leaves."""
    picked, reason = request.form.getlist("pick"), request.form.get("reason", "")[:2_000]
    back = request.form.get("do") == "back"
    try:
        count = desk().learning.turn_all(person(), _chosen(picked), back=back, reason=reason)
    except (Invalid, NotFound) as error:
        return _page(mistake=sentence(error), picked=picked, reason=reason), status_of(error)[0]
    desk().sync.drain()
    said = gettext("{count} 条说法已收回，不再用来检索。") if back else gettext("{count} 条说法已恢复，现在就能搜到。")
    flash(said.format(count=count), "done")
    return redirect(url_for("phrasings.index", **_args(request.args)), 303)


def _page(*, mistake: str = "", picked: Collection[str] = (), reason: str = "") -> str:
    lists, wanted, show = desk().phrasing_lists, _wanted(request.args), _show(request.args)
    counts = lists.counts(person(), wanted)
    narrowed = replace(wanted, **_NARROWING.get(show, {}))
    part = _part(narrowed, counts[show])
    tally = lists.tally(person(), wanted.code) if wanted.code else None
    return render_template(
        "phrasings/list.html", part=part, wanted=wanted, show=show, counts=counts, args=_args(request.args),
        shows=SHOWS, uses=USES, sources=SOURCE_NAMES, tally=tally, searched_most=USED_MOST, kept_most=KEPT_MOST,
        mistake=mistake, picked=frozenset(picked), reason=reason, text_most=TEXT_MOST, reason_most=REASON_MOST,
    )  # fmt: skip


def _part(wanted: WantedPhrasings, total: int) -> Part[Row]:
    last = max(1, -(-total // ROWS))
    typed = request.args.get("page", "")[:6]
    number = min(max(int(typed) if typed.isdecimal() else 1, 1), last)
    rows = desk().phrasing_lists.page(person(), wanted, start=(number - 1) * ROWS, limit=ROWS) if total else []
    return Part(rows, number, last, total)


def _show(values: MultiDict[str, str]) -> str:
    show = values.get("show", "standing")
    return show if show in SHOWS else "standing"


def _wanted(values: MultiDict[str, str]) -> WantedPhrasings:
    """What is no source or no code narrows nothing."""
    try:
        code = check_code(values.get("code", "").strip().upper()[:40])
    except Invalid:
        code = ""
    source = next((one for one in Source if one == values.get("source")), None)
    text = " ".join(values.get("q", "").split())[:TEXT_MOST]
    return WantedPhrasings(text=text, code=code, source=source, most_heard=values.get("order") == "times")


def _args(values: MultiDict[str, str]) -> dict[str, str]:
    """The filters as they stand in the address, for links that keep them."""
    wanted, show = _wanted(values), _show(values)
    named = {
        "show": "" if show == "standing" else show, "q": wanted.text, "code": wanted.code,
        "source": str(wanted.source or ""), "order": "times" if wanted.most_heard else "",
    }  # fmt: skip
    return {name: value for name, value in named.items() if value}


def _chosen(picked: Collection[str]) -> list[tuple[str, str]]:
    if not picked:
        raise Invalid(N_("请至少选一条。"))
    pairs = (pick.partition(" ") for pick in picked)
    return [(check_code(code), phrasing[: TEXT_MOST * 2]) for code, _, phrasing in pairs]
