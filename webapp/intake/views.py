"""File a notice, see what waits, take one, hand it on, write it into an entry, answer it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from kb.domain.content import KIND_NAMES, NAME_MOST, TITLE_MOST, Kind
from kb.domain.errors import N_, Conflict, Invalid, KbError
from kb.domain.intake import OUTCOME_MOST, REFERENCE_MOST, TEXT_MOST, Intake
from kb.domain.person import Permission
from kb.services.intake import oversees
from webapp.assigned import Answer, sent, steps
from webapp.current import desk, person, visitor
from webapp.errors import status_of
from webapp.intake import times
from webapp.messages import sentence
from webapp.paging import part_of
from webapp.security import needs

blueprint = Blueprint("intake", __name__, url_prefix="/intake")

SHOWN = {"open": N_("未办结"), "mine": N_("我经办的"), "overdue": N_("已超时"), "closed": N_("已办结")}
FIELDS = ("department", "title", "text", "received_at", "due_at", "reference")


@blueprint.app_context_processor
def _for_the_header() -> dict[str, object]:
    return {"intake_overdue": _overdue}


def _overdue() -> int:
    """How many are late, for those who oversee them. A page about something else never fails for it."""
    who = visitor()
    try:
        return desk().intake.overdue(who) if who else 0
    except KbError:
        return 0


@blueprint.get("")
@needs(Permission.SUBMIT)
def index() -> str:
    queue, who, now = desk().intake, person(), desk().clock()
    waiting = queue.waiting(who)
    lists: dict[str, list[Intake]] = {
        "open": waiting,
        "mine": [one for one in waiting if one.assignee == who.login],
        "overdue": [one for one in waiting if one.is_overdue(now)],
        "closed": queue.closed(who),
    }
    show = request.args.get("show", "open")
    show = show if show in SHOWN else "open"
    return render_template(
        "intake/list.html", part=part_of(lists[show]), show=show, kinds=SHOWN, now=now, times=times,
        counts={name: len(found) for name, found in lists.items()}, sees_all=oversees(who),
    )  # fmt: skip


@blueprint.get("/new")
@needs(Permission.SUBMIT)
def new() -> str:
    return _form({})


@blueprint.post("")
@needs(Permission.SUBMIT)
def file() -> Answer:
    typed = {name: request.form.get(name, "")[: TEXT_MOST * 2].replace("\r\n", "\n") for name in FIELDS}
    try:
        filed = desk().intake.file(
            person(), department=typed["department"], title=typed["title"], text=typed["text"],
            received_at=times.typed(typed["received_at"], "received_at"), due_at=times.typed(typed["due_at"], "due_at"),
            reference=typed["reference"],
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _form(typed, {getattr(error, "field", "") or "reference": sentence(error)}), status_of(error)[0]
    said = gettext("已登记为第 {number} 件来文。") if filed.is_new else gettext("这件来文已经登记过，是第 {number} 件。")
    said = said.format(number=filed.intake.number)
    flash(said + (gettext("其中的个人信息已隐去。") if filed.masked and filed.is_new else ""), "done")
    return redirect(url_for("intake.show", number=filed.intake.number), 303)


@blueprint.get("/<int(max=999999999):number>")
@needs(Permission.SUBMIT)
def show(number: int) -> str:
    return _page(number)


_do = steps(
    blueprint, lambda: desk().intake, lambda number, mistakes: _page(number, mistakes),
    returned=N_("已放回队列。"), kind=Kind.NOTICE,
)  # fmt: skip


@blueprint.post("/<int(max=999999999):number>/finish")
@needs(Permission.PUBLISH)
def finish(number: int) -> Answer:
    code, outcome = sent("code"), sent("outcome")
    close = lambda: desk().intake.finish(person(), number, code=code, outcome=outcome)  # noqa: E731
    return _do(number, close, gettext("已办结。"), part="finish")


@blueprint.post("/<int(max=999999999):number>/decline")
@needs(Permission.PUBLISH)
def decline(number: int) -> Answer:
    reason = sent("outcome")
    return _do(number, lambda: desk().intake.decline(person(), number, reason=reason), gettext("已答复不采纳。"), part="decline")


def _page(number: int, mistakes: dict[str, str] | None = None) -> str:
    held = desk().intake.open(person(), number)
    return render_template(
        "intake/show.html", one=held.intake, held=held, now=desk().clock(), times=times,
        mistakes=mistakes or {}, kinds=KIND_NAMES, outcome_most=OUTCOME_MOST, can_work=person().may(Permission.PUBLISH),
        typed={"code": sent("code"), "outcome": sent("outcome")},
    )  # fmt: skip


def _form(typed: dict[str, str], mistakes: dict[str, str] | None = None) -> str:
    hours = desk().rulebook.current().intake_hours
    return render_template(
        "intake/new.html", typed=typed, mistakes=mistakes or {}, hours=hours, title_most=TITLE_MOST, text_most=TEXT_MOST,
        name_most=NAME_MOST, reference_most=REFERENCE_MOST, latest=desk().clock() + timedelta(minutes=1),
    )  # fmt: skip
