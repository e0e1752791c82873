from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.entry import Period
from kb.domain.today import Held, State, Today, today_of
from tests.factories import NOW, a_content

DAY = timedelta(days=1)
OLD, NEW = a_content(speakable="三十天。"), a_content(speakable="六十天。")
LIMITED = a_content(effective_to=NOW - DAY)


@pytest.mark.parametrize(
    ("shown", "rules", "today"),
    [
        (OLD, [(Period(3, 1, NOW - 9 * DAY, None), OLD)], Today(State.SAME, 3)),
        (OLD, [(Period(1, 1, NOW - 9 * DAY, NOW), OLD), (Period(4, 2, NOW, None), NEW)], Today(State.CHANGED, 4)),
        # Restored word by word: another revision, the same rule.
        (OLD, [(Period(1, 1, NOW - 9 * DAY, NOW), OLD), (Period(5, 2, NOW, None), OLD)], Today(State.SAME, 5)),
        (OLD, [(Period(1, 1, NOW - 9 * DAY, NOW), OLD)], Today(State.WITHDRAWN)),
        (LIMITED, [(Period(2, 1, NOW - 9 * DAY, NOW - DAY), LIMITED)], Today(State.EXPIRED)),
        (NEW, [(Period(2, 1, NOW + DAY, None), NEW)], Today(State.NOT_YET)),
        (NEW, [(Period(1, 1, NOW - DAY, NOW + DAY), OLD), (Period(2, 2, NOW + DAY, None), NEW)], Today(State.CHANGED, 1)),
        # Withdrawn, and announced again for later.
        (OLD, [(Period(1, 1, NOW - 9 * DAY, NOW - DAY), OLD), (Period(2, 3, NOW + DAY, None), NEW)], Today(State.WITHDRAWN)),
    ],
)  # fmt: skip
def test_another_moments_rule_is_told_what_holds_today(shown, rules, today):
    assert today_of(shown.digest, [Held.by(period, content) for period, content in rules], NOW) == today
