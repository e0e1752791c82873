"""Waiting solutions, gathered by entry and likeness, in the order in which they want to be dealt with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.harvest import Group, Sort, Waiting, gather, in_order, is_learnable, likeness, sees
from kb.domain.person import Person, Role
from kb.domain.solutions import Solution, SolutionKind
from tests.factories import NOW


def waits(asked="等待期多久", times=1, first=1, kind=SolutionKind.ADDED, code="", flag_due=None):
    return Waiting(kind, code, asked, times, first, NOW, flag_due)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("等待期多久", "请问等待期是几天？"),
        ("怎么退保", "我要退保怎么办"),
        ("宠物能不能投保", "宠物可以投保吗"),
        ("车子进水了赔不赔", "车子进水赔吗"),
        ("发票丢了怎么补开", "发票丢失怎样补开"),
    ],
)
def test_the_same_question_in_other_words_is_alike(one, other):
    assert likeness(one, other) >= 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("等待期多久", "犹豫期多久"),
        ("退保怎么办理", "理赔怎么办理"),
        ("怎么改手机号", "怎么改受益人"),
        ("可以分期吗", "可以退吗"),
        ("", "等待期多久"),
    ],
)
def test_what_shares_only_the_words_around_it_is_not_alike(one, other):
    assert likeness(one, other) < 0.5


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_a_share_and_the_same_in_both_directions(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == 1


def test_an_entry_has_one_group_of_corrections_and_one_of_wordings():
    groups = gather([
        waits("几天能赔", 2, 5, SolutionKind.USED, "FAQ-0042"),
        waits("什么时候开始管", 7, 6, SolutionKind.USED, "FAQ-0042"),
        waits("等待期", 1, 3, SolutionKind.FLAGGED, "FAQ-0042"),
        waits("等待期怎么算", 1, 4, SolutionKind.IMPROVED, "FAQ-0042"),
        waits("几天能赔", 1, 9, SolutionKind.USED, "FAQ-0043"),
    ])  # fmt: skip
    assert {(g.sort, g.code, g.times, g.number) for g in groups} == {
        (Sort.LEARN, "FAQ-0042", 9, 5), (Sort.CORRECT, "FAQ-0042", 2, 3), (Sort.LEARN, "FAQ-0043", 1, 9),
    }  # fmt: skip
    learn = next(g for g in groups if g.number == 5)
    assert [w.asked for w in learn.wordings] == ["什么时候开始管", "几天能赔"]


def test_new_questions_that_differ_in_a_synonym_only_are_gathered():
    asked = [waits("宠物能不能投保", 5, 1), waits("猫狗能不能投保", 2, 2), waits("汽车能不能投保", 1, 3)]
    together = gather(asked, lambda wording: wording.replace("猫狗", "宠物"))
    assert [[w.asked for w in group.wordings] for group in together] == [
        ["宠物能不能投保", "猫狗能不能投保"], ["汽车能不能投保"],
    ]  # fmt: skip


def test_new_questions_are_gathered_around_the_most_frequent_wording():
    groups = gather([
        waits("宠物可以投保吗", 2, 11), waits("发票丢了怎么补开", 3, 12), waits("宠物能不能投保", 5, 13),
        waits("发票丢了，怎么补开？", 1, 14),
    ])  # fmt: skip
    assert [[w.asked for w in g.wordings] for g in groups] == [
        ["宠物能不能投保", "宠物可以投保吗"], ["发票丢了怎么补开", "发票丢了，怎么补开？"],
    ]  # fmt: skip


def group(number, times=1, flag_due=None):
    kind = SolutionKind.FLAGGED if flag_due else SolutionKind.ADDED
    return Group(Sort.ADD, "", (waits(first=number, times=times, kind=kind, flag_due=flag_due),))


def test_overdue_flags_come_first_then_what_is_most_frequent():
    day = timedelta(days=1)
    groups = [
        group(1, 3), group(2, 9), group(3, 1, NOW - day), group(4, 1, NOW - 2 * day), group(5, 2, NOW + day), group(6, 3),
    ]  # fmt: skip
    assert [g.number for g in in_order(groups, NOW)] == [4, 3, 2, 1, 6, 5]


@given(
    st.lists(st.tuples(st.text("等待期退保发票宠物怎么多久", min_size=1, max_size=8), st.integers(1, 9)), max_size=20)
)
def test_gathering_loses_and_doubles_nothing(wordings):
    waiting = [waits(asked, times, first) for first, (asked, times) in enumerate(wordings, 1)]
    groups = gather(waiting)
    assert sorted(w.first for g in groups for w in g.wordings) == [w.first for w in waiting]
    assert sum(g.times for g in groups) == sum(w.times for w in waiting)


@pytest.mark.parametrize(
    ("wording", "is_so"), [("几天能赔", True), ("赔", False), ("打13812345678", False), ("赔" * 301, False)]
)
def test_what_says_nothing_too_much_or_somebodys_number_is_not_learnable(wording, is_so):
    assert is_learnable(wording) is is_so


def test_one_sees_ones_own_and_what_ones_post_is_shown():
    one = Solution(call=1, key="k", person="wang", team="一组", at=NOW, kind=SolutionKind.USED)

    def may(role, login="li", team=""):
        return sees(Person(7, login, "某", role, team=team), one)

    assert may(Role.AGENT, "wang")
    assert not may(Role.AGENT)
    assert not may(Role.AGENT, team="一组")
    assert may(Role.TEAM_LEADER, team="一组")
    assert not may(Role.TEAM_LEADER, team="二组")
    assert may(Role.COORDINATOR) and may(Role.DIRECTOR) and may(Role.SHIFT_LEADER)
    assert not sees(Person(8, "wang", "王", Role.AGENT, disabled_at=NOW), one)
