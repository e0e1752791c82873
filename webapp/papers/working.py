"""Building papers: the blueprint's editor, assembling, exchanging single questions."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import randbelow

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import Conflict, Invalid, KbError
from kb.domain.exams.assembly import CannotAssemble
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.paper import Paper
from kb.domain.exams.question import QUESTION_TYPE_NAMES
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.papers.blueprint import NUMBER, blueprint, sent_number, to_paper
from webapp.papers.form import Typed, blueprint_of, month, read, typed_of
from webapp.papers.views import page
from webapp.security import needs

SEEDS = 1_000_000


@blueprint.get("/new")
@needs(Permission.KEEP_QUESTIONS)
def new() -> str:
    wanted = request.args.get("month", "")
    preset = desk().papers.preset(person(), month(wanted) if wanted else None)
    return _editor(typed_of(preset))


@blueprint.post("/new")
@needs(Permission.KEEP_QUESTIONS)
def build() -> tuple[str, int] | Response:
    typed = read(request.form)
    try:
        made = desk().papers.build(person(), blueprint_of(typed), seed=sent_number("seed") or randbelow(SEEDS) + 1)
    except CannotAssemble as error:
        return _editor(typed, lacks=error.lacks, mistake=sentence(error)), 409
    except Invalid as error:
        return _editor(typed, field=error.field, mistake=sentence(error)), status_of(error)[0]
    return to_paper(made.number, gettext("A、B 两卷组好了，请逐题看一遍，再提交主任审批。"))


@blueprint.get(f"/{NUMBER}/blueprint")
@needs(Permission.KEEP_QUESTIONS)
def change(number: int) -> str:
    paper = desk().papers.open(person(), number).paper
    return _editor(typed_of(paper.blueprint), paper=paper)


@blueprint.post(f"/{NUMBER}/blueprint")
@needs(Permission.KEEP_QUESTIONS)
def again(number: int) -> tuple[str, int] | Response:
    """Assemble it anew, by what stands in the editor."""
    typed, version = read(request.form), sent_number("version")
    try:
        desk().papers.again(
            person(), number, blueprint_of(typed), seed=sent_number("seed") or randbelow(SEEDS) + 1, version=version
        )
    except (Invalid, Conflict) as error:
        paper = desk().papers.open(person(), number).paper
        lacks = error.lacks if isinstance(error, CannotAssemble) else ()
        shown = _editor(typed, paper=paper, lacks=lacks, field=getattr(error, "field", ""), mistake=sentence(error))
        return shown, status_of(error)[0]
    return to_paper(number, gettext("两卷已按蓝图重新组好。"))


@blueprint.get(f"/{NUMBER}/swap")
@needs(Permission.KEEP_QUESTIONS)
def choices(number: int) -> str:
    """What may stand at a place instead. Places count from 1 in the address."""
    return _choices(number)


@blueprint.post(f"/{NUMBER}/swap")
@needs(Permission.KEEP_QUESTIONS)
def swap(number: int) -> tuple[str, int] | Response:
    form, place = request.form.get("form", "")[:1], sent_number("place")
    try:
        desk().papers.swap(person(), number, form, place - 1, sent_number("question"), version=sent_number("version"))
    except Conflict as error:
        return page(number, sentence(error)), status_of(error)[0]
    flash(gettext("{form} 卷第 {place} 题已换好。").format(form=form, place=place), "done")
    return redirect(url_for("papers.show", number=number, _anchor=f"{form}{place}"), 303)


def _choices(number: int) -> str:
    form, place = request.args.get("form", "")[:1], sent_number("place")
    text = request.args.get("q", "").strip()[:100]
    opened, old, found, total = desk().papers.choices(person(), number, form, place - 1, text=text)
    return render_template(
        "papers/swap.html", paper=opened.paper, form=form, place=place, old=old, choices=found, letters=LETTERS, text=text,
        total=total,
    )  # fmt: skip


def _editor(
    typed: Typed, *, paper: Paper | None = None, lacks: Sequence[KbError] = (), field: str = "", mistake: str = ""
) -> str:
    return render_template(
        "papers/blueprint.html", typed=typed, paper=paper, lacks=lacks, field=field, mistake=mistake,
        types=QUESTION_TYPE_NAMES, points=desk().papers.points(person()),
    )  # fmt: skip
