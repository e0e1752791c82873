"""Forms A and B: what the blueprint says holds on both, and what cannot be done is said with numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.domain.errors import Invalid
from kb.domain.exams.assembly import MARGIN, Candidate, CannotAssemble, assemble, check_blueprint, fits
from kb.domain.exams.paper import BALANCE_MOST, Blueprint, Cell, Form
from kb.domain.exams.programme import Programme
from kb.domain.exams.question import QuestionType, Source
from kb.domain.exams.sources import same_sentence
from tests.bench.assembly import a_bank
from tests.bench.assembly import a_blueprint as the_big_blueprint
from tests.kb.domain.exams.papers import a_blueprint, a_question

SINGLE, CLOZE = QuestionType.SINGLE, QuestionType.CLOZE


def bank(*difficulties: float, type: QuestionType = SINGLE, first: int = 1, **fields: object) -> list[Candidate]:
    flags = {name: fields.pop(name) for name in ("fresh", "seen") if name in fields}
    return [
        Candidate(
            question=number, version=2, content=a_question(10 * number, type, difficulty=difficulty, **fields), **flags
        )
        for number, difficulty in enumerate(difficulties, first)
    ]


def numbers(form: Form) -> list[int]:
    return [item.question for item in form.items]


def said(blueprint: Blueprint, candidates: list[Candidate]) -> list[str]:
    with pytest.raises(CannotAssemble) as caught:
        assemble(blueprint, candidates, seed=5)
    return [str(lack) for lack in caught.value.lacks]


def holds(blueprint: Blueprint, a: Form, b: Form) -> None:
    """Everything that the blueprint asks of two forms."""
    assert not set(numbers(a)) & set(numbers(b))
    assert abs(a.difficulty - b.difficulty) <= BALANCE_MOST + MARGIN
    for form in (a, b):
        assert len(set(numbers(form))) == len(form.items) == blueprint.size
        assert form.total == pytest.approx(blueprint.total)
        for place, item in enumerate(form.items):
            cell = blueprint.cell_at(place)
            assert fits(cell, item.content) and item.score == cell.score
        for pair in blueprint.enemies:
            assert not set(pair) <= set(numbers(form))
        assert not blueprint.apart or not list(same_sentence([item.content for item in form.items]))


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_both_forms_keep_to_the_blueprint(seed):
    blueprint = the_big_blueprint()
    candidates = list(a_bank(700, seed))
    a, b = assemble(blueprint, candidates, seed=seed)
    holds(blueprint, a, b)
    known = {one.question: one for one in candidates}
    for form in (a, b):
        assert not any(known[number].seen for number in numbers(form))
        assert sum(known[number].fresh for number in numbers(form)) >= 0.4 * blueprint.size


def test_the_same_seed_gives_the_same_forms_and_another_gives_others():
    blueprint, candidates = the_big_blueprint(), list(a_bank(500, 3))
    first, again, other = (assemble(blueprint, candidates, seed=seed) for seed in (8, 8, 9))
    assert first == again
    assert assemble(blueprint, list(reversed(candidates)), seed=8) == first
    assert set(numbers(first[0])) != set(numbers(other[0]))


def test_cells_that_lie_within_others_are_filled_together():
    """The first cell takes any single choice: it must leave the easy ones to the second."""
    blueprint = a_blueprint(Cell(type=SINGLE, count=2, score=2.0), Cell(type=SINGLE, hardest=0.2, count=1, score=3.0))
    a, b = assemble(blueprint, bank(0.1, 0.1, 0.5, 0.5, 0.5, 0.5), seed=4)
    assert {a.items[2].question, b.items[2].question} == {1, 2}


def test_a_point_takes_in_the_points_below_it_and_no_other():
    cell = Cell(type=SINGLE, point="健康险", count=1, score=1.0)
    assert fits(cell, a_question(point="健康险/等待期")) and fits(cell, a_question(point="健康险"))
    assert not fits(cell, a_question(point="健康险种")) and not fits(cell, a_question(point=""))


def test_it_says_which_row_is_short_by_how_many():
    blueprint = a_blueprint(Cell(type=CLOZE, count=1, score=1.0), Cell(type=SINGLE, count=5, score=2.0))
    found = bank(*[0.5] * 7) + bank(0.5, 0.5, type=CLOZE, first=50)
    assert said(blueprint, found) == ["第 2 行（single）两卷要 10 题，题库里只有 7 题，缺 3 题。"]


def test_it_says_how_many_were_asked_of_these_people_lately():
    blueprint = a_blueprint(Cell(type=SINGLE, count=2, score=2.0))
    found = bank(0.5, 0.5, 0.5) + bank(0.5, 0.5, first=50, seen=True)
    assert said(blueprint, found) == ["第 1 行（single）两卷要 4 题，能用的只有 3 题，缺 1 题；另有 2 题近期考过。"]


def test_it_says_when_two_rows_need_the_same_questions():
    blueprint = a_blueprint(
        Cell(type=SINGLE, count=2, score=2.0), Cell(type=SINGLE, point="等待期", count=1, score=2.0)
    )
    [sentence] = said(blueprint, bank(0.5, 0.5, 0.5, 0.5))
    assert sentence in {
        "第 1 行（single）缺 2 题：合适的 4 题，别的行也要用。", "第 2 行（single）缺 2 题：合适的 4 题，别的行也要用。",
    }  # fmt: skip


def test_it_says_when_questions_exclude_each_other():
    one_sentence = Source(code="FAQ-0042", revision=1, start=3, end=30, text="同一句")
    blueprint = a_blueprint(Cell(type=SINGLE, count=2, score=2.0))
    assert said(blueprint, bank(0.5, 0.5, 0.5, 0.5, source=one_sentence)) == [
        "第 1 行（single）缺 2 题：互斥的题、出自同一句话的题不能放在同一卷。"
    ]
    enemies = a_blueprint(Cell(type=SINGLE, count=2, score=2.0), enemies=((1, 2), (1, 3), (1, 4)))
    assert said(enemies, bank(0.5, 0.5, 0.5, 0.5)) == [
        "第 1 行（single）缺 1 题：互斥的题、出自同一句话的题不能放在同一卷。"
    ]


def test_it_says_when_too_little_changed_this_month():
    blueprint = a_blueprint(Cell(type=SINGLE, count=4, score=2.0), fresh_share=0.6)
    found = bank(*[0.5] * 6) + bank(*[0.5] * 5, first=50, fresh=True)
    assert said(blueprint, found) == ["本月有变化的题，每卷要 3 题，现在最多只能做到 2 题，缺 1 题。"]


def test_a_lack_in_a_large_bank_is_told_without_searching_all_of_it(monkeypatch):
    """Searching the whole bank for a way that is not there takes ten times as long as counting what is short."""
    searched = []
    solve = Programme.solve
    monkeypatch.setattr(Programme, "solve", lambda self: searched.append(self) or solve(self))
    found = [replace(one, fresh=one.question <= 30) for one in a_bank(2_000, 6)]
    [sentence] = said(the_big_blueprint(), found)
    assert sentence.startswith("本月有变化的题，每卷要 22 题，现在最多只能做到 ")
    assert len(searched) == 1


def test_fresh_questions_that_are_few_in_a_large_bank_are_found():
    blueprint = the_big_blueprint()
    few = {one.question for one in a_bank(2_000, 6) if one.fresh and not one.seen and one.question % 9 == 0}
    a, b = assemble(blueprint, [replace(one, fresh=one.question in few) for one in a_bank(2_000, 6)], seed=2)
    holds(blueprint, a, b)
    assert all(len(few & set(numbers(form))) >= 0.4 * blueprint.size for form in (a, b))


def test_it_says_when_only_the_balance_cannot_be_had():
    blueprint = a_blueprint(Cell(type=SINGLE, count=1, score=2.0))
    assert said(blueprint, bank(0.3, 0.35)) == [
        "两卷的平均难度最少也相差 0.050，要求不超过 0.01。请放宽某一行的难度范围，或补充题目。"
    ]
    a, b = assemble(blueprint, bank(0.3, 0.31), seed=1)
    assert Counter(numbers(a) + numbers(b)) == {1: 1, 2: 1}


def test_a_bank_without_questions_is_short_of_everything():
    [first, second] = said(a_blueprint(), [])
    assert "缺 4 题" in first and "缺 2 题" in second


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"minutes": 0}, "minutes"),
        ({"pass_score": 99.0}, "pass_score"),
        ({"fresh_share": 1.5}, "fresh_share"),
        ({"unseen_months": -1}, "unseen_months"),
    ],
)
def test_a_blueprint_that_no_bank_could_fulfil_is_refused_by_field(changes, field):
    with pytest.raises(Invalid) as caught:
        check_blueprint(a_blueprint(**(changes)))
    assert caught.value.field == field


@pytest.mark.parametrize(
    "cell",
    [
        Cell(type=SINGLE, count=0, score=1.0),
        Cell(type=SINGLE, count=1, score=0.0),
        Cell(type=SINGLE, count=1, score=float("nan")),
        Cell(type=SINGLE, count=1, score=1.0, easiest=0.6, hardest=0.4),
        Cell(type=SINGLE, count=500, score=1.0),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(cell):
    with pytest.raises(Invalid) as caught:
        check_blueprint(a_blueprint(cell, pass_score=0.0))
    assert caught.value.field == "cells"


def test_overlapping_sources_are_one_sentence_and_neighbours_are_not():
    def at(start, end, code="FAQ-0001", revision=1):
        return a_question(source=Source(code=code, revision=revision, start=start, end=end, text="x"))

    found = list(
        same_sentence([at(0, 10), at(10, 20), at(15, 18), at(0, 10, "FAQ-0002"), at(5, 7, revision=2), at(4, 6)])
    )
    assert sorted(map(sorted, found)) == [[0, 5], [1, 2]]
