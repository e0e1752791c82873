"""A paper on its way to the director: what may be done when, and that what is approved is what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.domain.errors import Conflict, Invalid
from kb.domain.exams.paper import Paper, PaperState
from tests.factories import NOW
from tests.kb.domain.exams.papers import a_paper, an_item

LATER = NOW + timedelta(days=2)


def submitted() -> Paper:
    return a_paper().submit(at=NOW)


def approved() -> Paper:
    paper = submitted()
    return paper.approve(by="a-director", at=LATER, seen=paper.hash, sources={"FAQ-0042": 3})


def altered(paper: Paper) -> Paper:
    """As somebody with a hand in the database could: the forms change, the hash stays."""
    form = replace(paper.forms[0], items=(an_item(9), *paper.forms[0].items[1:]))
    return replace(paper, forms=(form, paper.forms[1]))


def test_approval_freezes_what_was_submitted():
    paper = approved()
    assert (paper.state, paper.decided_by, paper.decided_at) == (PaperState.APPROVED, "a-director", LATER)
    assert paper.sources == (("FAQ-0042", 3),)
    assert paper.hash == submitted().hash == paper.fingerprint and paper.is_sound


def test_an_altered_paper_is_never_approved():
    paper = submitted()
    with pytest.raises(Conflict, match="不一样"):
        altered(paper).approve(by="a-director", at=LATER, seen=paper.hash, sources={})


def test_a_director_who_has_read_another_state_of_it_does_not_approve():
    old = submitted()
    new = altered(old.reopen()).submit(at=LATER)
    with pytest.raises(Conflict, match="不一样"):
        new.approve(by="a-director", at=LATER, seen=old.hash, sources={})
    assert new.approve(by="a-director", at=LATER, seen=new.hash, sources={}).is_sound


def test_an_approved_paper_that_was_altered_is_not_sound():
    assert not altered(approved()).is_sound
    assert not a_paper().is_sound


def test_only_what_is_in_work_can_be_changed():
    form = replace(a_paper().forms[1], items=(an_item(9),))
    assert a_paper().with_form(form).form("B") == form
    for paper in (submitted(), approved(), approved().archive(), approved().block("x")):
        with pytest.raises(Conflict, match="不能再改"):
            paper.with_form(form)


def test_it_is_returned_with_words_and_comes_again():
    paper = submitted().send_back(by="a-director", at=LATER, remarks=" 第 3 题换一道 ")
    assert (paper.state, paper.remarks, paper.hash) == (PaperState.RETURNED, "第 3 题换一道", "")
    assert paper.submit(at=LATER).state is PaperState.SUBMITTED
    with pytest.raises(Invalid):
        submitted().send_back(by="a-director", at=LATER, remarks=" \n")


def test_a_blocked_paper_must_be_opened_again_and_approved_anew():
    paper = approved().block("abc")
    with pytest.raises(Conflict):
        paper.approve(by="a-director", at=LATER, seen=paper.hash, sources={})
    again = paper.reopen()
    assert (again.state, again.hash, again.sources, again.noticed) == (PaperState.DRAFT, "", (), "")


@pytest.mark.parametrize(
    ("make", "step"),
    [
        (a_paper, lambda p: p.approve(by="x", at=NOW, seen="", sources={})),
        (a_paper, lambda p: p.send_back(by="x", at=NOW, remarks="y")),
        (a_paper, lambda p: p.reopen()),
        (a_paper, lambda p: p.block("x")),
        (submitted, lambda p: p.submit(at=NOW)),
        (submitted, lambda p: p.archive()),
        (approved, lambda p: p.submit(at=NOW)),
        (lambda: approved().archive(), lambda p: p.reopen()),
    ],
)
def test_a_step_that_does_not_fit_is_refused(make, step):
    with pytest.raises(Conflict):
        step(make())


def test_every_change_counts_one_up():
    paper = approved()
    assert (a_paper().version, submitted().version, paper.version, paper.reopen().version) == (1, 2, 3, 4)
