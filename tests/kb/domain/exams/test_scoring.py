"""What an answer is worth, and where an item stands after several marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.errors import Invalid
from kb.domain.exams.question import QuestionType
from kb.domain.exams.scoring import (
    Correction,
    Mark,
    MarkKind,
    normal_form,
    read_value,
    rubric_parts,
    score,
    standing,
    worth_of,
)
from tests.exam_factories import OBJECTIVE_TYPES, a_question, an_item, key_of
from tests.factories import NOW


@pytest.mark.parametrize("type", OBJECTIVE_TYPES)
@pytest.mark.parametrize("partial", [False, True])
def test_the_key_gets_everything_and_nothing_gets_nothing(type: QuestionType, partial: bool) -> None:
    item = an_item(7, type)
    assert score(item.content, key_of(item), 10, partial=partial) == 10
    assert score(item.content, (), 10, partial=partial) == 0


@pytest.mark.parametrize(
    ("chosen", "partial", "points"),
    [((0, 1), False, 0), ((0, 1), True, 5), ((0, 3), True, 0), ((0, 1, 2, 3), True, 0), ((2, 1, 0), False, 10)],
)
def test_multiple_choice_is_all_or_nothing_unless_the_batch_gives_half(
    chosen: tuple[int, ...], partial: bool, points: float
) -> None:
    assert score(a_question(QuestionType.MULTIPLE), chosen, 10, partial=partial) == points


@pytest.mark.parametrize(("order", "points"), [((1, 0, 3, 2), 9), ((1, 0, 2, 3), 3), ((0, 1, 2, 3), 0)])
def test_an_order_with_partial_credit_counts_the_neighbours_that_follow_each_other(
    order: tuple[int, ...], points: float
) -> None:
    assert score(a_question(QuestionType.ORDER), order, 9, partial=True) == points
    assert score(a_question(QuestionType.ORDER), order, 9) == (9 if points == 9 else 0)


@pytest.mark.parametrize(
    ("said", "points"),
    [
        (("30天", "80%"), 10),
        (("三十日", "百分之八十"), 10),
        (("一个月", "8%"), 5),
        (("３０ 天。", "80％"), 10),
        (("30个工作日", "80%"), 5),
        (("", "80%"), 5),
        (("30天",), 5),
    ],
)
def test_each_blank_counts_and_how_a_number_is_written_does_not(said: tuple[str, ...], points: float) -> None:
    assert score(a_question(QuestionType.CLOZE), said, 10) == points


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("1万元", "10,000 元", True),
        ("30，60", "3060", False),
        ("15个工作日", "十五个工作日", True),
        ("15个工作日", "15个自然日", False),
        ("ABC", "ａｂｃ", True),
        ("不超过30天", "30天", False),
    ],
)
def test_what_counts_as_the_same_words(one: str, other: str, alike: bool) -> None:
    assert (normal_form(one) == normal_form(other)) is alike


@given(st.text("0123456789零两一三十百千万亿天日个月工作自然元%，,。、 .百分之ＡＢａ", max_size=30))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@given(st.lists(st.integers(0, 3), unique=True, max_size=4))
def test_the_worth_stays_between_nothing_and_everything(chosen: list[int]) -> None:
    for type in (QuestionType.MULTIPLE, QuestionType.ORDER):
        for partial in (False, True):
            assert 0 <= score(a_question(type), chosen, 10, partial=partial) <= 10


def test_a_written_answer_is_kept_as_written_and_blanks_are_none() -> None:
    assert read_value(a_question(QuestionType.SHORT), ["第一步\r\n第二步 "]) == ("第一步\n第二步",)
    assert read_value(a_question(QuestionType.SHORT), ["  "]) == ()
    assert read_value(a_question(QuestionType.CLOZE), ["", " "]) == ()


def test_an_oral_question_takes_no_answer() -> None:
    with pytest.raises(Invalid):
        read_value(a_question(QuestionType.ORAL), ["x"])


@pytest.mark.parametrize("parts", [(4.0,), (4.5, 1), (-0.5, 1), (4, float("nan"))])
def test_points_beyond_the_rubric_are_refused(parts: tuple[float, ...]) -> None:
    with pytest.raises(Invalid):
        rubric_parts(an_item(1, QuestionType.SHORT), parts)


def a_mark(number: int, kind: MarkKind, points: float) -> Mark:
    return Mark(number=number, sitting=3, question=5, kind=kind, score=points, by=f"scorer-{number}", at=NOW)


@pytest.mark.parametrize(
    ("marks", "stands"),
    [
        ([], None),
        ([(MarkKind.AUTO, 0)], 0),
        ([(MarkKind.FIRST, 6)], 6),
        ([(MarkKind.FIRST, 6), (MarkKind.SECOND, 6)], 6),
        ([(MarkKind.FIRST, 6), (MarkKind.SECOND, 8)], None),
        ([(MarkKind.FIRST, 6), (MarkKind.SECOND, 8), (MarkKind.SETTLED, 7)], 7),
        ([(MarkKind.FIRST, 6), (MarkKind.SECOND, 8), (MarkKind.SETTLED, 7), (MarkKind.SECOND, 9)], None),
        ([(MarkKind.AUTO, 2), (MarkKind.AUTO, 3)], 3),
    ],
)
def test_where_an_item_stands(marks: list[tuple[MarkKind, float]], stands: float | None) -> None:
    assert standing(a_mark(n, kind, points) for n, (kind, points) in enumerate(marks, 1)).score == stands


def test_a_corrected_key_counts_and_a_void_question_gives_everybody_its_points() -> None:
    item = an_item(9)
    fields = {"paper": 1, "question": 9, "version": 2, "reason": "答案有误", "by": "trainer", "at": NOW}
    mended = Correction(content=a_question(n=9, key=(0,)), **fields)  # type: ignore[arg-type]
    void = Correction(content=item.content, is_void=True, **fields)  # type: ignore[arg-type]
    assert [worth_of(item, (0,), {}), worth_of(item, (0,), {9: mended}), worth_of(item, (2,), {9: mended})] == [
        0,
        10,
        0,
    ]
    assert worth_of(item, (), {9: void}) == 10
