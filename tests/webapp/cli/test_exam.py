"""``kb exam``: results and statistics."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.exam_factories import held, people
from tests.factories import Clock
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk


@pytest.fixture
def taken(ready: Kb, desk: Desk) -> Kb:
    """A batch of yesterday that two took and one missed."""
    agents = people(desk.store, 3)
    clock = Clock(datetime.now(UTC) - timedelta(days=1))
    held(desk.store, clock)
    clock.forward(hours=1)
    there = Desk(desk.settings, clock)
    for n, agent in enumerate(agents[:2], 1):
        there.examinations.start(agent, n)
        question = there.examinations.take(agent, n).form.items[0].question
        there.examinations.save(agent, n, question, [2], int(clock().timestamp() * 1000), shown=False)
        there.examinations.hand_in(agent, n)
    there.close()
    return ready


def test_results_are_told_row_by_row_and_who_never_came_was_absent(taken: Kb) -> None:
    lines = taken("exam", "results").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["agent-1", "agent-2", "agent-3"]
    assert "10/50" in lines[0]
    assert "缺考" in lines[2]


def test_results_as_json_and_as_a_workbook(taken: Kb, tmp_path: Path) -> None:
    told = json.loads(taken("exam", "results", "--month", "2026-11", "--json").out)
    assert [one["score"] for one in told["results"]] == [10.0, 10.0, None]
    taken("exam", "results", "--xlsx", tmp_path / "r.xlsx")
    assert load_workbook(tmp_path / "r.xlsx").worksheets[0]["E2"].value == "agent-1"


def test_statistics_of_a_paper(taken: Kb) -> None:
    assert taken("exam", "statistics", "1").out.startswith("A\t1\t")
    told = json.loads(taken("exam", "statistics", "1", "--json").out)
    assert told["forms"][0]["items"][0]["facility"]["value"] == 1.0


def test_what_is_not_there_and_what_cannot_be_read_is_a_sentence(taken: Kb) -> None:
    assert "还没有安排考试" in taken("exam", "statistics", "9").err
    assert "2026-11" in taken("exam", "results", "--month", "november").err
