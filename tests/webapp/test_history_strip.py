"""The picture of the periods."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.entry import Period, Revision
from kb.services.history import Rule, When
from tests.factories import NOW, a_content
from webapp.history.strip import BARS_MOST, strip

DAY = timedelta(days=1)


def rule(number: int, starts: float, ends: float | None, when: When = When.EARLIER) -> Rule:
    period = Period(number, number, NOW + starts * DAY, None if ends is None else NOW + ends * DAY)
    return Rule(period, Revision(number, a_content(), "zhang", period.starts, "新编"), when)


def test_bars_follow_one_another_without_overlap_and_fill_the_picture():
    found = strip([rule(1, -900, -30), rule(2, -30, 9, When.TODAY), rule(3, 9, None, When.UPCOMING)], NOW)
    assert found is not None
    assert found.bars[0].x == 0
    for bar, following in zip(found.bars, found.bars[1:], strict=False):
        assert bar.x + bar.width == pytest.approx(following.x, abs=0.02)
    assert found.bars[2].x + found.bars[2].width == pytest.approx(100, abs=0.02)
    assert found.bars[1].x < found.now < found.bars[2].x


def test_a_time_without_a_rule_stays_empty():
    found = strip([rule(1, -90, -60), rule(2, -30, None, When.TODAY)], NOW)
    assert found is not None
    assert found.bars[0].x + found.bars[0].width < found.bars[1].x - 5


def test_a_rule_of_an_hour_is_still_seen():
    found = strip([rule(1, -2_000, -1), rule(2, -1, -0.96), rule(3, -0.96, None, When.TODAY)], NOW)
    assert found is not None
    assert found.bars[1].width > 1


def test_a_single_rule_needs_no_picture():
    assert strip([rule(1, -9, None, When.TODAY)], NOW) is None
    assert strip([], NOW) is None


def test_of_very_many_rules_the_last_are_drawn():
    rules = [rule(n, n - 50, n - 49) for n in range(1, 41)]
    found = strip(rules, NOW)
    assert found is not None
    assert [bar.rule.revision.number for bar in found.bars] == list(range(41 - BARS_MOST, 41))
    assert found.now > found.bars[-1].x
