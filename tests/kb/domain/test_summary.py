from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.content import Audience, Content, Kind
from kb.domain.diff import FIELDS
from kb.domain.person import Role
from kb.domain.summary import LINE_MOST, ORDER, one_line

SHANGHAI = ZoneInfo("Asia/Shanghai")


def said(old: dict[str, object], new: dict[str, object]) -> str:
    return one_line(Content(**{"title": "退保", **old}), Content(**{"title": "退保", **new})).says(zone=SHANGHAI)


def test_every_field_has_its_place_in_the_order():
    assert sorted(ORDER) == sorted(FIELDS)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            {"speakable": "等 30 天。"},
            {"speakable": "等 60 天。", "exceptions": "续保除外。"},
            "口径：“30 天”改为“60 天”；新增例外情形",
        ),
        ({"speakable": "您好，等 30 天。"}, {"speakable": "请等 60 天。"}, "口径：“您好，等 30 天”改为“请等 60 天”"),
        (
            {"speakable": "您好，等待期 30 天，最高 5 万元。"},
            {"speakable": "请注意，等待期 60 天，最高 8 万元。"},
            "口径：“30 天”改为“60 天”等 3 处",
        ),
        ({"body": "见合同。"}, {"body": "见合同条款第三条。"}, "正文：增加“条款第三条”"),
        ({"conditions": "首次投保。"}, {}, "删去适用条件"),
        ({"body": "甲，乙"}, {"body": "甲。乙"}, "正文：只改了标点或格式"),
        ({"asked_as": ("甲", "乙")}, {"asked_as": ("乙", "丙", "丁")}, "相似问增 2 条、减 1 条"),
        ({"tags": ("甲", "乙")}, {"tags": ("乙", "甲")}, "标签换了次序"),
        ({"audience": Audience.INTERNAL}, {"audience": Audience.CALLER}, "可见对象由仅限内部改为可告知来电者"),
        ({}, {"roles": (Role.AGENT, Role.TRAINER)}, "可见岗位由所有岗位改为座席代表、品管培训岗"),
        ({"kind": Kind.FAQ}, {"kind": Kind.POLICY}, "类型由问答改为政策"),
        (
            {"speakable": "请您先拨打报案电话，拍照留存，等候查勘。"},
            {"speakable": "麻烦在小程序里提交材料，我们会再联系。"},
            "口径重写",
        ),
        (
            {"speakable": "百万医疗险的等待期是三十天，意外没有等待期。"},
            {"speakable": "等待期是六十天。"},
            "口径：“三十天，意外没有等待期”改为“六十天”等 2 处",
        ),
        ({}, {}, ""),
    ],
)
def test_the_line_says_what_changed(old, new, line):
    assert said(old, new) == line


def test_moments_stand_on_the_clocks_of_the_centre():
    midnight, morning = datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 5, 1, 30, tzinfo=UTC)
    assert said({"effective_from": midnight}, {"effective_from": morning}) == (
        "生效时间由2026-12-01改为2026-12-05 09:30"
    )
    assert said({"effective_to": midnight}, {}) == "取消失效时间"
    assert said({}, {"effective_to": midnight}) == "失效时间定为2026-12-01"


def test_what_a_caller_is_told_comes_before_what_stands_in_the_drawer():
    line = said(
        {"owner": "甲岗", "body": "一", "speakable": "等 3 天"}, {"owner": "乙岗", "body": "二", "speakable": "等 5 天"}
    )
    assert line == "口径：“3 天”改为“5 天”；正文：“一”改为“二”；负责岗位：“甲岗”改为“乙岗”"


def test_changes_that_do_not_fit_are_counted():
    old = dict.fromkeys(("speakable", "conditions", "exceptions", "body", "title", "owner", "product"), "甲" * 30)
    new = dict.fromkeys(old, "甲" * 30 + "乙" * 30)
    line = said(old, new)
    assert line.startswith("口径：增加“乙乙乙")
    assert line.endswith("；另改 5 处")


def test_a_number_deep_in_a_long_change_is_quoted():
    line = said({"body": ""}, {"body": "x"})
    assert line == "新增正文"
    long = "请于收到通知书以后的自然日内尽快办理手续最迟不得超过 45 天"
    assert "45 天" in said({"body": "办理。"}, {"body": f"办理，{long}。"})


TEXT = st.text(alphabet="保险等待期 30天，。\n", max_size=120)


@given(
    st.fixed_dictionaries({"speakable": TEXT, "body": TEXT, "conditions": TEXT, "owner": TEXT}),
    st.fixed_dictionaries({"speakable": TEXT, "body": TEXT, "conditions": TEXT, "owner": TEXT}),
)
def test_the_line_is_short_and_empty_only_for_equal_contents(old, new):
    line = said(old, new)
    assert len(line) <= LINE_MOST
    assert "\n" not in line
    assert bool(line) == (Content(title="退保", **old) != Content(title="退保", **new))


def test_the_line_can_be_told_in_another_language():
    english = {"{name}：“{old}”改为“{new}”": "{name}: “{old}” is now “{new}”", "口径": "Answer"}
    summary = one_line(Content(title="t", speakable="等 3 天"), Content(title="t", speakable="等 5 天"))
    assert summary.says(lambda message: english.get(message, message)) == "Answer: “3 天” is now “5 天”"


def test_a_validity_of_other_minutes_is_told_to_the_minute():
    start = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert "08:01" in said({"effective_from": start}, {"effective_from": start + timedelta(hours=8, minutes=1)})
