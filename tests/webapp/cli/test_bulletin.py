from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.webapp.cli.conftest import Kb, write_entry
from webapp.wiring import Desk


@pytest.fixture
def listed(ready: Kb, tmp_path: Path) -> Kb:
    """List 1 is the start with two entries; list 2 changes one, removes one and adds one."""
    write_entry(tmp_path / "in", "FAQ-0001", title="等待期多久", speakable="等 30 天。")
    write_entry(tmp_path / "in", "FAQ-0002", title="旧活动")
    ready("import", tmp_path / "in", "--publish")
    ready("bulletin", "start", "--reason", "上线")
    write_entry(tmp_path / "in", "FAQ-0001", title="等待期多久", speakable="等 60 天。")
    write_entry(tmp_path / "in", "FAQ-0003", title="=1+1 新活动")
    ready("import", tmp_path / "in", "--publish", "--reason", "新规定")
    ready("withdraw", "FAQ-0002", "--reason", "活动结束", "--replaced-by", "FAQ-0003")
    return ready


def test_a_list_is_looked_at_issued_and_shown(listed: Kb) -> None:
    lines = listed("bulletin", "draft").out.splitlines()
    assert lines == [
        "新增\tFAQ-0003\t=1+1 新活动",
        "变更\tFAQ-0001\t等待期多久\t口径：“30 天”改为“60 天”",
        "移除\tFAQ-0002\t旧活动",
    ]
    assert listed("bulletin", "issue", "--reason", "每日清单").out == "第 2 期已发出：新增 1、变更 1、移除 1。\n"
    shown = listed("bulletin", "show").out
    assert "第 2 期" in shown and "活动结束" in shown
    assert [i["code"] for i in json.loads(listed("bulletin", "show", "--format", "json").out)["items"]] == [
        "FAQ-0003", "FAQ-0001", "FAQ-0002",
    ]  # fmt: skip
    again = listed("bulletin", "issue", "--reason", "再发")
    assert (again.code, again.err) == (6, "没有需要告知的变化，不发空清单。\n")
    assert listed("check").code == 0


def test_the_draft_is_json_too(listed: Kb) -> None:
    draft = json.loads(listed("bulletin", "draft", "--json").out)
    assert [item["change"] for item in draft["items"]] == ["new", "changed", "removed"]


def test_a_fresh_library_is_offered_as_the_starting_point(ready: Kb, tmp_path: Path) -> None:
    write_entry(tmp_path / "in", "FAQ-0001")
    ready("import", tmp_path / "in", "--publish")
    assert "kb bulletin start" in ready("bulletin", "draft").err
    assert ready("bulletin", "start", "--reason", "上线").out == "第 1 期：以现有 1 条知识为起点。\n"
    assert ready("bulletin", "draft").out == "没有需要告知的变化。\n"


def test_one_entry_is_issued_at_once(listed: Kb) -> None:
    assert listed("bulletin", "issue", "--reason", "急", "--urgent", "faq-0001").out == "第 2 期已发出：变更 1。\n"
    assert listed("bulletin", "issue", "--reason", "急", "--urgent", "FAQ-0099").code == 6


@pytest.mark.parametrize(
    "which", [[], ["--number", "2"], ["--as-of", "2099-01-01"], ["--from", "2020-01-01", "--to", "2020-12-31"]]
)
def test_lists_are_written_to_files(listed: Kb, tmp_path: Path, which: list[str]) -> None:
    listed("bulletin", "issue", "--reason", "每日清单")
    for name in ("list.md", "list.json", "list.xlsx"):
        assert listed("bulletin", "export", tmp_path / name, *which).code == 0
    rows = list(openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets[0].iter_rows())
    if "--from" in which:
        assert len(rows) == 1
    else:
        assert [cell.data_type for row in rows for cell in row if cell.value == "=1+1 新活动"] == ["s"]
        assert "新活动" in (tmp_path / "list.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "--number", "9"], 4, "没有第 9 期清单"),
        (["show", "--as-of", "2020-01-01"], 4, "还没有发出过清单"),
        (["show", "--day", "昨天"], 3, "看不懂日期"),
        (["show", "--day", "2026-11-21", "--number", "1"], 3, "只能用一种"),
        (["show", "--from", "2026-11-22", "--to", "2026-11-21"], 3, "起止日期不对"),
        (["export", "list.txt"], 3, "哪种格式"),
        (["export", "/nowhere/list.md"], 8, "找不到"),
        (["start", "--reason", " "], 3, "请写明原因"),
    ],
)
def test_what_cannot_be_is_one_sentence(listed: Kb, arguments: list[str], code: int, said: str) -> None:
    told = listed("bulletin", *arguments)
    assert (told.code, said in told.err) == (code, True), told


def test_check_finds_a_list_that_was_altered(listed: Kb, desk: Desk) -> None:
    if desk.store.engine.dialect.name != "sqlite":
        pytest.skip("the trigger is dropped in SQLite's words")
    listed("bulletin", "issue", "--reason", "每日清单")
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER bulletins_no_update")
        connection.exec_driver_sql("UPDATE bulletins SET content = replace(content, '60 天', '90 天') WHERE number = 2")
    told = listed("check")
    assert (told.code, "第 2 期清单被改动过" in told.err) == (1, True)


def test_the_key_of_webhooks_is_shown_and_is_not_the_key_of_the_desk(listed: Kb, home: Path) -> None:
    said = listed("bulletin", "webhooks").out
    assert said.startswith("验签密钥：") and (home / "secret_key").read_text().strip() not in said


def test_lists_become_a_history_in_git(listed: Kb, tmp_path: Path) -> None:
    assert listed("export", tmp_path / "history", "--git").out.startswith("已提交 1 期清单到")
    listed("bulletin", "issue", "--reason", "每日清单")
    assert "第 2 到第 2 期" in listed("export", tmp_path / "history", "--git").out
    assert "已是最新" in listed("export", tmp_path / "history", "--git").out
