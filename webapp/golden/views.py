"""Keep the questions: search within them, add, change, remove, import."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.content import NAME_MOST
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.golden import QUERY_MOST, GoldenQuestion
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.golden.lines import codes_of, decoded, question, questions_of
from webapp.golden.results import RUN_MOST, entries_of, summary
from webapp.messages import sentence
from webapp.paging import part_of
from webapp.security import needs

blueprint = Blueprint("golden", __name__, url_prefix="/golden")


@dataclass(frozen=True)
class Typed:
    """What stands in the form of a question, as typed."""

    query: str = ""
    codes: str = ""
    product: str = ""


@blueprint.get("")
@needs(Permission.PUBLISH)
def index() -> str:
    return _page()


@blueprint.post("")
@needs(Permission.PUBLISH)
def add() -> str | tuple[str, int] | Response:
    typed = _typed()
    try:
        new = _question(typed)
        if _find(new.query):
            raise Conflict(N_("这个问题已经有了，请直接更改它。"))
        desk().goldens.put(person(), [new])
    except (Invalid, Conflict) as error:
        return _page(typed=typed, mistake=sentence(error)), status_of(error)[0]
    return _back(gettext("已添加检验问题。"))


@blueprint.get("/question")
@needs(Permission.PUBLISH)
def show() -> str:
    there = _find(request.args.get("query", ""))
    if there is None:
        raise NotFound(N_("没有这个检验问题。"))
    return _form(there.query, Typed(there.query, " ".join(there.relevant), there.product), there=there)


@blueprint.post("/question")
@needs(Permission.PUBLISH)
def change() -> str | tuple[str, int] | Response:
    old, typed = request.form.get("old", "")[: QUERY_MOST * 2], _typed()
    try:
        new = _question(typed)
        _replace(old, new)
    except (Invalid, Conflict) as error:
        return _form(old, typed, mistake=sentence(error)), status_of(error)[0]
    return _back(gettext("已更改检验问题。"))


@blueprint.post("/remove")
@needs(Permission.PUBLISH)
def remove() -> Response:
    desk().goldens.remove(person(), request.form.get("query", ""))
    return _back(gettext("已删除检验问题。"))


@blueprint.post("/import")
@needs(Permission.PUBLISH)
def import_() -> str | tuple[str, int] | Response:
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(N_("请先选择文件。"), field="file")
        changed = desk().goldens.put(person(), questions_of(decoded(file.read())))
    except Invalid as error:
        return _page(bad_file=sentence(error)), status_of(error)[0]
    return _back(gettext("新增或更改 {count} 个检验问题。").format(count=changed))


def _page(*, typed: Typed | None = None, mistake: str = "", bad_file: str = "") -> str:
    wanted = request.args.get("q", "").strip()[:QUERY_MOST]
    everything = desk().goldens.all()
    part = part_of([q for q in everything if _contains(q, wanted)])
    with desk().store.read() as uow:
        entries = entries_of(uow, (code for q in part.rows for code in q.relevant), desk().clock())
    return render_template(
        "golden/list.html", part=part, wanted=wanted, count=len(everything), entries=entries, typed=typed or Typed(),
        mistake=mistake, bad_file=bad_file, accepted=summary(desk().goldens.last_accepted()), products=_products(),
        query_most=QUERY_MOST, product_most=NAME_MOST, run_most=RUN_MOST,
    )  # fmt: skip


def _form(old: str, typed: Typed, *, mistake: str = "", there: GoldenQuestion | None = None) -> str:
    return render_template(
        "golden/question.html", old=old, typed=typed, mistake=mistake, there=there, products=_products(),
        query_most=QUERY_MOST, product_most=NAME_MOST,
    )  # fmt: skip


def _typed() -> Typed:
    take = lambda name: request.form.get(name, "").strip()[:2_000]  # noqa: E731
    return Typed(take("query"), take("codes"), take("product"))


def _question(typed: Typed) -> GoldenQuestion:
    return question(typed.query, codes_of(typed.codes), typed.product)


def _replace(old: str, new: GoldenQuestion) -> None:
    goldens = desk().goldens
    if not _find(old):
        raise Conflict(N_("这个问题刚被别人更改或删除，请刷新后再改。"))
    if new.query != old and _find(new.query):
        raise Conflict(N_("已经有一个同样的问题，请直接更改它。"))
    goldens.put(person(), [new])
    if new.query != old:
        goldens.remove(person(), old)


def _find(query: str) -> GoldenQuestion | None:
    return next((q for q in desk().goldens.all() if q.query == query), None)


def _contains(one: GoldenQuestion, wanted: str) -> bool:
    return any(wanted.casefold() in text.casefold() for text in (one.query, one.product, *one.relevant))


def _products() -> list[str]:
    return desk().names.now(person())[0]


def _back(said: str) -> Response:
    flash(said, "done")
    return redirect(url_for("golden.index"), 303)
