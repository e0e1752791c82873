"""Reading no more than was agreed: files, compressed files, and the zip archives that .xlsx and .docx are.

An archive is checked from its directory, which may lie, and again while every member is unpacked.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from kb.domain.errors import N_, Invalid, KbError, TooLarge

MIB = 1024 * 1024
_CHUNK = 64 * 1024
# A part that declares its own entities can grow without end; Office never writes one. Also seen in UTF-16.
_DECLARATIONS = tuple(
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one import may read. Sizes in bytes; ``ratio`` is unpacked by packed size, allowed from ``small`` on."""

    text: int = 4 * MIB  # one Markdown file, one line of .jsonl, one record of .csv
    lines: int = 2048 * MIB  # one .jsonl or .csv, unpacked
    packed: int = 64 * MIB  # an .xlsx or .docx as it lies there
    unpacked: int = 128 * MIB
    members: int = 2_000
    ratio: int = 200
    small: int = 16 * MIB
    rows: int = 1_048_576  # of one sheet: Excel's own bound


BOUNDS = Bounds()


def open_regular(path: Path) -> IO[bytes]:
    """Open a plain file. A pipe or a device is refused before it can block.

    Raises:
        Invalid: it is missing, unreadable or not a plain file.
    """
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise unreadable(error) from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise Invalid(N_("这不是普通文件，无法导入。"))
    return os.fdopen(fd, "rb")


def unreadable(error: Exception) -> KbError:
    if isinstance(error, FileNotFoundError):
        return Invalid(N_("文件或文件夹不存在。"))
    if isinstance(error, PermissionError):
        return Invalid(N_("没有读取这个文件的权限。"))
    return Invalid(N_("文件读取失败，请检查磁盘或网络盘后再试。"))


def read_whole(path: Path, most: int) -> bytes:
    """The bytes of a plain file.

    Raises:
        Invalid: unreadable or empty. TooLarge: more than ``most`` bytes.
    """
    with open_regular(path) as file:
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise unreadable(error) from error
    if len(data) > most:
        raise TooLarge(N_("文件太大：最多 {most} MB。"), most=megabytes(most))
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise Invalid(N_("文件是空的。"))
    return data


class Lines(Protocol):
    def readline(self, limit: int, /) -> bytes: ...


def bounded_lines(file: Lines, bounds: Bounds) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their numbers from 1; None stands for a line over ``bounds.text``, which is skipped.

    Raises:
        TooLarge: more than ``bounds.lines`` bytes in all. Whatever reading raises, passes.
    """
    number, total = 0, 0
    while chunk := file.readline(bounds.text + 1):
        number, total = number + 1, total + len(chunk)
        whole = len(chunk) <= bounds.text
        yield number, chunk if whole else None
        while not whole and not chunk.endswith(b"\n") and (chunk := file.readline(bounds.text + 1)):
            total = _within(total + len(chunk), bounds.lines)
        _within(total, bounds.lines)


def _within(total: int, most: int) -> int:
    if total > most:
        raise TooLarge(N_("内容太大：展开后最多 {most} MB，从这里起没有读取。"), most=megabytes(most))
    return total


def read_archive(path: Path, bounds: Bounds = BOUNDS) -> io.BytesIO:
    """An Office file in memory, every member of it unpacked once and found within bounds.

    Raises:
        Invalid: not such a file, damaged, or with declarations that Office never writes. TooLarge: over a bound.
    """
    data = io.BytesIO(read_whole(path, bounds.packed))
    try:
        with zipfile.ZipFile(data) as archive:
            check_directory(archive, data.getbuffer().nbytes, bounds)
            _check_members(archive, data.getbuffer().nbytes, bounds)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Invalid(N_("打不开：文件已损坏、设了密码，或不是 .xlsx / .docx 格式（旧格式请另存）。")) from error
    data.seek(0)
    return data


def check_directory(archive: zipfile.ZipFile, packed: int, bounds: Bounds) -> None:
    """Raise unless what the archive says of itself is within bounds. It may lie: count again while unpacking."""
    members = archive.infolist()
    if len(members) > bounds.members:
        raise TooLarge(N_("压缩包里有 {size} 个成员，最多 {most} 个。"), size=len(members), most=bounds.members)
    if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
        raise zipfile.BadZipFile("a compression that Office does not use")
    check_size(sum(m.file_size for m in members), packed, bounds)


def _check_members(archive: zipfile.ZipFile, packed: int, bounds: Bounds) -> None:
    """Unpack everything, counting what really comes out: members may overlap and sizes may be false."""
    total = 0
    for member in archive.infolist():
        with archive.open(member) as file:
            before = b""
            while chunk := file.read(_CHUNK):
                total += len(chunk)
                check_size(total, packed, bounds)
                _check_declarations(before + chunk, member.filename)
                before = chunk[-32:]


def _check_declarations(data: bytes, name: str) -> None:
    if "/media/" not in name and any(mark in data for mark in _DECLARATIONS):  # a picture in SVG may have them
        raise Invalid(N_("文件里有不允许的 XML 声明，未导入。"))


def check_size(unpacked: int, packed: int, bounds: Bounds) -> None:
    """Raise ``TooLarge`` when so much has come out of an archive of ``packed`` bytes."""
    if unpacked > bounds.unpacked:
        raise TooLarge(N_("压缩包展开后太大：最多 {most} MB。"), most=megabytes(bounds.unpacked))
    if unpacked > bounds.small and unpacked > packed * bounds.ratio:
        raise TooLarge(N_("压缩比异常（超过 {most} 倍），像是压缩炸弹，未导入。"), most=bounds.ratio)


def megabytes(size: int) -> int:
    """For a sentence to a person."""
    return max(1, size // MIB)
