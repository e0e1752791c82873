"""Give a question and the entry that should answer; see why it does not come up; mend it with one click."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from indexer.explaining import FIELD_LABELS, KIND_LABELS, Explanation
from indexer.search import SearchRequest
from indexer.text import seen
from kb.domain.content import Content, check_code
from kb.domain.errors import N_, KbError, NotFound
from kb.domain.person import Permission, Role, may_see
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs
from webapp.whynot import mending
from webapp.whynot.mending import Mend

blueprint = Blueprint("whynot", __name__, url_prefix="/why-not")


@blueprint.app_context_processor
def _words_of_explaining() -> dict[str, object]:
    return {"explain_labels": {"fields": FIELD_LABELS, "kinds": KIND_LABELS}}


QUESTION_MOST = 200  # characters
MENDS = ("phrasing", "synonym", "word")


@dataclass(frozen=True)
class Asked:
    """What stands in the form, as typed."""

    q: str = ""
    code: str = ""
    said: str = ""
    meant: str = ""
    word: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Looked:
    """``explained`` is None when the form is not filled in; ``role`` is whose view is explained."""

    explained: Explanation | None = None
    content: Content | None = None
    role: Role = Role.AGENT
    mends: list[Mend] = field(default_factory=list)


@blueprint.get("")
@needs(Permission.PUBLISH)
def index() -> str | tuple[str, int]:
    asked = _asked(request.args)
    try:
        return _page(asked, _look(asked))
    except KbError as error:
        return _page(asked, Looked(), trouble=sentence(error)), status_of(error)[0]


@blueprint.post("/<kind>")
@needs(Permission.PUBLISH)
def mend(kind: str) -> str | tuple[str, int] | Response:
    """Make the mend, unless golden questions would lose their answer by it and nobody has agreed to that."""
    if kind not in MENDS:
        raise NotFound(N_("没有这种补救办法。"))
    asked = _asked(request.form)
    if "preview" in request.form:
        typed = {name: getattr(asked, name) for name in ("q", "code", "said", "meant", "word")}
        return redirect(url_for("whynot.index", **{name: text for name, text in typed.items() if text}), 303)
    try:
        looked = _look(asked)
        chosen = next((m for m in looked.mends if m.kind == kind), None)
        if chosen is None or looked.content is None:
            raise NotFound(N_("请先填写问题和应当回答的条目。"))
        lost = [query for query, _, _ in chosen.guarded.lost] if chosen.guarded else []
        if lost and request.form.get("agreed") != "1":
            return _page(asked, looked, asking=kind), 409
        said = _made(kind, asked, lost)
    except KbError as error:
        return _page(asked, _look_again(asked), trouble=sentence(error)), status_of(error)[0]
    desk().sync.drain()  # here, so that the page that comes next shows where the entry stands now
    flash(said, "done")
    return redirect(url_for("whynot.index", q=asked.q, code=asked.code), 303)


def _made(kind: str, asked: Asked, lost: list[str]) -> str:
    reason = asked.reason or gettext("“{q}”搜不到 {code}").format(q=asked.q[:60], code=asked.code)
    if kind == "phrasing":
        desk().learning.mend(person(), asked.code, asked.q, reason=reason, losing=lost)
        return gettext("“{q}”已记为 {code} 的说法，现在就能搜到。").format(q=asked.q[:60], code=asked.code)
    current = desk().lexicons.current()
    if kind == "synonym":
        wanted = mending.with_synonym(current, asked.said, asked.meant)
    else:
        wanted = mending.with_word(current, asked.word)
    saved = desk().lexicons.save(
        person(), words=wanted.words, synonyms=wanted.synonyms, reason=reason, based_on=current.number, losing=lost
    )
    return gettext("词典已保存为第 {number} 版，现在就生效。").format(number=saved.number)


def _look(asked: Asked) -> Looked:
    if not asked.q or not asked.code:
        return Looked()
    code = check_code(asked.code)
    view = desk().knowledge.read(person(), code)
    content = (view.dated.revision if view.dated else view.entry.latest).content
    role = next((role for role in Role if may_see(role, content.roles)), Role.ADMINISTRATOR)
    question = SearchRequest(asked.q, role, limit=5)
    explained = desk().search.explain(question, code)
    if view.dated is None:
        return Looked(explained, content, role)
    mends = [
        mending.phrasing_mend(question, code, content),
        mending.synonym_mend(question, code, explained, asked.said, asked.meant),
        mending.word_mend(question, code, explained, content, asked.word),
    ]
    return Looked(explained, content, role, mends)


def _look_again(asked: Asked) -> Looked:
    try:
        return _look(asked)
    except KbError:
        return Looked()


def _page(asked: Asked, looked: Looked, *, trouble: str = "", asking: str = "") -> str:
    return render_template(
        "whynot/page.html", asked=asked, looked=looked, explained=looked.explained, trouble=trouble, asking=asking,
        most=QUESTION_MOST,
    )  # fmt: skip


def _asked(values: object) -> Asked:
    take = lambda name: " ".join(seen(values.get(name, "")).split())[:QUESTION_MOST]  # type: ignore[attr-defined]  # noqa: E731
    return Asked(take("q"), take("code").upper(), take("said"), take("meant"), take("word"), take("reason"))
