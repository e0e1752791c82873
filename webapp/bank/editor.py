"""Write a question of any type, change one, take over a proposal with changes. Works without any script."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import Invalid, KbError
from kb.domain.exams.checks import BY_RUBRIC, LETTERS
from kb.domain.exams.mending import mended
from kb.domain.exams.question import QUESTION_TYPE_NAMES, Question, QuestionContent, QuestionState
from kb.domain.person import Permission
from webapp.bank import form
from webapp.bank.blueprint import blueprint
from webapp.bank.form import Typed
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs


@blueprint.get("/new")
@needs(Permission.KEEP_QUESTIONS)
def new() -> str:
    """An empty form; with ``entry`` and ``proposal`` filled with what a rule proposed."""
    code, digest = request.args.get("entry", "")[:40], request.args.get("proposal", "")[:64]
    if digest:
        proposal = desk().proposing.find(person(), code, digest)
        return _form(form.typed_from(proposal.content), proposal=(code, digest))
    typed = Typed(type=form.type_of(request.args.get("type", "")))
    typed.texts["code"] = code
    return _form(typed)


@blueprint.post("/new")
@needs(Permission.KEEP_QUESTIONS)
def add() -> Response | tuple[str, int] | str:
    typed = form.read(request.form, request.form.getlist("key"))
    code, digest = request.form.get("entry", "")[:40], request.form.get("proposal", "")[:64]
    proposal = (code, digest) if digest else None
    if "retype" in request.form:
        return _form(typed, proposal=proposal)
    try:
        if proposal:
            before = desk().proposing.find(person(), code, digest).content
            content = form.content_of(typed, before)
            kept = desk().proposing.accept(person(), code, digest, content=content, reason=typed.texts["reason"])
        else:
            kept = desk().bank.add(person(), form.content_of(typed), reason=typed.texts["reason"] or gettext("新编"))
    except KbError as error:
        return _form(typed, proposal=proposal, error=error), status_of(error)[0]
    flash(gettext("已存入题库：{name}。").format(name=kept.name), "done")
    return redirect(url_for("bank.show", number=kept.number), 303)


@blueprint.get("/<int(max=999999999):number>/edit")
@needs(Permission.KEEP_QUESTIONS)
def edit(number: int) -> str:
    one = desk().bank.get(person(), number)
    if one.state is not QuestionState.STALE or one.lapse is None or not one.lapse.text or one.lapse.withdrawn:
        return _form(form.typed_from(one.content, version=one.version), question=one)
    draft = mended(one.content, one.lapse.text)
    typed = form.typed_from(draft, version=one.version)
    typed.texts["quote"] = one.lapse.text  # what took its place: mostly what the mended question rests on
    return _form(typed, question=one, is_mended=draft != one.content)


@blueprint.post("/<int(max=999999999):number>/edit")
@needs(Permission.KEEP_QUESTIONS)
def save(number: int) -> Response | tuple[str, int] | str:
    typed = form.read(request.form, request.form.getlist("key"))
    one = desk().bank.get(person(), number)
    if "retype" in request.form:
        return _form(typed, question=one)
    try:
        content = form.content_of(typed, one.content, is_stale=one.state is QuestionState.STALE)
        kept = desk().bank.edit(person(), number, content, based_on=typed.based_on, reason=typed.texts["reason"])
    except KbError as error:
        return _form(typed, question=one, error=error), status_of(error)[0]
    flash(gettext("已存为 {name} 第 {version} 版，待审核。").format(name=kept.name, version=kept.version), "done")
    return redirect(url_for("bank.show", number=number), 303)


def _form(
    typed: Typed,
    *,
    question: Question | None = None,
    proposal: tuple[str, str] | None = None,
    error: KbError | None = None,
    is_mended: bool = False,
) -> str:
    field = getattr(error, "field", "") if isinstance(error, Invalid) else ""
    place = desk().bank.place(person(), question) if question else None
    like: list[tuple[Question, float]] = []
    if typed.texts.get("stem", "").strip():
        probe = QuestionContent(type=typed.type, stem=typed.texts["stem"])
        like = list(desk().bank.like(person(), probe, but=question.number if question else 0))
    return render_template(
        "bank/edit.html", typed=typed, question=question, proposal=proposal, place=place, types=QUESTION_TYPE_NAMES,
        letters=LETTERS, mistakes={field or "form": sentence(error)} if error else {}, by_rubric=BY_RUBRIC, like=like,
        points=desk().bank.points(person()), is_mended=is_mended,
    )  # fmt: skip
