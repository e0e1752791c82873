"""Read the lists of today or of any days, and confirm."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Invalid
from kb.domain.person import Permission
from webapp.auth.local import safe_next
from webapp.bulletins import days
from webapp.bulletins.reading import confirmed_on, diff_address, diff_between, missed, with_state
from webapp.current import desk, person
from webapp.security import needs

blueprint = Blueprint("bulletins", __name__, url_prefix="/bulletins")
blueprint.add_app_template_filter(diff_address, "diff_address")
blueprint.add_app_template_filter(lambda change: diff_between(*change), "diff_between")

SHOWN_MOST = 100  # items of the person's own at once: of more, the most important first
ONE = "/<int(max=999999999):number>"


@blueprint.get("")
@needs(Permission.SEARCH)
def index() -> str:
    """Without days: what is still to be confirmed, and today's lists. With days: their lists, or their net effect."""
    chosen = days.asked()
    open_ = missed(person())
    span = desk().bulletins.between(person(), chosen.since, chosen.until) if chosen and not chosen.is_one else None
    day = chosen.since if chosen else days.today()
    lists = [] if span else desk().bulletins.list(person(), day, day)
    yesterday = day - timedelta(days=1)
    return render_template(
        "bulletins/index.html", chosen=chosen, missed=open_, span=span, day=day, today=days.today(),
        lists=[(b, with_state(b, open_.codes)) for b in lists], shortcuts=days.shortcuts(chosen),
        done_today=confirmed_on(person(), day, open_.codes), yesterday=yesterday,
        done_yesterday=confirmed_on(person(), yesterday, open_.codes),
        recent=desk().bulletins.list(person(), limit=8), shown_most=SHOWN_MOST,
    )  # fmt: skip


@blueprint.get(ONE)
@needs(Permission.SEARCH)
def show(number: int) -> str:
    bulletin = desk().bulletins.get(person(), number)
    return render_template(
        "bulletins/show.html", bulletin=bulletin, told=with_state(bulletin, missed(person()).codes),
        receipts=desk().receipts.of_person(person(), number), corrections=desk().bulletins.corrections(person(), number),
    )  # fmt: skip


@blueprint.post(f"{ONE}/confirm")
@needs(Permission.SEARCH)
def confirm(number: int) -> Response:
    """Take note of one item. A script gets JSON: ``counts`` (False: the answer was wrong), ``expected``
    (the right option), ``said``, ``left``."""
    code = request.form.get("code", "")[:40]
    receipt = desk().receipts.confirm(person(), number, code, _answer())
    if receipt.confirmed:
        said = _("已确认，谢谢。")
    else:
        said = _("答案不对，正确的是：%(right)s。请选它再确认。", right=receipt.expected)
    if "X-Requested-With" in request.headers:
        left = len(desk().bulletins.unread(person()).items)
        return jsonify(counts=receipt.confirmed, expected=receipt.expected, said=said, left=left)
    flash(said, "done" if receipt.confirmed else "error")
    back = request.form.get("next")
    return redirect(safe_next(back) if back else url_for("bulletins.index"), 303)


def _answer() -> int | None:
    text = request.form.get("answer", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise Invalid(N_("请选择一个答案。"), field="answer")
    return int(text)
