"""How the items of a paper did, over all its batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kb.domain.errors import N_, NotAllowed, NotFound
from kb.domain.exams.paper import Form, Item
from kb.domain.exams.question import QuestionContent
from kb.domain.exams.scoring import Correction, MarkKind
from kb.domain.exams.sitting import Batch, SittingState
from kb.domain.exams.statistics import FormFigures, Sheet, form_figures
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import (
    Forms,
    corrections_of,
    in_time,
    is_examinee,
    keys_open,
    points_of,
    standings_of,
)


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """``corrections`` of keys, oldest first. ``unscored``: sittings left out because a scorer has not finished."""

    paper: int
    batches: list[Batch]
    forms: list[FormFigures]
    corrections: list[Correction]
    unscored: int


class ItemStatistics:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._forms = Forms()

    def papers(self, person: Person) -> list[Batch]:
        """One batch of each paper that was taken, the latest first."""
        person.require(Permission.SEE_ITEMS)
        with self._store.read() as uow:
            seen: dict[int, Batch] = {}
            for batch in uow.sittings.batches(1000):
                seen.setdefault(batch.paper, batch)
            return list(seen.values())

    def of_paper(self, person: Person, paper: int) -> PaperFigures:
        """The figures of a paper's forms. Sheets taken with pen have no answers by item and are left out.

        Raises:
            NotFound: nobody was to take it. NotAllowed: this person is to take it and its keys are not open yet.
        """
        person.require(Permission.SEE_ITEMS)
        with self._store.read() as uow:
            batches = uow.sittings.of_paper(paper)
            if not batches:
                raise NotFound(N_("第 {number} 份试卷还没有安排考试。"), number=paper)
            if is_examinee(uow, person, paper) and not keys_open(uow, paper, self._clock()):
                raise NotAllowed(N_("您自己也要考这份试卷，全部场次结束后才能看答案和评分。"))
            sheets, forms, unscored = self._sheets(uow, batches)
            corrections = uow.sittings.corrections(paper)
            held = {one.question: one.content for one in corrections}
            figures = [form_figures(name, _mended(forms[name], held), sheets[name]) for name in sorted(forms)]
            return PaperFigures(paper, batches, figures, corrections, unscored)

    def _sheets(self, uow: UnitOfWork, batches: list[Batch]) -> tuple[dict[str, list[Sheet]], dict[str, Form], int]:
        by_number = {batch.number: batch for batch in batches}
        sittings = [s for s in uow.sittings.many(by_number) if s.state is SittingState.HANDED_IN]
        numbers = [one.number for one in sittings]
        answers, marks = uow.sittings.answers(numbers), uow.sittings.marks(numbers)
        corrections = corrections_of(uow, batches[0].paper)
        last = batches[-1]
        sheets: dict[str, list[Sheet]] = {}
        forms: dict[str, Form] = {}
        unscored = 0
        for one in sittings:
            own = marks.get(one.number, [])
            if any(mark.kind is MarkKind.PAPER for mark in own):
                continue
            form = self._forms.of(uow, by_number[one.batch], one.form)
            name = one.form if by_number[one.batch].hash == last.hash else f"{one.form}'"  # approved anew in between
            forms[name] = form
            given = in_time(answers.get(one.number, []))
            points = points_of(form, standings_of(form, own, given), corrections)
            if None in points.values():
                unscored += 1
                sheets.setdefault(name, [])
                continue
            counted = {question: score for question, score in points.items() if score is not None}
            sheets.setdefault(name, []).append(Sheet(counted, given))
        return sheets, forms, unscored


def _mended(form: Form, held: Mapping[int, QuestionContent]) -> list[Item]:
    """The items with the keys that hold now."""
    return [replace(item, content=held.get(item.question, item.content)) for item in form.items]
