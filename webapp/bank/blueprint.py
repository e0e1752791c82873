"""The one blueprint of the bank, and what all its pages show."""

from __future__ import annotations

from flask import Blueprint

from kb.domain.diff_words import Segment, diff_words
from kb.domain.errors import Conflict
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.mending import suspicion
from kb.domain.exams.question import Question, QuestionContent, QuestionType

blueprint = Blueprint("bank", __name__, url_prefix="/bank")


@blueprint.app_template_filter("right_answer")
def right_answer(content: QuestionContent) -> str:
    """The key in short: ``B``, ``ACD``, ``CAB`` for the right order; the answers of the blanks; "" for a rubric.

    True and false are ``T`` and ``F`` here; a template says 对 and 错."""
    if content.type is QuestionType.TRUE_FALSE:
        return "T" if content.key == (0,) else "F"
    if content.type is QuestionType.CLOZE:
        return "；".join(" / ".join(answers) for answers in content.blanks)
    return "".join(LETTERS[place] for place in content.key if place < len(LETTERS))


@blueprint.app_template_filter("suspicion")
def suspicion_of(one: Question) -> Conflict | None:
    """Why a stale question hardly holds as it stands; None when it may well."""
    return suspicion(one.content, one.lapse.text) if one.lapse is not None and not one.lapse.withdrawn else None


@blueprint.app_template_filter("words_after")
def words_after(now: str, before: str) -> tuple[Segment, ...]:
    """What of ``now`` is new, compared with ``before``."""
    return diff_words(before, now)
