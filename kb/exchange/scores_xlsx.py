"""Scores of an examination as workbooks: the sheet to fill in, what was filled in, and the results of a month.

A sheet to be read has a row of headings among its first ten, with 登录名 or 姓名, and 成绩; other columns do not matter.
Every cell that is written is text or a number: none runs as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.domain.errors import N_, Invalid, KbError
from kb.exchange.xlsx_file import sheets_of

LOGIN, NAME, SCORE = "登录名", "姓名", "成绩"
HEADINGS_WITHIN = 10
_WIDTHS = {"试卷": 28, "登录名": 16, "姓名": 12, "备注": 24, "班组": 14}


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """``who`` is a login or a name; ``said`` the score as it stands there. ``reason``: why the row cannot be read."""

    line: int
    who: str
    said: str
    reason: str = ""


def read_scores(path: Path) -> list[ScoreRow]:
    """The rows with scores. Rows without a score are left out; one that cannot be read says why and hides no other.

    Raises:
        Invalid: it is no workbook, or no sheet has the headings.
    """
    found: list[ScoreRow] = []
    is_known = False
    for _title, rows in sheets_of(path):
        columns: dict[str, int] | None = None
        for line, cells in rows:
            if columns is None:
                columns = None if isinstance(cells, KbError) else _columns(cells)
                is_known = is_known or columns is not None
                if columns is None and line > HEADINGS_WITHIN:
                    break
                continue
            row = _row(line, cells, columns)
            if row is not None:
                found.append(row)
    if not is_known:
        raise Invalid(N_("表头里没有“登录名”（或“姓名”）和“成绩”，请用这一页提供的成绩表填写。"), field="file")
    return found


def _columns(cells: Sequence[object]) -> dict[str, int] | None:
    named = {str(cell).strip(): place for place, cell in enumerate(cells) if isinstance(cell, str)}
    return named if SCORE in named and (LOGIN in named or NAME in named) else None


def _row(line: int, cells: Sequence[object] | KbError, columns: dict[str, int]) -> ScoreRow | None:
    if isinstance(cells, KbError):
        return ScoreRow(line, "", "", str(cells))
    score = _cell(cells, columns.get(SCORE))
    who = _cell(cells, columns.get(LOGIN))
    who = who if who not in ("", None) else _cell(cells, columns.get(NAME))
    for value in (score, who):
        if isinstance(value, KbError):
            return ScoreRow(line, "" if isinstance(who, KbError) else str(who), "", str(value))
    if score in ("", None):
        return None
    if who in ("", None):
        return ScoreRow(line, "", str(score), str(Invalid(N_("这一行没有登录名和姓名。"))))
    return ScoreRow(line, str(who).strip(), str(score).strip())


def _cell(cells: Sequence[object], place: int | None) -> Any:
    return cells[place] if place is not None and place < len(cells) else ""


def scores_sheet(people: Iterable[tuple[str, str, str, str, str]], *, title: str) -> bytes:
    """The sheet to fill in: (login, name, team, form, score so far)."""
    rows = [[LOGIN, NAME, "班组", "卷别", SCORE], *([*row] for row in people)]
    return workbook(rows, title=title, note="成绩填数字；没有参加的填“缺考”或“请假”。")


RESULT_HEADINGS = (
    "月份", "试卷", "性质", "班组", "登录名", "姓名", "卷别", "成绩", "满分", "得分率", "合格", "组内名次", "组内人数", "状态", "备注",
)  # fmt: skip


def results_workbook(rows: Iterable[Sequence[object]], *, title: str) -> bytes:
    """The results of a month for the assessment, a row a sitting, in the order of ``RESULT_HEADINGS``."""
    return workbook([RESULT_HEADINGS, *rows], title=title)


def workbook(rows: Iterable[Sequence[object]], *, title: str, note: str = "") -> bytes:
    """A workbook of one sheet; the first row is its heading."""
    from openpyxl import Workbook  # costs a quarter of a second, which most servers' starts need not spend
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "".join(" " if char in "\\/*?:[]" else char for char in title)[:31] or "成绩"
    head: Sequence[object] = ()
    for line, values in enumerate(_with_note(rows, note), start=1):
        head = head or values
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(line, column)
            if isinstance(value, int | float) and not isinstance(value, bool):
                cell.value = value
            else:
                cell.value, cell.data_type = "" if value is None else str(value), "s"
            if line == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E2EFF0")
    for column, name in enumerate(head, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(str(name), 10)
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _with_note(rows: Iterable[Sequence[object]], note: str) -> Iterator[Sequence[object]]:
    for number, row in enumerate(rows):
        yield [*row, *([""] * (not number)), note] if note and not number else row
