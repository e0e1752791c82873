"""Excel workbooks: every sheet with a header row, streamed; values as Excel last stored them.

A formula counts with its stored value, and its row is refused when there is none. Cells merged over several rows of
one column repeat their value in each of these rows; rows with cells merged across columns are refused.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kb.domain.errors import N_, Invalid, KbError, TooLarge
from kb.exchange.bounded import BOUNDS, Bounds, read_archive
from kb.exchange.rows import Item, name_of, refuse
from kb.exchange.table import Cells, has_content, read_table
from kb.exchange.xlsx_cells import WIDEST, Merges, read_features, to_cell, unknown_result

_BATCH = 500
Numbered = Iterator[tuple[int, Cells | KbError]]


def read_xlsx(path: Path, *, zone: ZoneInfo, bounds: Bounds = BOUNDS) -> Iterator[Item]:
    """The rows of all sheets that are not empty; ``line`` is the row's number in its sheet."""
    file = name_of(path)
    try:
        data = read_archive(path, bounds).getvalue()
        sheets = _open(data, data_only=True).worksheets
    except KbError as error:
        yield refuse(error, file, 0)
        return
    except Exception:  # a foreign reader on foreign bytes: whatever it trips over means the same to the person
        yield refuse(_damaged(), file, 0)
        return
    found = False
    for number, sheet in enumerate(sheets):
        rows = _guarded(_rows(data, number, sheet), bounds.rows)
        first = next((row for row in rows if isinstance(row[1], KbError) or has_content(row[1])), None)
        if first is not None:
            found = True
            place = f"{file}［{sheet.title}］" if len(sheets) > 1 else file
            yield from read_table(chain([first], rows), file=place, zone=zone)
    if not found:
        yield refuse(Invalid(N_("表格是空的。")), file, 0)


def sheets_of(path: Path, bounds: Bounds = BOUNDS) -> Iterator[tuple[str, Numbered]]:
    """The sheets of a workbook that are not empty: title, and rows numbered as Excel does.

    Raises:
        Invalid, TooLarge: it is no such file, damaged, or over a bound.
    """
    data = read_archive(path, bounds).getvalue()
    try:
        sheets = _open(data, data_only=True).worksheets
    except Exception as error:  # as in ``read_xlsx``
        raise _damaged() from error
    for number, sheet in enumerate(sheets):
        rows = _guarded(_rows(data, number, sheet), bounds.rows)
        first = next((row for row in rows if isinstance(row[1], KbError) or has_content(row[1])), None)
        if first is not None:
            yield sheet.title, chain([first], rows)


def _damaged() -> Invalid:
    return Invalid(N_("工作簿读不懂，可能已损坏；请用 Excel 打开、另存为 .xlsx 后再导入。"))


def _open(data: bytes, *, data_only: bool) -> Any:
    import openpyxl  # costs a quarter of a second, which a server that imports no workbook need not spend

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which are not read
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a sheet says of its size may be false
    return book


def _rows(data: bytes, number: int, sheet: Any) -> Numbered:
    with sheet.parent._archive.open(sheet._worksheet_path) as xml:  # the only way to a sheet's XML while streaming
        has_formulas, merges = read_features(xml.read())
    formulas = _open(data, data_only=False).worksheets[number].iter_rows() if has_formulas else None
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        written = next(formulas, ()) if formulas is not None else ()
        row: list[object] = [to_cell(cell) for cell in cells[:WIDEST]]
        if any(cell.value is not None for cell in cells[WIDEST:]):
            yield line, TooLarge(N_("这一行太宽：最多 {most} 列。"), most=WIDEST)
            continue
        for column, cell in enumerate(written[:WIDEST]):
            if cell.data_type == "f" and row[column] is None and cells[column].data_type != "str":
                row[column] = unknown_result()
        yield line, _merged(merges, line, row)


def _merged(merges: Merges, line: int, row: list[object]) -> Cells | KbError:
    return merges.apply(line, row) if merges and has_content(row) else row


def _guarded(rows: Numbered, most: int) -> Numbered:
    """The rows, in batches so that openpyxl's warnings are silenced without keeping that filter while others run."""
    last = 0
    while True:
        batch: list[tuple[int, Cells | KbError]] = []
        broken: KbError | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                batch.extend(islice(rows, _BATCH))
            except Exception:  # as above; what was read before still counts
                broken = _damaged()
        yield from batch
        last = batch[-1][0] if batch else last
        if last > most:
            broken = TooLarge(N_("表格太长：最多 {most} 行，从这里起没有读取。"), most=most)
        if broken is not None:
            yield last + 1, broken
        if broken is not None or not batch:
            return
