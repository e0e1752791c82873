from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from kb.domain.diff_align import Budget, align

WORDS = st.lists(st.sampled_from("甲乙丙丁"), max_size=40)


def longest(old: list[str], new: list[str]) -> int:
    """The plain table of the textbook, as the measure."""
    table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


@given(WORDS, WORDS)
def test_as_much_is_matched_as_can_be(old, new):
    assert sum(match.length for match in align(old, new)) == longest(old, new)


@given(WORDS, WORDS, st.integers(0, 3_000))
def test_what_is_matched_is_the_same_and_in_order_whatever_the_budget(old, new, cells):
    i = j = 0
    for match in align(old, new, Budget(cells)):
        assert match.old >= i and match.new >= j
        i, j = match.old + match.length, match.new + match.length
        assert old[match.old : i] == new[match.new : j]


def test_what_stands_once_on_both_sides_holds_a_text_together_that_is_over_the_budget():
    old, new = ["甲", *"乙乙乙乙", "丙", *"丁丁丁丁", "戊"], ["己", "甲", *"丁丁丁", "丙", *"乙乙乙", "戊", "庚"]
    # All cells would be 11 x 11; a look for anchors is paid for, the stretches between them are small.
    matched = [old[m.old + n] for m in align(old, new, Budget(11 * 1_011 - 1)) for n in range(m.length)]
    assert {"甲", "丙", "戊"} <= set(matched)


def test_long_sequences_without_anything_in_common_have_no_match():
    numbers = random.Random(7).sample(range(90_000), 60_000)
    assert align(numbers[:30_000], numbers[30_000:]) == []
