from __future__ import annotations

import gzip
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.exchange import Rejection, Row, count_hint, read_paths
from tests.kb.exchange.conftest import Reader


def an_entry(path: Path, code: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ncode: {code}\ntitle: 关于 {code}\n---\n正文\n", "utf-8")
    return path


def test_a_tree_is_read_in_sorted_order_and_some_files_are_left_out(tmp_path: Path, zone: ZoneInfo) -> None:
    tree = tmp_path / "content"
    for name, code in (("b/2.md", "FAQ-2"), ("a/9.md", "FAQ-9"), ("a/1.md", "FAQ-1"), ("0.md", "FAQ-5")):
        an_entry(tree / name, code)
    for name in ("README.md", "a/readme.MD", "golden.jsonl", ".git/x.md", "a/.x.md", "a/~$x.docx", "a/pic.png"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text("not an entry")
    (tree / "z.jsonl").write_text('{"code": "FAQ-7", "title": "x"}')
    found = list(read_paths([tree], zone=zone))
    assert [row.code for row in found if isinstance(row, Row)] == ["FAQ-5", "FAQ-7", "FAQ-1", "FAQ-9", "FAQ-2"]
    assert len(found) == 5


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path, zone: ZoneInfo) -> None:
    path = an_entry(tmp_path / "a/1.md", "FAQ-1")
    assert len(list(read_paths([path, tmp_path, tmp_path / "a" / ".." / "a"], zone=zone))) == 1


def test_a_link_out_of_the_tree_is_refused_and_one_within_is_read_once(tmp_path: Path, zone: ZoneInfo) -> None:
    outside = an_entry(tmp_path / "elsewhere/secret.md", "FAQ-99")
    tree = tmp_path / "tree"
    inside = an_entry(tree / "a.md", "FAQ-1")
    (tree / "b.md").symlink_to(inside)
    (tree / "c.md").symlink_to(outside)
    (tree / "d").symlink_to(outside.parent)
    found = list(read_paths([tree], zone=zone))
    assert [row.code for row in found if isinstance(row, Row)] == ["FAQ-1"]
    refused = {r.file: r.reason for r in found if isinstance(r, Rejection)}
    assert refused == dict.fromkeys([str(tree / "c.md"), str(tree / "d")], "这个链接指向导入的文件夹之外，没有读取。")


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, zone: ZoneInfo) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "b.md").symlink_to(tmp_path / "b.md")
    first, second = read_paths([tmp_path], zone=zone)
    assert isinstance(first, Rejection)
    assert first.reason == "文件或文件夹不存在。"
    assert isinstance(second, Rejection)
    assert second.reason == "文件读取失败，请检查磁盘或网络盘后再试。"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone", "文件或文件夹不存在。"),
        ("gone.md", "文件或文件夹不存在。"),
        ("a\0b.md", "文件读取失败，请检查磁盘或网络盘后再试。"),
        ("x" * 300 + ".md", "文件读取失败，请检查磁盘或网络盘后再试。"),
        ("empty", "文件夹里没有可导入的文件。"),
        ("old.doc", "不支持这种文件，可导入：.md、.jsonl、.jsonl.gz、.csv、.xlsx、.docx。"),
    ],
)
def test_a_path_that_gives_nothing_is_refused(read: Reader, tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "old.doc").write_text("x")
    [rejected] = read(name)
    assert isinstance(rejected, Rejection)
    assert (rejected.line, rejected.reason) == (0, reason)


def test_a_name_that_is_not_utf8_can_be_reported(tmp_path: Path, zone: ZoneInfo) -> None:
    path = Path(str(tmp_path) + "/\udcff\n.md")
    path.write_text("x")
    [rejected] = read_paths([tmp_path], zone=zone)
    assert isinstance(rejected, Rejection)
    assert rejected.file == f"{tmp_path}/\\udcff\\n.md"


def test_rows_are_counted_ahead_where_that_is_cheap(tmp_path: Path) -> None:
    an_entry(tmp_path / "a/1.md", "FAQ-1")
    (tmp_path / "a/2.jsonl").write_text("{}\n{}\n{}\n")
    (tmp_path / "a/3.jsonl.gz").write_bytes(gzip.compress(b"{}\n{}\n"))
    assert count_hint([tmp_path]) == 6
    (tmp_path / "a/4.xlsx").write_text("x")
    assert count_hint([tmp_path]) is None
