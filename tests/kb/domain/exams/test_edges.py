from __future__ import annotations

import pytest

from kb.domain.content import Content
from kb.domain.exams.edges import edges
from kb.domain.exams.propose import Origin, propose


def turned(text):
    """``text`` with each limit turned to its other side."""
    for start, end, opposite in sorted(edges(text), reverse=True):
        text = text[:start] + opposite + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("60 周岁以下（不含）可以首投。", "60 周岁以下（含）可以首投。"),
        ("到期后 30 天内（自然日，含第 30 天）可以续保。", "到期后 30 天内（自然日，不含第 30 天）可以续保。"),
        ("首投上限：60 周岁，含 60 周岁。", "首投上限：60 周岁，不含 60 周岁。"),
        ("中止后两年内（含两年），可以申请恢复。", "中止后两年内（不含两年），可以申请恢复。"),
        ("28 天到 60 周岁，上下限都包含在内。", "28 天到 60 周岁，上下限都不包含在内。"),
        ("60 天或期满日，以较早者为准。", "60 天或期满日，以较晚者为准。"),
    ],
)
def test_the_side_on_which_a_limit_falls_is_found_and_turned(text, other):
    assert turned(text) == other


@pytest.mark.parametrize(
    "text",
    ["每年 12 次，含 2 次免费。", "每年 12 次，含 2 次。", "保费 300 元（含税）。", "赔 5 万元，包含医疗费。", "身故（不含）之前。", "投保 30 天，不含乙类药的费用另算。"],
)  # fmt: skip
def test_what_is_in_or_out_of_something_else_is_no_limit(text):
    assert turned(text) == text


def asked(text, seed=1):
    content = Content(title="重疾险多大能买", body=text)
    return [
        p for p in propose(Origin(code="FAQ-0021", revision=3, content=content), seed=seed) if p.rule.startswith("edge")
    ]


def test_the_question_alters_the_limit_alone_and_its_key_follows():
    text = "首次投保的年龄上限为 60 周岁（含）。"
    found = {p.rule: p.content for seed in range(8) for p in asked(text, seed)}
    assert found["edge-true"].key == (0,)
    assert text in found["edge-true"].stem
    assert found["edge-false"].key == (1,)
    assert text.replace("（含）", "（不含）") in found["edge-false"].stem


def test_a_sentence_with_two_such_limits_is_not_asked():
    assert asked("首投为出生满 28 天（含）至 60 周岁（不含）。") == []


def test_a_cell_is_asked_with_its_row_and_column():
    body = "| 项目 | 规定 |\n|---|---|\n| 免费里程 | 单程 100 公里以内（含） |\n| 超出部分 | 每公里 10 元 |\n"
    (one,) = asked(body)
    assert "“项目”为“免费里程”时，对应的“规定”是：单程 100 公里以内（" in one.content.stem
