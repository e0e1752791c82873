"""A process killed at any moment loses nothing that it acknowledged and leaves nothing half done."""

from __future__ import annotations

import pytest

from tests.crash.rounds import crash_rounds
from webapp.wiring import Desk

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash")]


def test_twenty_kills_lose_no_acknowledged_change_and_leave_index_and_database_equal(crash_desk: Desk) -> None:
    tally = crash_rounds(crash_desk, rounds=20, seed=7)
    assert tally.faults == []
    assert tally.acknowledged > 20, "the processes hardly did anything: the test would prove little"
    assert sum(tally.cut_short.values()) > 5, "hardly any change was cut short: the test would prove little"
