"""Practice: one question after the other, judged at once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.exams.paper import Item
from kb.domain.exams.practising import PRACTICE_NAMES, PracticeKind
from kb.domain.exams.question import QuestionType
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.exam.showing import key_value, posed, said_of, typed_value
from webapp.exam.views import blueprint
from webapp.messages import sentence
from webapp.security import needs


@blueprint.get("/practice/<kind>")
@needs(Permission.SIT)
def practise(kind: str) -> str:
    return _question(_kind(kind))


@blueprint.post("/practice/<kind>")
@needs(Permission.SIT)
def judge(kind: str) -> str | Response | tuple[str, int]:
    chosen = _kind(kind)
    number, version = (_number(request.form.get(name, "")) for name in ("question", "version"))
    seed = request.form.get("seed", "")[:200]
    with desk().store.read() as uow:
        question = uow.bank.version(number, version)
    if question is None:
        raise NotFound(N_("没有这道练习题。"))
    given = typed_value(Item(question=number, version=version, score=1.0, content=question.content), request.form)
    if not given:
        return redirect(url_for("exam.practise", kind=kind), 303)
    if question.content.type is QuestionType.SHORT:
        return _own(chosen, number, version, str(given[0]))
    try:
        judged = desk().practice.answer(person(), chosen, number, version, given, seed)
    except (Invalid, Conflict) as error:
        return _question(chosen, sentence(error)), 409
    return render_template(
        "exam/judged.html", chosen=chosen, name=PRACTICE_NAMES[chosen], judged=judged, posed=posed(judged.item, seed, judged.value, with_key=True),
        said=said_of(judged.item, seed, judged.value), right=said_of(judged.item, seed, key_value(judged.item.content)),
    )  # fmt: skip


@blueprint.post("/practice/<kind>/own")
@needs(Permission.SIT)
def judge_own(kind: str) -> str | Response | tuple[str, int]:
    """What somebody found in the own written answer."""
    chosen = _kind(kind)
    number, version = (_number(request.form.get(name, "")) for name in ("question", "version"))
    reached = [_number(value) for value in request.form.getlist("reached") if value.isdecimal()]
    text = request.form.get("text", "").replace("\r\n", "\n")[:10_000]
    try:
        judged = desk().practice.judge_own(person(), chosen, number, version, text, reached)
    except (Invalid, Conflict) as error:
        return _question(chosen, sentence(error)), 409
    flash(gettext("已记下：答到 {share}%。").format(share=round(judged.share * 100)), "done")
    return redirect(url_for("exam.practise", kind=kind), 303)


def _own(kind: PracticeKind, number: int, version: int, text: str) -> str | tuple[str, int]:
    try:
        written = desk().practice.written(person(), number, version, text)
    except (Invalid, Conflict) as error:
        return _question(kind, sentence(error)), 409
    return render_template("exam/own.html", chosen=kind, name=PRACTICE_NAMES[kind], item=written.item, text=text)


def _question(kind: PracticeKind, mistake: str = "") -> str:
    asked = desk().practice.next(person(), kind)
    return render_template(
        "exam/practice.html", chosen=kind, name=PRACTICE_NAMES[kind], asked=asked, mistake=mistake,
        posed=posed(asked.item, asked.seed) if asked else None,
    )  # fmt: skip


def _kind(kind: str) -> PracticeKind:
    if kind not in set(PracticeKind):
        raise NotFound(N_("没有这个页面。"))
    return PracticeKind(kind)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
