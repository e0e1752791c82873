"""Solutions written to a file: .xlsx, .csv or .jsonl, a row each, streamed. No cell runs as a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO

from kb.domain.errors import N_, Invalid, Unavailable
from kb.domain.solutions import FOLLOW_UP_NAMES, OUTCOME_NAMES, SOLUTION_NAMES, Solution

FORMATS = (".xlsx", ".csv", ".jsonl")
_ROWS_MOST = 1_000_000  # of one sheet; Excel takes 48,576 more
_STARTS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")  # some spreadsheets read full width too
_HEADER = (
    "编号", "来电", "座席", "班组", "时间", "类别", "问题类型", "产品", "来电者怎么问", "内容", "结果", "条目", "版本", "通话中打开过",
    "隐去处数", "跟进", "答应时间", "跟进说明", "处理结果", "结果条目", "原因", "处理人", "处理时间",
)  # fmt: skip
_WIDE = {"来电者怎么问": 32, "内容": 60, "结果": 32, "原因": 32, "时间": 17, "答应时间": 17, "处理时间": 17}

Row = tuple[str | int, ...]


def write_solutions(path: Path, solutions: Iterable[Solution], *, zone: tzinfo) -> int:
    """Write all of them in the form that the name's ending asks for; how many. The file is there whole or not at all.

    Raises:
        Invalid: the ending is none of ``FORMATS``. Unavailable: it cannot be written.
    """
    form = check_format(path)
    writers: dict[str, Callable[[Path, Iterator[Solution], tzinfo], int]] = {
        ".xlsx": _workbook, ".csv": _csv, ".jsonl": _jsonl,
    }  # fmt: skip
    part = path.with_name(f".{path.name}.part")
    try:
        count = writers[form](part, iter(solutions), zone)
        part.replace(path)
    except OSError as error:
        raise Unavailable(N_("写不了文件 {path}：{reason}"), path=str(path), reason=error.strerror or "") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def check_format(path: Path) -> str:
    """The ending that says how to write. Raises ``Invalid``."""
    form = path.suffix.lower()
    if form not in FORMATS:
        raise Invalid(N_("文件名要以 {known} 结尾。"), field="file", known="、".join(FORMATS))
    return form


def _workbook(path: Path, solutions: Iterator[Solution], zone: tzinfo) -> int:
    from openpyxl import Workbook  # costs a quarter of a second, which most servers' starts need not spend
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    count = 0
    sheet = None
    for one in solutions:
        if sheet is None or count % _ROWS_MOST == 0:
            sheet = book.create_sheet(f"解决方案{count // _ROWS_MOST + 1}")
            _head(sheet, WriteOnlyCell, Font, get_column_letter)
        cells = []
        for value in _row(one, zone):
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # also what begins with =
            cells.append(cell)
        sheet.append(cells)
        count += 1
    if sheet is None:
        _head(book.create_sheet("解决方案1"), WriteOnlyCell, Font, get_column_letter)
    book.save(path)
    return count


def _head(
    sheet: object, cell: Callable[..., object], font: Callable[..., object], letter: Callable[[int], str]
) -> None:
    for column, name in enumerate(_HEADER, start=1):
        sheet.column_dimensions[letter(column)].width = _WIDE.get(name, 12)  # type: ignore[attr-defined]
    sheet.freeze_panes = "A2"  # type: ignore[attr-defined]
    cells = [cell(sheet, value=name) for name in _HEADER]
    for one in cells:
        one.font = font(bold=True)  # type: ignore[attr-defined]
    sheet.append(cells)  # type: ignore[attr-defined]


def _csv(path: Path, solutions: Iterator[Solution], zone: tzinfo) -> int:
    with _opened(path, "utf-8-sig") as file:  # with its mark, so that Excel reads it as UTF-8
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        count = 0
        for one in solutions:
            writer.writerow([_harmless(value) for value in _row(one, zone)])
            count += 1
    return count


def _jsonl(path: Path, solutions: Iterator[Solution], zone: tzinfo) -> int:
    with _opened(path, "utf-8") as file:
        count = 0
        for one in solutions:
            file.write(json.dumps(_values(one, zone), ensure_ascii=False) + "\n")
            count += 1
    return count


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[IO[str]]:
    with path.open("w", encoding=encoding, newline="") as file:
        yield file


def _harmless(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_FORMULA) else value


def _row(one: Solution, zone: tzinfo) -> Row:
    return (
        one.number, one.call, one.person, one.team, _moment(one.at, zone), SOLUTION_NAMES[one.kind], one.problem_type,
        one.product, one.asked, one.text, one.result, one.code, "" if one.revision is None else one.revision,
        "是" if one.opened else "否", one.masked, FOLLOW_UP_NAMES[one.follow_up], _moment(one.follow_due, zone),
        one.follow_note, OUTCOME_NAMES[one.outcome], one.outcome_code, one.outcome_reason, one.outcome_by,
        _moment(one.outcome_at, zone),
    )  # fmt: skip


def _values(one: Solution, zone: tzinfo) -> dict[str, object]:
    return {
        "number": one.number, "call": one.call, "agent": one.person, "team": one.team, "at": _iso(one.at, zone),
        "version": one.version, "kind": str(one.kind), "problem_type": one.problem_type, "product": one.product,
        "asked": one.asked, "text": one.text, "result": one.result, "code": one.code, "revision": one.revision,
        "opened": one.opened, "masked": one.masked, "follow_up": str(one.follow_up),
        "follow_due": _iso(one.follow_due, zone), "follow_note": one.follow_note, "flag_due": _iso(one.flag_due, zone),
        "outcome": str(one.outcome), "outcome_code": one.outcome_code, "outcome_reason": one.outcome_reason,
        "outcome_by": one.outcome_by, "outcome_at": _iso(one.outcome_at, zone),
    }  # fmt: skip


def _moment(value: datetime | None, zone: tzinfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if value else ""


def _iso(value: datetime | None, zone: tzinfo) -> str | None:
    return value.astimezone(zone).isoformat(timespec="seconds") if value else None
