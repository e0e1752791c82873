"""The pages of signing in and out, and of what belongs to one's own account."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kb.domain.errors import N_, Busy, Invalid, KbError, NotFound, NotSignedIn
from kb.domain.person import Permission, Person, Role
from webapp import i18n, sessions
from webapp.auth.local import demo_is_open, safe_next
from webapp.current import desk, person, visitor
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs, open_to_all

blueprint = Blueprint("auth", __name__)

LOGIN_MOST, PASSWORD_MOST = 100, 1_000  # characters; hashing a book would keep the server busy


@blueprint.get("/login")
@open_to_all
def login() -> AnyResponse:
    if visitor() is not None:
        return redirect(safe_next(request.args.get("next")), 303)
    return _login_page()


@blueprint.post("/login")
@open_to_all
def sign_in() -> AnyResponse:
    name, password = request.form.get("login", "").strip(), request.form.get("password", "")
    try:
        found, secret = desk().people.sign_in(name[:LOGIN_MOST], password[:PASSWORD_MOST])
    except (NotSignedIn, Busy, Invalid) as error:
        return _login_page(error, name[:LOGIN_MOST])
    return _welcome(found, secret)


@blueprint.post("/demo")
@open_to_all
def demo() -> AnyResponse:
    """Sign in as the demo's person for the chosen role, without a password, on this machine only."""
    if not demo_is_open():
        raise NotFound(N_("没有这个页面。"))
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        raise Invalid(N_("请从列表中选择岗位。"), field="role") from None
    found, secret = desk().people.sign_in_as(f"demo-{role}")
    return _welcome(found, secret)


@blueprint.post("/logout")
@open_to_all
def logout() -> AnyResponse:
    sessions.end()
    return redirect(url_for("auth.login"), 303)


@blueprint.post("/language")
@open_to_all
def language() -> AnyResponse:
    chosen = i18n.known(request.form.get("language"))
    asker = visitor()
    if asker is not None:
        people = desk().people
        people.save_preferences(asker, {**people.preferences(asker), "language": chosen})
    response = redirect(safe_next(request.form.get("next")), 303)
    i18n.remember(response, chosen)
    return response


@blueprint.get("/password")
@needs(Permission.SEARCH)
def password() -> str:
    return render_template("auth/password.html")


@blueprint.post("/password")
@needs(Permission.SEARCH)
def change_password() -> AnyResponse:
    """Change one's own password; every session of the account ends, and this browser gets a new one."""
    old, new = request.form.get("old", "")[:PASSWORD_MOST], request.form.get("new", "")[:PASSWORD_MOST]
    try:
        if new != request.form.get("again", ""):
            raise Invalid(N_("两次输入的新密码不一致。"), field="again")
        found, secret = _replace_password(person().login, old, new)
    except KbError as error:
        return make_response(render_template("auth/password.html", error=sentence(error)), status_of(error)[0])
    response = _welcome(found, secret)
    flash(gettext("密码已更改。"), "done")  # after the old session and what it held are gone
    return response


def _replace_password(login: str, old: str, new: str) -> tuple[Person, str]:
    people = desk().people
    try:
        found, _ = people.sign_in(login, old)  # wrong tries are slowed like those of the login page
    except NotSignedIn:
        raise Invalid(N_("现在的密码不对。"), field="old") from None
    people.change_password(found, login, new)
    return people.sign_in(login, new)


def _welcome(found: Person, secret: str) -> AnyResponse:
    """A fresh session for a person who has shown who they are, in the language that they like."""
    sessions.begin(secret)
    response = redirect(safe_next(request.form.get("next")), 303)
    preferred = desk().people.preferences(found).get("language")
    if preferred:
        i18n.remember(response, i18n.known(preferred))
    return response


def _login_page(error: KbError | None = None, name: str = "") -> Response:
    page = render_template(
        "auth/login.html",
        error=sentence(error) if error else "",
        login=name,
        next=safe_next(request.values.get("next")),
        demo_roles=list(Role) if demo_is_open() else [],
    )
    return make_response(page, status_of(error)[0] if error else 200)
