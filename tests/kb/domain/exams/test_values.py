from __future__ import annotations

from decimal import Decimal

import pytest

from kb.domain.content import Content
from kb.domain.exams.facts import facts_of
from kb.domain.exams.values import Amount, answers, neighbours, reads_same, said_with, same


def fact(text):
    return next(f for f in facts_of(Content(title="甲", body=text)) if f.number is not None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7日", "一周"), ("7天", "7 个自然日"), ("30天", "一个月"), ("5 个工作日", "7天"), ("两年", "24 个月"), ("8折", "80%"),
        ("1万元", "10,000 元"), ("48 小时", "两天"), ("身份证。", "身份证"), ("满 60 日", "满六十日"),
    ],
)  # fmt: skip
def test_ways_to_say_the_same_are_the_same(one, other):
    assert reads_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("5 个工作日", "5 天"), ("30天", "45天"), ("满 60 日", "不满 60 日"), ("2 次", "2 份"), ("3天", "3元")],
)
def test_what_only_looks_alike_is_not_the_same(one, other):
    assert not reads_same(one, other)


@pytest.mark.parametrize(
    "text",
    ["限 3,000 元。", "要 5 个工作日。", "等待期三十天。", "赔 90%。", "满 60 周岁。", "扣 2 分。", "限额1.5万元。"],
)
def test_neighbours_are_written_like_the_value_and_never_equal_it(text):
    wanted = fact(text)
    near = list(neighbours(wanted))
    assert len(near) >= 3
    assert all(not same(amount, Amount.of(wanted)) for _, amount in near)
    assert all(said != wanted.value for said, _ in near)


def test_natural_days_tempt_where_working_days_are_meant():
    assert "5 日（自然日）" in [said for said, _ in neighbours(fact("要 5 个工作日。"))]
    assert "30 个工作日" in [said for said, _ in neighbours(fact("要 30 日（自然日）。"))]


def test_answers_to_a_blank_are_taken_in_every_way_of_writing_a_number():
    assert answers(fact("限 3,000 元。")) == ("3,000", "3000", "三千")
    assert set(answers(fact("要两天。"))) >= {"两", "2", "二"}


def test_another_amount_is_said_in_the_words_of_the_value():
    assert said_with(fact("限 3,000 元。"), Decimal(12000)) == "12,000 元"
    assert said_with(fact("须 24 小时内报案。"), Decimal(60 * 48)) == "48 小时"
    assert said_with(fact("要 3 个月。"), Decimal("3.37")) is None
