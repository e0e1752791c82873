"""Questions of every type, and a strategy for more."""

from __future__ import annotations

from hypothesis import strategies as st

from kb.domain.exams.checks import cleaned, faults
from kb.domain.exams.question import QuestionContent, QuestionType, RubricLine, Source

SOURCE = Source(code="FAQ-0042", revision=3, part="body", start=10, end=25, text="等待期为 30 天，意外除外。")
SINGLE = QuestionContent(
    type=QuestionType.SINGLE, stem="百万医疗险的等待期是（　）：\n首次投保", options=("30 天", "=60 天", "~90% {天}", "# 没有"),
    key=(1,), explanation="见条款：\n第 3 条 <b>&amp;", difficulty=0.35, point="健康险/等待期", tags=("等待期", "一|二", "甲、乙"),
    shuffle=False, source=SOURCE,
)  # fmt: skip
SAMPLES: dict[str, QuestionContent] = {
    "single": SINGLE,
    "multiple": QuestionContent(
        type=QuestionType.MULTIPLE, stem="哪些材料是必需的？", options=("身份证明", "发票", "病历", "照片", "保单号"),
        key=(0, 1, 2), tags=("材料；清单",),
    ),
    "true": QuestionContent(type=QuestionType.TRUE_FALSE, stem="A. 开头的题干：续保没有等待期。", key=(0,), difficulty=1.0),
    "false": QuestionContent(type=QuestionType.TRUE_FALSE, stem="等待期是 90 天。", key=(1,), explanation="30 天。", difficulty=0.0),
    "cloze": QuestionContent(
        type=QuestionType.CLOZE, stem="请在 ____ 天内报案，最迟 _____ 小时。",
        blanks=(("30", "三十", "30；天"), ("48", "a|b}~c/\"d", "四十八")), source=SOURCE,
    ),
    "one gap": QuestionContent(type=QuestionType.CLOZE, stem="等待期 ____ 天: {含}", blanks=(("30", "=三十"),)),
    "short": QuestionContent(
        type=QuestionType.SHORT, stem="如何安抚来电者？", model="先处理情绪，\n再处理事情。",
        rubric=(RubricLine(text="先处理情绪", share=60), RubricLine(text="给出时限：48 小时", share=40)),
    ),
    "order": QuestionContent(
        type=QuestionType.ORDER, stem="排出通话的先后", options=("查询", "问候", "确认需求"), key=(1, 2, 0)
    ),
    "oral": QuestionContent(type=QuestionType.ORAL, stem="复述开场白", rubric=(RubricLine(text="用语完整", share=100),)),
    "practical": QuestionContent(
        type=QuestionType.PRACTICAL, stem="处理一通无声来电", rubric=(RubricLine(text="等两秒", share=100),), model="重复开场白两次。"
    ),
}  # fmt: skip

_TEXT = st.text(
    st.one_of(st.sampled_from("甲乙。，：；|\\=~{}#<>&\"'-+@%1A()（）[]【】_／/ \n"), st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))),
    min_size=1, max_size=24,
)  # fmt: skip


@st.composite
def questions(draw: st.DrawFn) -> QuestionContent:
    """Correct questions in normal form."""
    kind = draw(st.sampled_from(QuestionType))
    blanks = draw(st.lists(st.lists(_TEXT, min_size=1, max_size=3), min_size=1, max_size=3))
    stem = draw(_TEXT)
    if kind is QuestionType.CLOZE:
        stem = "".join(f"{draw(_TEXT)}____" for _ in blanks)
    options = draw(st.lists(_TEXT, min_size=2, max_size=5, unique=True))
    places = range(len(options))
    key = {
        QuestionType.SINGLE: st.sampled_from(places).map(lambda p: (p,)),
        QuestionType.MULTIPLE: st.sets(st.sampled_from(places), min_size=2).map(lambda s: tuple(sorted(s))),
        QuestionType.TRUE_FALSE: st.sampled_from([(0,), (1,)]),
        QuestionType.ORDER: st.permutations(places).map(tuple),
    }.get(kind, st.just(()))
    made = QuestionContent(
        type=kind, stem=stem, options=tuple(options), key=draw(key), blanks=tuple(tuple(b) for b in blanks),
        rubric=(RubricLine(text=draw(_TEXT), share=70), RubricLine(text=draw(_TEXT), share=30)),
        model=draw(_TEXT), explanation=draw(st.one_of(st.just(""), _TEXT)), difficulty=draw(st.floats(0, 1)),
        point=draw(_TEXT), tags=tuple(draw(st.lists(_TEXT, max_size=3))), shuffle=draw(st.booleans()),
        source=draw(st.sampled_from([Source(), SOURCE])),
    )  # fmt: skip
    return cleaned(made)


def is_correct(content: QuestionContent) -> bool:
    return not faults(content)
