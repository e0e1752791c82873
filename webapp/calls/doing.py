"""What the strip and the bar do: begin and end a call, keep what was done in it, record what came of it.

A script hears the answer as JSON; a form without one is led back to the page.
"""

from __future__ import annotations

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kb.domain.calls import ActKind, Exemption
from kb.domain.diff_words import diff_words
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.person import Permission
from kb.domain.privacy import find, patterns_of
from kb.services.solutions import TEXT_MOST, Recorded
from webapp.auth.local import safe_next
from webapp.calls.blueprint import blueprint
from webapp.calls.reading import TYPED_MOST, counted, form_of, line_and_product, strip, title_of, titles_of, typed
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import name, sentence
from webapp.security import needs

ACTS_MOST = 10  # at once


@blueprint.get("/strip")
@needs(Permission.RECORD)
def read_strip() -> str:
    """A part of a page: the call under way, and what is owed."""
    return render_template("calls/_strip.html", calls=strip(person()))


@blueprint.post("/act")
@needs(Permission.RECORD)
def act() -> Response:
    """Keep what a page says was done: ``{"acts": [{"kind": "search", "text": …, "hits": 3}, …]}``, in order."""
    sent = request.get_json(silent=True)
    acts = sent.get("acts") if isinstance(sent, dict) else None
    for one in acts[:ACTS_MOST] if isinstance(acts, list) else []:
        if isinstance(one, dict):
            _keep(one)
    return Response(status=204)


def _keep(one: dict[str, object]) -> None:
    number = lambda value: value if isinstance(value, int) and 0 <= value < 1_000_000 else None  # noqa: E731
    try:
        kind = ActKind(str(one.get("kind", "")))
        desk().calls.act(
            person(), kind, text=str(one.get("text", ""))[:1_000], code=str(one.get("code", ""))[:80],
            revision=number(one.get("revision")), hits=number(one.get("hits")),
        )  # fmt: skip
    except (ValueError, Invalid):
        return  # from an older page or another hand: nothing that counts


@blueprint.post("/open")
@needs(Permission.RECORD)
def open_() -> AnyResponse:
    try:
        desk().calls.open(person(), **line_and_product())
    except Conflict as error:
        return _refused(error)
    return _done("")


@blueprint.post("/end")
@needs(Permission.RECORD)
def end() -> AnyResponse:
    """End the call that the page shows; another one that has begun meanwhile goes on."""
    number = request.form.get("number", "")
    try:
        call = desk().calls.end(
            person(), int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
        )
    except NotFound as error:
        return _refused(error)
    return _done("", number=call.number)


@blueprint.post("/<int(max=999999999):number>/exempt")
@needs(Permission.RECORD)
def exempt(number: int) -> AnyResponse:
    try:
        reason = Exemption(request.form.get("reason", ""))
    except ValueError:
        return _refused(Invalid(N_("请选免记的原因。"), field="reason"))
    try:
        desk().calls.exempt(person(), number, reason)
    except Conflict as error:
        return _refused(error)
    return _done(gettext("已免记：{why}。").format(why=name(reason)), number=number)


@blueprint.get("/<int(max=999999999):number>/form")
@needs(Permission.RECORD)
def form(number: int) -> str:
    """The bar of one call, as a part of a page."""
    return render_template("calls/_form.html", form=form_of(person(), number))


@blueprint.post("/<int(max=999999999):number>/solution")
@needs(Permission.RECORD)
def save(number: int) -> AnyResponse:
    try:
        read = typed()
        recorded = desk().solutions.record(
            person(), number, key=request.form.get("key", "")[:80], kind=read.kind, code=read.code, revision=read.revision,
            follow_up=read.follow_up, follow_due=read.follow_due, anyway=bool(request.form.get("anyway")), **read.texts,
        )  # fmt: skip
    except (Invalid, Conflict, NotFound) as error:
        return _refused(error, number)
    return _done(said_of(recorded), number=number, solution=recorded.solution.number)


