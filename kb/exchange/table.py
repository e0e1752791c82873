"""What .csv and .xlsx share: a header row that names the fields, then one entry a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.fields import FIELD_NAMES
from kb.exchange.fields import key_of, to_item
from kb.exchange.rows import Item, refuse

Cells = Sequence[object]  # str, date, datetime; None or "" for nothing; a KbError for a cell that cannot be read


def read_table(rows: Iterable[tuple[int, Cells | KbError]], *, file: str, zone: ZoneInfo) -> Iterator[Item]:
    """The rows, numbered as a person sees them; the first that is not empty is the header.

    A header with an unknown column refuses the whole table in one sentence: it would be the same for every row.
    """
    header: list[str] | None = None
    number = filled = 0
    for number, cells in rows:
        if isinstance(cells, KbError):
            filled += 1
            yield refuse(cells, file, number)
        elif not has_content(cells):
            continue
        elif header is None:
            try:
                header = _header(cells)
            except KbError as error:
                yield refuse(error, file, number)
                return
        else:
            filled += 1
            yield _item(header, cells, file, number, zone)
    if not filled:
        yield refuse(Invalid(N_("表格只有表头，没有内容。") if header else N_("表格是空的。")), file, number)


def has_content(cells: Cells) -> bool:
    return any(_said(cell) for cell in cells)


def _said(cell: object) -> bool:
    return not (cell is None or (isinstance(cell, str) and not cell.strip()))


def _header(cells: Cells) -> list[str]:
    """The fields' keys by column; "" for a column without a name.

    Raises:
        Invalid: an unknown or repeated name, or a column that is needed is not there.
    """
    keys = []
    for cell in cells:
        if isinstance(cell, KbError):
            raise cell
        name = str(cell).strip() if _said(cell) else ""
        key = key_of(name) if name else ""
        if key is None:
            raise Invalid(N_("表头“{key}”不是已知字段，请改名或删去这一列后再导入。"), field=name, key=name)
        if key and key in keys:
            raise Invalid(N_("表头里“{name}”出现了两次。"), field=key, name=FIELD_NAMES[key])
        keys.append(key)
    present = {key for key in keys if key}
    for needed in ("code", "title"):
        if needed not in present and present != {"code", "asked_as"}:
            raise Invalid(N_("表头里没有“{name}”这一列。"), field=needed, name=FIELD_NAMES[needed])
    return keys


def _item(header: Sequence[str], cells: Cells, file: str, number: int, zone: ZoneInfo) -> Item:
    raw: dict[str, object] = {}
    for column, cell in enumerate(cells):
        key = header[column] if column < len(header) else ""
        if isinstance(cell, KbError):
            return refuse(_in_field(cell, key), file, number)
        if _said(cell) and not key:
            return refuse(Invalid(N_("第 {column} 列有内容却没有表头。"), column=column + 1), file, number)
        if _said(cell):
            raw[key] = cell
    return to_item(raw, file=file, line=number, zone=zone, patches="title" not in header)


def _in_field(error: KbError, key: str) -> KbError:
    return Invalid(error.message, field=key, **error.values)


def recognised(cells: Cells) -> int:
    """How many of these cells name a field: the more, the likelier a header."""
    return sum(1 for cell in cells if isinstance(cell, str) and key_of(cell) in FIELD_NAMES)
