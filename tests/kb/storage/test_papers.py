"""Papers as stored: they come back whole, seals stay, the calendar remembers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kb.domain.exams.digest import Digest
from kb.domain.exams.paper import Form, Paper, PaperState
from kb.storage import Database
from tests.factories import NOW
from tests.kb.domain.exams.papers import MONTH, a_blueprint, a_paper, an_item


def keep(store: Database, paper: Paper) -> Paper:
    with store.write() as uow:
        number = uow.papers.add(paper)
        uow.commit()
    return replace(paper, number=number)


def approved(paper: Paper, days: int = 0) -> Paper:
    at = NOW + timedelta(days=days)
    submitted = paper.submit(at=at)
    return submitted.approve(by="a-director", at=at, seen=submitted.hash, sources={"FAQ-0042": 3, "FAQ-0001": 2})


def test_a_paper_comes_back_as_it_was_kept(store: Database) -> None:
    paper = keep(store, approved(a_paper(), days=1))
    with store.read() as uow:
        assert uow.papers.find(paper.number) == paper
        assert uow.papers.find(paper.number + 1) is None
        assert uow.papers.approved(paper.number) == paper


def test_a_changed_one_replaces_it_with_its_items(store: Database) -> None:
    paper = keep(store, a_paper())
    changed = approved(paper.with_form(replace(paper.forms[0], items=(an_item(77),))))
    with store.write() as uow:
        uow.papers.put(changed)
        uow.commit()
    with store.read() as uow:
        assert uow.papers.find(paper.number) == changed
        assert uow.papers.handed_in_since(MONTH) == {paper.number: {77, 3, 4, 6}}


def test_only_a_paper_that_is_what_was_approved_counts_as_approved(store: Database) -> None:
    paper = keep(store, approved(a_paper()))
    submitted = keep(store, a_paper().submit(at=NOW))
    with store.write() as uow:
        uow.papers.put(replace(paper, forms=(paper.forms[1], paper.forms[0])))
        uow.commit()
    with store.read() as uow:
        assert uow.papers.find(paper.number) is not None and uow.papers.approved(paper.number) is None
        assert uow.papers.approved(submitted.number) is None


def test_they_are_listed_newest_first_and_by_month(store: Database) -> None:
    first, second = keep(store, a_paper()), keep(store, a_paper(blueprint=a_blueprint(month=date(2026, 10, 1))))
    with store.read() as uow:
        assert [one.number for one in uow.papers.all()] == [second.number, first.number]
        assert [one.number for one in uow.papers.of_month(MONTH)] == [first.number]


def test_questions_of_papers_handed_in_for_that_month_and_later_are_told_by_paper(store: Database) -> None:
    first = keep(store, approved(a_paper()))
    keep(store, a_paper(forms=(Form(name="A", items=(an_item(50),)),)))  # still in work: nobody has seen it
    with store.read() as uow:
        assert uow.papers.handed_in_since(MONTH) == {first.number: {1, 2, 3, 4, 5, 6}}
        assert uow.papers.handed_in_since(date(2026, 12, 1)) == {}
        assert uow.papers.handed_in_since(MONTH, but=first.number) == {}


def test_a_seal_is_never_changed(store: Database) -> None:
    paper = keep(store, approved(a_paper()))
    with store.write() as uow:
        uow.papers.seal(paper)
        uow.commit()
    for statement in ("UPDATE paper_seals SET hash = 'x'", "DELETE FROM paper_seals"):
        with store.write() as uow, pytest.raises(DBAPIError, match="append-only"):
            uow._connection.execute(text(statement))  # type: ignore[attr-defined]


def test_the_calendar_remembers_what_it_said(store: Database) -> None:
    with store.write() as uow:
        uow.papers.remind(MONTH, "paper", NOW)
        uow.commit()
    with store.read() as uow:
        assert uow.papers.reminded(MONTH) == {"paper"}
        assert uow.papers.reminded(date(2026, 12, 1)) == set()


def test_a_digest_is_found_by_month_and_by_draft(store: Database) -> None:
    first = Digest(month=MONTH, draft=7, author="a-trainer", at=NOW)
    with store.write() as uow:
        uow.papers.put_digest(first)
        uow.papers.put_digest(replace(first, draft=9, code="NOT-0012"))
        uow.commit()
    with store.read() as uow:
        assert uow.papers.digest_by_draft(7) is None
        assert uow.papers.digest_of(MONTH) == uow.papers.digest_by_draft(9) == replace(first, draft=9, code="NOT-0012")


def test_states_are_kept_by_their_names(store: Database) -> None:
    paper = keep(store, approved(a_paper()).block("abc"))
    with store.read() as uow:
        found = uow.papers.find(paper.number)
    assert found is not None and (found.state, found.noticed) == (PaperState.BLOCKED, "abc")
