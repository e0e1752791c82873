from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.lexicon import one_of


@given(st.lists(st.text("甲乙丙aB", min_size=1, max_size=4), max_size=6), st.text("甲乙丙aB", max_size=12))
def test_a_text_contains_one_of_the_words_exactly_when_it_does(words: list[str], text: str) -> None:
    assert one_of(words)(text) == any(word.lower() in text.lower() for word in words)


@pytest.mark.parametrize(("text", "found"), [("PICC条款", True), ("等待期", True), ("等待", False), ("", False)])
def test_capitals_do_not_matter_and_a_part_of_a_word_is_not_the_word(text: str, found: bool) -> None:
    assert one_of(["等待期", "picc"])(text) is found
