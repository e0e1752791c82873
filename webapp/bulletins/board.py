"""Who has taken note of a list and who has not, and the reminder."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.person import Permission, Role
from webapp.bulletins.announcing import to_latest
from webapp.bulletins.views import ONE, blueprint
from webapp.current import desk, person
from webapp.security import needs


@blueprint.get("/board")
@needs(Permission.SEE_RECEIPTS)
def board_of_latest() -> Response:
    return to_latest("bulletins.board", _("还没有签发过清单。"))


@blueprint.get(f"{ONE}/board")
@needs(Permission.SEE_RECEIPTS)
def board(number: int) -> str:
    bulletin = desk().bulletins.get(person(), number)
    others = [b for b in desk().bulletins.list(person(), limit=10) if b.items]
    return render_template(
        "bulletins/board.html", bulletin=bulletin, board=desk().receipts.board(person(), number), others=others,
        titles={item.code: item.title for item in bulletin.items}, may_remind=may_remind(),
    )  # fmt: skip


def may_remind() -> bool:
    return person().may(Permission.ANNOUNCE) or person().role is Role.TEAM_LEADER


@blueprint.post(f"{ONE}/remind")
@needs(Permission.SEE_RECEIPTS)
def remind(number: int) -> Response:
    """Remind the logins named, a team (``team``, may be empty: those in none), or with ``all`` everybody."""
    form = request.form
    logins = [login[:80] for login in form.getlist("login")] or None
    team = None if "all" in form or logins else form.get("team", "")[:80]
    reminded = desk().receipts.remind(person(), number, logins, team=team)
    if reminded:
        flash(_("已提醒 %(count)s 人，几秒内出现在他们打开的页面上。", count=len(reminded)), "done")
    else:
        flash(_("没有需要提醒的人：都已确认，或 5 分钟内刚提醒过。"), "done")
    return redirect(url_for("bulletins.board", number=number), 303)
