"""Which files an import reads, in which order, and which it leaves out.

A folder is walked in sorted order. Left out: README.md, golden.jsonl, hidden files, Office's lock files (``~$…``),
and files of other kinds. A symbolic link in it is followed only to a place within the same folder.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.domain.errors import N_, Invalid, KbError
from kb.exchange.bounded import BOUNDS, Bounds, open_regular, unreadable
from kb.exchange.csv_file import read_csv
from kb.exchange.docx_file import read_docx
from kb.exchange.jsonl import read_jsonl
from kb.exchange.markdown import read_markdown
from kb.exchange.rows import Item, Rejection, name_of, refuse
from kb.exchange.xlsx_file import read_xlsx

_READERS: dict[str, Callable[..., Iterator[Item]]] = {
    ".md": read_markdown,
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl,
    ".csv": read_csv,
    ".xlsx": read_xlsx,
    ".docx": read_docx,
}
_LEFT_OUT = ("readme.md", "golden.jsonl")
_COUNTED_MOST = 512 * 1024 * 1024


def suffix_of(name: str) -> str:
    """The ending by which the reader of a file is chosen, such as ``.jsonl.gz``; "" when there is none for it."""
    return next((suffix for suffix in _READERS if name.lower().endswith(suffix)), "")


def read_paths(paths: Sequence[Path], *, zone: ZoneInfo, bounds: Bounds = BOUNDS) -> Iterator[Item]:
    """Everything in these files and folders: rows, patches, and a rejection for all that cannot be taken.

    Bounded in size, and nothing is ever fetched from elsewhere. No error leaves it but a programming error.
    """
    for found in _files(paths):
        if isinstance(found, Rejection):
            yield found
            continue
        reader = _reader(found)
        if reader is None and not os.path.lexists(found):
            yield refuse(Invalid(N_("文件或文件夹不存在。")), name_of(found), 0)
        elif reader is None:
            known = "、".join(_READERS)
            yield refuse(Invalid(N_("不支持这种文件，可导入：{known}。"), known=known), name_of(found), 0)
        else:
            yield from reader(found, zone=zone, bounds=bounds)


def count_hint(paths: Sequence[Path]) -> int | None:
    """About how many rows ``read_paths`` will give, for a progress bar; None when only reading would tell."""
    total = 0
    for found in _files(paths):
        if isinstance(found, Path) and not found.name.lower().endswith(".md"):
            lines = _lines(found)
            if lines is None:
                return None
            total += lines
        else:
            total += 1
    return total


def _lines(path: Path) -> int | None:
    name = path.name.lower()
    if not name.endswith((".jsonl", ".jsonl.gz", ".csv")):
        return None
    count = size = 0
    try:
        with open_regular(path) as packed:
            data = gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed
            while (chunk := data.read(1 << 20)) and size < _COUNTED_MOST:
                count, size = count + chunk.count(b"\n"), size + len(chunk)
    except (KbError, OSError, EOFError, zlib.error):
        return None
    return count


def _reader(path: Path) -> Callable[..., Iterator[Item]] | None:
    return _READERS.get(suffix_of(path.name))


def _files(paths: Sequence[Path]) -> Iterator[Path | Rejection]:
    seen: set[str] = set()  # a file named twice, or by its folder and by itself, is read once
    for path in paths:
        for found in _walk(path) if os.path.isdir(path) else (path,):  # noqa: PTH112  (never raises)
            if isinstance(found, Path):
                real = _real(found)
                if real in seen:
                    continue
                seen.add(real)
            yield found


def _real(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:  # a name that no file can have; opening it will say so
        return str(path)


def _walk(root: Path) -> Iterator[Path | Rejection]:
    """The files to read below ``root``, sorted by folder and name."""
    any_found = False
    errors: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        for path in [here / name for name in folders if (here / name).is_symlink()]:
            if not _within(path, root):
                any_found = True
                yield _outside(path)
        for path in (here / name for name in sorted(names) if is_wanted(name)):
            any_found = True
            yield path if not path.is_symlink() or _within(path, root) else _outside(path)
    for error in errors:
        any_found = True
        yield refuse(unreadable(error), name_of(Path(str(error.filename))), 0)
    if not any_found:
        yield refuse(Invalid(N_("文件夹里没有可导入的文件。")), name_of(root), 0)


def is_wanted(name: str) -> bool:
    """Whether a file of a folder is read, by its name."""
    return not name.startswith((".", "~$")) and name.lower() not in _LEFT_OUT and _reader(Path(name)) is not None


def _within(path: Path, root: Path) -> bool:
    real, top = os.path.realpath(path), os.path.realpath(root)
    return os.path.commonpath([real, top]) == top


def _outside(path: Path) -> Rejection:
    return refuse(Invalid(N_("这个链接指向导入的文件夹之外，没有读取。")), name_of(path), 0)
