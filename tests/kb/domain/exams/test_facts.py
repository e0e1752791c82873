from __future__ import annotations

from decimal import Decimal

import pytest

from kb.domain.content import Content, Kind
from kb.domain.exams.facts import FactKind, facts_of
from kb.domain.quantities import Bound, Unit


def facts(body="", kind=None, **fields):
    found = facts_of(Content(title="盗抢怎么赔", body=body, **fields))
    return [f for f in found if kind is None or f.kind is kind]


@pytest.mark.parametrize(
    ("text", "kind", "value", "number", "unit", "bound"),
    [
        ("出险后 48 小时内报案。", FactKind.PERIOD, "48 小时", 2880, Unit.TIME, Bound.WITHIN),
        ("材料齐全后 5 个工作日核定。", FactKind.PERIOD, "5 个工作日", 5, Unit.WORKDAYS, Bound.EXACT),
        ("复杂的 30 日（自然日）内核定。", FactKind.PERIOD, "30 日（自然日）", 43200, Unit.TIME, Bound.WITHIN),
        ("损失 3,000 元及以下免查勘。", FactKind.AMOUNT, "3,000 元", 3000, Unit.MONEY, Bound.AT_MOST),
        ("接通率不低于 98%。", FactKind.PERCENT, "98%", 98, Unit.PERCENT, Bound.AT_LEAST),
        ("首次投保不超过 60 周岁。", FactKind.AGE, "60 周岁", 60, Unit.AGE, Bound.AT_MOST),
        ("上班用手机扣 3 分。", FactKind.COUNT, "3 分", 3, Unit.COUNT, Bound.EXACT),
    ],
)
def test_a_number_is_read_with_its_unit_and_bound(text, kind, value, number, unit, bound):
    (fact,) = facts(text, kind)
    assert (fact.value, fact.number, fact.unit, fact.bound) == (value, Decimal(number), unit, bound)
    assert text[fact.start : fact.end] == value


def test_what_is_no_rule_states_nothing():
    nothing = "上一年出过险。每天 24 小时受理。问清三个日期。元旦是1月1日至3日。一次说全。第 3 条。"
    assert [f.value for f in facts(nothing) if f.number is not None] == []


def test_stories_and_worked_examples_are_left_out():
    assert facts("## 经过\n\n客户第 8 天付款 300 元。") == []
    assert facts("## 算法\n\n以住院 100 天为例。\n\n给 4,500 元。") == []
    assert (
        facts(
            "## 查什么\n\n核定要 5 个工作日。",
            FactKind.PERIOD,
        )
        != []
    )
    assert facts_of(Content(title="某案", kind=Kind.CASE, body="## 处理\n\n赔了 300 元。")) == ()


def test_a_cell_knows_its_row_and_column():
    (cell,) = facts("| 责任 | 承担 |\n|---|---|\n| 主要责任 | 七成 |\n", FactKind.CELL)
    assert (cell.value, cell.condition, cell.topic) == ("七成", "主要责任", "承担")


def test_lists_are_members_and_numbered_ones_under_steps_an_order():
    (steps,) = facts("## 步骤\n\n1. 先登记\n2. 再核对\n", FactKind.STEPS)
    (members,) = facts("## 所需材料\n\n- 身份证\n- 保单\n", FactKind.MEMBERS)
    assert steps.values == ("先登记", "再核对")
    assert members.values == ("身份证", "保单")


def test_who_decides_what_is_forbidden_and_what_is_ruled():
    assert [f.value for f in facts("是否赔付由理赔部核定。", FactKind.DECIDER)] == ["理赔部"]
    assert [f.value for f in facts("不说“肯定能赔”“没问题的”。", FactKind.FORBIDDEN)] == ["肯定能赔", "没问题的"]
    assert [f.value for f in facts("露天堆放的物品受损不赔。", FactKind.RULING)] == ["不赔"]


def test_condition_and_exception_of_the_sentence_stand_beside_the_fact():
    (fact,) = facts("谈妥后 10 日内付款，账户错误的除外。", FactKind.PERIOD)
    assert fact.exception == "账户错误的除外"
