"""The figures of an examination worked out a second time, from their definitions and without numpy."""

from __future__ import annotations

import statistics as plain
from math import isclose, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kb.domain.exams.question import QuestionType
from kb.domain.exams.ranking import GROUP_LEAST, TOGETHER, Result, rank
from kb.domain.exams.statistics import Sheet, form_figures, wilson
from tests.exam_factories import an_item

WORTH = 2.0
SCORES = st.integers(2, 6).flatmap(
    lambda items: st.lists(st.lists(st.booleans(), min_size=items, max_size=items), min_size=5, max_size=30)
)


@settings(max_examples=60, deadline=None)
@given(SCORES)
def test_facility_discrimination_and_kr20_are_what_their_definitions_give(right: list[list[bool]]) -> None:
    items = [an_item(n, QuestionType.SINGLE, WORTH) for n in range(1, len(right[0]) + 1)]
    sheets = [Sheet({n: WORTH * hit for n, hit in enumerate(row, 1)}, {}) for row in right]
    figures = form_figures("A", items, sheets)
    totals = [sum(row) for row in right]
    shares = [plain.mean(map(int, column)) for column in zip(*right, strict=True)]
    for place, one in enumerate(figures.items):
        own = [int(row[place]) for row in right]
        rest = [total - mine for total, mine in zip(totals, own, strict=True)]
        assert one.facility is not None and one.facility.value == pytest.approx(shares[place])
        if len(set(own)) > 1 and len(set(rest)) > 1:
            # The point-biserial correlation with the rest: distance of the two means in standard deviations.
            hits, misses = (
                [r for r, hit in zip(rest, own, strict=True) if hit],
                [r for r, hit in zip(rest, own, strict=True) if not hit],
            )
            apart = (plain.mean(hits) - plain.mean(misses)) / plain.pstdev(rest)
            assert one.discrimination is not None
            assert one.discrimination.value == pytest.approx(apart * sqrt(shares[place] * (1 - shares[place])))
        else:
            assert one.discrimination is None
    if len(set(totals)) > 1:
        count = len(items)
        kr20 = count / (count - 1) * (1 - sum(p * (1 - p) for p in shares) / plain.pvariance(totals))
        assert figures.is_kr20 and figures.reliability is not None
        assert figures.reliability.value == pytest.approx(kr20)
        assert figures.error == pytest.approx(WORTH * plain.stdev(totals) * sqrt(max(0.0, 1 - kr20)))


@given(st.integers(1, 400), st.data())
def test_wilsons_bounds_are_the_shares_that_the_observed_one_just_does_not_refute(
    count: int, data: st.DataObject
) -> None:
    share = data.draw(st.integers(0, count)) / count
    found = wilson(share, count)
    assert 0 <= found.low <= share <= found.high <= 1
    for bound in (found.low, found.high):
        if bound not in (0.0, 1.0):
            assert isclose(abs(share - bound), 1.959964 * sqrt(bound * (1 - bound) / count), rel_tol=1e-6)


TEAMS = st.lists(
    st.tuples(st.sampled_from(["一组", "二组", "三组", ""]), st.one_of(st.none(), st.integers(0, 6).map(lambda n: n / 6))),
    max_size=24,
)  # fmt: skip


@given(TEAMS)
def test_the_ranking_is_what_its_rules_say(people: list[tuple[str, float | None]]) -> None:
    """Groups under five together, leave left out, and who is last decided by counting who stands behind."""
    results = [Result(f"p{n:02}", team, share) for n, (team, share) in enumerate(people)]
    there = {one.person: one for one in results if one.share is not None}
    size = {team: sum(one.team == team for one in there.values()) for team, _ in people}
    group = {p: one.team if one.team and size[one.team] >= GROUP_LEAST else TOGETHER for p, one in there.items()}
    placed = {one.person: one for one in rank(results)}
    assert set(placed) == set(there)
    for person, one in placed.items():
        others = [there[p].share or 0.0 for p in there if group[p] == group[person]]
        share = there[person].share or 0.0
        below, alike = sum(o < share for o in others), sum(o == share for o in others)
        assert (one.group, one.size, one.place) == (group[person], len(others), 1 + sum(o > share for o in others))
        assert one.is_counted is (len(others) >= 5)
        assert one.is_last is (len(others) >= 5 and below + alike <= 2)
        assert one.is_spared is (len(others) >= 5 and below < 2 < below + alike)


@given(TEAMS, st.randoms())
def test_the_order_in_which_results_come_changes_no_place(
    people: list[tuple[str, float | None]], chance: object
) -> None:
    assume(len(people) > 1)
    results = [Result(f"p{n:02}", team, share) for n, (team, share) in enumerate(people)]
    mixed = list(results)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert sorted(rank(mixed), key=lambda p: p.person) == sorted(rank(results), key=lambda p: p.person)
