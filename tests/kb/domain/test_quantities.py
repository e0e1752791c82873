from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.quantities import Bound, Unit, quantities

DAY = 1440


def read(text):
    return [(q.value, q.unit, q.topic) for q in quantities(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("等待期三十天", "等待期 30 日"), ("赔百分之八十", "赔 80%"), ("免赔额一万元", "免赔额 10,000 元"), ("48小时内报案", "四十八小时内报案"),
        ("限额１．５万元", "限额 15000元"), ("两年内有效", "24 个月内有效"), ("打八折", "打 80%"), ("犹豫期两周", "犹豫期14个自然日"),
    ],
)  # fmt: skip
def test_the_same_quantity_is_the_same_however_it_is_written(one, other):
    assert read(one) == read(other) != []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("等待期为三十天，犹豫期15天。", [(30 * DAY, Unit.TIME, "等待期"), (15 * DAY, Unit.TIME, "犹豫期")]),
        ("出险后 48 小时内报案", [(48 * 60, Unit.TIME, "报案")]),
        ("材料齐全后 5 个工作日内核定", [(5, Unit.WORKDAYS, "核定")]),
        ("年免赔额 1 万元", [(10_000, Unit.MONEY, "年免赔额")]),
        ("经医保结算后赔 90%", [(90, Unit.PERCENT, "赔")]),
        ("报案时限是 48 小时", [(48 * 60, Unit.TIME, "报案")]),
        ("保额 10 万/20 万/30 万元", [(n * 10_000, Unit.MONEY, "保额") for n in (10, 20, 30)]),
        ("| 项目 | 标准 |\n|---|---|\n| 宽限期 | 30 天 |", [(30 * DAY, Unit.TIME, "宽限期")]),
        ("每年 2 次", [(2, Unit.COUNT, "")]),
        ("第 30 天、第三条、2026年11月21日、次日零时、25 日前、一次性告知、A30 款", []),
    ],
)  # fmt: skip
def test_value_unit_and_topic(text, wanted):
    assert read(text) == [(Decimal(value), unit, topic) for value, unit, topic in wanted]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不超过 5000 元", Bound.AT_MOST), ("最高5000元", Bound.AT_MOST), ("5000 元以下", Bound.AT_MOST), ("5000元以下（不含）", Bound.LESS),
        ("不足 5000 元", Bound.LESS), ("5000 元及以上", Bound.AT_LEAST), ("至少5000元", Bound.AT_LEAST), ("不低于5000元", Bound.AT_LEAST), ("超过5000元", Bound.MORE),
        ("5000元以上（不含）", Bound.MORE), ("30 天内", Bound.WITHIN), ("30天", Bound.EXACT),
    ],
)  # fmt: skip
def test_bounds(text, bound):
    assert [q.bound for q in quantities(text)] == [bound]


def test_a_range_has_two_ends():
    [days] = quantities("3至5个工作日内到账")
    assert (days.value, days.upper, days.unit, days.topic) == (3, 5, Unit.WORKDAYS, "到账")
    [money] = quantities("保额10-15万元")
    assert (money.value, money.upper) == (100_000, 150_000)


@given(st.text("等待期为三十天48小时内报案，。\n|%元万 2６", max_size=40))
def test_the_span_is_what_was_read(text):
    for quantity in quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.value >= 0
