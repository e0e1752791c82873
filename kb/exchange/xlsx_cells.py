"""Cells of a workbook as texts and dates, and what merging does to them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from kb.domain.errors import N_, Invalid, KbError

WIDEST = 200  # columns that are looked at; there are eighteen fields
_PERCENT = re.compile(r"[#,]*0(?:\.(?P<digits>0+))?%")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")


def to_cell(cell: Any) -> object:
    """Text as Excel would show it, without ``.0``; date and datetime stay; None for nothing; an error refuses its row."""
    value = cell.value
    if value is None or isinstance(value, datetime | date):
        return value
    if cell.data_type == "e":
        return Invalid(N_("单元格里是错误值 {value}。"), value=str(value))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float) and (percent := _PERCENT.fullmatch(cell.number_format or "")):
        return f"{value * 100:.{len(percent['digits'] or '')}f}%"
    if isinstance(value, float):
        return format(value, ".15g")  # as many digits as Excel keeps
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value).replace("_x000D_", "")  # so Excel writes the first half of a line end from Windows


def unknown_result() -> Invalid:
    return Invalid(N_("单元格里的公式没有存下结果，请在 Excel 里重新计算、保存，或粘贴为数值。"))


class Merges:
    """The merged cells of one sheet, applied row by row from the top."""

    def __init__(self, ranges: list[tuple[int, int, int, int]]) -> None:
        """``ranges``: first row, first column, last row, last column; rows and columns count from 1."""
        self._starts: dict[int, list[tuple[int, int, int, int]]] = {}
        for one in ranges:
            self._starts.setdefault(one[0], []).append(one)
        self._repeated: dict[int, tuple[object, int]] = {}  # column -> value, last row
        self._blocked_to = 0

    def __bool__(self) -> bool:
        return bool(self._starts)

    def apply(self, line: int, row: list[object]) -> list[object] | KbError:
        """The row with repeated values filled in, or why it cannot be read."""
        for _, left, bottom, right in self._starts.get(line, ()):
            if left != right:
                self._blocked_to = max(self._blocked_to, bottom)
            elif left <= min(len(row), WIDEST):
                self._repeated[left] = (row[left - 1], bottom)
        if line <= self._blocked_to:
            return Invalid(N_("这一行有跨列合并的单元格，请取消合并后再导入。"))
        for column, (value, bottom) in self._repeated.items():
            if line <= bottom:
                row.extend([None] * (column - len(row)))
                row[column - 1] = value
        return row


def read_features(xml: bytes) -> tuple[bool, Merges]:
    """Whether a sheet has formulas, and its merged cells."""
    ranges = [(int(m[2]), _column(m[1]), int(m[4]), _column(m[3])) for m in _MERGE.finditer(xml)]
    return bool(_FORMULA.search(xml)), Merges(ranges)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
