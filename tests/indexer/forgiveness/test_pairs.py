from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.forgiveness import pairs as module
from indexer.forgiveness.pairs import Pairs

TWO = st.text(alphabet="等待期保险", min_size=2, max_size=2)


@given(st.lists(st.tuples(TWO, st.integers(1, 9), st.integers(0, 5)), max_size=30), TWO)
def test_counts_of_a_pair_that_comes_from_several_segments_are_added_up(
    rows: list[tuple[str, int, int]], other: str
) -> None:
    entries, titles = Counter[str](), Counter[str]()
    for two, in_entries, in_titles in rows:
        entries[two] += in_entries
        titles[two] += in_titles
    pairs = Pairs.of(rows)
    assert len(pairs) == len(entries)
    assert {two: pairs.count(two) for two in entries} == {two: (entries[two], titles[two]) for two in entries}
    assert pairs.count(other) == (entries[other], titles[other])


def test_what_is_no_pair_was_never_counted() -> None:
    assert Pairs.of([("等待", 3, 1)]).count("等待期") == Pairs.of([]).count("等") == (0, 0)


def test_of_too_many_those_of_titles_and_many_entries_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAIRS_MOST", 2)
    pairs = Pairs.of([("等待", 8, 0), ("待期", 1, 1), ("保险", 9, 0)])
    assert [pairs.count(two) for two in ("等待", "待期", "保险")] == [(0, 0), (1, 1), (9, 0)]
