"""How a question becomes one that may be asked: draft, reviewed by somebody else, ready, and retired.

A question that a rule proposed and a trainer took over word for word has been read by the first person who saw it: it
begins as reviewed. Every change of its words or key makes a new version, which begins again as a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, NotAllowed
from kb.domain.exams.question import Question, QuestionContent, QuestionState, Source
from kb.domain.person import Permission, Person


class Step(StrEnum):
    REVIEW = "review"
    RELEASE = "release"
    SEND_BACK = "send_back"
    RETIRE = "retire"
    RESTORE = "restore"


STEP_NAMES: dict[Step, str] = {
    Step.REVIEW: N_("审核通过"),
    Step.RELEASE: N_("设为可用"),
    Step.SEND_BACK: N_("退回草稿"),
    Step.RETIRE: N_("停用"),
    Step.RESTORE: N_("恢复为草稿"),
}

_LEADS: Mapping[Step, tuple[frozenset[QuestionState], QuestionState]] = {
    Step.REVIEW: (frozenset({QuestionState.DRAFT}), QuestionState.REVIEWED),
    Step.RELEASE: (frozenset({QuestionState.REVIEWED}), QuestionState.READY),
    Step.SEND_BACK: (frozenset({QuestionState.REVIEWED, QuestionState.READY}), QuestionState.DRAFT),
    Step.RETIRE: (frozenset({QuestionState.DRAFT, QuestionState.REVIEWED, QuestionState.READY}), QuestionState.RETIRED),
    Step.RESTORE: (frozenset({QuestionState.RETIRED}), QuestionState.DRAFT),
}
NEEDS_REASON = frozenset({Step.SEND_BACK, Step.RETIRE})


def steps_of(question: Question, person: Person) -> list[Step]:
    """What ``person`` may do with it now, in the order of ``Step``."""
    return [step for step in Step if _leads(question, step) and _may(question, person, step)]


def take(question: Question, step: Step, *, by: Person, reason: str = "") -> Question:
    """The question after ``step``.

    Raises:
        Conflict: the step does not fit its state. NotAllowed: it is its author's own, or another role's step.
        Invalid: sending back and retiring need a reason.
    """
    if not _leads(question, step):
        raise Conflict(
            N_("{name} 现在是“{state}”，不能做“{step}”。"), name=question.name, state=question.state, step=step
        )
    if not _may(question, by, step):
        if step is Step.REVIEW and by.may(Permission.REVIEW_QUESTIONS):
            raise NotAllowed(N_("{name} 是您自己写的，请另一位同事审核。"), name=question.name)
        by.require(Permission.KEEP_QUESTIONS)
    if step in NEEDS_REASON:
        check_reason(reason)
    kept = _LEADS[step][1]
    return replace(question, kept=kept, state=kept)


def revise(question: Question, content: QuestionContent, *, by: Person, at: datetime, reason: str) -> Question:
    """The next version: a draft, whatever the one before was.

    Raises:
        Conflict: nothing is different, or it is retired.
    """
    by.require(Permission.KEEP_QUESTIONS)
    if question.kept is QuestionState.RETIRED:
        raise Conflict(N_("{name} 已停用；要改它，请先恢复。"), name=question.name)
    if content == question.content:
        raise Conflict(N_("{name} 没有变化，无需保存。"), name=question.name)
    return _next(question, content, QuestionState.DRAFT, by, at, check_reason(reason))


def confirm(question: Question, source: Source, *, by: Person, at: datetime, reason: str) -> Question:
    """It still holds under the changed entry: the same words, anchored at ``source``, and worth what it was before."""
    by.require(Permission.KEEP_QUESTIONS)
    require_stale(question)
    return _next(question, replace(question.content, source=source), question.kept, by, at, reason)


def require_stale(question: Question) -> None:
    """Raise ``Conflict`` unless it waits to be looked at again."""
    if question.state is not QuestionState.STALE:
        raise Conflict(N_("{name} 没有在等待复核。"), name=question.name)


def _next(
    question: Question, content: QuestionContent, kept: QuestionState, by: Person, at: datetime, reason: str
) -> Question:
    return replace(
        question, version=question.version + 1, content=content, kept=kept, state=kept, lapse=None, author=by.login, at=at,
        reason=reason,
    )  # fmt: skip


def _leads(question: Question, step: Step) -> bool:
    """A stale question can only be retired until its source is settled; one whose entry is withdrawn stays as it is."""
    if question.state is not question.kept and step is not Step.RETIRE:
        return False
    return question.kept in _LEADS[step][0]


def _may(question: Question, person: Person, step: Step) -> bool:
    if step is Step.REVIEW:
        return person.may(Permission.REVIEW_QUESTIONS) and person.login != question.author
    return person.may(Permission.KEEP_QUESTIONS)
