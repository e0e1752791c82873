"""What the services of the examination share: the forms that never change, scores brought up to date, who sees whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kb.domain.errors import N_, NotFound
from kb.domain.exams.paper import Form
from kb.domain.exams.scoring import (
    Correction,
    Mark,
    MarkKind,
    Standing,
    is_objective,
    is_spoken,
    standing,
    worth_of,
)
from kb.domain.exams.sitting import GRACE, Answer, Batch, Sitting, SittingState
from kb.domain.person import Permission, Person, Role
from kb.ports import UnitOfWork

_KNOWN_MOST = 64
_BY_KEY = "system"


class Forms:
    """Forms as they were approved. They never change, so each is read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], Form] = {}

    def of(self, uow: UnitOfWork, batch: Batch, name: str) -> Form:
        key = (batch.paper, batch.hash, name)
        form = self._known.get(key)
        if form is None:
            form = uow.sittings.form(*key)
            if form is None:
                raise NotFound(N_("找不到这场考试的 {form} 卷。"), form=name)
            if len(self._known) >= _KNOWN_MOST:
                self._known.clear()
            self._known[key] = form
        return form


@dataclass(frozen=True, slots=True)
class Seen:
    """A sitting with what is needed to look at it. ``answers`` and ``late`` by question."""

    batch: Batch
    sitting: Sitting
    form: Form
    answers: Mapping[int, Sequence[int | str]]
    late: Mapping[int, Sequence[int | str]]
    standings: Mapping[int, Standing]
    corrections: Mapping[int, Correction]
    keys_open: bool  # whether examinees may see the keys

    @property
    def by_item(self) -> bool:
        """False for a sheet scored on paper: only its total is known."""
        return not any(mark.kind is MarkKind.PAPER for one in self.standings.values() for mark in one.marks)

    @property
    def points(self) -> dict[int, float | None]:
        return points_of(self.form, self.standings, self.corrections)


def batch_of(uow: UnitOfWork, number: int) -> Batch:
    """Raises ``NotFound``."""
    batch = uow.sittings.batch(number)
    if batch is None:
        raise NotFound(N_("没有第 {number} 场考试。"), number=number)
    return batch


def corrections_of(uow: UnitOfWork, paper: int) -> dict[int, Correction]:
    """The one that holds for each question."""
    return {one.question: one for one in uow.sittings.corrections(paper)}


def keys_open(uow: UnitOfWork, paper: int, now: datetime) -> bool:
    """Whether nobody who is still to sit this paper could learn its keys: every batch of it is over."""
    last = uow.sittings.last_close(paper)
    return last is not None and now >= last + GRACE


def in_time(answers: Iterable[Answer]) -> dict[int, Sequence[int | str]]:
    return {answer.question: tuple(answer.value) for answer in answers if not answer.late}


def late_of(answers: Iterable[Answer]) -> list[Answer]:
    """Those that came after time and do not count: admitted later, or overtaken, an answer in time is at least as new."""
    kept = list(answers)
    newest = {answer.question: answer.sequence for answer in kept if not answer.late}
    return [answer for answer in kept if answer.late and answer.sequence > newest.get(answer.question, 0)]


def standings_of(form: Form, marks: Iterable[Mark], given: Mapping[int, Sequence[int | str]]) -> dict[int, Standing]:
    """Where each item stands. That nothing was written counts no more once something ``given`` was admitted."""
    by_question: dict[int, list[Mark]] = {item.question: [] for item in form.items}
    written = {item.question for item in form.items if not is_objective(item.content) and given.get(item.question)}
    for mark in marks:
        if mark.kind is not MarkKind.AUTO or mark.question not in written:
            by_question.setdefault(mark.question, []).append(mark)
    return {question: standing(kept) for question, kept in by_question.items()}


def look(uow: UnitOfWork, forms: Forms, sitting: Sitting, now: datetime) -> Seen:
    batch = batch_of(uow, sitting.batch)
    form = forms.of(uow, batch, sitting.form)
    answers = uow.sittings.answers([sitting.number]).get(sitting.number, [])
    marks = uow.sittings.marks([sitting.number]).get(sitting.number, [])
    return Seen(
        batch, sitting, form, in_time(answers), {a.question: tuple(a.value) for a in late_of(answers)},
        standings_of(form, marks, in_time(answers)), corrections_of(uow, sitting.paper), keys_open(uow, sitting.paper, now),
    )  # fmt: skip


