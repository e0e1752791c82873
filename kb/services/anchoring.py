"""Where a question comes from: found in the entry, shown beside it, followed when the entry changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.domain.content import Content, check_code
from kb.domain.entry import Entry
from kb.domain.errors import N_, Invalid
from kb.domain.exams.lapses import lapse_of, period_for
from kb.domain.exams.question import Question, QuestionState, Source
from kb.domain.notifications import Notification
from kb.domain.person import Permission, Person, Role, may_see
from kb.ports import UnitOfWork

PARTS = ("body", "speakable", "conditions", "exceptions", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The source of a question as it is shown: ``quoted`` within its paragraph, and how the entry stands now.

    ``now_revision``: what is in force, 0 for nothing. ``now`` is the paragraph there that took its place, or "" when the
    source still stands. ``is_visible`` False: this person's role may not read the entry, all texts are "".
    """

    code: str
    title: str = ""
    revision: int = 0
    part: str = ""
    leading: str = ""
    quoted: str = ""
    following: str = ""
    now_revision: int = 0
    now: str = ""
    is_visible: bool = True


def placed(uow: UnitOfWork, person: Person, source: Source, at: datetime) -> Source:
    """``source`` with its exact place. Without ``revision`` it is looked for in what holds now, else in what is announced.

    Raises:
        Invalid: no such entry for this person, no such revision, or the quoted text does not stand in it.
    """
    if not source.code:
        return Source()
    code = check_code(source.code, field="source")
    entry = uow.entries.find(code)
    if entry is None or not _visible(entry, person):
        raise Invalid(N_("来源条目 {code} 不存在，或您的岗位不能查看。"), field="source", code=code)
    number = source.revision or _present(entry, at)
    known = {revision.number: revision.content for revision in entry.revisions}
    if number not in known:
        raise Invalid(N_("{code} 没有第 {number} 版。"), field="source", code=code, number=number)
    if _stands(source, known[number]):
        return Source(
            code=code, revision=number, part=source.part, start=source.start, end=source.end, text=source.text
        )
    if not source.text.strip():
        return Source(code=code, revision=number)
    found = find_quote(known[number], source.text)
    if found is None:
        raise Invalid(
            N_("{code} 第 {number} 版里没有这句原文，请从条目里原样复制。"), field="quote", code=code, number=number
        )
    part, start, end = found
    return Source(
        code=code, revision=number, part=part, start=start, end=end, text=getattr(known[number], part)[start:end]
    )


def find_quote(content: Content, quote: str) -> tuple[str, int, int] | None:
    """Field, start and end of ``quote`` in ``content``, white space aside; None when it does not stand there."""
    pattern = re.compile(r"\s*".join(re.escape(ch) for ch in re.sub(r"\s+", "", quote)))
    for part in PARTS:
        match = pattern.search(getattr(content, part))
        if match:
            return part, match.start(), match.end()
    return None


def place_of(uow: UnitOfWork, person: Person, question: Question, at: datetime) -> Place | None:
    """The source of ``question`` for showing; None when it has none."""
    source = question.content.source
    entry = uow.entries.find(source.code) if source.code else None
    if entry is None:
        return Place(code=source.code, revision=source.revision, quoted=source.text) if source.code else None
    if not _visible(entry, person):
        return Place(code=source.code, revision=source.revision, is_visible=False)
    period = entry.period_at(at)
    place = _paragraph(entry, source)
    now = question.lapse.text if question.lapse and not question.lapse.withdrawn else ""
    return Place(
        code=source.code, title=entry.latest.content.title, revision=source.revision, part=source.part,
        leading=place[0], quoted=place[1], following=place[2], now_revision=period.revision if period else 0, now=now,
    )  # fmt: skip


def follow(uow: UnitOfWork, codes: Iterable[str], *, by: str, at: datetime) -> int:
    """Look at the questions that come from these entries after something was published or withdrawn, in the same
    transaction. Those whose fact changes lapse from the moment of the change; returns how many are new."""
    questions = uow.bank.of_entries(list(codes), at)
    if not questions:
        return 0
    entries = uow.entries.get_many(question.content.source.code for question in questions)
    changed = {}
    for question in questions:
        entry = entries.get(question.content.source.code)
        lapse = lapse_of(question.content, entry, at) if entry else None
        if lapse != question.lapse:
            changed[question.number] = lapse
            detail = {"code": question.content.source.code, "revision": lapse.revision if lapse else 0}
            action = "bank.withdrawn" if lapse and lapse.withdrawn else "bank.stale" if lapse else "bank.holds"
            uow.audit.add(at=at, by=by, action=action, subject=str(question.number), detail=detail)
    uow.bank.mark(changed)
    fresh = [q for q in questions if changed.get(q.number) and q.kept is not QuestionState.DRAFT]
    _tell(uow, fresh, at)
    return len(fresh)


def _tell(uow: UnitOfWork, questions: Sequence[Question], at: datetime) -> None:
    if not questions:
        return
    codes = "、".join(sorted({question.content.source.code for question in questions})[:5])
    uow.notifications.add(
        Notification(
            person=person.login, at=at, text=N_("{codes} 有变，{count} 道试题需要复核。"),
            values={"codes": codes, "count": len(questions)}, address="/bank/stale",
        )
        for person in uow.people.all()
        if person.role is Role.TRAINER and person.may(Permission.KEEP_QUESTIONS)
    )  # fmt: skip


def _present(entry: Entry, at: datetime) -> int:
    period = period_for(entry, at)
    return period.revision if period else entry.latest.number


def _visible(entry: Entry, person: Person) -> bool:
    return may_see(person.role, entry.latest.content.roles)


def _stands(source: Source, content: Content) -> bool:
    return (
        bool(source.text)
        and source.part in PARTS
        and getattr(content, source.part)[source.start : source.end] == source.text
    )


def _paragraph(entry: Entry, source: Source) -> tuple[str, str, str]:
    """What stands before the quoted text in its paragraph, the text, and what follows."""
    content = next((r.content for r in entry.revisions if r.number == source.revision), None)
    if content is None or not _stands(source, content):
        return "", source.text, ""
    leading, following = around(getattr(content, source.part), source)
    return leading, source.text, following


def around(text: str, source: Source) -> tuple[str, str]:
    """What stands before and after the place of ``source`` in its paragraph or row of ``text``."""
    begin = text.rfind("\n", 0, source.start) + 1
    end = text.find("\n", source.end)
    return text[begin : source.start], text[source.end : end if end >= 0 else len(text)]
