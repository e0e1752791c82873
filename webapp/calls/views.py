"""One's own calls and promises, the form of one call, a solution to be changed, and who owes how many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.calls import EXEMPT, Call
from kb.domain.errors import Conflict, Invalid, NotFound
from kb.domain.person import Permission
from kb.domain.solutions import Outcome, Solution
from webapp.calls.blueprint import blueprint
from webapp.calls.doing import said_of
from webapp.calls.reading import PROBLEM_TYPES, TEXTS, TYPED_MOST, form_of, lasting, titles_of, typed
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.intake import times
from webapp.messages import sentence
from webapp.security import needs


@blueprint.get("/mine")
@needs(Permission.RECORD)
def mine() -> str:
    return _mine()


@blueprint.get("/<int(max=999999999):number>")
@needs(Permission.RECORD)
def close_out(number: int) -> str:
    return render_template("calls/close_out.html", form=form_of(person(), number))


@blueprint.get("/solutions/<int(max=999999999):number>")
@needs(Permission.RECORD)
def solution(number: int) -> str:
    return _solution(desk().solutions.get(person(), number))


@blueprint.post("/solutions/<int(max=999999999):number>")
@needs(Permission.RECORD)
def change(number: int) -> str | tuple[str, int] | Response:
    based_on = request.form.get("based_on", "")[:9]
    try:
        read = typed()
        recorded = desk().solutions.edit(
            person(), number, based_on=int(based_on) if based_on.isdecimal() else 0, kind=read.kind, code=read.code,
            follow_up=read.follow_up, follow_due=read.follow_due, **read.texts,
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        sent = {key: value[:TYPED_MOST].replace("\r\n", "\n") for key, value in request.form.items()}
        return _solution(desk().solutions.get(person(), number), sentence(error), sent), status_of(error)[0]
    flash(said_of(recorded), "done")
    return redirect(url_for("calls.mine"), 303)


@blueprint.post("/solutions/<int(max=999999999):number>/followed")
@needs(Permission.RECORD)
def followed(number: int) -> tuple[str, int] | Response:
    note = request.form.get("note", "")[:TYPED_MOST].replace("\r\n", "\n")
    try:
        desk().solutions.finish_follow_up(person(), number, note=note)
    except (Invalid, Conflict) as error:
        return _mine(refused=number, trouble=sentence(error), note=note), status_of(error)[0]
    flash(gettext("跟进已完成。"), "done")
    return redirect(url_for("calls.mine"), 303)


@blueprint.get("/owing")
@needs(Permission.GRANT_CALLS)
def owing() -> str:
    most = desk().rulebook.current().owed_most
    return render_template("calls/owing.html", rows=desk().calls.owing(person()), most=most)


@blueprint.post("/owing/grant")
@needs(Permission.GRANT_CALLS)
def grant() -> Response:
    login = request.form.get("login", "")[:80]
    try:
        desk().calls.grant(person(), login)
    except (Conflict, NotFound) as error:
        flash(sentence(error), "error")
    else:
        flash(gettext("已准许再接一通。"), "done")
    return redirect(url_for("calls.owing"), 303)


def _mine(*, refused: int = 0, trouble: str = "", note: str = "") -> str:
    who, now = person(), desk().clock()
    zone = desk().settings.zone
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    today, promised = desk().calls.recent(who, midnight), desk().solutions.follow_ups(who)
    solutions = {call.number: desk().solutions.of_call(who, call.number) for call in today if _is_recorded(call)}
    codes = {one.code for ones in solutions.values() for one in ones} | {one.code for one in promised}
    return render_template(
        "calls/mine.html", owed=desk().calls.owed(who)[::-1], today=today, promised=promised, solutions=solutions, now=now,
        lasting=lasting, times=times, titles=titles_of(who, sorted(codes)), refused=refused, trouble=trouble, note=note,
        can_change=lambda one: one.outcome is Outcome.WAITING,
    )  # fmt: skip


def _is_recorded(call: Call) -> bool:
    return bool(call.settled_as) and call.settled_as != EXEMPT


def _solution(one: Solution, trouble: str = "", sent: Mapping[str, str] | None = None) -> str:
    texts = {f: getattr(one, f) for f in ("asked", "problem_type", "product", "code", "result", "follow_note")}
    texts |= {"kind": str(one.kind), "follow_up": "yes" if one.follow_due else "", TEXTS.get(one.kind, ""): one.text}
    if one.follow_due:
        texts["follow_due"] = f"{one.follow_due.astimezone(desk().settings.zone):%Y-%m-%dT%H:%M}"
    types = list(dict.fromkeys([t for t in (one.problem_type, *PROBLEM_TYPES) if t]))
    return render_template(
        "calls/solution.html", one=one, trouble=trouble, sent=sent if sent is not None else texts, types=types, versions=desk().solutions.versions(person(), one.number), form=SimpleNamespace(codes={}),
    )  # fmt: skip
