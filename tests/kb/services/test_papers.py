"""Papers in work: built from what is ready, exchanged question by question, never two people over each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.exams.assembly import CannotAssemble
from kb.domain.exams.forms_check import difference
from kb.domain.exams.paper import Cell, PaperState
from kb.domain.exams.question import QuestionType
from kb.domain.person import Role
from kb.services.papers import Papers
from kb.storage import Database
from tests.factories import Clock, a_person
from tests.kb.domain.exams.papers import MONTH
from tests.kb.services.paper_bank import CELLS, DIRECTOR, NEW, TRAINER, an_approved_paper, blueprint, furnish, services


@pytest.fixture
def papers(store: Database, clock: Clock) -> Papers:
    furnish(store, clock)
    return services(store, clock)[0]


def test_a_paper_is_built_from_what_is_ready_and_kept(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    opened = papers.open(DIRECTOR, made.number)
    assert opened.paper == made
    assert (made.state, made.author, len(made.questions)) == (PaperState.DRAFT, "chen", 8)
    assert (opened.faults, opened.findings) == ([], [])
    assert [row.action for row in opened.history] == ["paper.build"]


def test_what_changed_this_month_takes_its_share(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(fresh_share=0.75), seed=3)
    for form in made.forms:
        assert sum(item.content.source.code == NEW for item in form.items) >= 3


def test_what_they_had_lately_is_not_asked_again(papers: Papers, store: Database, clock: Clock) -> None:
    first = an_approved_paper(store, clock)
    second = papers.build(TRAINER, blueprint(cells=(replace(CELLS[0], count=2),), pass_score=1), seed=4)
    assert not first.questions & second.questions
    with pytest.raises(CannotAssemble) as caught:
        papers.build(TRAINER, blueprint(cells=(replace(CELLS[0], count=4),)), seed=4)
    assert "缺 2 题；另有 6 题近期考过" in str(caught.value.lacks[0])
    assert papers.build(TRAINER, blueprint(cells=(replace(CELLS[0], count=4),), unseen_months=0), seed=4).number


def test_what_will_be_overtaken_before_the_sitting_is_not_asked(papers: Papers, store: Database, clock: Clock) -> None:
    from kb.services.knowledge import Knowledge
    from tests.factories import a_content
    from tests.kb.services.paper_bank import OLD, body

    knowledge = Knowledge(store, clock)
    content = a_content(body=body(n1="第1项保障每年最高赔100万元。"), effective_from=(clock.at + timedelta(days=2)))
    _, revision = knowledge.submit(a_person(), content, reason="修订", code=OLD)
    knowledge.publish(a_person(), OLD, revision.number, reason="修订")
    for seed in range(4):
        assert 1 not in papers.build(TRAINER, blueprint(), seed=seed).questions


def test_a_question_is_exchanged_for_one_that_fits(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    _, old, choices, total = papers.choices(TRAINER, made.number, "B", 1)
    assert choices and total == len(choices) and not {one.item.question for one in choices} & made.questions
    assert all(one.item.content.type is QuestionType.SINGLE and one.item.score == 2.0 for one in choices)
    new = choices[0].item.question
    after = papers.swap(TRAINER, made.number, "B", 1, new, version=made.version)
    assert after.form("B").items[1].question == new and old.question not in after.questions
    assert difference(after.forms) == pytest.approx(choices[0].apart)
    row = papers.open(TRAINER, made.number).history[-1]
    assert (row.action, row.detail["old"], row.detail["new"], row.detail["place"]) == (
        "paper.swap",
        old.question,
        new,
        2,
    )


def test_what_may_be_exchanged_is_found_by_its_words_its_number_or_its_entry(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    _, _, everything, total = papers.choices(TRAINER, made.number, "B", 1)
    assert total == len(everything) > 2
    wanted = everything[-1].item
    for text in (f"Q-{wanted.question:04}", f"第{wanted.question}项保障 最高"):
        assert [one.item for one in papers.choices(TRAINER, made.number, "B", 1, text=text)[2]] == [wanted]
    found = papers.choices(TRAINER, made.number, "B", 1, text="faq-0042")[2]
    assert found and {one.item.content.source.code for one in found} == {"FAQ-0042"}
    assert papers.choices(TRAINER, made.number, "B", 1, text="没有这样的题")[2:] == ([], 0)


@pytest.mark.parametrize("question", [3, 999, 0])
def test_what_does_not_fit_is_not_put_there(papers: Papers, question: int) -> None:
    """3 is a question with a blank, for a place of single choice."""
    made = papers.build(TRAINER, blueprint(), seed=3)
    with pytest.raises(Conflict, match="不能放在这里"):
        papers.swap(TRAINER, made.number, "A", 0, question, version=made.version)


def test_an_exchange_that_breaks_a_rule_is_refused_with_the_rule(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    _, _, choices, _ = papers.choices(TRAINER, made.number, "A", 0)
    new, there = choices[0].item.question, made.form("A").items[1].question
    again = papers.again(TRAINER, made.number, blueprint(enemies=((new, there),)), seed=3, version=made.version)
    if there in {item.question for item in again.form("A").items}:
        with pytest.raises(Conflict, match="互斥"):
            papers.swap(TRAINER, made.number, "A", 0, new, version=again.version)


def test_the_second_of_two_editors_is_told(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    [first, second] = papers.choices(TRAINER, made.number, "A", 0)[2][:2]
    papers.swap(TRAINER, made.number, "A", 0, first.item.question, version=made.version)
    with pytest.raises(Conflict, match="刚刚被改过"):
        papers.swap(TRAINER, made.number, "A", 0, second.item.question, version=made.version)
    with pytest.raises(Conflict, match="刚刚被改过"):
        papers.again(TRAINER, made.number, blueprint(), seed=9, version=made.version)


def test_it_is_assembled_anew_with_another_seed(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    after = papers.again(TRAINER, made.number, blueprint(minutes=45), seed=11, version=made.version)
    assert (after.number, after.seed, after.blueprint.minutes) == (made.number, 11, 45)
    assert after.forms != made.forms


@pytest.mark.parametrize(("form", "place"), [("C", 0), ("A", 4), ("A", -1)])
def test_a_place_that_is_not_there_is_named(papers: Papers, form: str, place: int) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    with pytest.raises(Invalid):
        papers.choices(TRAINER, made.number, form, place)


def test_the_next_blueprint_begins_as_the_last_one(papers: Papers) -> None:
    usual = papers.preset(TRAINER)
    assert (usual.total, usual.month, usual.title) == (100.0, MONTH, "2026年11月月度考试")
    papers.build(TRAINER, blueprint(minutes=33, enemies=((1, 2),)), seed=3)
    following = papers.preset(TRAINER, MONTH.replace(month=12))
    assert (following.cells, following.minutes, following.enemies) == (CELLS, 33, ())
    assert following.title == "2026年12月月度考试"


def test_a_bank_that_is_too_small_keeps_nothing(papers: Papers, store: Database) -> None:
    with pytest.raises(CannotAssemble):
        papers.build(TRAINER, blueprint(cells=(Cell(type=QuestionType.ORAL, count=1, score=9.0),)), seed=3)
    with store.read() as uow:
        assert uow.papers.all() == []


def test_only_who_keeps_questions_builds_and_agents_read_nothing(papers: Papers) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    with pytest.raises(NotAllowed):
        papers.build(DIRECTOR, blueprint(), seed=3)
    with pytest.raises(NotAllowed):
        papers.open(a_person(Role.AGENT), made.number)
    with pytest.raises(NotFound):
        papers.open(TRAINER, made.number + 1)
