from __future__ import annotations

import pytest

from kb.domain.contradictions import contradictions
from tests.factories import a_content

OTHER = ("FAQ-0077", a_content(speakable="百万医疗险的等待期是三十天。", body="一般医疗年免赔额 1 万元。出险后 48 小时内报案。"))


def found(**fields):
    texts = {"title": "问题", "speakable": "", "body": "", "conditions": "", "exceptions": ""}
    return [
        (c.topic, c.here.field, c.here.quantity.text, c.there.code, c.there.field, c.there.quantity.text)
        for c in contradictions(a_content(**(texts | fields)), [OTHER])
    ]


def test_another_value_for_the_same_thing_is_shown_with_both_places():
    assert found(speakable="百万医疗险的等待期是 60 天。") == [
        ("等待期", "speakable", "60 天", "FAQ-0077", "speakable", "三十天")
    ]


@pytest.mark.parametrize(
    ("field", "text", "topic"),
    [
        ("body", "免赔额是两万元。", "免赔额"), ("conditions", "请在出险后24小时内报案。", "报案"),
        ("body", "| 项目 | 标准 |\n|---|---|\n| 等待期 | 90 天 |", "等待期"),
    ],
)  # fmt: skip
def test_found_in_every_field_and_in_tables(field, text, topic):
    assert [row[0] for row in found(**{field: text})] == [topic]


@pytest.mark.parametrize(
    "fields",
    [
        {"speakable": "等待期是 30 日。"}, {"speakable": "等待期四十三千二百分钟。"}, {"speakable": "等待期 5 个工作日。"}, {"product": "重大疾病险", "speakable": "等待期是 90 天。"},
        {"speakable": "犹豫期是 15 天。"}, {"body": "年免赔额不超过 2 万元。"}, {"speakable": "等待期分 30 天和 90 天两档。"}, {"body": "无责时出险后 24 小时内报案。"},
        {"body": "第 60 天，2026 年。"},
    ],
)  # fmt: skip
def test_what_agrees_or_cannot_be_compared_is_no_contradiction(fields):
    assert found(**fields) == []


def test_the_place_is_exact():
    [c] = contradictions(a_content(title="问", speakable="您好，等待期是 60 天。"), [OTHER])
    quantity = c.here.quantity
    assert "您好，等待期是 60 天。"[quantity.start : quantity.end] == "60 天"
    assert c.there.quantity.sentence == "百万医疗险的等待期是三十天"
