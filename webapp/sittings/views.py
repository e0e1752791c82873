"""Plan a batch, see who sits in it, put down leave and absence."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.exams.sitting import BATCH_KIND_NAMES, BatchKind
from kb.domain.person import Permission
from kb.services.sittings import Plan
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.intake.times import typed as moment
from webapp.messages import sentence
from webapp.security import needs

blueprint = Blueprint("sittings", __name__, url_prefix="/sittings")

FIELDS = ("paper", "title", "kind", "shift", "opens_at", "closes_at", "minutes", "people", "without")
PEOPLE_TYPED = 20_000


@blueprint.get("")
@needs(Permission.HOLD_SITTINGS)
def index() -> str:
    desk().examinations.finish_due()
    return render_template("sittings/list.html", batches=desk().sittings.batches(person()), now=desk().clock())


@blueprint.get("/new")
@needs(Permission.HOLD_SITTINGS)
def new() -> str:
    wanted = request.args.get("paper", "")
    kind = request.args.get("kind", "")
    return _form({"paper": wanted[:9], "kind": kind if kind in set(BatchKind) else "regular"})


@blueprint.post("")
@needs(Permission.HOLD_SITTINGS)
def plan() -> tuple[str, int] | Response:
    typed = {name: request.form.get(name, "").strip()[:PEOPLE_TYPED] for name in FIELDS}
    try:
        batch = desk().sittings.plan(person(), _plan(typed))
    except (Invalid, Conflict) as error:
        return _form(typed, {getattr(error, "field", "") or "paper": sentence(error)}), status_of(error)[0]
    flash(gettext("已安排第 {number} 场考试，名单上的人已收到通知。").format(number=batch.number), "done")
    return redirect(url_for("sittings.show", number=batch.number), 303)


@blueprint.get("/<int(max=999999999):number>")
@needs(Permission.HOLD_SITTINGS)
def show(number: int) -> str:
    desk().examinations.finish_due()
    return page(number)


@blueprint.post("/<int(max=999999999):number>/people")
@needs(Permission.HOLD_SITTINGS)
def add(number: int) -> tuple[str, int] | Response:
    people = request.form.get("people", "")[:PEOPLE_TYPED]
    try:
        count = desk().sittings.add_people(person(), number, people)
    except (Invalid, Conflict) as error:
        return page(number, {"people": sentence(error)}, people=people), status_of(error)[0]
    flash(gettext("已加入 {count} 人。").format(count=count), "done")
    return redirect(url_for("sittings.show", number=number), 303)


@blueprint.post("/<int(max=999999999):number>/people/<int(max=999999999):sitting>")
@needs(Permission.HOLD_SITTINGS)
def change(number: int, sitting: int) -> tuple[str, int] | Response:
    """Leave, absence, back on the list, off it."""
    note = request.form.get("note", "")[:1000]
    acts: dict[str, Callable[[], int]] = {
        "excuse": lambda: desk().sittings.excuse(person(), sitting, note),
        "absent": lambda: desk().sittings.absent(person(), sitting, note),
        "call_back": lambda: desk().sittings.call_back(person(), sitting),
        "remove": lambda: desk().sittings.remove(person(), sitting),
    }
    act = acts.get(request.form.get("act", ""))
    try:
        if act is None:
            raise Invalid(N_("请求的内容无法识别，请返回后重试。"))
        act()
    except (Invalid, Conflict) as error:
        return page(number, {"row": sentence(error)}), status_of(error)[0]
    flash(gettext("已登记。"), "done")
    return redirect(url_for("sittings.show", number=number), 303)


def page(number: int, mistakes: dict[str, str] | None = None, **more: object) -> str:
    room = desk().sittings.room(person(), number)
    return render_template(
        "sittings/show.html", room=room, batch=room.batch, now=desk().clock(), mistakes=mistakes or {},
        **({"people": "", "told": []} | more),
    )  # fmt: skip


def _plan(typed: dict[str, str]) -> Plan:
    opens, closes = moment(typed["opens_at"], "opens_at"), moment(typed["closes_at"], "closes_at")
    if opens is None or closes is None:
        raise Invalid(N_("请填写开始和结束时间。"), field="opens_at" if opens is None else "closes_at")
    minutes = typed["minutes"] or "0"
    if not minutes.isdecimal() or len(minutes) > 4:
        raise Invalid(N_("答题时间请填分钟数。"), field="minutes")
    if not typed["paper"].isdecimal() or len(typed["paper"]) > 9:
        raise Invalid(N_("请选择试卷。"), field="paper")
    return Plan(
        paper=int(typed["paper"]), title=typed["title"], minutes=int(minutes), shift=typed["shift"],
        kind=BatchKind(typed["kind"]) if typed["kind"] in set(BatchKind) else BatchKind.REGULAR,
        on_paper=request.form.get("mode") == "paper", opens_at=opens, closes_at=closes,
        partial=request.form.get("partial") == "1", teams=tuple(request.form.getlist("teams")),
        people=typed["people"], without=typed["without"], skip_seated=request.form.get("skip_seated") == "1",
    )  # fmt: skip


def _form(typed: dict[str, str], mistakes: dict[str, str] | None = None) -> str:
    papers, teams = desk().sittings.choices(person())
    return render_template(
        "sittings/new.html", typed=typed, mistakes=mistakes or {}, papers=papers, teams=teams, kinds=BATCH_KIND_NAMES,
        shifts=desk().rulebook.current().shifts, chosen=set(request.form.getlist("teams")),
        on_paper=request.form.get("mode") == "paper", partial=request.form.get("partial") == "1",
        skip_seated=request.form.get("skip_seated") == "1",
    )  # fmt: skip
