from __future__ import annotations

import pytest

from kb.domain.content import Content
from kb.domain.exams.numbering import opening
from kb.domain.exams.passages import passages_of


@pytest.mark.parametrize(
    ("text", "heading", "rest"),
    [
        ("5.4 保险金的给付 我们在 5 日内核定。", "保险金的给付", "我们在"),
        ("第十三条 保险人应当说明理由。", "", "保险人应当"),
        ("48. 猝死： 指突然的死亡。", "猝死", "指突然"),
        ("10.2 （二）受益人 您可以指定一人。", "受益人", "您可以"),
        ("3.4 保险金给付我们将在 5 日内核定。", "保险金给付", "我们将"),
        ("受益人 10.1 您可以指定一人。", "受益人", "您可以"),
        ("5.4我们在收到申请后核定。", "", "我们在"),
    ],
)
def test_the_number_and_the_heading_of_a_clause_are_no_part_of_its_sentence(text, heading, rest):
    start, found = opening(text)
    assert (found, text[start:].startswith(rest)) == (heading, True)


@pytest.mark.parametrize(
    "text",
    [
        "3.5 万元以下的当天付款。", "2.5%的手续费从退费里扣。", "1.5 倍以上的要复核。", "一、二类职业可以投保。", "30 天等待期从生效日起算。",
        "3.2 保险责任终止后我们退还保费。"[4:],
    ],
)  # fmt: skip
def test_a_sentence_that_begins_with_a_quantity_keeps_it(text):
    assert opening(text) == (0, "")


def test_the_heading_holds_for_the_sentences_of_its_clause_only():
    body = "5.1 犹豫期 您在 15 日内可以退保。保费全额退还。 5.2 我们在 10 日内付款。"
    assert [p.heading for p in passages_of(Content(title="甲", body=body))] == ["犹豫期", "犹豫期", ""]


def test_blanks_that_a_line_end_left_between_characters_are_closed():
    (passage,) = passages_of(Content(title="甲", body="作出是否 属于保险责任的核定，共 3 天。"))
    assert passage.text == "作出是否属于保险责任的核定，共 3 天。"
    assert passage.places[4] == 5
