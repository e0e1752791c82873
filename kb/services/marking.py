"""Scoring by rubric with a second look, and keys put right after the sitting.

A mark is never changed: a later one counts. Nobody scores their own sitting, and the second look is another person's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from kb.domain.exams.paper import Form, Item
from kb.domain.exams.question import OBJECTIVE, QuestionType
from kb.domain.exams.scoring import Correction, Mark, MarkKind, Standing, is_objective, rubric_parts, standing
from kb.domain.exams.sitting import Batch, Sitting, SittingState
from kb.domain.notifications import Notification
from kb.domain.person import Permission, Person
from kb.domain.text import single_line
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import Forms, batch_of, is_examinee, keys_open, look, rescore

NOTE_MOST = 200


@dataclass(frozen=True, slots=True)
class Task:
    """An answer for a scorer. ``answer`` "" for what was spoken or shown. ``mine``: what this scorer gave before."""

    batch: Batch
    sitting: Sitting
    item: Item
    answer: str
    standing: Standing
    is_late_answer: bool = False


@dataclass(frozen=True, slots=True)
class Rescored:
    """What a corrected key did: sittings looked at, and those whose score changed, before and after."""

    looked_at: int
    changed: tuple[tuple[Sitting, Sitting], ...]


class Marking:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._forms = Forms()

    def tasks(self, person: Person, number: int) -> list[Task]:
        """Everything in a batch that a person scores, item by item so that one yardstick is kept; done ones too.

        Raises:
            NotAllowed: this person is to sit the same paper and its keys are not open yet.
        """
        person.require(Permission.HOLD_SITTINGS)
        with self._store.read() as uow:
            batch = batch_of(uow, number)
            self._check_open(uow, person, batch.paper)
            found = []
            for one in uow.sittings.many([number]):
                if one.state is not SittingState.HANDED_IN:
                    continue
                seen = look(uow, self._forms, one, self._clock())
                if any(mark.kind is MarkKind.PAPER for s in seen.standings.values() for mark in s.marks):
                    continue
                for item in _by_scorers(seen.form):
                    value = seen.answers.get(item.question, ())
                    answer = str(value[0]) if value else ""
                    if answer or item.content.type is not QuestionType.SHORT:
                        found.append(Task(batch, one, item, answer, seen.standings[item.question]))
            return sorted(found, key=lambda t: (t.item.question, t.sitting.seat))

    def mark(
        self, by: Person, sitting: int, question: int, parts: Sequence[float], *, kind: MarkKind, note: str = ""
    ) -> Standing:
        """Give points for an answer: ``FIRST``, ``SECOND`` by another person, or ``SETTLED`` when the two differ.

        Raises:
            Invalid: the points do not fit the rubric. NotAllowed: one's own sitting, or both looks by one person.
            Conflict: not handed in, or nothing to settle.
        """
        by.require(Permission.HOLD_SITTINGS)
        now = self._clock()
        with self._store.write() as uow:
            one = uow.sittings.find(sitting)
            if one is None:
                raise NotFound(N_("没有第 {number} 份答卷。"), number=sitting)
            if one.person == by.login:
                raise NotAllowed(N_("不能给自己的答卷评分。"))
            if one.state is not SittingState.HANDED_IN:
                raise Conflict(N_("这份答卷还没有交。"))
            batch = batch_of(uow, one.batch)
            self._check_open(uow, by, batch.paper)
            item = _item(self._forms.of(uow, batch, one.form), question)
            before = standing(m for m in uow.sittings.marks([sitting]).get(sitting, []) if m.question == question)
            _check_kind(before, by, kind)
            given = rubric_parts(item, parts)
            note = single_line(note, field="note", most=NOTE_MOST)
            mark = Mark(
                sitting=sitting, question=question, kind=kind, score=round(sum(given), 2), parts=given, by=by.login,
                at=now, note=note,
            )  # fmt: skip
            uow.sittings.add_marks([mark])
            rescore(uow, self._forms, batch, [one], at=now)
            detail = {"sitting": sitting, "question": question, "kind": str(kind), "score": mark.score}
            uow.audit.add(at=now, by=by.login, action="exam.mark", subject=str(batch.number), detail=detail)
            after = standing(m for m in uow.sittings.marks([sitting])[sitting] if m.question == question)
            uow.commit()
            return after

    def correct_key(
        self, by: Person, paper: int, question: int, *, reason: str, key: Sequence[int] = (),
        blanks: Sequence[Sequence[str]] = (), void: bool = False,
    ) -> Rescored:  # fmt: skip
        """Put the key of a question right, or void it (everybody gets its points), and rescore everybody who took the
        paper, in one transaction. Earlier marks stay. The bank is not changed: mend the question there too.

        Raises:
            Invalid: the key does not fit the question, or nothing changes. NotFound: no such question on the paper.
        """
        by.require(Permission.KEEP_QUESTIONS)
        reason = check_reason(reason)
        now = self._clock()
        with self._store.write() as uow:
            batches = uow.sittings.of_paper(paper)
            item = self._item_of_paper(uow, batches, question)
            before = next((c for c in reversed(uow.sittings.corrections(paper)) if c.question == question), None)
            content = before.content if before else item.content
            if not void:
                content = replace(content, key=_checked_key(item, key), blanks=_checked_blanks(item, blanks))
            made = Correction(
                paper=paper, question=question, version=item.version, content=content, is_void=void, reason=reason,
                by=by.login, at=now,
            )  # fmt: skip
            if (before.is_void if before else False) == void and content == (
                before.content if before else item.content
            ):
                raise Invalid(N_("答案没有变化。"), field="key")
            uow.sittings.add_correction(made)
            sittings = uow.sittings.many(batch.number for batch in batches)
            changed: list[tuple[Sitting, Sitting]] = []
            for batch in batches:
                own = [one for one in sittings if one.batch == batch.number]
                changed += rescore(uow, self._forms, batch, own, at=now, note=reason)
            self._tell(uow, batches, changed, now)
            scores = {before.person: [before.score, after.score] for before, after in changed}
            detail = {"paper": paper, "question": question, "reason": reason, "void": void, "scores": scores}
            uow.audit.add(at=now, by=by.login, action="exam.correct_key", subject=str(paper), detail=detail)
            uow.commit()
            return Rescored(len([s for s in sittings if s.state is SittingState.HANDED_IN]), tuple(changed))

    def _tell(
        self, uow: UnitOfWork, batches: Sequence[Batch], changed: Sequence[tuple[Sitting, Sitting]], now: datetime
    ) -> None:
        titles = {batch.number: batch.title for batch in batches}
        text = N_("“{title}”更正了一道题的答案，您的成绩由 {before} 分改为 {after} 分。")
        uow.notifications.add(
            [
                Notification(
                    person=after.person, at=now, text=text, address=f"/exam/{after.number}/result",
                    values={"title": titles[after.batch], "before": f"{before.score:g}", "after": f"{after.score:g}"},
                )
                for before, after in changed
            ]
        )  # fmt: skip

    def _item_of_paper(self, uow: UnitOfWork, batches: Sequence[Batch], question: int) -> Item:
        for batch in batches:
            for name in {one.form for one in uow.sittings.many([batch.number])}:
                for item in self._forms.of(uow, batch, name).items:
                    if item.question == question:
                        return item
        raise NotFound(N_("这份试卷里没有题目 Q-{number}。"), number=f"{question:04}")

    def _check_open(self, uow: UnitOfWork, person: Person, paper: int) -> None:
        if is_examinee(uow, person, paper) and not keys_open(uow, paper, self._clock()):
            raise NotAllowed(N_("您自己也要考这份试卷，全部场次结束后才能看答案和评分。"))


def _by_scorers(form: Form) -> list[Item]:
    return [item for item in form.items if not is_objective(item.content)]


def _item(form: Form, question: int) -> Item:
    item = next((item for item in _by_scorers(form) if item.question == question), None)
    if item is None:
        raise NotFound(N_("这份答卷里没有要评分的题目 Q-{number}。"), number=f"{question:04}")
    return item


def _check_kind(before: Standing, by: Person, kind: MarkKind) -> None:
    first, second = before.last(MarkKind.FIRST), before.last(MarkKind.SECOND)
    if kind is MarkKind.FIRST and first is not None and first.by != by.login:
        raise Conflict(N_("{person} 已经评过这道题，您可以复评。"), person=first.by)
    if kind is MarkKind.SECOND:
        if first is None:
            raise Conflict(N_("这道题还没有初评。"))
        if first.by == by.login:
            raise NotAllowed(N_("复评要由另一个人来做。"))
    if kind is MarkKind.SETTLED and (second is None or not before.difference):
        raise Conflict(N_("两次评分没有分歧，不用定分。"))
    if kind not in (MarkKind.FIRST, MarkKind.SECOND, MarkKind.SETTLED):
        raise Invalid(N_("请给每一条评分点打分。"), field="parts")


def _checked_key(item: Item, key: Sequence[int]) -> tuple[int, ...]:
    content = item.content
    if content.type not in OBJECTIVE:
        raise Invalid(N_("这道题由人评分，没有可以更正的答案。"), field="key")
    if content.type is QuestionType.CLOZE:
        return content.key
    size = 2 if content.type is QuestionType.TRUE_FALSE else len(content.options)
    places = tuple(key) if content.type is QuestionType.ORDER else tuple(sorted(set(key)))
    fits = all(0 <= place < size for place in places) and len(set(places)) == len(places) and bool(places)
    if content.type is QuestionType.ORDER:
        fits = fits and len(places) == size
    elif content.type is not QuestionType.MULTIPLE:
        fits = fits and len(places) == 1
    if not fits:
        raise Invalid(N_("更正后的答案和题型对不上。"), field="key")
    return places


def _checked_blanks(item: Item, blanks: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    if item.content.type is not QuestionType.CLOZE:
        return item.content.blanks
    cleaned = tuple(tuple(text.strip() for text in blank if text.strip()) for blank in blanks)
    if len(cleaned) != len(item.content.blanks) or not all(cleaned):
        raise Invalid(N_("每个空都要有答案。"), field="key")
    return cleaned
