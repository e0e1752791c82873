"""The ranking of a month, and three months running among the last two."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.exams.ranking import TOGETHER, Placed, Result, rank, runs


def team(shares: list[float | None], name: str = "一组") -> list[Result]:
    return [Result(f"{name}-{n}", name, share) for n, share in enumerate(shares)]


def last(placed: list[Placed]) -> list[str]:
    return sorted(one.person[-1] for one in placed if one.is_last)


@pytest.mark.parametrize(
    ("shares", "lasts", "places"),
    [
        ([0.9, 0.8, 0.7, 0.6, 0.5], ["3", "4"], [1, 2, 3, 4, 5]),
        ([0.9, 0.8, 0.7, 0.6, 0.6], ["3", "4"], [1, 2, 3, 4, 4]),
        ([0.9, 0.8, 0.7, 0.7, 0.6], ["4"], [1, 2, 3, 3, 5]),  # the tie would make three: in favour of the tied
        ([0.9, 0.8, 0.6, 0.6, 0.6], [], [1, 2, 3, 3, 3]),
        ([0.9, 0.8, 0.7, 0.6, None], [], [1, 2, 3, 4]),  # on leave: four are left, too few
        ([0.9, 0.9004, 0.7, 0.6, 0.5], ["3", "4"], [1, 1, 3, 4, 5]),  # alike to a tenth of a percent
    ],
)
def test_who_is_among_the_last_two(shares: list[float | None], lasts: list[str], places: list[int]) -> None:
    placed = rank(team(shares))
    assert last(placed) == lasts
    assert [one.place for one in placed] == places


def test_small_groups_are_ranked_together() -> None:
    placed = rank([*team([0.9, 0.8, 0.7], "二组"), *team([0.6, 0.5], "三组"), *team([0.99, 0.98, 0.97, 0.96, 0.95])])
    together = [one for one in placed if one.group == TOGETHER]
    assert (len(together), last(together)) == (5, ["0", "1"])
    assert all(one.is_counted for one in placed)


def test_small_groups_that_stay_small_together_count_nobody() -> None:
    placed = rank(team([0.9, 0.1], "二组"))
    assert [(one.is_last, one.is_counted) for one in placed] == [(False, False), (False, False)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 20).map(lambda n: n / 20)), max_size=12))
def test_never_more_than_two_are_last_and_nobody_before_them_got_less(shares: list[float | None]) -> None:
    placed = rank(team(shares))
    lasts = [one for one in placed if one.is_last]
    assert len(lasts) <= 2
    assert all(
        one.share <= other.share for one in lasts for other in placed if not other.is_last and not other.is_spared
    )
    assert len(placed) == sum(share is not None for share in shares)


def months(*rankings: list[float | None]) -> dict[date, list[Placed]]:
    return {date(2026, n, 1): rank(team(shares)) for n, shares in enumerate(rankings, 1)}


LOW: list[float | None] = [0.9, 0.8, 0.7, 0.6, 0.1]
HIGH: list[float | None] = [0.5, 0.6, 0.7, 0.8, 0.9]
AWAY: list[float | None] = [0.9, 0.8, 0.7, 0.6, None, 0.5]


def of(person: str, *rankings: list[float | None]) -> list[tuple[int, ...]]:
    return [tuple(day.month for day in run.months) for run in runs(months(*rankings)) if run.person == person]


def test_three_months_running_make_a_run_and_the_count_begins_anew() -> None:
    assert of("一组-4", LOW, LOW) == []
    assert of("一组-4", LOW, LOW, LOW, LOW) == [(1, 2, 3)]
    assert of("一组-4", *[LOW] * 6) == [(1, 2, 3), (4, 5, 6)]
    assert [run.times for run in runs(months(*[LOW] * 6)) if run.person == "一组-4"] == [1, 2]


def test_a_better_month_breaks_the_run_and_leave_does_not() -> None:
    assert of("一组-4", LOW, LOW, HIGH, LOW) == []
    assert of("一组-4", LOW, LOW, AWAY, LOW) == [(1, 2, 4)]


def test_a_month_with_too_few_neither_counts_nor_breaks() -> None:
    few: list[float | None] = [0.9, None, None, None, 0.1]
    assert of("一组-4", LOW, few, LOW, LOW) == [(1, 3, 4)]
