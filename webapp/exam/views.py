"""What waits, begin, answer, hand in, look at the result."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid, KbError
from kb.domain.exams.paper import Item
from kb.domain.exams.practising import PRACTICE_HINTS, PRACTICE_NAMES, Attempt
from kb.domain.exams.sitting import MISSED, SittingState
from kb.domain.person import Permission
from kb.services.examinations import Own
from webapp.current import desk, person, visitor
from webapp.errors import status_of
from webapp.exam.showing import answered, key_value, posed, said_of, typed_value
from webapp.messages import sentence
from webapp.security import needs

blueprint = Blueprint("exam", __name__, url_prefix="/exam")


@blueprint.app_context_processor
def _for_the_header() -> dict[str, object]:
    return {"exams_waiting": _waiting}


def _waiting() -> int:
    """How many papers can be taken now. A page about something else never fails for it."""
    who = visitor()
    try:
        return desk().examinations.waiting(who) if who and who.may(Permission.SIT) else 0
    except KbError:
        return 0


@blueprint.get("")
@needs(Permission.SIT)
def index() -> str:
    now = desk().clock()
    own = desk().examinations.own(person())
    done = [
        one
        for one in own
        if one.sitting.state is SittingState.HANDED_IN or one.sitting.state in MISSED or one.sitting.is_over(now)
    ]
    waiting = sorted((one for one in own if one not in done), key=lambda one: one.batch.opens_at)
    return render_template(
        "exam/list.html", waiting=waiting, done=done, now=now, sets=desk().practice.sizes(person()),
        set_names=PRACTICE_NAMES, set_hints=PRACTICE_HINTS, mistakes=len(desk().practice.mistakes(person())),
    )  # fmt: skip


@blueprint.get("/<int(max=999999999):number>")
@needs(Permission.SIT)
def show(number: int) -> str | Response:
    """The page before it begins, the paper while it is under way, afterwards the way to the result."""
    own = desk().examinations.get(person(), number)
    if own.sitting.state is SittingState.HANDED_IN:
        return redirect(url_for("exam.result", number=number), 303)
    if own.sitting.state is SittingState.STARTED and not own.sitting.is_over(desk().clock()):
        return _paper(number)
    return _door(own)


@blueprint.post("/<int(max=999999999):number>/start")
@needs(Permission.SIT)
def start(number: int) -> tuple[str, int] | Response:
    try:
        desk().examinations.start(person(), number)
    except Conflict as error:
        return _door(desk().examinations.get(person(), number), sentence(error)), status_of(error)[0]
    return redirect(url_for("exam.show", number=number), 303)


@blueprint.post("/<int(max=999999999):number>/answers")
@needs(Permission.SIT)
def save(number: int) -> Response | tuple[Response, int]:
    """Keep one answer: ``{"question": 101, "value": [2], "sequence": 1763690400123}``, places as shown.

    The answer: what is kept, whether it is the newest, and how many milliseconds are left.
    """
    sent = request.get_json(silent=True)
    try:
        if not isinstance(sent, dict) or not isinstance(sent.get("question"), int):
            raise Invalid(N_("请求的内容无法识别，请返回后重试。"))
        saved = desk().examinations.save(person(), number, sent["question"], sent.get("value"), sent.get("sequence", 0))
    except (Invalid, Conflict) as error:
        return jsonify({"said": sentence(error)}), status_of(error)[0]
    said = gettext("答题时间已过，这个答案已保留，但不计分。") if saved.late else ""
    return jsonify({"newest": saved.is_newest, "late": saved.late, "sequence": saved.sequence, "said": said})


@blueprint.post("/<int(max=999999999):number>/hand-in")
@needs(Permission.SIT)
def hand_in(number: int) -> Response:
    """Hand in. Without a script the form holds all answers; with one they have been sent already."""
    if request.form.get("scripted") != "1":
        _save_all(number)
        if request.form.get("then") == "go_on":
            flash(gettext("已保存。"), "done")
            return redirect(url_for("exam.show", number=number), 303)
    done = desk().examinations.hand_in(person(), number)
    flash(gettext("已交卷。客观题得分 {score} 分。").format(score=f"{done.score or 0:g}"), "done")
    return redirect(url_for("exam.result", number=number), 303)


def _save_all(number: int) -> None:
    exams, who = desk().examinations, person()
    try:
        taking = exams.take(who, number)
    except Conflict:
        return  # time is over: what was saved before counts
    sequence = int(desk().clock().timestamp() * 1000)
    for item in taking.form.items:
        given = typed_value(item, request.form)
        if given or item.question in taking.answers:
            exams.save(who, number, item.question, given, max(sequence, taking.sequence + 1))


@blueprint.get("/<int(max=999999999):number>/result")
@needs(Permission.SIT)
def result(number: int) -> str:
    seen = desk().examinations.result(person(), number)
    rows = answered(seen) if seen.keys_open and seen.by_item else []
    codes = {row.item.content.source.code for row in rows} - {""}
    with desk().store.read() as uow:
        now = uow.entries.in_force(codes, desk().clock())
    return render_template(
        "exam/result.html", seen=seen, rows=rows, own=seen.sitting.person == person().login,
        revisions={code: dated.revision.number for code, dated in now.items()}, now=desk().clock(),
    )  # fmt: skip


@blueprint.get("/mistakes")
@needs(Permission.SIT)
def mistakes() -> str:
    book = desk().practice.mistakes(person())
    return render_template("exam/mistakes.html", book=book, shown=[_mistake(one) for one in book])


def _mistake(one: Attempt) -> dict[str, object]:
    item = Item(question=one.question, version=one.version, score=1.0, content=one.content)
    seed = "book"
    return {
        "posed": posed(item, seed, one.value, with_key=True), "said": said_of(item, seed, one.value),
        "right": said_of(item, seed, key_value(one.content)), "one": one,
    }  # fmt: skip


def _door(own: Own, mistake: str = "") -> str:
    return render_template("exam/door.html", own=own, now=desk().clock(), mistake=mistake)


def _paper(number: int) -> str:
    taking = desk().examinations.take(person(), number)
    questions = [posed(item, taking.sitting.seed, taking.answers.get(item.question, ())) for item in taking.form.items]
    return render_template("exam/paper.html", taking=taking, questions=questions)
