"""List, add, disable accounts; change a role; hand out a new password; make and revoke tokens.

Passwords and tokens are generated here and shown once, on the answer to the request that made them: that answer is
never stored (``no-store``), and no redirect carries them.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Invalid
from kb.domain.person import Permission, Role
from webapp.current import desk, person
from webapp.security import needs

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
@needs(Permission.MANAGE_PEOPLE)
def index() -> str:
    return _page()


@blueprint.post("")
@needs(Permission.MANAGE_PEOPLE)
def add() -> str:
    login, name, password = _field("login"), _field("name"), _new_password()
    added = desk().people.add(person(), login, name, _role(), password, team=_field("team"))
    return _page(secret=password, said=gettext("已添加账号 %(login)s。密码只显示这一次：", login=added.login))


@blueprint.post("/disable")
@needs(Permission.MANAGE_PEOPLE)
def disable() -> Response:
    login = _field("login")
    desk().people.disable(person(), login)
    return _back(gettext("已停用账号 %(login)s，它的登录全部结束。", login=login))


@blueprint.post("/role")
@needs(Permission.MANAGE_PEOPLE)
def set_role() -> Response:
    login = _field("login")
    desk().people.set_role(person(), login, _role())
    return _back(gettext("已更改 %(login)s 的岗位，需重新登录。", login=login))


@blueprint.post("/team")
@needs(Permission.MANAGE_PEOPLE)
def set_team() -> Response:
    login = _field("login")
    desk().people.set_team(person(), login, _field("team"))
    return _back(gettext("已更改 %(login)s 的班组。", login=login))


@blueprint.post("/password")
@needs(Permission.MANAGE_PEOPLE)
def renew_password() -> str:
    login, password = _field("login"), _new_password()
    desk().people.change_password(person(), login, password)
    return _page(secret=password, said=gettext("%(login)s 的新密码只显示这一次：", login=login))


@blueprint.post("/tokens")
@needs(Permission.MANAGE_PEOPLE)
def create_token() -> str:
    name = _field("name")
    token = desk().people.create_token(person(), name, _role())
    return _page(secret=token, said=gettext("令牌 %(name)s 只显示这一次：", name=name))


@blueprint.post("/tokens/revoke")
@needs(Permission.MANAGE_PEOPLE)
def revoke_token() -> Response:
    name = _field("name")
    desk().people.revoke_token(person(), name)
    return _back(gettext("已吊销令牌 %(name)s。", name=name))


def _page(*, secret: str = "", said: str = "") -> str:
    people = desk().people
    accounts = people.all(person())
    return render_template(
        "people/list.html", people=accounts, tokens=people.tokens(person()), roles=list(Role),
        teams=sorted({one.team for one in accounts} - {""}), secret=secret, said=said,
    )  # fmt: skip


def _back(said: str) -> Response:
    flash(said, "done")
    return redirect(url_for("people.index"), 303)


def _field(name: str) -> str:
    return request.form.get(name, "").strip()[:200]


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise Invalid(N_("请从列表中选择岗位。"), field="role") from None


def _new_password() -> str:
    """Sixteen characters, 96 bits."""
    return secrets.token_urlsafe(12)
