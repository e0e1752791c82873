"""A question whose source has another value now: what it says too much, and a first draft of how it reads now."""

from __future__ import annotations

import pytest

from kb.domain.exams.mending import changed_values, mended, suspicion
from kb.domain.exams.question import QuestionContent, QuestionType, Source

BEFORE, NOW = "首次投保的等待期为 60 天，自合同生效日起算。", "首次投保的等待期为 90 天，自合同生效日起算。"


def a_question(type: QuestionType, **fields: object) -> QuestionContent:
    values: dict[str, object] = {"stem": "首次投保的等待期是多少天？", "explanation": BEFORE} | fields
    return QuestionContent(type=type, source=Source(code="POL-0001", revision=2, text=BEFORE), **values)  # type: ignore[arg-type]


def test_what_stands_in_place_of_what() -> None:
    assert changed_values(BEFORE, NOW) == [("60 天", "90 天")]
    assert changed_values("等待期 60 天", "等待期 90 天。") == [("60 天", "90 天")]
    assert changed_values(BEFORE, BEFORE) == []
    assert (
        changed_values("五日内报案。", "出险后请尽快联系我们，保留好现场的照片和所有的票据，等待查勘人员到场。") == []
    )


def test_the_right_option_gets_the_new_value_and_the_distractor_that_was_it_the_old_one() -> None:
    one = a_question(QuestionType.SINGLE, options=("30 天", "60天", "90 天", "160 天"), key=(1,))
    assert "60 天" in str(suspicion(one, NOW))
    after = mended(one, NOW)
    assert (after.options, after.key) == (("30 天", "90 天", "60 天", "160 天"), (1,))
    assert after.explanation == NOW


def test_a_blank_without_its_unit_is_mended_and_other_ways_to_write_the_old_value_go() -> None:
    one = a_question(QuestionType.CLOZE, stem="等待期为____天。", blanks=(("60", "六十"),))
    assert "60" in str(suspicion(one, NOW))
    assert mended(one, NOW).blanks == (("90",),)


@pytest.mark.parametrize(
    ("key", "days", "said", "mended_days"), [(0, 60, "60 天", 90), (1, 30, "None", 30), (1, 90, "90 天", 90)]
)
def test_a_true_statement_follows_the_source_and_a_false_one_stays_as_it_is(
    key: int, days: int, said: str, mended_days: int
) -> None:
    one = a_question(QuestionType.TRUE_FALSE, stem=f"等待期为 {days} 天。", key=(key,))
    assert said in str(suspicion(one, NOW))
    assert mended(one, NOW).stem == f"等待期为 {mended_days} 天。"


def test_a_number_within_another_number_is_left_alone() -> None:
    one = a_question(QuestionType.SINGLE, stem="保单 1600 号 60 天", options=("60 天", "16 天"), key=(0,))
    assert mended(one, NOW).stem == "保单 1600 号 90 天"


def test_without_a_text_that_took_its_place_nothing_is_guessed() -> None:
    one = a_question(QuestionType.TRUE_FALSE, stem=BEFORE, key=(0,))
    assert mended(one, "") == one
    assert suspicion(one, "") is None
