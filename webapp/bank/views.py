"""The bank as a list, one question with its versions, and what is done with many at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.diff_words import Segment
from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import LETTERS, doubts
from kb.domain.exams.lifecycle import NEEDS_REASON, STEP_NAMES, Step
from kb.domain.exams.question import (
    QUESTION_STATE_NAMES,
    QUESTION_TYPE_NAMES,
    Question,
    QuestionState,
    QuestionType,
)
from kb.domain.person import Permission
from kb.ports import BankFilter
from kb.services.bank import AT_ONCE_MOST, Done
from webapp.bank.blueprint import blueprint
from webapp.bank.changes import changes
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.paging import ROWS, Part
from webapp.security import needs

PRINT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Version:
    """A version with what it changed of the one before, field by field; nothing for the first."""

    question: Question
    changes: list[tuple[str, tuple[Segment, ...]]]


def wanted() -> BankFilter:
    """The filter that the address names; what is no type or state counts for nothing."""
    args = request.args
    kind, state = args.get("type", ""), args.get("state", "")
    return BankFilter(
        type=QuestionType(kind) if kind in set(QuestionType) else None,
        state=QuestionState(state) if state in set(QuestionState) else None,
        point=args.get("point", "")[:300], code=args.get("entry", "").strip().upper()[:40], tag=args.get("tag", "")[:50],
        text=args.get("q", "")[:200],
    )  # fmt: skip


def as_args(found: BankFilter, **changed: object) -> dict[str, object]:
    """``found`` as it stands in an address; empty values are left out."""
    known: dict[str, object] = {
        "type": found.type, "state": found.state, "point": found.point, "entry": found.code, "tag": found.tag, "q": found.text,
    }  # fmt: skip
    return {name: value for name, value in (known | changed).items() if value}


@blueprint.get("")
@needs(Permission.REVIEW_QUESTIONS)
def index() -> str:
    return _list()


def _list(mistake: str = "", ticked: frozenset[int] = frozenset()) -> str:
    found, typed = wanted(), request.args.get("page", "")[:6]
    number = max(1, int(typed)) if typed.isdecimal() else 1
    listed = desk().bank.page(person(), found, limit=ROWS, offset=(number - 1) * ROWS)
    last = max(1, -(-listed.total // ROWS))
    if number > last:
        number = last
        listed = desk().bank.page(person(), found, limit=ROWS, offset=(number - 1) * ROWS)
    return render_template(
        "bank/list.html", part=Part(listed.rows, number, last, listed.total), wanted=found, as_args=as_args,
        counts=listed.counts, points=listed.points, types=QUESTION_TYPE_NAMES, states=QUESTION_STATE_NAMES,
        total=sum(listed.counts.values()), steps=STEP_NAMES, mistake=mistake, ticked=ticked,
    )  # fmt: skip


@blueprint.get("/print")
@needs(Permission.REVIEW_QUESTIONS)
def print_() -> str:
    """The filtered questions with their keys, for paper."""
    listed = desk().bank.page(person(), wanted(), limit=PRINT_MOST)
    return render_template(
        "bank/print.html",
        questions=listed.rows[::-1],
        total=listed.total,
        letters=LETTERS,
        wanted=wanted(),
        as_args=as_args,
    )


@blueprint.get("/<int(max=999999999):number>")
@needs(Permission.REVIEW_QUESTIONS)
def show(number: int) -> str:
    return _page(number)


def _page(number: int, mistake: str = "") -> str:
    opened = desk().bank.open(person(), number)
    versions = opened.versions
    history = [Version(new, changes(old.content, new.content)) for new, old in pairwise(versions)]
    return render_template(
        "bank/question.html", opened=opened, one=opened.question, content=opened.question.content, letters=LETTERS,
        doubts=doubts(opened.question.content), versions=[*history, Version(versions[-1], [])], needs_reason=NEEDS_REASON,
        mistake=mistake, now=desk().clock(),
    )  # fmt: skip


@blueprint.post("/move")
@needs(Permission.REVIEW_QUESTIONS)
def move() -> Response | tuple[str, int]:
    """One step with every ticked question; ``one`` names the question from whose own page it was taken."""
    typed, one = request.form.get("step", ""), request.form.get("one", "")[:9]
    numbers = [
        int(value)
        for value in request.form.getlist("number")[: AT_ONCE_MOST + 1]
        if value.isdecimal() and len(value) < 10
    ]
    try:
        if typed not in set(Step):
            raise Invalid(N_("请选择要做什么。"), field="step")
        done = desk().bank.move(person(), numbers, Step(typed), reason=request.form.get("reason", "")[:500])
        if one and done.refused:
            raise done.refused[0].error
    except KbError as error:
        if one.isdecimal():
            return _page(int(one), sentence(error)), status_of(error)[0]
        return _list(sentence(error), frozenset(numbers)), status_of(error)[0]
    _say(done, Step(typed))
    if one.isdecimal():
        return redirect(url_for("bank.show", number=int(one)), 303)
    return redirect(url_for("bank.index", **as_args(wanted(), page=request.args.get("page"))), 303)


def _say(done: Done, step: Step) -> None:
    if done.numbers:
        said = gettext("{count} 道题：{step}。").format(count=len(done.numbers), step=gettext(STEP_NAMES[step]))
        flash(said, "done")
    for refused in done.refused[:5]:
        flash(sentence(refused.error), "trouble")
    if len(done.refused) > 5:
        flash(gettext("另有 {count} 道题没有处理，原因相同或类似。").format(count=len(done.refused) - 5), "trouble")
