"""Which searches are questions, and which of them are one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.asks import Ask, is_question, is_typed_further
from kb.domain.learning import form
from tests.factories import NOW


@pytest.mark.parametrize("text", ["等待期", "宠物险怎么买", "ETC 能报销吗", "POS", "30天", "a1", "保全app", "iphone碎屏险", "等待"])
def test_words_are_a_question(text: str) -> None:
    assert is_question(text, form(text))


@pytest.mark.parametrize("text", ["", "等", "q", "Q", "dengd", "dengdaiqi", "deng dai q", "dd'q", "zhongj", "x", "5"])
def test_single_letters_and_half_words_in_pinyin_are_none(text: str) -> None:
    assert not is_question(text, form(text))


@pytest.mark.parametrize(
    ("before", "after", "further"),
    [
        ("等", "等待", True),
        ("等待", "等待期", True),
        ("等待q", "等待期", True),
        ("等待期q", "等待期", True),
        ("等待期", "等待期", False),
        ("等待期", "等待", False),
        ("dengd", "理赔", False),
        ("理赔", "理财", False),
        ("保全", "保全app", True),
    ],
)
def test_typing_on_makes_a_longer_question_of_the_same(before: str, after: str, further: bool) -> None:
    assert is_typed_further(before, after) is further


def an_ask(**fields: object) -> Ask:
    values = {"person": "chen", "call": None, "text": "等待期", "form": "等待期", "at": NOW}
    return Ask(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "on"),
    [
        ({}, True),
        ({"at": NOW + timedelta(minutes=2)}, True),
        ({"at": NOW + timedelta(minutes=2, seconds=1)}, False),
        ({"person": "lin"}, False),
        ({"call": 7}, False),
    ],
)
def test_a_person_asks_on_for_two_minutes_outside_calls(changed: dict[str, object], on: bool) -> None:
    assert an_ask(**changed).asks_on(an_ask()) is on


def test_in_a_call_a_person_asks_on_until_it_ends() -> None:
    assert an_ask(call=7, at=NOW + timedelta(hours=1)).asks_on(an_ask(call=7))
    assert not an_ask(call=8).asks_on(an_ask(call=7))
