"""Practice: one question after the other, judged at once."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.exams.paper import Item
from kb.domain.exams.practising import PRACTICE_NAMES, PracticeKind
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
    try:
        judged = desk().practice.answer(person(), chosen, number, version, given, seed)
    except (Invalid, Conflict) as error:
        return _question(chosen, sentence(error)), 409
    return render_template(
        "exam/judged.html", chosen=chosen, name=PRACTICE_NAMES[chosen], judged=judged, posed=posed(judged.item, seed, judged.value),
        said=said_of(judged.item, seed, judged.value), right=said_of(judged.item, seed, key_value(judged.item.content)),
    )  # fmt: skip


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
