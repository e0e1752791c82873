"""Which questions the people who are examined have had: by who sat which form, not by whom a paper was meant for."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

from kb.domain.exams.paper import PaperState
from kb.ports import UnitOfWork


def asked_since(uow: UnitOfWork, month: date, zone: tzinfo, *, but: int = 0) -> frozenset[int]:
    """Questions that somebody still at work has had since the first day of ``month``, and those of papers that were
    handed to the director for that month or a later one and are still to be sat; not those of the paper ``but``.

    A form that nobody took, or only people who have left, bars no question.
    """
    staff = {one.login for one in uow.people.all() if one.disabled_at is None}
    asked: set[int] = set()
    for (paper, digest, name), people in uow.sittings.taken_since(datetime.combine(month, time(), tzinfo=zone)).items():
        form = uow.sittings.form(paper, digest, name) if people & staff and paper != but else None
        if form is not None:
            asked.update(item.question for item in form.items)
    for paper, questions in uow.papers.handed_in_since(month, but=but).items():
        if questions - asked and _is_ahead(uow, paper):
            asked |= questions
    return frozenset(asked)


def _is_ahead(uow: UnitOfWork, number: int) -> bool:
    """Whether somebody is still to sit this paper: it is in use, and its batches are not all over."""
    paper, batches = uow.papers.find(number), uow.sittings.of_paper(number)
    in_use = paper is not None and paper.state is not PaperState.ARCHIVED
    return (in_use and not batches) or any(batch.finished_at is None for batch in batches)
