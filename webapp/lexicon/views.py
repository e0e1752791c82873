"""Show, save, read a file in, look at a state, restore one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from indexer.checks_of_golden import Guarded
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound, TooLarge
from kb.domain.lexicon import EMPTY, LEXICON_MOST, Lexicon
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import answer_mistake, status_of
from webapp.lexicon.difference import Difference, difference
from webapp.lexicon.guarding import guarded, seen
from webapp.lexicon.reading import FILE, REASON, SYNONYMS, WORDS, Mistake, mistakes_in, with_file
from webapp.messages import sentence
from webapp.paging import part_of
from webapp.security import needs

BODY_MOST = 8_388_608  # bytes: two texts with 200,000 characters each, and room to say in words that one is too long
STATES_SHOWN = 20

blueprint = Blueprint("lexicon", __name__, url_prefix="/lexicon")


@dataclass(frozen=True)
class Form:
    """What stands in the form. ``based_on``: number of the state from which it was changed."""

    words: str
    synonyms: str
    based_on: int
    reason: str = ""
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    trouble: str = ""
    said: str = ""
    seen: str = ""  # the golden questions whose loss the person was told of
    guarded: Guarded | None = None


@blueprint.url_value_preprocessor
def _take_long_texts(_endpoint: str | None, _values: object) -> None:
    """Before the guard, which reads the form only after it knows that the person may send one."""
    request.max_content_length = request.max_form_memory_size = BODY_MOST


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_long(_error: RequestEntityTooLarge) -> Response:
    return answer_mistake(TooLarge(N_("内容太多，没有保存：词典和同义词各最多 {most} 个字。"), most=LEXICON_MOST))


@blueprint.get("")
@needs(Permission.PUBLISH)
def index() -> str:
    current = desk().lexicons.current()
    return _page(Form(current.words, current.synonyms, current.number))


@blueprint.post("")
@needs(Permission.PUBLISH)
def save() -> tuple[str, int] | Response:
    form = _sent()
    mistakes = mistakes_in(form.words, form.synonyms)
    if mistakes:
        return _page(_with(form, mistakes=mistakes)), 400
    found = guarded(form.words, form.synonyms)
    if found.lost and form.seen != seen(found):
        return _page(_with(form, guarded=found, seen=seen(found))), 409
    try:
        saved = desk().lexicons.save(
            person(), words=form.words, synonyms=form.synonyms, reason=form.reason, based_on=form.based_on,
            losing=[query for query, _, _ in found.lost],
        )  # fmt: skip
    except Conflict as error:
        return _in_conflict(form, error), 409
    except Invalid as error:
        return _page(_with(form, mistakes={error.field or REASON: Mistake(sentence(error))})), status_of(error)[0]
    flash(gettext("已保存为第 {number} 版。").format(number=saved.number), "done")
    return redirect(url_for("lexicon.index"), 303)


@blueprint.post("/file")
@needs(Permission.PUBLISH)
def read_file() -> str | tuple[str, int]:
    """Put the words of a file into the form, to be looked over; nothing is saved yet."""
    form, file = _sent(), request.files.get(FILE)
    try:
        if file is None or not file.filename:
            raise Invalid(N_("请先选择文件。"), field=FILE)
        words, new, there = with_file(form.words, file.read())
    except Invalid as error:
        return _page(_with(form, mistakes={FILE: Mistake(sentence(error))})), status_of(error)[0]
    said = gettext("文件里的词已加到词典末尾：新词 {new} 个，原来就有 {there} 个。还没有保存，请检查后保存。")
    return _page(_with(form, words=words, said=said.format(new=new, there=there)))


@blueprint.get("/<int:number>")
@needs(Permission.PUBLISH)
def show(number: int) -> str:
    return _state_page(number)


@blueprint.post("/<int:number>/restore")
@needs(Permission.PUBLISH)
def restore(number: int) -> str | tuple[str, int] | Response:
    reason = request.form.get("reason", "")[:2_000]
    state = _state(desk().lexicons.history(person()), number)
    found = guarded(state.words, state.synonyms)
    if found.lost and request.form.get("seen", "") != seen(found):
        return _state_page(number, reason=reason, found=found), 409
    try:
        saved = desk().lexicons.restore(person(), number, reason=reason, losing=[query for query, _, _ in found.lost])
    except Invalid as error:
        return _state_page(number, reason=reason, mistake=sentence(error)), status_of(error)[0]
    said = gettext("第 {old} 版已恢复，现为第 {number} 版。")
    flash(said.format(old=number, number=saved.number), "done")
    return redirect(url_for("lexicon.index"), 303)


def _page(form: Form, clashing: tuple[Difference, Difference] | None = None) -> str:
    return render_template(
        "lexicon/page.html", form=form, clashing=clashing, most=LEXICON_MOST,
        states=part_of(desk().lexicons.history(person()), STATES_SHOWN),
    )  # fmt: skip


def _state_page(number: int, *, reason: str = "", mistake: str = "", found: Guarded | None = None) -> str:
    states = desk().lexicons.history(person())
    state, before = _state(states, number), next((s for s in states if s.number == number - 1), EMPTY)
    return render_template(
        "lexicon/state.html", state=state, is_current=state is states[0], reason=reason, mistake=mistake,
        guarded=found, seen=seen(found) if found else "",
        words=difference(before.words, state.words), synonyms=difference(before.synonyms, state.synonyms),
    )  # fmt: skip


def _state(states: list[Lexicon], number: int) -> Lexicon:
    found = next((state for state in states if state.number == number), None)
    if found is None:
        raise NotFound(N_("词典没有第 {number} 版。"), number=number)
    return found


def _sent() -> Form:
    based_on = request.form.get("based_on", "")[:9]
    return Form(
        # A browser sends \r\n, and drops one line end at the start of a text area when it shows it again.
        *(request.form.get(name, "").replace("\r\n", "\n").lstrip("\n") for name in (WORDS, SYNONYMS)),
        based_on=int(based_on) if based_on.isdecimal() else 0,
        reason=request.form.get(REASON, "")[:2_000],
        seen=request.form.get("seen", "").replace("\r\n", "\n"),
    )


def _with(form: Form, **more: object) -> Form:
    return Form(**{**form.__dict__, **more})  # type: ignore[arg-type]


def _in_conflict(form: Form, error: KbError) -> str:
    """Nothing typed is lost: it stays in the form, beside what the newer state has that it does not."""
    current = desk().lexicons.current()
    if current.number == form.based_on:
        return _page(_with(form, trouble=sentence(error)))
    said = gettext("{author} 刚才把词典改到了第 {number} 版，您的文字还没有保存，都在下面。请对照差别改好，再保存一次。")
    clashing = difference(current.words, form.words), difference(current.synonyms, form.synonyms)
    trouble = said.format(author=current.author, number=current.number)
    return _page(_with(form, based_on=current.number, trouble=trouble), clashing)