def said_of(recorded: Recorded) -> str:
    """What was kept, what was masked in it, what should be looked at again."""
    said = [gettext("已记下。")]
    if recorded.hidden:
        said.append(gettext("已隐去：{what}。").format(what=counted(recorded.hidden)))
    if recorded.warned:
        said.append(gettext("可能还有：{what}，请到“我的通话”检查。").format(what=counted(recorded.warned)))
    return "".join(said)


@blueprint.post("/check")
@needs(Permission.RECORD)
def check() -> Response:
    """What of a text will be masked, and what looks personal and will not be. Nothing is kept."""
    found = find(request.form.get("text", "")[:TEXT_MOST], patterns_of(desk().rulebook.current().policy_shapes))
    hidden, warned = (counted(f.kind for f in found if f.certain is certain) for certain in (True, False))
    said = []
    if hidden:
        said.append(gettext("保存时会隐去：{what}。").format(what=hidden))
    if warned:
        said.append(gettext("像是个人信息：{what}。请改成不认得出是谁的说法。").format(what=warned))
    return jsonify(said="".join(said), warned=bool(warned))


@blueprint.post("/compare")
@needs(Permission.RECORD)
def compare() -> str:
    """The speakable answer of an entry and a better text, with what differs marked; a part of a page."""
    text = request.form.get("text", "")[:TEXT_MOST].replace("\r\n", "\n")
    view = desk().knowledge.read(person(), request.form.get("code", "")[:80].strip().upper())
    content = view.dated.revision.content if view.dated else None
    return render_template("calls/_compare.html", parts=diff_words(content.speakable if content else "", text))


@blueprint.get("/entry/<code>")
@needs(Permission.RECORD)
def entry(code: str) -> Response:
    """What the bar says beside a code that was typed: the title, the answer, what stands in its place."""
    try:
        view = desk().knowledge.read(person(), code.strip().upper()[:80])
    except (NotFound, Invalid) as error:
        return make_response(
            jsonify(error={"code": status_of(error)[1], "message": sentence(error)}), status_of(error)[0]
        )
    content = view.dated.revision.content if view.dated else None
    return jsonify(
        code=view.code, title=title_of(view), speakable=content.speakable if content else "", in_force=content is not None,
        product=content.product if content else "", category=content.category if content else "",
    )  # fmt: skip


def _done(said: str, **more: object) -> AnyResponse:
    if _is_script():
        return jsonify(said=said, **more)
    if said:
        flash(said, "done")
    return redirect(_back(), 303)


def _refused(error: KbError, number: int = 0) -> AnyResponse:
    status, code = status_of(error)
    replaced_by = str(error.values.get("replaced_by") or "")
    again = "used_key" in error.values
    said = sentence(error)
    if again:
        said = gettext("这通来电刚才已经记下一份，您现在写的还没有保存。再保存一次，就另记一条。")
    if _is_script():
        told = {
            "code": code, "message": said, "field": getattr(error, "field", "") or "", "again": again,
            "withdrawn": "replaced_by" in error.values, "replaced_by": replaced_by,
            "title": titles_of(person(), [replaced_by]).get(replaced_by, ""),
        }  # fmt: skip
        return make_response(jsonify(error=told), status)
    if number:
        page = render_template(
            "calls/close_out.html", form=form_of(person(), number), trouble=said, sent=_sent() | ({"key": ""} if again else {})
        )
        return make_response(page, status)
    flash(said, "error")
    return redirect(_back(), 303)


def _sent() -> dict[str, str]:
    return {key: value[:TYPED_MOST].replace("\r\n", "\n") for key, value in request.form.items()}


def _is_script() -> bool:
    return "X-Requested-With" in request.headers


def _back() -> str:
    return safe_next(request.form.get("next")) if request.form.get("next") else url_for("calls.mine")
