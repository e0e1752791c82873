from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.exchange import Patch, Rejection, Row
from kb.exchange.bounded import Bounds
from kb.exchange.csv_file import read_csv
from tests.kb.exchange.conftest import Reader

TABLE = "编号,标题,相似问,失效时间\nFAQ-3,续保宽限期,晚交几天行吗|过期还能续吗｜断了怎么办,2026-12-31\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_with_or_without_bom_and_gb18030_read_the_same(read: Reader, encoding: str) -> None:
    [row] = read("a.csv", TABLE.encode(encoding))
    assert isinstance(row, Row)
    assert (row.code, row.content.title, row.line) == ("FAQ-3", "续保宽限期", 2)
    assert row.content.asked_as == ("晚交几天行吗", "过期还能续吗", "断了怎么办")
    assert row.content.effective_to == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_separate_columns(read: Reader, mark: str) -> None:
    [row] = read("a.csv", f"code{mark}title\r\nPOL-2{mark}犹豫期\r\n")
    assert isinstance(row, Row)
    assert (row.code, row.content.title) == ("POL-2", "犹豫期")


def test_a_body_over_many_lines_keeps_them_and_lines_count_as_in_an_editor(read: Reader) -> None:
    first, second = read("a.csv", 'code,title,body\nFAQ-1,甲,"一\n二, ""三"""\n\nFAQ-2,乙,四\n')
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert first.content.body == '一\n二, "三"'
    assert (first.line, second.line) == (2, 5)


def test_a_body_of_full_length_fits_into_a_cell(read: Reader) -> None:
    [row] = read("a.csv", f"code,title,body\nFAQ-1,甲,{'字' * 200_000}\n")
    assert isinstance(row, Row)
    assert len(row.content.body) == 200_000


def test_a_table_of_codes_and_phrasings_adds_to_entries(read: Reader) -> None:
    [patch] = read("a.csv", "编号,相似问\nFAQ-9,怎么退\n")
    assert isinstance(patch, Patch)
    assert (patch.code, patch.asked_as) == ("FAQ-9", ("怎么退",))


@pytest.mark.parametrize(
    ("data", "line", "field", "reason"),
    [
        (b"", 0, "", "表格是空的。"),
        ("编号,标题\n".encode(), 1, "", "表格只有表头，没有内容。"),
        ("编号,标题,备注\nFAQ-1,甲,x\n".encode(), 1, "备注", "表头“备注”不是已知字段，请改名或删去这一列后再导入。"),
        ("编号,标题,title\nFAQ-1,甲,x\n".encode(), 1, "title", "表头里“标题”出现了两次。"),
        ("标题,正文\n甲,x\n".encode(), 1, "code", "表头里没有“编号”这一列。"),
        ("编号,正文\nFAQ-1,x\n".encode(), 1, "title", "表头里没有“标题”这一列。"),
        ("编号,标题\nFAQ-1,甲,多出来\n".encode(), 2, "", "第 3 列有内容却没有表头。"),
        ("编号,标题\n,甲\n".encode(), 2, "code", "缺少“编号”。"),
        ("编号,标题,复审日期\nFAQ-1,甲,31/12/2026\n".encode(), 2, "review_by", "“31/12/2026”不是有效的日期"),
        ("编号,标题\nFAQ-1,\n".encode(), 2, "title", "标题不能为空。"),
        ("编号,标题\n".encode("utf-16"), 0, "", "文件是 UTF-16 编码，请另存为“CSV UTF-8”后再导入。"),
        (b"code,title\nFAQ-1,caf\xff\xff\n", 0, "", "文件既不是 UTF-8 也不是 GB18030 编码"),
        ("code,title\nFAQ-1,等待期".encode() + b"\xe5\n", 0, "", "文件像是 UTF-8 编码，但里面有损坏的字符，请修好后再导入。"),
        (b'code,title\nFAQ-1,"a" b\n', 2, "", "引号没有成对，或引号外还有文字；从这里起没有读取。"),
        (b'code,title\nFAQ-1,"a\nb\n', 2, "", "引号没有成对，或引号外还有文字；从这里起没有读取。"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(read: Reader, data: bytes, line: int, field: str, reason: str) -> None:
    [rejected] = read("a.csv", data)
    assert isinstance(rejected, Rejection)
    assert (rejected.line, rejected.field) == (line, field)
    assert rejected.reason.startswith(reason)


def test_good_rows_around_a_bad_one_are_read(read: Reader) -> None:
    first, bad, third = read("a.csv", "code,title,kind\nFAQ-1,甲,faq\nFAQ-2,乙,问题\nFAQ-3,丙,案例\n")
    assert isinstance(first, Row)
    assert isinstance(bad, Rejection)
    assert isinstance(third, Row)
    assert (bad.line, bad.field, bad.code) == (3, "kind", "FAQ-2")
    assert str(third.content.kind) == "case"


def test_a_record_over_the_bound_ends_the_reading(tmp_path: Path, zone: ZoneInfo) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,title\nFAQ-1,甲\nFAQ-2," + "乙" * 2000 + "\nFAQ-3,丙\n", "utf-8")
    first, rejected = read_csv(path, zone=zone, bounds=Bounds(text=1000))
    assert isinstance(first, Row)
    assert isinstance(rejected, Rejection)
    assert rejected.line == 3
    assert rejected.reason == "这一行太长：最多 1000 个字；从这里起没有读取。"


def test_a_long_table_of_short_records_is_within_the_bound(tmp_path: Path, zone: ZoneInfo) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,title\n" + "".join(f"FAQ-{n},甲\n" for n in range(300)), "utf-8")
    assert len(list(read_csv(path, zone=zone, bounds=Bounds(text=1000)))) == 300


def test_a_file_over_the_bound_is_not_read(tmp_path: Path, zone: ZoneInfo) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE * 50, "utf-8")
    [rejected] = read_csv(path, zone=zone, bounds=Bounds(lines=1000))
    assert isinstance(rejected, Rejection)
    assert rejected.reason.startswith("文件太大")


def test_what_a_spreadsheet_program_writes_is_read_back(read: Reader) -> None:
    cell = '=1+1,"引号"\n第二行'
    out = io.StringIO()
    csv.writer(out).writerows([["编号", "标题", "口径"], ["SCR-4", "开头语", cell]])
    [row] = read("a.csv", out.getvalue())
    assert isinstance(row, Row)
    assert row.content.speakable == cell
