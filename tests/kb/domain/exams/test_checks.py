"""What makes a question wrong, and what makes it doubtful."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.errors import Invalid, TooLarge
from kb.domain.exams.checks import cleaned, doubts, faults, require_correct
from kb.domain.exams.question import QuestionContent, QuestionType, RubricLine, Source

SINGLE = QuestionContent(
    type=QuestionType.SINGLE, stem="等待期多少天？", options=("30 天", "60 天", "90 天"), key=(0,), explanation="见条款。",
    source=Source(code="FAQ-0042", revision=3, start=2, end=6, text="30 天"),
)  # fmt: skip
CLOZE = QuestionContent(type=QuestionType.CLOZE, stem="等待期____天，犹豫期____天。", blanks=(("30",), ("15", "十五")))
ORAL = QuestionContent(
    type=QuestionType.ORAL,
    stem="请读开场白。",
    rubric=(RubricLine(text="语速", share=40), RubricLine(text="完整", share=60)),
)
ORDER = QuestionContent(type=QuestionType.ORDER, stem="排列步骤。", options=("报案", "查勘", "赔付"), key=(2, 0, 1))
TRUE = QuestionContent(type=QuestionType.TRUE_FALSE, stem="续保没有等待期。", key=(0,))


@pytest.mark.parametrize(
    "right", [SINGLE, replace(SINGLE, type=QuestionType.MULTIPLE, key=(0, 2)), CLOZE, ORAL, ORDER, TRUE]
)
def test_a_right_question_has_no_fault(right: QuestionContent) -> None:
    assert faults(right) == [] and require_correct(right) == right


@pytest.mark.parametrize(
    ("content", "changed", "field", "said"),
    [
        (SINGLE, {"key": (0, 1)}, "key", "单选题只能有一个正确答案，现有 2 个。"),
        (SINGLE, {"key": ()}, "key", "还没有标出正确答案。"),
        (SINGLE, {"key": (3,)}, "key", "答案“D”不在选项里。"),
        (SINGLE, {"key": (-1,)}, "key", "答案“0”不在选项里。"),
        (SINGLE, {"options": ("30 天", "６０天", "60 天。")}, "options", "选项 B 和 C 相同。"),
        (SINGLE, {"options": ("30 天", "", "60 天")}, "options", "选项 B 是空的。"),
        (SINGLE, {"options": ("30 天",)}, "options", "应有 2 到 10 个选项，现有 1 个。"),
        (SINGLE, {"stem": " \n "}, "stem", "请写题干。"),
        (SINGLE, {"difficulty": 1.01}, "difficulty", "难度应在 0 到 1 之间"),
        (SINGLE, {"type": QuestionType.MULTIPLE}, "key", "多选题至少要有两个正确答案"),
        (TRUE, {"key": ()}, "key", "请标明这句话是对还是错。"),
        (TRUE, {"key": (0, 1)}, "key", "请标明这句话是对还是错。"),
        (CLOZE, {"blanks": (("30",),)}, "blanks", "题干里有 2 个空，答案却有 1 个。"),
        (CLOZE, {"blanks": (("30",), (" ",))}, "blanks", "第 2 个空没有答案。"),
        (CLOZE, {"stem": "等待期多少天"}, "stem", "题干里没有空"),
        (ORDER, {"key": (0, 1)}, "key", "恰好排一次"),
        (ORDER, {"key": (0, 1, 1)}, "key", "恰好排一次"),
        (ORAL, {"rubric": (RubricLine(text="语速", share=90),)}, "rubric", "合计应为 100%，现在是 90%。"),
        (ORAL, {"rubric": (RubricLine(text="", share=100),)}, "rubric", "有一条评分要点没有写内容。"),
        (
            ORAL,
            {"rubric": (RubricLine(text="语速", share=0), RubricLine(text="完整", share=100))},
            "rubric",
            "1 到 100 之间",
        ),
        (ORAL, {"rubric": ()}, "rubric", "请写评分要点"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(
    content: QuestionContent, changed: dict[str, object], field: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        require_correct(replace(content, **changed))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_short_answer_may_have_a_model_answer_instead_of_a_rubric() -> None:
    short = replace(ORAL, type=QuestionType.SHORT, rubric=(), model="先致歉。")
    assert faults(short) == []
    assert [fault.field for fault in faults(replace(short, model=""))] == ["rubric"]


def test_what_its_type_does_not_use_is_left_out() -> None:
    full = replace(
        SINGLE, blanks=(("x",),), rubric=(RubricLine(text="y", share=5),), model="z", tags=("甲", " 甲 ", "")
    )
    assert cleaned(full) == replace(SINGLE, tags=("甲",))
    assert cleaned(replace(full, type=QuestionType.TRUE_FALSE)).options == ()


def test_what_is_too_long_is_said() -> None:
    with pytest.raises(TooLarge, match="最多 2000 个字，现有 2001 个"):
        cleaned(replace(SINGLE, stem="长" * 2_001))


@given(st.sampled_from([SINGLE, CLOZE, ORAL, ORDER, TRUE]), st.text(max_size=30), st.text(max_size=30))
def test_cleaning_twice_changes_nothing(content: QuestionContent, stem: str, option: str) -> None:
    try:
        once = cleaned(replace(content, stem=stem, options=(option, *content.options), tags=(option,), point=stem))
    except Invalid:
        return
    assert cleaned(once) == once


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"source": Source()}, "没有写来源条目"),
        ({"source": Source(code="FAQ-0042", revision=1)}, "没有指出来源的原句"),
        ({"explanation": ""}, "没有解析"),
        ({"options": ("自合同生效之日起连续计算三十天", "60 天", "90 天")}, "明显比别的选项长"),
        ({"type": QuestionType.MULTIPLE, "key": (0, 1, 2)}, "所有选项都对"),
    ],
)
def test_what_deserves_a_second_look_is_said_and_refused_by_nobody(changed: dict[str, object], said: str) -> None:
    content = replace(SINGLE, **changed)  # type: ignore[arg-type]
    assert said in "".join(str(doubt) for doubt in doubts(content)) and bool(said) == bool(doubts(content))
    assert faults(content) == []


def contents() -> st.SearchStrategy[QuestionContent]:
    words = st.text(max_size=8)
    return st.builds(
        QuestionContent, type=st.sampled_from(QuestionType), stem=words, options=st.tuples(words, words),
        key=st.tuples(st.integers(0, 9)), blanks=st.tuples(st.tuples(words, words)),
        rubric=st.tuples(st.builds(RubricLine, text=words, share=st.integers(1, 100))), model=words, explanation=words,
        difficulty=st.floats(0, 1), point=words, tags=st.tuples(words), shuffle=st.booleans(),
        source=st.builds(Source, code=words, revision=st.integers(0, 9), part=words, start=st.integers(0, 9), text=words),
    )  # fmt: skip


@given(contents())
def test_a_question_comes_back_from_its_json(content: QuestionContent) -> None:
    assert QuestionContent.from_dict(content.to_dict()) == content
    assert QuestionContent.from_dict(content.to_dict()).digest == content.digest


def test_the_digest_is_of_what_is_asked_and_its_key() -> None:
    assert replace(SINGLE, explanation="别的", tags=("x",), source=Source(), difficulty=0.9).digest == SINGLE.digest
    assert replace(SINGLE, key=(1,)).digest != SINGLE.digest != replace(SINGLE, stem="？").digest
