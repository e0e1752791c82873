"""How the items of a paper did, and a key put right."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import Conflict, Invalid
from kb.domain.exams.question import QuestionType
from kb.domain.exams.statistics import FLAG_NAMES
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.exam.showing import LETTERS
from webapp.messages import sentence
from webapp.results.views import blueprint
from webapp.security import needs


@blueprint.get("/papers")
@needs(Permission.SEE_ITEMS)
def papers() -> str:
    return render_template("results/papers.html", batches=desk().item_statistics.papers(person()))


@blueprint.get("/papers/<int(max=999999999):paper>")
@needs(Permission.SEE_ITEMS)
def statistics(paper: int) -> str:
    desk().examinations.finish_due()
    return _page(paper)


@blueprint.post("/papers/<int(max=999999999):paper>/keys/<int(max=999999999):question>")
@needs(Permission.KEEP_QUESTIONS)
def correct(paper: int, question: int) -> tuple[str, int] | Response:
    """Put a key right for everybody who took the paper; options count in the order of the bank."""
    key = [int(place) for place in request.form.getlist("key") if place.isdecimal() and len(place) < 3]
    order = re.split(r"[\s,，、>→-]+", request.form.get("order", "").strip().upper()[:200])
    if "order" in request.form:
        key = [LETTERS.index(letter) if len(letter) == 1 and letter in LETTERS else 99 for letter in order if letter]
    blanks = [re.split(r"[/／|]", text[:1000]) for text in request.form.getlist("blank")]
    void, reason = request.form.get("void") == "1", request.form.get("reason", "")[:2000]
    try:
        done = desk().marking.correct_key(person(), paper, question, reason=reason, key=key, blanks=blanks, void=void)
    except (Invalid, Conflict) as error:
        return _page(paper, {question: sentence(error)}), status_of(error)[0]
    said = gettext("已更正并重新计分：{all} 份答卷，{changed} 份分数有变。原来的分数都留着。")
    flash(said.format(all=done.looked_at, changed=len(done.changed)), "done")
    return redirect(f"{url_for('results.statistics', paper=paper)}#q{question}", 303)


def _page(paper: int, mistakes: dict[int, str] | None = None) -> str:
    figures = desk().item_statistics.of_paper(person(), paper)
    return render_template(
        "results/statistics.html", figures=figures, flag_names=FLAG_NAMES, letters=LETTERS, mistakes=mistakes or {},
        may_correct=person().may(Permission.KEEP_QUESTIONS), types=QuestionType,
    )  # fmt: skip
