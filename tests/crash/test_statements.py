"""A process killed between any two statements of a use case leaves the state of before: nothing half-published."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.crash.statements import acts, prepare

ACTS = ["submit", "publish", "withdraw", "restore", "hand_in", "release", "undo", "bulletin", "receipt"]


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_killed_before_any_statement_nothing_of_it_remains(database_url: str, act: str) -> None:
    prepare(database_url)
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.statements", database_url, act], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["strange"] == []
    assert found["changed"], "the act changed nothing once it was let through: the test would prove little"
    assert found["before"] == found["places"] >= 4


def test_every_use_case_is_killed(store: object) -> None:
    assert sorted(acts(store)) == sorted(ACTS)  # type: ignore[arg-type]
