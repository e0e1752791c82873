from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.content import Content
from kb.domain.diff import FIELDS
from kb.domain.errors import Invalid
from kb.domain.merge import Clash, merge
from kb.domain.person import Role
from tests.factories import NOW, a_content

LINE = st.sampled_from(["甲", "乙", "丙", "", "丁 30 天"])
TEXT = st.lists(LINE, max_size=7).map("\n".join)
CONTENTS = st.builds(
    a_content,
    title=st.sampled_from(["题一", "题二", "题三"]),
    body=TEXT,
    conditions=TEXT,
    tags=st.lists(st.sampled_from("子丑寅卯"), unique=True, max_size=3).map(tuple),
    roles=st.lists(st.sampled_from([Role.AGENT, Role.DIRECTOR]), max_size=2).map(tuple),
)


def test_changes_to_different_paragraphs_are_put_together():
    base = a_content(body="第一段。\n\n第二段。\n\n第三段。")
    mine = a_content(body="第一段，我改过。\n\n第二段。\n\n第三段。")
    theirs = a_content(body="第一段。\n\n第二段。\n\n第三段。\n\n他加的一段。", title="他的标题")
    merged = merge(base, mine, theirs)
    assert merged.is_clean
    assert merged.values["body"] == "第一段，我改过。\n\n第二段。\n\n第三段。\n\n他加的一段。"
    assert merged.content().title == "他的标题"


def test_the_same_paragraph_changed_by_both_is_a_clash_with_both_texts():
    merged = merge(a_content(body="头\n30 天"), a_content(body="头\n60 天"), a_content(body="头\n90 天"))
    assert merged.clashes == (Clash("body", "30 天", "60 天", "90 天", line=2),)
    assert merged.values["body"] == "头\n60 天\n90 天"


def test_removing_what_the_other_changed_is_a_clash():
    merged = merge(a_content(body="甲\n乙\n丙"), a_content(body="甲\n丙"), a_content(body="甲\n乙，改\n丙"))
    assert merged.clashes == (Clash("body", "乙", "", "乙，改", line=2),)


def test_two_values_for_one_field_are_a_clash():
    merged = merge(a_content(owner="甲岗"), a_content(owner="乙岗"), a_content(owner="丙岗"))
    assert merged.clashes == (Clash("owner", "甲岗", "乙岗", "丙岗"),)
    assert merged.values["owner"] == "乙岗"


def test_lists_take_up_what_either_added_and_lose_what_either_removed():
    merged = merge(a_content(tags=("甲", "乙")), a_content(tags=("甲", "乙", "丙")), a_content(tags=("乙", "丁")))
    assert merged.values["tags"] == ("乙", "丙", "丁")
    merged = merge(a_content(tags=("甲", "乙")), a_content(tags=("乙", "丙")), a_content(tags=("甲", "乙", "丁")))
    assert merged.values["tags"] == ("乙", "丙", "丁")


def test_roles_are_never_added_up():
    # Adding up would open to agents what one of the two closed to them.
    merged = merge(a_content(), a_content(roles=(Role.DIRECTOR,)), a_content(roles=(Role.AGENT,)))
    assert [clash.field for clash in merged.clashes] == ["roles"]


def test_values_that_break_a_rule_together_are_refused():
    base = a_content(effective_from=NOW, effective_to=NOW + timedelta(days=9))
    later = a_content(effective_from=NOW + timedelta(days=5), effective_to=NOW + timedelta(days=9))
    shorter = a_content(effective_from=NOW, effective_to=NOW + timedelta(days=2))
    with pytest.raises(Invalid):
        merge(base, later, shorter).content()


@given(CONTENTS, CONTENTS)
def test_there_is_no_clash_when_only_one_side_changed(base, other):
    for merged in (merge(base, other, base), merge(base, base, other)):
        assert merged.is_clean
        assert merged.content() == other


@given(CONTENTS, CONTENTS)
def test_when_both_say_the_same_that_is_the_result(base, both):
    merged = merge(base, both, both)
    assert merged.is_clean
    assert merged.content() == both


@given(CONTENTS, CONTENTS, CONTENTS)
def test_nothing_that_either_wrote_is_lost(base, mine, theirs):
    merged = merge(base, mine, theirs)
    for side in (mine, theirs):
        for field in FIELDS:
            assert written(side, field) - written(base, field) <= in_result(merged, field)


def written(content: Content, field: str) -> set[object]:
    return parts(getattr(content, field))


def parts(value: object) -> set[object]:
    if isinstance(value, str):
        return set(value.split("\n"))
    return {value} if not isinstance(value, tuple) or (value[:1] and isinstance(value[0], Role)) else set(value)


def in_result(merged, field: str) -> set[object]:
    clashing = [value for c in merged.clashes if c.field == field for value in (c.mine, c.theirs)]
    return set().union(*(parts(value) for value in [merged.values[field], *clashing]))
