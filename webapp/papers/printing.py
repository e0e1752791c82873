"""A form on paper: the paper itself, its key, an answer sheet; as a page to print and as a Word file."""

from __future__ import annotations

import io

from flask import render_template, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Invalid
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.paper import Form, Paper
from kb.domain.exams.shuffle import printed as printed_form
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.papers.blueprint import NUMBER, blueprint
from webapp.security import needs

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PARTS = {"paper": N_("试卷"), "key": N_("答案与评分"), "sheet": N_("答题卡")}


@blueprint.get(f"/{NUMBER}/print")
@needs(Permission.REVIEW_QUESTIONS)
def printed(number: int) -> str:
    paper = desk().papers.open(person(), number).paper
    form, part = wanted(paper)
    return render_template("papers/print.html", paper=paper, form=form, part=part, parts=PARTS, letters=LETTERS)


@blueprint.get(f"/{NUMBER}/word")
@needs(Permission.REVIEW_QUESTIONS)
def word(number: int) -> Response:
    """The same as a Word file."""
    from kb.exchange.paper_docx import paper_docx

    paper = desk().papers.open(person(), number).paper
    form, part = wanted(paper)
    label = gettext("%(form)s 卷", form=form.name)
    name = f"{paper.blueprint.title} {label} {gettext(PARTS[part])}.docx"
    return send_file(io.BytesIO(paper_docx(paper, form.name, part)), WORD, as_attachment=True, download_name=name)


def wanted(paper: Paper) -> tuple[Form, str]:
    """The form and the part that the address names; without names form A and the paper."""
    part = request.args.get("part", "paper")
    if part not in PARTS:
        raise Invalid(N_("可以打印的是试卷、答案和答题卡。"), field="part")
    return printed_form(paper.form(request.args.get("form", "A")[:1]), paper.seed), part
