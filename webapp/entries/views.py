"""The page of an entry, and publish, withdraw, restore."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission
from webapp.api import query
from webapp.current import desk, person
from webapp.entries.reading import entry_page
from webapp.messages import sentence
from webapp.security import needs

blueprint = Blueprint("entries", __name__, url_prefix="/entries")


@blueprint.get("/<code>")
@needs(Permission.SEARCH)
def show(code: str) -> str:
    at = query.moment(desk().settings.zone)
    page = entry_page(person(), code, at=at, revision=_number(request.args.get("revision")))
    return render_template(
        "entries/show.html", page=page, at=at, as_of=query.one("as_of"), call=query.one("call")[:64]
    )


@blueprint.post("/<code>/publish")
@needs(Permission.PUBLISH)
def publish(code: str) -> Response:
    number = _required()
    try:
        desk().knowledge.publish(person(), code, number, reason=_reason())
    except (Conflict, Invalid) as error:
        return _back(code, sentence(error), "error")
    return _back(code, _("第 %(n)s 版已发布。", n=number))


@blueprint.post("/<code>/withdraw")
@needs(Permission.PUBLISH)
def withdraw(code: str) -> Response:
    replaced_by = request.form.get("replaced_by", "").strip()
    try:
        desk().knowledge.withdraw(person(), code, reason=_reason(), replaced_by=replaced_by)
    except (Conflict, Invalid) as error:
        return _back(code, sentence(error), "error")
    return _back(code, _("%(code)s 已下线。", code=code))


@blueprint.post("/<code>/restore")
@needs(Permission.PUBLISH)
def restore(code: str) -> Response:
    number = _required()
    try:
        made = desk().knowledge.restore(person(), code, number, reason=_reason())
    except (Conflict, Invalid) as error:
        return _back(code, sentence(error), "error")
    return _back(code, _("第 %(old)s 版已恢复为第 %(new)s 版，发布后生效。", old=number, new=made.number))


def _number(text: str | None) -> int | None:
    """A revision's number. Anything else names no revision, which is what it is told."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise NotFound(N_("没有这个版本。"))
    return int(text)


def _required() -> int:
    number = _number(request.form.get("number"))
    if number is None:
        raise NotFound(N_("没有这个版本。"))
    return number


def _reason() -> str:
    return request.form.get("reason", "")


def _back(code: str, said: str, category: str = "done") -> Response:
    flash(said, category)
    return redirect(url_for("entries.show", code=code), 303)
