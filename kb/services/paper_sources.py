"""Whether the questions on a paper still say what the knowledge says: before approval, until the sitting, and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from kb.domain.errors import N_, Conflict, KbError, NotFound
from kb.domain.exams.calendar import months_before
from kb.domain.exams.paper import Item, Paper, PaperState
from kb.domain.exams.plain import digest
from kb.domain.exams.question import Question, QuestionState
from kb.domain.notifications import Notification
from kb.domain.person import Permission
from kb.ports import UnitOfWork
from kb.services.people import SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is the matter with the question at ``place`` (from 0) of ``form``. ``blocks``: nobody may sit it like that."""

    form: str
    place: int
    question: int
    blocks: bool
    error: KbError


def sitting_moment(uow: UnitOfWork, paper: Paper, zone: tzinfo, now: datetime) -> datetime:
    """The end of the month's day by which everybody has sat, or ``now`` when that is over."""
    day = paper.blueprint.month.replace(day=uow.rules.current().exam_sitting_day)
    return max(now, datetime.combine(day, time.max, tzinfo=zone))


def findings(uow: UnitOfWork, paper: Paper, at: datetime, until: datetime) -> list[Finding]:
    """What has become of the sources at ``at``, and what is announced up to ``until``; in the order of the paper.

    A changed fact, a withdrawn entry, a retired question or a corrected key blocks; other words only, or a change that
    is still ahead, are told.
    """
    known, later = uow.bank.many(paper.questions, at), uow.bank.many(paper.questions, until)
    found = []
    for form in paper.forms:
        for place, item in enumerate(form.items):
            for blocks, error in _of_item(item, known.get(item.question), later.get(item.question)):
                found.append(Finding(form=form.name, place=place, question=item.question, blocks=blocks, error=error))
    return [*found, *_reworded(uow, paper, at, {finding.question for finding in found})]


def sources_of(uow: UnitOfWork, paper: Paper, at: datetime) -> dict[str, int]:
    """The revision in force of every entry that the paper rests on, by code."""
    codes = {item.content.source.code for form in paper.forms for item in form.items} - {""}
    return {code: dated.revision.number for code, dated in uow.entries.in_force(codes, at).items()}


def usable(uow: UnitOfWork, number: int, at: datetime) -> Paper:
    """The approved paper, when it can be sat at ``at``.

    Raises:
        NotFound: there is none. Conflict: it is not approved, was altered, or a source has changed since.
    """
    paper = uow.papers.find(number)
    if paper is None:
        raise NotFound(N_("没有第 {number} 份试卷。"), number=number)
    if paper.state is not PaperState.APPROVED:
        raise Conflict(N_("第 {number} 份试卷“{state}”，还不能用来考试。"), number=number, state=paper.state)
    if not paper.is_sound:
        raise Conflict(N_("第 {number} 份试卷和主任批准时的不一样，不能用来考试。"), number=number)
    blocking = [one for one in findings(uow, paper, at, at) if one.blocks]
    if blocking:
        places = "、".join(f"{one.form}{one.place + 1}" for one in blocking)
        raise Conflict(
            N_("第 {number} 份试卷有题目的来源变了（{places}），改好并重新批准后才能考试。"),
            number=number,
            places=places,
        )
    return paper


def follow(uow: UnitOfWork, now: datetime, zone: tzinfo, month_now: datetime) -> int:
    """Block approved papers of this month and the last whose sources changed, and tell their people; returns how many
    papers were touched. What was told is not told again. A paper that everybody has sat is left alone."""
    touched = 0
    first = months_before(month_now.date().replace(day=1), 1)
    for paper in uow.papers.all():
        if paper.state is not PaperState.APPROVED or paper.blueprint.month < first or _is_past(uow, paper, now):
            continue
        found = findings(uow, paper, now, sitting_moment(uow, paper, zone, now))
        mark = digest(*(f"{one.form}{one.place}{one.error.message}" for one in found)) if found else ""
        if mark == paper.noticed:
            continue
        touched += 1
        if any(one.blocks for one in found):
            uow.papers.put(paper.block(mark))
            uow.audit.add(
                at=now, by=SYSTEM.login, action="paper.block", subject=str(paper.number),
                detail={"questions": sorted({one.question for one in found if one.blocks})},
            )  # fmt: skip
            tell(uow, paper, now, N_("第 {number} 份试卷《{title}》有题目的来源变了，要改好并重新批准。"))
            continue
        uow.papers.put(paper.notice(mark))
        if found:
            tell(uow, paper, now, N_("第 {number} 份试卷《{title}》的来源有改动，请看一看是否要重新批准。"))
    return touched


def _is_past(uow: UnitOfWork, paper: Paper, now: datetime) -> bool:
    last = uow.sittings.last_close(paper.number)
    return last is not None and last <= now


def tell(
    uow: UnitOfWork, paper: Paper, now: datetime, text: str, *, directors: bool = True, author: bool = True
) -> None:
    """Leave a note for the author and for those who approve."""
    told = {paper.author} if author else set()
    if directors:
        told |= {one.login for one in uow.people.all() if one.may(Permission.APPROVE_PAPERS)}
    uow.notifications.add(
        Notification(
            person=login, at=now, text=text, values={"number": paper.number, "title": paper.blueprint.title},
            address=f"/papers/{paper.number}",
        )
        for login in sorted(told)
    )  # fmt: skip


def _of_item(item: Item, question: Question | None, later: Question | None) -> Iterator[tuple[bool, KbError]]:
    if question is None:
        yield False, Conflict(N_("题库里没有这道题，无法核对来源。"))
        return
    code = item.content.source.code
    if question.state is QuestionState.RETIRED:
        yield True, Conflict(N_("这道题已停用。{why}"), why=question.stale)
    elif question.state is QuestionState.STALE:
        yield True, Conflict(N_("来源 {code} 的内容变了：{why}"), code=code, why=question.stale)
    elif _asks_otherwise(item, question):
        yield True, Conflict(N_("题库里这道题改过答案，现为第 {version} 版。"), version=question.version)
    elif question.version != item.version and question.content.digest != item.content.digest:
        yield False, Conflict(N_("题库里这道题改过文字，现为第 {version} 版。"), version=question.version)
    elif later is not None and later.state in (QuestionState.STALE, QuestionState.RETIRED):
        yield False, Conflict(N_("已公布的变更生效后，这道题就不对了：{why}"), why=later.stale)


def _asks_otherwise(item: Item, question: Question) -> bool:
    """Whether the bank answers it differently now."""
    old, new = item.content, question.content
    answers = [
        ([one.options[place] for place in one.key if place < len(one.options)] or one.key, one.blanks)
        for one in (old, new)
    ]
    return question.version != item.version and (old.type is not new.type or answers[0] != answers[1])


def _reworded(uow: UnitOfWork, paper: Paper, at: datetime, told: set[int]) -> Iterator[Finding]:
    """Questions whose entry has another revision in force than at the approval, though their fact still holds."""
    if not paper.sources:
        return
    approved, now = dict(paper.sources), sources_of(uow, paper, at)
    for form in paper.forms:
        for place, item in enumerate(form.items):
            code = item.content.source.code
            if item.question not in told and code in now and approved.get(code) not in (None, now[code]):
                error = Conflict(
                    N_("来源 {code} 有了第 {revision} 版，题目涉及的事实没有变。"), code=code, revision=now[code]
                )
                yield Finding(form=form.name, place=place, question=item.question, blocks=False, error=error)
