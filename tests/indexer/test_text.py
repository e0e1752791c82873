from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.text import normal, normal_with_offsets, unwrapped, without_markup


def test_width_script_and_case_fold() -> None:
    assert normal("ＡBc醫療，①") == "abc医疗,1"


def test_lone_surrogates_become_blanks() -> None:
    assert normal("退\ud800保") == "退 保"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text(max_size=50))
def test_offsets_lead_back_into_the_text(text: str) -> None:
    plain, places = normal_with_offsets(text)
    assert len(plain) == len(places)
    assert list(places) == sorted(places)
    assert plain == "".join(normal(char) for char in text)
    assert all(0 <= place < len(text) for place in places)


def test_blanks_between_chinese_characters_go_and_others_stay() -> None:
    assert unwrapped("保 险 e 生 a b") == "保险 e 生 a b"


def test_markup_that_is_not_read_goes() -> None:
    assert without_markup("见 [退保](kb:FAQ-0001) <b>粗</b>").split() == ["见", "[退保]", "粗"]
