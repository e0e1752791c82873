"""The empty workbook that people fill in."""

from __future__ import annotations

import io
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from kb.domain.fields import FIELD_NAMES
from kb.exchange.paths import read_paths
from kb.exchange.rows import Row
from kb.exchange.template_file import EXAMPLE_CODE, template_workbook
from kb.services.import_batch import gather

ZONE = ZoneInfo("Asia/Shanghai")


def test_every_field_has_a_column_under_its_own_name() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template_workbook())).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(FIELD_NAMES.values())


def test_the_example_can_be_read_and_is_never_taken(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    path.write_bytes(template_workbook())
    [row] = read_paths([path], zone=ZONE)
    assert isinstance(row, Row) and row.code == EXAMPLE_CODE
    assert row.content.asked_as == ("住院险多久能用", "买了住院险几天生效")
    batch = gather([row])
    assert (batch.rows, batch.rejected[0].reason) == ({}, "这是模板里的示例行，没有导入。")


def test_kinds_are_offered_as_a_list() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template_workbook())).worksheets[0]
    offered = {str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert offered["B2"] == '"问答,政策,流程,话术,案例,公告"'
