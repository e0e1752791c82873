from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl

from tests.report_rows import Filler, Raw
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk

DAY = date(2026, 1, 14)


def fill(desk: Desk) -> None:
    ended = datetime(2026, 1, 14, 3, tzinfo=UTC)
    Filler(desk.store).put(Raw(day=DAY, ended_at=ended).solved(), Raw(day=DAY, ended_at=ended, settled=None))


def test_a_report_is_told_in_lines(ready: Kb, desk: Desk) -> None:
    fill(desk)
    said = ready("report", "daily", "--day", "2026-01-14")
    lines = said.out.splitlines()
    assert (said.code, lines[0], lines[1]) == (0, "2026-01-14 – 2026-01-14", "知识库使用率\t50.0%\t-")
    assert "理赔\t1\t0" in lines and "同样文字（待核实）\t0\t0" in lines


def test_the_same_as_json_for_week_and_month(ready: Kb, desk: Desk) -> None:
    fill(desk)
    for command, first, last in (("weekly", "2026-01-12", "2026-01-18"), ("monthly", "2026-01-01", "2026-01-31")):
        values = json.loads(ready("report", command, "--day", "2026-01-14", "--json").out)
        assert (values["first"], values["last"]) == (first, last)
        assert (values["figures"]["use"], values["people"]["zhao"]["owed"]) == (0.5, 1)


def test_the_workbook_is_written_and_leaves_a_trace(ready: Kb, desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    file = tmp_path / "report.xlsx"
    assert ready("report", "daily", "--day", "2026-01-14", "--xlsx", str(file)).code == 0
    assert openpyxl.load_workbook(file)["总览"]["B3"].value == 2
    with desk.store.read() as uow:
        assert len(uow.audit.of("report", "report")) == 1


def test_a_day_that_cannot_be_read_is_one_sentence(ready: Kb) -> None:
    said = ready("report", "daily", "--day", "昨天")
    assert (said.code, "看不懂日期“昨天”" in said.err) == (3, True)
    assert "还没有到" in ready("report", "monthly", "--day", "2999-01-01").err
