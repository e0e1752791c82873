"""Which questions may not come again: by who sat which form."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest

from kb.domain.exams.paper import Paper
from kb.domain.exams.sitting import Batch, Sitting, SittingState
from kb.domain.person import Role
from kb.services.asked import asked_since
from kb.storage import Database
from tests.factories import NOW, Clock, a_person
from tests.kb.domain.exams.papers import MONTH
from tests.kb.services.paper_bank import an_approved_paper, furnish


@pytest.fixture
def paper(store: Database, clock: Clock) -> Paper:
    furnish(store, clock)
    return an_approved_paper(store, clock)


def asked(store: Database, month: date = MONTH, **given: int) -> frozenset[int]:
    with store.read() as uow:
        return asked_since(uow, month, UTC, **given)


def held(
    store: Database, paper: Paper, *, a: SittingState, b: SittingState, days: int = 1, finished: bool = True
) -> None:
    """A batch in which li has form A and zhao form B."""
    at = NOW + timedelta(days=days)
    with store.write() as uow:
        for login in ("li", "zhao"):
            if uow.people.find(login) is None:
                uow.people.add(a_person(Role.AGENT, login=login, id=0), "x")
        uow.sittings.keep_forms(paper.number, paper.hash, paper.forms)
        batch = uow.sittings.add_batch(
            Batch(
                paper=paper.number, hash=paper.hash, title="11月考试", month=MONTH, opens_at=at, closes_at=at + timedelta(hours=2),
                minutes=40, total=10.0, pass_score=6.0, by="zhou", at=NOW, finished_at=at + timedelta(hours=3) if finished else None,
            )
        )  # fmt: skip
        uow.sittings.add(
            Sitting(batch=batch, paper=paper.number, person=login, team="一组", seat=seat, form=form, seed=seat, state=state)
            for seat, (login, form, state) in enumerate((("li", "A", a), ("zhao", "B", b)), 1)
        )  # fmt: skip
        uow.commit()


def questions(paper: Paper, form: str) -> frozenset[int]:
    return frozenset(item.question for item in paper.form(form).items)


def test_a_paper_that_is_still_to_be_sat_bars_all_its_questions(store: Database, paper: Paper) -> None:
    assert asked(store) == paper.questions
    held(store, paper, a=SittingState.ASSIGNED, b=SittingState.ASSIGNED, finished=False)
    assert asked(store) == paper.questions
    assert asked(store, but=paper.number) == frozenset()


def test_once_it_is_over_only_the_forms_that_somebody_took_count(store: Database, paper: Paper) -> None:
    held(store, paper, a=SittingState.HANDED_IN, b=SittingState.ABSENT)
    assert asked(store) == questions(paper, "A")


def test_a_make_up_in_a_later_month_counts_from_the_day_it_was_sat(store: Database, paper: Paper) -> None:
    held(store, paper, a=SittingState.ABSENT, b=SittingState.STARTED, days=40)
    assert asked(store, date(2026, 12, 1)) == questions(paper, "B")
    assert asked(store, date(2027, 2, 1)) == frozenset()


def test_what_only_people_who_left_have_seen_may_come_again(store: Database, paper: Paper) -> None:
    held(store, paper, a=SittingState.HANDED_IN, b=SittingState.HANDED_IN)
    with store.write() as uow:
        uow.people.disable("li", NOW)
        uow.commit()
    assert asked(store) == questions(paper, "B")


def test_a_paper_put_away_without_a_sitting_bars_nothing(store: Database, paper: Paper) -> None:
    with store.write() as uow:
        uow.papers.put(paper.archive())
        uow.commit()
    assert asked(store) == frozenset()
