from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.definitions import definition_of
from indexer.text import normal


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("什么是猝死？", "8.6 猝死 指表面健康的人因潜在疾病突然死亡。"),
        ("保险合同中提到的“特技”是什么意思", "9. 特技：指进行马术、杂技、驯兽等特殊技能。"),
        ("毒品，在保险合同中是指哪些物质？", "8.17 毒品指刑法规定的鸦片、海洛因。"),
        ("全残的定义是什么", "全残（见释义）是指下列情形之一"),
        ("肌钙蛋白（cTn）是什么意思", "肌钙蛋白（cTn）是指一种蛋白"),
        ("犹豫期是指什么", "“犹豫期”指签收后的十五日"),
    ],
)
def test_a_text_that_says_what_the_word_means_is_seen(question: str, text: str) -> None:
    pattern = definition_of(normal(question))
    assert pattern and pattern.search(text)


@pytest.mark.parametrize(
    "text", ["猝死赔付五十万元。", "指南中没有猝死一词。", "我们指定的医院不受理猝死。", "猝死的，由受益人指认。"]
)
def test_a_text_that_only_has_the_word_is_not(text: str) -> None:
    pattern = definition_of("什么是猝死")
    assert pattern and not pattern.search(text)


@pytest.mark.parametrize("question", ["", "猝死赔不赔", "等待期多久", "什么是", "什么意思？", "是指"])
def test_who_asks_for_no_word_gets_no_pattern(question: str) -> None:
    assert definition_of(question) is None


@given(st.text("什么是猝死的含义合同中指(（—-*[\\", max_size=60))
def test_any_question_gives_a_pattern_that_can_be_used(question: str) -> None:
    pattern = definition_of(question)
    assert pattern is None or isinstance(pattern.search("猝死（见释义）指"), re.Match | None)
