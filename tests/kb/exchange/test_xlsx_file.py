from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from kb.exchange import Item, Rejection, Row
from kb.exchange.bounded import Bounds
from kb.exchange.xlsx_file import read_xlsx
from tests.kb.exchange.conftest import Reader

HEAD = ("编号", "标题", "产品", "生效时间", "失效时间", "复审日期")


def a_workbook(*sheets: Sequence[Sequence[object]], merge: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
        for place in merge:
            sheet.merge_cells(place)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with the XML of its first sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member, change(content) if member.filename == "xl/worksheets/sheet1.xml" else content)
    return out.getvalue()


def row_of(item: Item) -> Row:
    assert isinstance(item, Row), item
    return item


def rejection_of(item: Item) -> Rejection:
    assert isinstance(item, Rejection), item
    return item


def test_dates_numbers_and_texts_are_read_as_they_are_shown(read: Reader) -> None:
    data = a_workbook(
        [HEAD, ("FAQ-1", 12306, 3.0, datetime(2026, 1, 1), date(2026, 6, 30), date(2027, 2, 3)), ("FAQ-2", 0.1, True)]
    )
    first, second = map(row_of, read("a.xlsx", data))
    assert (first.content.title, first.content.product, first.line) == ("12306", "3", 2)
    assert first.content.effective_from == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert first.content.effective_to == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert first.content.review_by == date(2027, 2, 3)
    assert (second.content.title, second.content.product) == ("0.1", "TRUE")


def test_lines_are_rows_of_the_sheet_though_rows_are_empty(read: Reader) -> None:
    data = a_workbook([(), ("code", "title"), (), (), ("FAQ-7", "宽限期")])
    [row] = map(row_of, read("a.xlsx", data))
    assert (row.code, row.line) == ("FAQ-7", 5)


def test_every_sheet_is_read_and_named_and_empty_ones_are_passed_over(read: Reader, tmp_path: Path) -> None:
    data = a_workbook([("code", "title"), ("FAQ-1", "甲")], [], [("编号", "备注"), ("FAQ-2", "乙")])
    row, rejected = read("a.xlsx", data)
    assert row_of(row).file == f"{tmp_path / 'a.xlsx'}［表1］"
    assert rejection_of(rejected).file == f"{tmp_path / 'a.xlsx'}［表3］"
    assert rejection_of(rejected).field == "备注"


def test_a_workbook_without_content_is_said_to_be_empty(read: Reader) -> None:
    [rejected] = map(rejection_of, read("a.xlsx", a_workbook([], [])))
    assert rejected.reason == "表格是空的。"


def test_a_cell_merged_downwards_counts_for_each_of_its_rows(read: Reader) -> None:
    rows = [("编号", "标题", "产品"), ("FAQ-1", "甲", "交强险"), ("FAQ-2", "乙"), ("FAQ-3", "丙"), ("FAQ-4", "丁")]
    found = map(row_of, read("a.xlsx", a_workbook(rows, merge=["C2:C4"])))
    assert [row.content.product for row in found] == ["交强险", "交强险", "交强险", ""]


def test_rows_with_cells_merged_sideways_are_refused_and_the_others_read(read: Reader) -> None:
    rows = [("知识清单",), ("编号", "标题", "产品"), ("FAQ-1", "甲"), ("FAQ-2", "乙", "交强险")]
    banner, bad, good = read("a.xlsx", a_workbook(rows, merge=["A1:C1", "B3:C3"]))
    for rejected, line in ((banner, 1), (bad, 3)):
        assert rejection_of(rejected).line == line
        assert rejection_of(rejected).reason == "这一行有跨列合并的单元格，请取消合并后再导入。"
    assert row_of(good).code == "FAQ-2"


def test_a_merge_over_the_whole_sheet_costs_nothing(read: Reader) -> None:
    data = a_workbook([("code", "title"), ("FAQ-1", "甲")], merge=["F4:F5"])
    huge = with_sheet(data, lambda xml: xml.replace(b"F4:F5", b"F4:XFD1048576"))
    assert len(read("a.xlsx", huge)) == 1


