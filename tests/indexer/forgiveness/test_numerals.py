from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.forgiveness.numerals import in_chinese, number_of, quantities


def forms(text: str) -> set[str]:
    (quantity,) = quantities(text)
    return {quantity.text, *quantity.forms}


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("七天", "7天"),
        ("七天", "7日"),
        ("7日", "七天"),
        ("百分之八十", "80%"),
        ("80%", "百分之八十"),
        ("三十日", "30天"),
        ("两年", "2年"),
        ("2年", "两年"),
        ("一万元", "10000元"),
        ("一万元", "1万"),
        ("10000元", "1万"),
        ("20万元", "二十万"),
        ("5000元", "5,000元"),
        ("180,000元", "18万元"),
        ("第十二条", "第12条"),
        ("三个月", "3个月"),
        ("十二月三十号", "12月30日"),
    ],
)
def test_the_same_quantity_has_other_ways_to_write_it(one: str, same: str) -> None:
    assert same in forms(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("一周", "7天"), ("12月30日", "30天"), ("半年", "6个月"), ("一年", "12个月"), ("七天", "17天"), ("1.5倍", "15倍")],
)
def test_different_quantities_are_never_the_same(one: str, other: str) -> None:
    assert all(other not in quantity.forms for quantity in quantities(one))


@pytest.mark.parametrize("text", ["十百", "", "零点", "一二三四五六七八九一二三四五六七八九"])
def test_what_is_no_number_has_no_value(text: str) -> None:
    assert number_of(text) is None


@given(st.integers(0, 99_999_999))
def test_a_number_said_in_chinese_is_read_back(value: int) -> None:
    assert number_of(in_chinese(value)) == Decimal(value)


@given(st.text("零一二两三百千万亿十1234567890,.% 天日元月年第条分之", max_size=60))
def test_quantities_stand_where_they_say(text: str) -> None:
    end = 0
    for quantity in quantities(text):
        assert quantity.start >= end
        end = quantity.start + len(quantity.text)
        assert text[quantity.start : end] == quantity.text
        assert len(quantity.forms) <= 12
        assert quantity.text not in quantity.forms


@given(st.text("零一二两三百千万亿十1234567890,.% 天日元月年第条分之", max_size=30))
@example("10000亿")
@example("百分之10000亿")
@example("1000000000000元")
@example("999999999999万元")
def test_every_form_says_the_same_number_again(text: str) -> None:
    for quantity in quantities(text):
        for form in quantity.forms:
            again = [one.text for one in quantities(form)]
            assert again == [form]
