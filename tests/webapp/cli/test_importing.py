from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from kb.domain.entry import Entry
from tests.webapp.cli.conftest import Kb, write_entry, write_lines
from webapp.wiring import Desk


def counts(out: str) -> dict[str, int]:
    return {name: int(number) for name, _, number in (line.partition("\t") for line in out.splitlines()) if number}


def in_force(desk: Desk) -> dict[str, str]:
    with desk.store.read() as uow:
        return {d.code: d.revision.content.title for d in uow.entries.all_in_force(desk.clock())}


def entry(desk: Desk, code: str) -> Entry:
    with desk.store.read() as uow:
        return uow.entries.get(code)


def test_import_prints_what_is_new_changed_unchanged_missing_and_rejected(tmp_path: Path, ready: Kb) -> None:
    library = tmp_path / "library"
    for code in ("FAQ-0001", "FAQ-0002", "FAQ-0003"):
        write_entry(library, code, title=f"{code} 的等待期多长")
    assert counts(ready("import", library, "--publish").out) == {"新增": 3, "变更": 0, "未变": 0, "缺失": 0, "拒收": 0}
    write_entry(library, "FAQ-0002", title="改过的标题")
    (library / "FAQ-0003.md").unlink()
    write_entry(library, "FAQ-0004", title="新来的")
    (library / "FAQ-0005.md").write_text("---\ncode: [\n---\n", encoding="utf-8")
    said = ready("import", library, "--publish", "--whole")
    assert counts(said.out) == {"新增": 1, "变更": 1, "未变": 1, "缺失": 1, "拒收": 1}
    assert "FAQ-0002" in said.out and "FAQ-0003" in said.out
    assert "FAQ-0005.md" in said.err


def test_what_was_imported_and_published_is_found_at_once(tmp_path: Path, ready: Kb) -> None:
    write_entry(tmp_path / "in", "FAQ-0042", title="雹灾砸坏车顶赔不赔")
    assert ready("import", tmp_path / "in", "--publish").code == 0
    assert "FAQ-0042" in ready("search", "雹灾车顶").out


def test_without_publish_nothing_is_in_force(tmp_path: Path, ready: Kb, desk: Desk) -> None:
    write_entry(tmp_path / "in", "FAQ-0042")
    assert ready("import", tmp_path / "in").code == 0
    assert in_force(desk) == {}
    assert entry(desk, "FAQ-0042").latest.number == 1


def test_a_dry_run_reports_and_writes_nothing(tmp_path: Path, ready: Kb, desk: Desk) -> None:
    write_entry(tmp_path / "in", "FAQ-0042")
    said = ready("import", tmp_path / "in", "--publish", "--dry-run")
    assert counts(said.out)["新增"] == 1
    assert "没有写入" in said.out
    with desk.store.read() as uow:
        assert uow.entries.find("FAQ-0042") is None


def test_bad_rows_go_into_the_report_and_good_rows_land(tmp_path: Path, ready: Kb, desk: Desk, home: Path) -> None:
    rows = write_lines(
        tmp_path / "rows.jsonl",
        {"code": "FAQ-0001", "kind": "faq", "title": "好行", "body": "甲"},
        {"code": "FAQ-0002", "kind": "rumour", "title": "坏行", "body": "乙"},
    )
    said = ready("import", rows, "--publish", "--report", tmp_path / "rejected.csv")
    assert said.code == 1
    assert in_force(desk) == {"FAQ-0001": "好行"}
    table = list(csv.reader(io.StringIO((tmp_path / "rejected.csv").read_text(encoding="utf-8-sig"))))
    assert table[0] == ["文件", "行", "字段", "原因"]
    assert table[1][0].endswith("rows.jsonl")
    assert table[1][1:3] == ["2", "类型"]
    assert len(table) == 2
    ready("import", rows)
    assert len(list((home / "reports").glob("import-*.csv"))) == 1, "without --report it lies in the home folder"


def test_strict_lands_nothing_when_a_row_is_bad(tmp_path: Path, ready: Kb, desk: Desk) -> None:
    rows = write_lines(
        tmp_path / "rows.jsonl",
        {"code": "FAQ-0001", "kind": "faq", "title": "好行", "body": "甲"},
        {"code": "FAQ-0002", "kind": "faq", "title": "", "body": "乙"},
    )
    said = ready("import", rows, "--publish", "--strict")
    assert said.code == 1
    assert "整批没有写入" in said.out
    with desk.store.read() as uow:
        assert uow.entries.find("FAQ-0001") is None


def test_the_reason_is_kept_with_the_revision(tmp_path: Path, ready: Kb, desk: Desk) -> None:
    write_entry(tmp_path / "in", "FAQ-0042")
    ready("import", tmp_path / "in", "--reason", "十一月调价")
    assert entry(desk, "FAQ-0042").latest.reason == "十一月调价"


@pytest.mark.parametrize("name", ["nowhere", "nowhere.csv"])
def test_a_path_that_is_not_there_is_named(tmp_path: Path, ready: Kb, name: str) -> None:
    said = ready("import", tmp_path / name)
    assert said.code == 4
    assert said.err.strip() == f"找不到“{tmp_path / name}”。"


def test_a_full_disk_under_the_report_is_one_sentence_and_the_good_rows_are_kept(
    tmp_path: Path, ready: Kb, desk: Desk
) -> None:
    rows = write_lines(
        tmp_path / "rows.jsonl",
        {"code": "FAQ-0001", "kind": "faq", "title": "好行", "body": "甲"},
        {"code": "FAQ-0002", "kind": "rumour", "title": "坏行", "body": "乙"},
    )
    said = ready("import", rows, "--publish", "--report", "/dev/full")
    assert said.code == 8
    assert "磁盘空间不足" in said.err.splitlines()[-1]
    assert in_force(desk) == {"FAQ-0001": "好行"}


def test_a_cell_of_the_report_never_runs_as_a_formula(tmp_path: Path) -> None:
    from kb.exchange import Rejection
    from webapp.cli.report import write_rejections
    from webapp.cli.words import spoken

    with spoken():
        write_rejections(tmp_path / "r.csv", [Rejection("=cmd.csv", 3, "title", "＠SUM(1)")])
    row = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8-sig"))))[1]
    assert row == ["'=cmd.csv", "3", "标题", "'＠SUM(1)"]


def test_an_export_imports_back_unchanged(tmp_path: Path, ready: Kb) -> None:
    write_entry(tmp_path / "in", "FAQ-0042")
    write_entry(tmp_path / "in", "FAQ-0043", title="另一条", product="综合意外险")
    ready("import", tmp_path / "in", "--publish")
    said = ready("export", tmp_path / "out")
    assert (said.code, said.out.strip()) == (0, f"已导出 2 条到 {tmp_path / 'out'}。")
    back = ready("import", tmp_path / "out", "--publish", "--whole")
    assert counts(back.out) == {"新增": 0, "变更": 0, "未变": 2, "缺失": 0, "拒收": 0}


def test_an_export_into_a_file_is_one_sentence(tmp_path: Path, ready: Kb) -> None:
    (tmp_path / "taken").write_text("a file")
    said = ready("export", tmp_path / "taken")
    assert said.code != 0
    assert len(said.err.strip().splitlines()) == 1
