"""Scores of papers that were taken with pen: entered on a page or read from a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kb.domain.errors import N_, Conflict, Invalid, KbError, NotAllowed
from kb.domain.exams.scoring import Mark, MarkKind
from kb.domain.exams.sitting import Batch, Sitting, SittingState
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import Forms, batch_of, rescore
from kb.services.examinations import finish


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a line with a score: ``reason`` is a sentence, "" when it was taken."""

    line: int
    person: str
    reason: str


class PaperScores:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._forms = Forms()

    def enter(self, by: Person, number: int, scores: Iterable[tuple[int, str, str]]) -> list[Entered]:
        """Take scores of a batch on paper: (line, login or name, score). 缺考 and 请假 are understood. Good lines are
        taken and the others told; entering the same again changes nothing."""
        by.require(Permission.HOLD_SITTINGS)
        now = self._clock()
        told: list[Entered] = []
        with self._store.write() as uow:
            batch = batch_of(uow, number)
            if not batch.on_paper:
                raise Conflict(N_("这场考试在系统中作答，成绩不用录入。"))
            sittings = uow.sittings.many([number])
            index = _index(uow, sittings)
            marks = uow.sittings.marks(one.number for one in sittings)
            taken = 0
            for line, who, said in scores:
                try:
                    one = _found(index, who)
                    taken += self._enter(uow, by, batch, one, marks.get(one.number, []), said, now)
                    told.append(Entered(line, who, ""))
                except KbError as error:
                    told.append(Entered(line, who, str(error)))
            if taken:
                rescore(uow, self._forms, batch, uow.sittings.many([number]), at=now)
                self._note(uow, by, "enter", number, scores=taken)
                uow.commit()
        return told

    def close(self, by: Person, number: int) -> None:
        """End a batch on paper: whoever has no score by now was absent."""
        by.require(Permission.HOLD_SITTINGS)
        with self._store.write() as uow:
            batch = batch_of(uow, number)
            if not batch.on_paper or batch.finished_at is not None:
                raise Conflict(N_("这场考试不用手工结束。"))
            if self._clock() < batch.closes_at:
                raise Conflict(N_("考试时间还没有结束。"))
            finish(uow, self._forms, batch, self._clock())
            uow.commit()

    def _enter(
        self, uow: UnitOfWork, by: Person, batch: Batch, one: Sitting, marks: Sequence[Mark], said: str, now: datetime
    ) -> bool:
        if one.person == by.login:
            raise NotAllowed(N_("不能录入自己的成绩，请由同事录入。"))
        if said in ("缺考", "请假"):
            state = SittingState.ABSENT if said == "缺考" else SittingState.EXCUSED
            after = replace(one, state=SittingState.ASSIGNED).miss(state, said) if not marks else one.miss(state, said)
            uow.sittings.put(after)
            return after != one
        score = _points(said, batch.total)
        last = next((mark.score for mark in reversed(marks) if mark.kind is MarkKind.PAPER), None)
        if last == score and one.state is SittingState.HANDED_IN:
            return False
        mark = Mark(sitting=one.number, question=0, kind=MarkKind.PAPER, score=score, by=by.login, at=now)
        uow.sittings.add_marks([mark])
        handed = one.handed_at or min(now, batch.closes_at)
        uow.sittings.put(replace(one, state=SittingState.HANDED_IN, handed_at=handed, note=""))
        return True

    def _note(self, uow: UnitOfWork, by: Person, action: str, batch: int, **detail: object) -> None:
        uow.audit.add(at=self._clock(), by=by.login, action=f"exam.{action}", subject=str(batch), detail=detail)


def _index(uow: UnitOfWork, sittings: Sequence[Sitting]) -> dict[str, list[Sitting]]:
    """Everybody in a batch by login and by name."""
    names = {person.login: person.name for person in uow.people.all()}
    index: dict[str, list[Sitting]] = {}
    for one in sittings:
        for word in {one.person, names.get(one.person, one.person)}:
            index.setdefault(word, []).append(one)
    return index


def _found(index: Mapping[str, Sequence[Sitting]], who: str) -> Sitting:
    meant = index.get(who.strip(), [])
    if not meant:
        raise Invalid(N_("这场考试的名单里没有“{name}”。"), name=who[:40])
    if len(meant) > 1:
        raise Invalid(N_("名单里有几个人叫“{name}”，请填登录名。"), name=who[:40])
    return meant[0]


def _points(said: str, total: float) -> float:
    try:
        score = round(float(said), 2)
    except ValueError:
        raise Invalid(
            N_("成绩“{value}”不是数字；没有参加的请写“缺考”或“请假”。"), value=said[:20], field="score"
        ) from None
    if not 0 <= score <= total:
        raise Invalid(N_("成绩应在 0 到 {most} 之间。"), most=f"{total:g}", field="score")
    return score
