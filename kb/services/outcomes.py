"""What comes of solutions: written into each of them, told to each author once, within somebody's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kb.domain.draft import Draft
from kb.domain.entry import Entry, Publication
from kb.domain.errors import N_
from kb.domain.notifications import Notification
from kb.domain.solutions import Outcome, Solution
from kb.ports import UnitOfWork
from kb.ports.harvest import Answer
from kb.services.telling import enqueue

# For one solution of a person, and for several of a group.
_TOLD: dict[Outcome, tuple[str, str]] = {
    Outcome.PHRASING: (
        N_("您记录的“{asked}”已收为 {code} 的相似问，以后这样问也能搜到。"),
        N_("您记录的“{asked}”等 {count} 条已收为 {code} 的相似问，以后这样问也能搜到。"),
    ),
    Outcome.CORRECTION: (
        N_("您对 {code} 提的意见已采纳，条目已更正。谢谢您指出来。"),
        N_("您对 {code} 提的 {count} 条意见已采纳，条目已更正。谢谢您指出来。"),
    ),
    Outcome.ENTRY: (
        N_("您记录的“{asked}”已写成条目 {code}，发布后就能搜到。"),
        N_("您记录的“{asked}”等 {count} 条已写成条目 {code}，发布后就能搜到。"),
    ),
    Outcome.DECLINED: (
        N_("您记录的“{asked}”没有采纳：{reason}"),
        N_("您记录的“{asked}”等 {count} 条没有采纳：{reason}"),
    ),
}
# The correction is written and not yet in force: more is not promised.
_SUBMITTED = (
    N_("您对 {code} 提的意见已采纳，更正已经写好，发布后生效。谢谢您指出来。"),
    N_("您对 {code} 提的 {count} 条意见已采纳，更正已经写好，发布后生效。谢谢您指出来。"),
)
# What was written is published: what holds already, and what holds from a later day on.
_PUBLISHED: dict[Outcome, tuple[tuple[str, str], tuple[str, str]]] = {
    Outcome.CORRECTION: (
        (
            N_("{code} 已按您的意见更正并生效，请照现在的条目答复。"),
            N_("{code} 已按您的 {count} 条意见更正并生效，请照现在的条目答复。"),
        ),
        (
            N_("{code} 已按您的意见更正并发布，到生效时间起用。"),
            N_("{code} 已按您的 {count} 条意见更正并发布，到生效时间起用。"),
        ),
    ),
    Outcome.ENTRY: (
        (
            N_("由您记录的“{asked}”写成的 {code} 已经生效，现在就能搜到。"),
            N_("由您记录的“{asked}”等 {count} 条写成的 {code} 已经生效，现在就能搜到。"),
        ),
        (
            N_("由您记录的“{asked}”写成的 {code} 已经发布，到生效时间就能搜到。"),
            N_("由您记录的“{asked}”等 {count} 条写成的 {code} 已经发布，到生效时间就能搜到。"),
        ),
    ),
}
_ASKED_MOST = 60


def settle(
    uow: UnitOfWork, solutions: Sequence[Solution], answer: Answer, sentences: tuple[str, str] | None = None
) -> None:
    """Write ``answer`` into each of ``solutions`` and tell every author once; the caller commits.

    Whoever dealt with it is not told of their own. ``sentences``: other ones than those of the outcome, for one
    solution of a person and for several.
    """
    uow.harvest.settle([one.number for one in solutions], answer)
    of_authors: dict[str, list[Solution]] = {}
    for one in solutions:
        if one.person != answer.by:
            of_authors.setdefault(one.person, []).append(one)
    said = sentences or _TOLD.get(answer.outcome)
    if answer.at is not None and said:
        uow.notifications.add(_told(person, own, answer, answer.at, said) for person, own in of_authors.items())


def finish_draft(uow: UnitOfWork, draft: Draft, code: str, revision: int, *, by: str, at: datetime) -> None:
    """The draft was handed in as ``revision`` of ``code``: so much has come of the solutions that it was written from."""
    solutions = uow.harvest.of_draft(draft.id)
    if not solutions:
        return
    outcome = Outcome.CORRECTION if draft.code else Outcome.ENTRY
    answer = Answer(outcome=outcome, code=code, by=by, at=at, draft=draft.id)
    settle(uow, solutions, answer, _SUBMITTED if outcome is Outcome.CORRECTION else None)
    detail = {"revision": revision, "solutions": [one.number for one in solutions]}
    uow.audit.add(at=at, by=by, action=f"solutions.{outcome}", subject=code, detail=detail)


def tell_published(uow: UnitOfWork, entry: Entry, publication: Publication) -> None:
    """Tell those whose solutions the published text was written from, once; the caller commits."""
    if publication.revision is None:
        return
    solutions = uow.harvest.unpublished(entry.code, entry.revision(publication.revision).at)
    is_later = publication.starts > publication.at
    of_authors: dict[tuple[Outcome, str], list[Solution]] = {}
    for one in solutions:
        of_authors.setdefault((one.outcome, one.person), []).append(one)
    for (outcome, person), own in of_authors.items():
        answer = Answer(outcome=outcome, code=entry.code)
        uow.notifications.add([_told(person, own, answer, publication.at, _PUBLISHED[outcome][is_later])])
    uow.harvest.publish([one.number for one in solutions])


def tell_flag(webhooks: Sequence[str], uow: UnitOfWork, flag: Solution) -> None:
    """Leave the message that an agent says something is wrong in an entry: event ``flag``."""
    body = {
        "number": flag.number, "code": flag.code, "revision": flag.revision, "text": flag.text, "agent": flag.person,
        "at": flag.at.isoformat(), "due_at": flag.flag_due.isoformat() if flag.flag_due else None,
    }  # fmt: skip
    enqueue(uow, webhooks, "flag", body, flag.at)


def _told(
    person: str, own: Sequence[Solution], answer: Answer, at: datetime, sentences: tuple[str, str]
) -> Notification:
    newest = max(own, key=lambda one: one.number)
    text = sentences[len(own) > 1]
    asked = newest.asked or newest.text
    values: dict[str, str | int] = {
        "asked": asked if len(asked) <= _ASKED_MOST else asked[:_ASKED_MOST] + "…",
        "code": answer.code,
        "count": len(own),
        "reason": answer.reason,
    }
    kept = {name: value for name, value in values.items() if f"{{{name}}}" in text}
    return Notification(person=person, at=at, text=text, values=kept, address=f"/solutions/{newest.number}")
