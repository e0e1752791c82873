"""What happens to a revision before it is put in force: comments, approvals, returns. Only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.entry import Action, Entry, Revision
from kb.domain.errors import N_, Conflict, Invalid, NotAllowed
from kb.domain.person import Permission, Person
from kb.domain.rules import Rules
from kb.domain.text import multi_line

TEXT_MOST = 2_000


class Verdict(StrEnum):
    COMMENT = "comment"
    APPROVE = "approve"
    RETURN = "return"  # back to the author, with what is wrong


VERDICT_NAMES: dict[Verdict, str] = {
    Verdict.COMMENT: N_("意见"),
    Verdict.APPROVE: N_("审批通过"),
    Verdict.RETURN: N_("退回"),
}


class Stage(StrEnum):
    """Where a revision stands. What is written but not handed in is a draft and no revision yet."""

    SUBMITTED = "submitted"  # waits for approval
    RETURNED = "returned"
    APPROVED = "approved"  # may be put in force
    PUBLISHED = "published"  # in force or announced
    ENDED = "ended"  # replaced, expired or withdrawn
    OVERTAKEN = "overtaken"  # a newer revision was published before this one was


STAGE_NAMES: dict[Stage, str] = {
    Stage.SUBMITTED: N_("待审批"),
    Stage.RETURNED: N_("已退回"),
    Stage.APPROVED: N_("可发布"),
    Stage.PUBLISHED: N_("已发布"),
    Stage.ENDED: N_("已停用"),
    Stage.OVERTAKEN: N_("未采用"),
}


@dataclass(frozen=True, slots=True)
class Review:
    """``number`` counts from 1 within the revision; ``at`` is aware."""

    revision: int
    number: int
    verdict: Verdict
    by: str
    at: datetime
    text: str


def approvals(revision: Revision, reviews: Sequence[Review], rules: Rules) -> list[str]:
    """Who has approved ``revision``, each once, in their order. A return takes all earlier approvals back."""
    bars_author = revision.content.kind in rules.four_eyes
    counted: list[str] = []
    for review in sorted((r for r in reviews if r.revision == revision.number), key=lambda r: r.number):
        if review.verdict is Verdict.RETURN:
            counted = []
        elif (
            review.verdict is Verdict.APPROVE
            and review.by not in counted
            and not (bars_author and review.by == revision.author)
        ):
            counted.append(review.by)
    return counted


def is_returned(revision: Revision, reviews: Sequence[Review]) -> bool:
    said = [r for r in reviews if r.revision == revision.number and r.verdict is not Verdict.COMMENT]
    return bool(said) and max(said, key=lambda r: r.number).verdict is Verdict.RETURN


def stage_of(entry: Entry, number: int, reviews: Sequence[Review], rules: Rules, at: datetime) -> Stage:
    """Where revision ``number`` of ``entry`` stands at ``at``."""
    revision = entry.revision(number)
    published = [p.revision for p in entry.publications if p.action is Action.PUBLISH and p.revision is not None]
    if number in published:
        holds = any(p.revision == number and (p.ends is None or p.ends > at) for p in entry.timeline())
        return Stage.PUBLISHED if holds else Stage.ENDED
    if published and max(published) > number:
        return Stage.OVERTAKEN
    if is_returned(revision, reviews):
        return Stage.RETURNED
    return (
        Stage.SUBMITTED
        if len(approvals(revision, reviews, rules)) < rules.needed(revision.content.kind)
        else Stage.APPROVED
    )


def check_approved(revision: Revision, reviews: Sequence[Review], rules: Rules, code: str) -> None:
    """Raise ``Conflict`` unless ``revision`` may be put in force under ``rules``."""
    if is_returned(revision, reviews):
        raise Conflict(N_("{code} 第 {number} 版已退回，请修改后重新提交。"), code=code, number=revision.number)
    missing = rules.needed(revision.content.kind) - len(approvals(revision, reviews, rules))
    if missing <= 0:
        return
    if revision.content.kind in rules.four_eyes:
        raise Conflict(
            N_("{code} 第 {number} 版还差 {missing} 人审批，作者本人不能审批。"),
            code=code, number=revision.number, missing=missing,
        )  # fmt: skip
    raise Conflict(
        N_("{code} 第 {number} 版还差 {missing} 人审批，审批后才能发布。"),
        code=code, number=revision.number, missing=missing,
    )  # fmt: skip


def add_review(
    entry: Entry, number: int, reviews: Sequence[Review], rules: Rules, *,
    verdict: Verdict, by: Person, at: datetime, text: str,
) -> Review:  # fmt: skip
    """What ``by`` says about revision ``number``.

    Raises:
        NotAllowed: the role may not, or four eyes are needed and the author approves.
        Conflict: it was published already, a newer revision was, or this person has approved it.
        Invalid: a comment or a return without words.
    """
    by.require(Permission.SUBMIT if verdict is Verdict.COMMENT else Permission.APPROVE)
    revision = entry.revision(number)
    text = multi_line(text, field="text", most=TEXT_MOST).strip()
    if verdict is not Verdict.APPROVE and not text:
        raise Invalid(N_("请写明意见。"), field="text")
    if verdict is not Verdict.COMMENT:
        stage = stage_of(entry, number, reviews, rules, at)
        if stage not in (Stage.SUBMITTED, Stage.RETURNED, Stage.APPROVED):
            raise Conflict(N_("{code} 第 {number} 版已不在审批中。"), code=entry.code, number=number)
        if verdict is Verdict.RETURN and stage is Stage.RETURNED:
            raise Conflict(N_("{code} 第 {number} 版已经退回。"), code=entry.code, number=number)
    if verdict is Verdict.APPROVE:
        if revision.content.kind in rules.four_eyes and by.login == revision.author:
            raise NotAllowed(N_("这类条目须由作者以外的人审批。"))
        if by.login in approvals(revision, reviews, rules):
            raise Conflict(N_("您已经审批过 {code} 第 {number} 版。"), code=entry.code, number=number)
    last = max((r.number for r in reviews if r.revision == number), default=0)
    return Review(number, last + 1, verdict, by.login, at, text)
