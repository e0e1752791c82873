"""What a coordinator makes of a group, a POST each."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.content import Kind
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.person import Permission
from kb.domain.solutions import SolutionKind
from kb.services.harvest import OpenGroup
from webapp.current import desk, person
from webapp.editing.fields import from_content
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs
from webapp.solutions.showing import Row, prefilled, rows_of
from webapp.solutions.views import NUMBER, blueprint, group_page, solution_page

Answer = tuple[str, int] | Response
REFUSALS = (Invalid, Conflict, NotFound)


@blueprint.post(f"/group/{NUMBER}/learn")
@needs(Permission.PUBLISH)
def learn(number: int) -> Answer:
    def act(opened: OpenGroup, rows: list[Row]) -> str:
        code = _sent("code", 40) or opened.group.code
        count = desk().harvest.learn(person(), _numbers(rows), code)
        desk().sync.drain()  # here, so that the caller who asks next is answered
        return gettext("{count} 条说法已收进 {code}，现在就能搜到；座席会收到通知。").format(
            count=count, code=code.upper()
        )

    return _do(number, act)


@blueprint.post(f"/group/{NUMBER}/corrected")
@needs(Permission.PUBLISH)
def corrected(number: int) -> Answer:
    def act(_: OpenGroup, rows: list[Row]) -> str:
        count = desk().harvest.corrected(person(), _numbers(rows))
        return gettext("{count} 条已按更正办结；座席会收到通知。").format(count=count)

    return _do(number, act)


@blueprint.post(f"/group/{NUMBER}/decline")
@needs(Permission.PUBLISH)
def decline(number: int) -> Answer:
    def act(_: OpenGroup, rows: list[Row]) -> str:
        count = desk().harvest.decline(person(), _numbers(rows), request.form.get("reason", ""))
        return gettext("{count} 条未采纳，原因会告诉座席。").format(count=count)

    return _do(number, act)


@blueprint.post(f"/group/{NUMBER}/correct")
@needs(Permission.PUBLISH)
def correct(number: int) -> Answer:
    """Open the editor on the entry, the newest better text in place of what is read aloud."""

    def begin(opened: OpenGroup, rows: list[Row]) -> Response:
        code = opened.group.code
        if not code:
            raise Invalid(N_("新增的记录没有对应的条目，请写成新条目。"))
        looked = desk().drafts.look(person(), code)
        latest = looked.latest
        fields = from_content(latest.content, desk().settings.zone) if latest else {}
        better = [one for row in rows for one in row.solutions if one.kind is SolutionKind.IMPROVED]
        if better:
            fields["speakable"] = max(better, key=lambda one: one.number).text
        based_on = latest.number if latest else 0
        id = desk().harvest.write(person(), _numbers(rows), desk().drafts, fields, code=code, based_on=based_on)
        if looked.draft.id and better:
            flash(gettext("您对这一条已有没提交的草稿，没有替您改动；座席写的列在上方。"), "done")
        return redirect(url_for("editing.draft", id=id), 303)

    return _begin(number, begin)


@blueprint.post(f"/group/{NUMBER}/entry")
@needs(Permission.PUBLISH)
def entry(number: int) -> Answer:
    """Open the editor on a new entry, prefilled from the group."""

    def begin(_: OpenGroup, rows: list[Row]) -> Response:
        fields = prefilled(rows)
        fields["kind"] = next((str(kind) for kind in Kind if kind == _sent("kind", 20)), "faq")
        id = desk().harvest.write(person(), _numbers(rows), desk().drafts, fields)
        return redirect(url_for("editing.draft", id=id), 303)

    return _begin(number, begin)


@blueprint.post(f"/{NUMBER}/take-back")
@needs(Permission.PUBLISH)
def take_back(number: int) -> Answer:
    reason = request.form.get("reason", "")
    try:
        count = desk().harvest.take_back(person(), number, reason)
    except (Invalid, Conflict) as error:
        return solution_page(number, sentence(error), reason), status_of(error)[0]
    desk().sync.drain()
    flash(gettext("已收回，不再用来检索；{count} 条记录的作者会收到通知。").format(count=count), "done")
    return redirect(url_for("solutions.show", number=number), 303)


@blueprint.post(f"/{NUMBER}/reopen")
@needs(Permission.PUBLISH)
def reopen(number: int) -> Answer:
    try:
        desk().harvest.reopen(person(), number)
    except Conflict as error:
        return solution_page(number, sentence(error)), status_of(error)[0]
    flash(gettext("已放回队列。"), "done")
    return redirect(url_for("solutions.group", number=number), 303)


def _do(number: int, act: Callable[[OpenGroup, list[Row]], str]) -> Answer:
    """Then back to what is left of the group, or to the queue."""

    def and_go_on(opened: OpenGroup, rows: list[Row]) -> Response:
        flash(act(opened, rows), "done")
        chosen = set(_numbers(rows))
        left = min((one.number for one in opened.solutions if one.number not in chosen), default=None)
        goes_on = left is not None and _waits(left)
        return redirect(url_for("solutions.group", number=left) if goes_on else url_for("solutions.index"), 303)

    return _begin(number, and_go_on)


def _waits(number: int) -> bool:
    """What says the same as a wording that was just learned waits no more."""
    try:
        desk().harvest.open(person(), number)
    except NotFound:
        return False
    return True


def _begin(number: int, act: Callable[[OpenGroup, list[Row]], Response]) -> Answer:
    try:
        opened = desk().harvest.open(person(), number)
    except NotFound as error:
        flash(sentence(error), "error")
        return redirect(url_for("solutions.index"), 303)
    try:
        return act(opened, _chosen(opened))
    except REFUSALS as error:
        return _refused(number, error)


def _refused(number: int, error: KbError) -> Answer:
    try:
        return group_page(number, sentence(error), request.form.get("reason", "")[:1_200]), status_of(error)[0]
    except NotFound:
        flash(sentence(error), "error")
        return redirect(url_for("solutions.index"), 303)


def _chosen(opened: OpenGroup) -> list[Row]:
    """The rows that are ticked, without what has come since the page was made: nobody has looked at that."""
    picked = {int(text) for text in request.form.getlist("pick") if text.isascii() and text.isdecimal()}
    shown = _sent("shown", 10)
    newest = int(shown) if shown.isascii() and shown.isdecimal() else 0
    seen = [
        Row(r.key, [one for one in r.solutions if one.number <= newest]) for r in rows_of(opened) if r.key in picked
    ]
    rows = [row for row in seen if row.solutions]
    if not rows:
        raise Invalid(N_("请至少选一条。"))
    return rows


def _numbers(rows: list[Row]) -> list[int]:
    return [one.number for row in rows for one in row.solutions]


def _sent(name: str, most: int) -> str:
    return request.form.get(name, "").strip()[:most]
