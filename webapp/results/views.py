"""Results of a month with the ranking, as a page and as a workbook; who needs remedial training; coverage."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.exams.sitting import BATCH_KIND_NAMES, SITTING_STATE_NAMES
from kb.domain.person import Permission
from kb.exchange.scores_xlsx import results_workbook
from kb.services.results import Month
from webapp.current import desk, person
from webapp.messages import sentence
from webapp.paging import part_of
from webapp.security import needs
from webapp.sittings.scores import download

blueprint = Blueprint("results", __name__, url_prefix="/results")


@blueprint.get("")
@needs(Permission.SEE_RESULTS)
def index() -> str:
    desk().examinations.finish_due()
    results, months = desk().results, desk().results.months(person())
    month = _month(months)
    found = results.month(person(), month) if month else None
    return render_template(
        "results/month.html", months=months, found=found, month=month, part=part_of(found.lines if found else []),
        remedial=results.remedial(person(), month) if month else [],
    )  # fmt: skip


@blueprint.get("/results.xlsx")
@needs(Permission.SEE_RESULTS)
def workbook() -> Response:
    desk().examinations.finish_due()
    month = _month(desk().results.months(person())) or desk().clock().date().replace(day=1)
    found = desk().results.month(person(), month)
    name = f"{gettext('考试成绩')}-{month:%Y-%m}"
    return download(results_workbook(rows_of(found), title=f"{month:%Y-%m}"), name)


@blueprint.get("/coverage")
@needs(Permission.SEE_RESULTS)
def coverage() -> str:
    desk().examinations.finish_due()
    found = desk().results.coverage(person())
    code = request.args.get("code", "")[:40]
    teams = sorted({team for one in found for team in one.teams})
    chosen = next((one for one in found if one.code == code), None)
    return render_template("results/coverage.html", part=part_of(found), teams=teams, chosen=chosen)


@blueprint.post("/re-entry")
@needs(Permission.KEEP_QUESTIONS)
def re_entry() -> Response:
    """Assemble a paper of questions that this person has never seen, and lead to it."""
    try:
        paper = desk().re_entry.build(person(), request.form.get("person", "")[:80], seed=secrets.randbelow(2**31))
    except (Invalid, Conflict) as error:
        lacks = "".join(sentence(one) for one in getattr(error, "lacks", ()))
        flash(sentence(error) + lacks, "error")
        return redirect(url_for("results.index"), 303)
    flash(gettext("已编好再上岗试卷，题目都是本人没有做过的。请检查后提交主任。"), "done")
    return redirect(url_for("papers.show", number=paper.number), 303)


def rows_of(found: Month) -> Iterator[tuple[object, ...]]:
    """The rows of the monthly assessment, in the order of ``RESULT_HEADINGS``. Documents of the centre are Chinese."""
    for line in found.lines:
        batch, one = line.batch, line.sitting
        passed = {True: N_("合格"), False: N_("不合格"), None: ""}[line.passed]
        share = "" if line.share is None else f"{line.share * 100:.1f}%"
        place, size = (line.placed.place, line.placed.size) if line.placed else ("", "")
        note = one.note or ("" if one.complete or one.score is None else N_("有题目待评分"))
        yield (
            f"{batch.month:%Y-%m}", batch.title, BATCH_KIND_NAMES[batch.kind], one.team, one.person, line.name, one.form,
            "" if one.score is None else one.score, batch.total, share, passed, place, size, SITTING_STATE_NAMES[one.state], note,
        )  # fmt: skip


def _month(months: list[date]) -> date | None:
    """The month that the address names, or the latest with results."""
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", request.args.get("month", ""))
    return date(int(match[1]), int(match[2]), 1) if match else (months[0] if months else None)
