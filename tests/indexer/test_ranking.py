from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking import NEAR_TIE, near_ties, ties_broken

HITS = st.lists(st.tuples(st.floats(0.01, 40), st.integers(0, 5_000)), max_size=24).map(
    lambda hits: sorted(hits, key=lambda hit: -hit[0])
)


@given(HITS)
def test_only_near_ties_change_places(hits: list[tuple[float, int]]) -> None:
    scores = [score for score, _ in hits]
    order = ties_broken(scores, [solved for _, solved in hits])
    assert sorted(order) == list(range(len(hits)))
    for place, now in enumerate(order):
        for later in order[place + 1 :]:
            assert scores[now] >= scores[later] * (1 - NEAR_TIE) - 1e-12


@given(HITS)
def test_without_solved_calls_the_order_stays(hits: list[tuple[float, int]]) -> None:
    assert ties_broken([score for score, _ in hits], [0 for _ in hits]) == list(range(len(hits)))


@given(HITS)
def test_near_ties_are_runs_that_cover_every_place_once(hits: list[tuple[float, int]]) -> None:
    runs = near_ties([score for score, _ in hits])
    assert [place for run in runs for place in run] == list(range(len(hits)))
    for run in runs:
        assert hits[run[-1]][0] >= hits[run[0]][0] * (1 - NEAR_TIE)


def test_what_solved_plainly_more_calls_goes_first() -> None:
    assert ties_broken([10.0, 9.9, 9.85], [0, 40, 9]) == [1, 2, 0]


def test_a_few_calls_more_say_nothing() -> None:
    assert ties_broken([10.0, 9.9], [0, 3]) == [0, 1]
    assert ties_broken([10.0, 9.9], [5, 10]) == [0, 1]


def test_a_thousand_calls_do_not_lift_what_fits_worse() -> None:
    assert ties_broken([10.0, 9.7], [0, 1_000]) == [0, 1]