def rescore(
    uow: UnitOfWork, forms: Forms, batch: Batch, sittings: Sequence[Sitting], *, at: datetime, note: str = ""
) -> list[tuple[Sitting, Sitting]]:
    """Bring the scores of handed-in sittings up to date: marks by the key where they changed, then the totals. Earlier
    marks stay. Returns what changed, before and after."""
    handed = [one for one in sittings if one.state is SittingState.HANDED_IN]
    numbers = [one.number for one in handed]
    answers, marks = uow.sittings.answers(numbers), uow.sittings.marks(numbers)
    corrections = corrections_of(uow, batch.paper)
    for one in handed:
        kept = marks.get(one.number, [])
        given = in_time(answers.get(one.number, []))
        form = forms.of(uow, batch, one.form)
        uow.sittings.add_marks(_marks_by_key(batch, one, form, given, kept, corrections, at, note))
    changed = []
    marks = uow.sittings.marks(numbers)
    for one in handed:
        given = in_time(answers.get(one.number, []))
        after = _totalled(one, forms.of(uow, batch, one.form), marks.get(one.number, []), given, corrections)
        if after != one:
            uow.sittings.put(after)
            changed.append((one, after))
    return changed


def _marks_by_key(
    batch: Batch, sitting: Sitting, form: Form, given: Mapping[int, Sequence[int | str]], kept: Sequence[Mark],
    corrections: Mapping[int, Correction], at: datetime, note: str,
) -> list[Mark]:  # fmt: skip
    if any(mark.kind is MarkKind.PAPER for mark in kept):
        return []
    last = {mark.question: mark.score for mark in kept if mark.kind is MarkKind.AUTO}
    made = []
    for item in form.items:
        value = given.get(item.question, ())
        if is_objective(item.content) or (item.question in corrections and corrections[item.question].is_void):
            score = worth_of(item, value, corrections, partial=batch.partial)
        elif not value and not is_spoken(item.content):
            score = 0.0  # nothing was written: no scorer needs to look
        else:
            continue
        if last.get(item.question) != score:
            made.append(
                Mark(sitting=sitting.number, question=item.question, kind=MarkKind.AUTO, score=score, by=_BY_KEY, at=at, note=note)
            )  # fmt: skip
    return made


def _totalled(
    sitting: Sitting, form: Form, marks: Sequence[Mark], given: Mapping[int, Sequence[int | str]],
    corrections: Mapping[int, Correction],
) -> Sitting:  # fmt: skip
    sheet = next((mark for mark in reversed(marks) if mark.kind is MarkKind.PAPER), None)
    if sheet is not None:
        return replace(sitting, score=sheet.score, complete=True)
    found = points_of(form, standings_of(form, marks, given), corrections)
    scores = [found.get(item.question) for item in form.items]
    return replace(sitting, score=round(sum(s or 0.0 for s in scores), 2), complete=None not in scores)


def points_of(
    form: Form, standings: Mapping[int, Standing], corrections: Mapping[int, Correction]
) -> dict[int, float | None]:
    """Points by question; None waits for a scorer. A void question gives its points to everybody, whoever scored it."""
    void = {question for question, one in corrections.items() if one.is_void}
    return {
        item.question: item.score if item.question in void else standings[item.question].score for item in form.items
    }


def may_look(person: Person, sitting: Sitting) -> bool:
    """Others' results are for those who see results; a team leader sees the own team's."""
    if sitting.person == person.login:
        return True
    if not person.may(Permission.SEE_RESULTS):
        return False
    return person.role is not Role.TEAM_LEADER or bool(person.team and sitting.team == person.team)


def is_examinee(uow: UnitOfWork, person: Person, paper: int) -> bool:
    """Whether this person sits, or is to sit, this paper."""
    return any(one.paper == paper for one in uow.sittings.of_person(person.login))
