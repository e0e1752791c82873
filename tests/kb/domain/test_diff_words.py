from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.diff_align import Budget
from kb.domain.diff_words import Mark, diff_words, tokens_of

TEXTS = st.text(alphabet="保险等待期天三十 30，。|a\n", max_size=60)


def marked(old: str, new: str) -> str:
    """``等[-30 天-]{+60 天+}后``: easier to read than segments."""
    signs = {Mark.KEPT: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "{{+{}+}}"}
    return "".join(signs[s.mark].format(s.text) for s in diff_words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("等待期为 30 天。", "等待期为 60 天。", "等待期为 [-30 天-]{+60 天+}。"),
        ("三十天内报案", "六十天内报案", "[-三十天-]{+六十天+}内报案"),
        ("退还 1,000 元。", "退还 1,500 元。", "退还 [-1,000 元-]{+1,500 元+}。"),
        ("8:30 开门", "9:30 开门", "[-8:30-]{+9:30+} 开门"),
        ("比例 12.5%，", "比例 15%，", "比例 [-12.5%-]{+15%+}，"),
        ("自2026年1月1日起", "自2026年12月1日起", "自[-2026年1月1日-]{+2026年12月1日+}起"),
        ("见 FAQ-0042", "见 FAQ-0043", "见 [-FAQ-0042-]{+FAQ-0043+}"),
        ("用 WeChat 办", "用 WePay 办", "用 [-WeChat-]{+WePay+} 办"),
    ],
)
def test_numbers_dates_and_latin_words_change_as_a_whole(old, new, shown):
    assert marked(old, new) == shown


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("保险人应当赔付", "投保人应当赔付", "[-保险-]{+投保+}人应当赔付"),
        ("请先拨打电话，再拍照", "麻烦拍照，后拨通电话", "[-请先拨打-]{+麻烦拍照，后拨通+}电话[-，再拍照-]"),
    ],
)
def test_characters_that_happen_to_be_the_same_are_not_left_standing_alone(old, new, shown):
    assert marked(old, new) == shown


def test_each_cell_of_a_table_shows_its_own_change():
    assert marked("| 30 天 | 5 万元 |", "| 60 天 | 8 万元 |") == "| [-30 天-]{+60 天+} | [-5 万元-]{+8 万元+} |"


def test_a_single_added_negation_is_seen():
    assert marked("酒后驾车赔付", "酒后驾车不赔付") == "酒后驾车{+不+}赔付"


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("甲、乙、丙", "甲、丙", "甲、[-乙、-]丙"),
        ("甲、丙", "甲、乙、丙", "甲、{+乙、+}丙"),
        ("填《申请书》《授权书》", "填《申请书》《委托书》《授权书》", "填《申请书》{+《委托书》+}《授权书》"),
        ("先登记。再回访。", "先登记。再核对。再回访。", "先登记。{+再核对。+}再回访。"),
    ],
)
def test_an_insertion_begins_where_a_clause_begins(old, new, shown):
    assert marked(old, new) == shown


@given(TEXTS, TEXTS, st.one_of(st.none(), st.integers(0, 5_000)))
def test_applying_the_difference_gives_the_new_text_and_back(old, new, cells):
    segments = diff_words(old, new, None if cells is None else Budget(cells))
    assert "".join(s.text for s in segments if s.mark is not Mark.ADDED) == old
    assert "".join(s.text for s in segments if s.mark is not Mark.REMOVED) == new
    assert all(s.text for s in segments)
    assert all(a.mark is not b.mark for a, b in pairwise(segments))


@given(TEXTS)
def test_the_tokens_of_a_text_make_the_text(text):
    assert "".join(tokens_of(text)) == text
