"""An empty workbook with the columns that an import knows, one example, and lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Mapping

from kb.domain.content import AUDIENCE_NAMES, KIND_NAMES
from kb.domain.errors import N_, Invalid
from kb.domain.fields import FIELD_NAMES

EXAMPLE_CODE = "FAQ-EXAMPLE"  # a row with this code is never taken: people leave the example standing

_EXAMPLE: Mapping[str, str] = {
    "code": EXAMPLE_CODE,
    "kind": KIND_NAMES[next(iter(KIND_NAMES))],
    "title": "示例：住院医疗险的等待期是多少天（这一行不会导入）",
    "product": "住院医疗险",
    "category": "健康险/等待期",
    "tags": "等待期|住院",
    "audience": AUDIENCE_NAMES[list(AUDIENCE_NAMES)[-1]],
    "speakable": "住院医疗险的等待期是六十天，意外没有等待期。",
    "asked_as": "住院险多久能用|买了住院险几天生效",
    "conditions": "首次投保。",
    "exceptions": "续保没有等待期。",
    "owner": "信息协调岗",
    "effective_from": "2026-12-01",
    "effective_to": "",
    "review_by": "2027-06-01",
    "body": "## 说明\n\n自合同生效日起算 60 天。",
}
_WIDTHS = {"title": 40, "speakable": 50, "asked_as": 34, "body": 60, "conditions": 24, "exceptions": 24, "category": 20}
_CHOSEN = {"kind": list(KIND_NAMES.values()), "audience": list(AUDIENCE_NAMES.values())}
_ROWS = 2_000  # rows that offer their lists


def example_refused() -> Invalid:
    return Invalid(N_("这是模板里的示例行，没有导入。"), field="code")


def template_workbook() -> bytes:
    """The workbook as an .xlsx: the header, the example below it, nothing else. It can be imported as it is."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "知识条目"
    for column, (key, name) in enumerate(FIELD_NAMES.items(), start=1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = _WIDTHS.get(key, 14)
        sheet.column_dimensions[letter].number_format = "@"  # text: Excel must not make a date of a code
        head, example = sheet.cell(1, column, name), sheet.cell(2, column, _EXAMPLE.get(key) or None)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E2EFF0")
        example.font, example.number_format = Font(italic=True, color="666666"), "@"
        example.alignment = Alignment(wrap_text=True, vertical="top")
        if key in _CHOSEN:
            choice = DataValidation("list", formula1=f'"{",".join(_CHOSEN[key])}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{_ROWS}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "C2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
