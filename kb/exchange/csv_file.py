"""Comma-separated tables (also with semicolons or tabs): UTF-8 with or without BOM, or GB18030 as Excel saves it in China."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from kb.domain.errors import N_, Invalid, KbError, TooLarge
from kb.exchange.bounded import BOUNDS, Bounds, megabytes, open_regular, unreadable
from kb.exchange.rows import Item, name_of, refuse
from kb.exchange.table import Cells, read_table, recognised

_CHUNK = 1024 * 1024


def read_csv(path: Path, *, zone: ZoneInfo, bounds: Bounds = BOUNDS) -> Iterator[Item]:
    """The rows of a .csv, streamed; ``line`` is the line of the file on which a record starts."""
    file = name_of(path)
    try:
        with open_regular(path) as data:
            encoding = _encoding(data, bounds)
            data.seek(0)
            with io.TextIOWrapper(data, encoding=encoding, newline="") as text:
                yield from read_table(_records(text, bounds), file=file, zone=zone)
    except KbError as error:
        yield refuse(error, file, 0)
    except OSError as error:
        yield refuse(unreadable(error), file, 0)


def records(
    data: IO[bytes], bounds: Bounds, header: Callable[[Cells], int]
) -> Generator[tuple[int, Cells | KbError], None, None]:
    """The records of a table in an open file, with the lines on which they start. ``header``: how many of these cells a
    header would have; it chooses between commas, tabs and semicolons.

    Raises:
        Invalid, TooLarge: its encoding cannot be told, or it is too large.
    """
    data.seek(0)
    encoding = _encoding(data, bounds)
    data.seek(0)
    text = io.TextIOWrapper(data, encoding=encoding, newline="")
    try:
        yield from _records(text, bounds, header)
    finally:
        text.detach()


def _encoding(data: IO[bytes], bounds: Bounds) -> str:
    """The encoding in which all of the file can be read.

    Raises:
        Invalid: neither, or nothing is there. TooLarge: more than ``bounds.lines`` bytes.
    """
    start = data.read(2)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise Invalid(N_("文件是 UTF-16 编码，请另存为“CSV UTF-8”后再导入。"))
    if _decodes(data, "utf-8-sig", bounds):
        return "utf-8-sig"
    if _damaged_utf8(data):
        raise Invalid(N_("文件像是 UTF-8 编码，但里面有损坏的字符，请修好后再导入。"))
    if _decodes(data, "gb18030", bounds):
        return "gb18030"
    raise Invalid(N_("文件既不是 UTF-8 也不是 GB18030 编码，请另存为“CSV UTF-8”后再导入。"))


def _decodes(data: IO[bytes], encoding: str, bounds: Bounds) -> bool:
    decoder, total = codecs.getincrementaldecoder(encoding)(), 0
    data.seek(0)
    try:
        while chunk := data.read(_CHUNK):
            decoder.decode(chunk)
            total += len(chunk)
            if total > bounds.lines:
                raise TooLarge(N_("文件太大：最多 {most} MB。"), most=megabytes(bounds.lines))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _damaged_utf8(data: IO[bytes]) -> bool:
    """Whether most of what is not ASCII is UTF-8. GB18030 would take such a file for other, meaningless characters."""
    data.seek(0)
    sample = data.read(_CHUNK).decode("utf-8", errors="replace")
    bad = sample.count("\ufffd")
    return sum(not c.isascii() for c in sample) > 2 * bad


def _records(
    text: IO[str], bounds: Bounds, header: Callable[[Cells], int] = recognised
) -> Iterator[tuple[int, Cells | KbError]]:
    """Records with the lines on which they start. After a fault in quoting nothing can be trusted: it ends there."""
    lines = _Lines(text, bounds.text)
    # The bound is the process's; it is only ever raised here, so that bodies of full length fit into a cell.
    csv.field_size_limit(max(csv.field_size_limit(), bounds.text))
    reader = csv.reader(lines, delimiter=_delimiter(lines, header), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            record = next(reader)
            lines.begin()
        except StopIteration:
            return
        except csv.Error:
            yield start, Invalid(N_("引号没有成对，或引号外还有文字；从这里起没有读取。"))
            return
        except TooLarge as error:
            yield start, error
            return
        yield start, record


class _Lines:
    """Lines for the csv module; a record, which may run over many of them, is bounded."""

    def __init__(self, text: IO[str], most: int) -> None:
        self._text, self._most, self._size = text, most, 0
        self.first = text.readline(most + 1)
        self._next: str | None = self.first

    def begin(self) -> None:
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._most + 1) if self._next is None else self._next
        self._next = None
        self._size += len(line)
        if self._size > self._most:
            raise TooLarge(N_("这一行太长：最多 {most} 个字；从这里起没有读取。"), most=self._most)
        if not line:
            raise StopIteration
        return line


def _delimiter(lines: _Lines, header: Callable[[Cells], int]) -> str:
    """The one that finds most field names in the first line."""
    return max(",\t;", key=lambda mark: header([cell.strip('" \r\n') for cell in lines.first.split(mark)]))