def test_a_formula_without_a_stored_result_is_refused(read: Reader) -> None:
    data = a_workbook([("code", "title"), ("FAQ-1", '="等" & "待"'), ("FAQ-2", "乙")])
    bad, good = read("a.xlsx", data)
    assert (rejection_of(bad).line, rejection_of(bad).field) == (2, "title")
    assert rejection_of(bad).reason.startswith("单元格里的公式没有存下结果")
    assert row_of(good).content.title == "乙"


def test_a_formula_counts_with_its_stored_result(read: Reader) -> None:
    data = a_workbook([("code", "title", "owner"), ("FAQ-1", "=1+1", '=""')])
    stored = with_sheet(
        data,
        lambda xml: xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b'<c r="C2"><f>""</f>', b'<c r="C2" t="str"><f>""</f>'
        ),
    )
    [row] = map(row_of, read("a.xlsx", stored))
    assert (row.content.title, row.content.owner) == ("2", "")


def test_an_error_in_a_cell_is_refused(read: Reader) -> None:
    data = with_sheet(
        a_workbook([("code", "title"), ("FAQ-1", 77)]),
        lambda xml: xml.replace(b'<c r="B2" t="n"><v>77</v>', b'<c r="B2" t="e"><v>#REF!</v>'),
    )
    [rejected] = map(rejection_of, read("a.xlsx", data))
    assert rejected.reason == "单元格里是错误值 #REF!。"


def test_a_row_number_out_of_all_bounds_ends_the_reading(tmp_path: Path, zone: ZoneInfo) -> None:
    path = tmp_path / "a.xlsx"
    data = a_workbook([("code", "title"), ("FAQ-1", "甲"), ("FAQ-2", "乙")])
    path.write_bytes(with_sheet(data, lambda xml: xml.replace(b'"3"', b'"9999999999"').replace(b'3"', b'9999999999"')))
    row, rejected = read_xlsx(path, zone=zone, bounds=Bounds(rows=5000))
    assert row_of(row).code == "FAQ-1"
    assert rejection_of(rejected).reason.startswith("表格太长：最多 5000 行")


def test_what_a_sheet_says_of_its_size_is_not_believed(read: Reader) -> None:
    data = a_workbook([("code", "title"), ("FAQ-1", "甲"), ("FAQ-2", "乙")])
    rows = map(row_of, read("a.xlsx", with_sheet(data, lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1:B2"'))))
    assert [row.code for row in rows] == ["FAQ-1", "FAQ-2"]


def test_a_very_wide_row_is_refused(read: Reader) -> None:
    data = a_workbook([("code", "title"), ("FAQ-1", "甲", *[None] * 300, "远"), ("FAQ-2", "乙")])
    bad, good = read("a.xlsx", data)
    assert rejection_of(bad).reason == "这一行太宽：最多 200 列。"
    assert row_of(good).code == "FAQ-2"


def test_a_sheet_that_breaks_off_keeps_what_came_before(read: Reader) -> None:
    rows = [("code", "title"), *((f"FAQ-{n}", "甲") for n in range(1, 2001))]
    data = with_sheet(a_workbook(rows), lambda xml: xml[: len(xml) // 2])
    *good, rejected = read("a.xlsx", data)
    assert len(good) > 500
    assert rejection_of(rejected).reason.startswith("工作簿读不懂")


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml", "xl/sharedStrings.xml"])
def test_a_workbook_with_a_part_missing_or_broken_is_refused_without_a_traceback(read: Reader, missing: str) -> None:
    data = a_workbook([("code", "title"), ("FAQ-1", "甲")])
    for replacement in (None, b"<broken"):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for member in old.infolist():
                if member.filename != missing:
                    new.writestr(member, old.read(member))
                elif replacement is not None:
                    new.writestr(member, replacement)
        assert all(isinstance(item, Rejection | Row) for item in read("a.xlsx", out.getvalue()))
