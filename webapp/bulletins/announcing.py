"""The pre-shift meeting: one item a screen, and 宣导完成 for a shift."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.person import Permission
from webapp.bulletins import days
from webapp.bulletins.views import ONE, blueprint
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs


@blueprint.get("/announce")
@needs(Permission.ANNOUNCE)
def announce_latest() -> Response:
    """The newest list with something to read out."""
    return to_latest("bulletins.announce", _("还没有可以宣导的清单。"))


@blueprint.get(f"{ONE}/announce")
@needs(Permission.ANNOUNCE)
def announce(number: int) -> str:
    return _stage(number)


@blueprint.post(f"{ONE}/sign-off")
@needs(Permission.ANNOUNCE)
def sign_off(number: int) -> str | tuple[str, int] | Response:
    shift, note = request.form.get("shift", "")[:40], request.form.get("note", "")
    try:
        signed = desk().receipts.sign_off(person(), number, _day(), shift, note)
    except (Conflict, Invalid) as error:
        return _stage(number, sentence(error)), status_of(error)[0]
    flash(_("%(shift)s宣导完成，已记录。", shift=signed.shift), "done")
    return redirect(url_for("bulletins.board", number=number), 303)


def to_latest(endpoint: str, none: str) -> Response:
    """The page of the newest list that tells of something; ``none`` is said when there is no such list."""
    lists = [b for b in desk().bulletins.list(person(), limit=20) if b.items]
    if not lists:
        flash(none, "error")
        return redirect(url_for("bulletins.index"), 303)
    return redirect(url_for(endpoint, number=lists[0].number), 303)


def _stage(number: int, trouble: str = "") -> str:
    bulletin = desk().bulletins.get(person(), number)
    with desk().store.read() as uow:
        shifts = uow.rules.current().shifts
    signed = desk().receipts.sign_offs(person(), number)
    day = days.today()
    done = {s.shift for s in signed if s.day == day}
    return render_template(
        "bulletins/announce.html", bulletin=bulletin, shifts=shifts, signed=signed, today=day, trouble=trouble,
        sent=request.form, chosen=next((s for s in shifts if s not in done), ""), done=done,
    )  # fmt: skip


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", "")[:10])
    except ValueError:
        raise Invalid(N_("请填写宣导日期。"), field="day") from None
