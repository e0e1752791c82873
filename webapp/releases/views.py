"""List, open, fill, publish, undo."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.entry import Action
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission
from kb.domain.release import ReleaseItem, ReleaseState
from webapp.current import desk, person
from webapp.messages import sentence
from webapp.security import needs

blueprint = Blueprint("releases", __name__, url_prefix="/releases")


@blueprint.get("")
@needs(Permission.PUBLISH)
def index() -> str:
    return render_template("releases/list.html", releases=desk().releases.all(person()))


@blueprint.post("")
@needs(Permission.PUBLISH)
def open_release() -> Response:
    try:
        release = desk().releases.open(person(), request.form.get("title", "")[:2_000])
    except Invalid as error:
        flash(sentence(error), "error")
        return redirect(url_for("releases.index"), 303)
    return redirect(url_for("releases.show", number=release.number), 303)


@blueprint.get("/<int(max=999999999):number>")
@needs(Permission.PUBLISH)
def show(number: int) -> str:
    release = desk().releases.get(person(), number)
    is_open = release.state is ReleaseState.OPEN
    with desk().store.read() as uow:
        entries = uow.entries.get_many(item.code for item in release.items)
        in_force = uow.entries.in_force(list(entries), desk().clock())
    waiting = desk().workflow.waiting(person()) if is_open else []
    listed = {item.code for item in release.items}
    return render_template(
        "releases/show.html", release=release, entries=entries, in_force=in_force, Action=Action, State=ReleaseState,
        problems=desk().releases.problems(person(), number) if is_open else {},
        waiting=[w for w in waiting if w.code not in listed],
    )  # fmt: skip


@blueprint.post("/<int(max=999999999):number>/items")
@needs(Permission.PUBLISH)
def put(number: int) -> Response:
    """Add what the form names: ``publish`` values like ``FAQ-0042:3``, and one ``withdraw`` with its replacement."""
    return _do(number, lambda: desk().releases.put(person(), number, _items()), _("已加入发布包。"))


@blueprint.post("/<int(max=999999999):number>/items/<code>/remove")
@needs(Permission.PUBLISH)
def remove(number: int, code: str) -> Response:
    return _do(number, lambda: desk().releases.remove(person(), number, code), _("已移出 %(code)s。", code=code))


@blueprint.post("/<int(max=999999999):number>/publish")
@needs(Permission.PUBLISH)
def publish(number: int) -> Response:
    reason = request.form.get("reason", "")
    return _do(number, lambda: desk().releases.publish(person(), number, reason=reason), _("发布包已整体发布。"))


@blueprint.post("/<int(max=999999999):number>/undo")
@needs(Permission.PUBLISH)
def undo(number: int) -> Response:
    reason = request.form.get("reason", "")
    return _do(
        number,
        lambda: desk().releases.undo(person(), number, reason=reason),
        _("发布包已整体撤回，恢复到发布前的规定。"),
    )


def _do(number: int, act: Callable[[], object], said: str) -> Response:
    desk().releases.get(person(), number)  # a release that is not there is a page that is not there
    try:
        act()
        flash(said, "done")
    except (Conflict, Invalid, NotFound) as error:
        flash(sentence(error), "error")
    return redirect(url_for("releases.show", number=number), 303)


def _items() -> list[ReleaseItem]:
    items = []
    for value in request.form.getlist("publish")[:1_000]:
        code, _colon, revision = value.partition(":")
        if not re.fullmatch(r"[0-9]{1,6}", revision):
            raise Invalid(N_("请写明要发布第几版。"), field="revision")
        items.append(ReleaseItem(code, Action.PUBLISH, int(revision)))
    withdrawn = request.form.get("withdraw", "").strip()
    if withdrawn:
        items.append(
            ReleaseItem(withdrawn[:60], Action.WITHDRAW, None, request.form.get("replaced_by", "").strip()[:60])
        )
    if not items:
        raise Invalid(N_("请至少选择一条。"))
    return items
