"""Answers that came after time: kept apart, looked at by whoever held the sitting, and counted when there is a reason.

An examinee whose line was down answered in time and could not send. The page of the examinee numbers each change by its
own clock, so both are told: when it was answered there, and when it arrived here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, NotAllowed, NotFound
from kb.domain.exams.paper import Item
from kb.domain.exams.scoring import MarkKind, is_objective
from kb.domain.exams.sitting import Answer, Batch, Sitting, SittingState
from kb.domain.notifications import Notification
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import Forms, is_examinee, keys_open, late_of, look, rescore


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """An answer that came after time, at ``place`` (from 0) of the form. ``before``: what counts instead. ``answered_at``
    by the examinee's own clock, ``arrived_at`` by ours. ``is_marked``: a scorer has judged ``before`` already."""

    place: int
    item: Item
    value: Sequence[int | str]
    before: Sequence[int | str]
    answered_at: datetime
    arrived_at: datetime
    is_marked: bool


@dataclass(frozen=True, slots=True)
class LateSheet:
    batch: Batch
    sitting: Sitting
    answers: list[LateAnswer]


@dataclass(frozen=True, slots=True)
class Admitted:
    """``count`` answers count now; the sitting before and after."""

    count: int
    before: Sitting
    after: Sitting


class LateAnswers:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._forms = Forms()

    def sheet(self, person: Person, sitting: int) -> LateSheet:
        """What came after time in a sitting and does not count, in the order of the form.

        Raises:
            NotFound: no such sitting. NotAllowed: one's own, or a paper that this person is still to sit.
        """
        with self._store.read() as uow:
            return self._sheet(uow, person, sitting)

    def admit(self, by: Person, sitting: int, *, reason: str) -> Admitted:
        """Count them, with the reason; the score is brought up to date and the examinee told. What counted before stays
        in the audit.

        Raises:
            Invalid: no reason. Conflict: there are none, or it is not handed in.
        """
        reason = check_reason(reason)
        now = self._clock()
        with self._store.write() as uow:
            sheet = self._sheet(uow, by, sitting)
            before = sheet.sitting
            if before.state is not SittingState.HANDED_IN:
                raise Conflict(N_("这份答卷还没有交。"))
            if not sheet.answers:
                raise Conflict(N_("没有要计入的答案：可能已经有人处理过了。"))
            for one in sheet.answers:
                sequence = int(one.answered_at.timestamp() * 1000)
                kept = Answer(sitting=sitting, question=one.item.question, sequence=sequence, value=one.value, at=now)
                uow.sittings.save(kept)
            uow.sittings.put(replace(before, late=0))
            rescore(uow, self._forms, sheet.batch, [replace(before, late=0)], at=now, note=reason)
            after = uow.sittings.find(sitting) or before
            self._note(uow, by, sheet, after, reason, now)
            uow.commit()
            return Admitted(len(sheet.answers), before, after)

    def _sheet(self, uow: UnitOfWork, person: Person, sitting: int) -> LateSheet:
        person.require(Permission.HOLD_SITTINGS)
        one = uow.sittings.find(sitting)
        if one is None:
            raise NotFound(N_("没有第 {number} 份答卷。"), number=sitting)
        if one.person == person.login:
            raise NotAllowed(N_("不能处理自己的答卷，请找另一位同事。"))
        if is_examinee(uow, person, one.paper) and not keys_open(uow, one.paper, self._clock()):
            raise NotAllowed(N_("您自己也要考这份试卷，全部场次结束后才能看答案和评分。"))
        seen = look(uow, self._forms, one, self._clock())
        late = {answer.question: answer for answer in late_of(uow.sittings.answers([sitting]).get(sitting, []))}
        found = [
            LateAnswer(
                place, item, tuple(late[item.question].value), seen.answers.get(item.question, ()),
                _moment(late[item.question].sequence), late[item.question].at,
                not is_objective(item.content) and seen.standings[item.question].last(MarkKind.FIRST) is not None,
            )
            for place, item in enumerate(seen.form.items)
            if item.question in late
        ]  # fmt: skip
        return LateSheet(seen.batch, one, found)

    def _note(self, uow: UnitOfWork, by: Person, sheet: LateSheet, after: Sitting, reason: str, now: datetime) -> None:
        before, batch = sheet.sitting, sheet.batch
        detail = {
            "sitting": before.number, "person": before.person, "reason": reason, "scores": [before.score, after.score],
            "answers": list(_told(sheet.answers)),
        }  # fmt: skip
        uow.audit.add(at=now, by=by.login, action="exam.admit_late", subject=str(batch.number), detail=detail)
        text = N_("您在“{title}”中因断线迟到的 {count} 个答案已计入，现在的成绩是 {score} 分。")
        values: dict[str, str | int] = {
            "title": batch.title,
            "count": len(sheet.answers),
            "score": f"{after.score or 0:g}",
        }
        address = f"/exam/{before.number}/result"
        uow.notifications.add([Notification(person=before.person, at=now, text=text, values=values, address=address)])


def _moment(sequence: int) -> datetime:
    return datetime.fromtimestamp(sequence / 1000, UTC)


def _told(answers: Iterable[LateAnswer]) -> Iterable[dict[str, object]]:
    for one in answers:
        yield {
            "question": one.item.question, "before": list(one.before), "after": list(one.value),
            "answered": one.answered_at.isoformat(), "arrived": one.arrived_at.isoformat(),
        }  # fmt: skip
