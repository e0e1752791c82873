"""``kb solutions export``: all that was recorded, as a table in which nothing runs, and in the audit log."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl

from tests.factories import NOW, Clock, published
from tests.solving import WANG, ZHAO, added, used
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk


def record(desk: Desk) -> None:
    clock = Clock()
    published(desk.store, clock, "FAQ-0042")
    used(desk.store, clock, "几天能赔", by=WANG)
    clock.forward(days=2)
    added(desk.store, clock, "=HYPERLINK(1)", text="－1 元\n+2 元", by=ZHAO)


def test_each_ending_gives_its_form_and_the_same_rows(ready: Kb, desk: Desk, tmp_path: Path) -> None:
    record(desk)
    for ending in ("jsonl", "csv", "xlsx"):
        said = ready("solutions", "export", str(tmp_path / f"all.{ending}"))
        assert (said.code, said.out) == (0, f"已把 2 条写入 {tmp_path / f'all.{ending}'}。\n")
    first, second = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert (first["agent"], first["asked"], first["code"], first["at"]) == (
        "wang", "几天能赔", "FAQ-0042", "2026-11-21T09:00:00+08:00",
    )  # fmt: skip
    assert (second["agent"], second["asked"], second["kind"]) == ("zhao", "=HYPERLINK(1)", "added")
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        head, used_row, added_row = csv.reader(file)
    assert (used_row[head.index("来电者怎么问")], used_row[head.index("类别")]) == ("几天能赔", "用了")
    assert (added_row[head.index("来电者怎么问")], added_row[head.index("内容")]) == ("'=HYPERLINK(1)", "'－1 元\n+2 元")
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx").worksheets[0]
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == head
    asked = rows[2][head.index("来电者怎么问")]
    assert (asked.value, asked.data_type) == ("=HYPERLINK(1)", "s")


def test_a_span_of_time_is_taken_out_and_it_is_in_the_audit_log(ready: Kb, desk: Desk, tmp_path: Path) -> None:
    record(desk)
    said = ready("solutions", "export", str(tmp_path / "a.jsonl"), "--since", "2026-11-22", "--until", "2026-11-24")
    assert said.code == 0
    assert [json.loads(line)["agent"] for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()] == ["zhao"]
    with desk.store.read() as uow:
        row = uow.audit.rows(1)[0]
    assert (row.action, row.detail["file"], row.detail["since"]) == (
        "solutions.export", "a.jsonl", "2026-11-21T16:00:00+00:00",
    )  # fmt: skip
    assert row.at > NOW


def test_mistakes_are_sentences_and_leave_no_file(ready: Kb, desk: Desk, tmp_path: Path) -> None:
    said = ready("solutions", "export", str(tmp_path / "all.pdf"))
    assert (said.code, "文件名要以 .xlsx、.csv、.jsonl 结尾" in said.err) == (3, True)
    said = ready("solutions", "export", str(tmp_path / "no" / "all.csv"))
    assert (said.code, "写不了文件" in said.err) == (8, True)
    assert list(tmp_path.glob("all*")) == []
