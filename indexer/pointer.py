"""The one file that says which state of the index holds: replacing it is the commit.

``index/CURRENT`` names a generation folder and a table of contents in it. Everything that it names is on disk before
it is replaced, so a process killed at any moment leaves the old state or the new one. Files that nothing names any
more are swept by the next writer.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "CURRENT"


@dataclass(frozen=True, slots=True)
class Pointer:
    """``generation`` is the folder's name, ``toc`` the table's number, ``applied`` the last index job that is in.

    ``mark`` tells that job from one of the same number in another database; "" when that is not known.
    """

    generation: str
    toc: int
    applied: int
    fingerprint: str
    mark: str = ""


Stamp = tuple[int, int, int]


def stamp(folder: Path) -> Stamp | None:
    """Something that differs after each commit, for the price of one ``stat``; None when there is no index."""
    try:
        found = os.stat(f"{folder}/{NAME}")  # noqa: PTH116 - asked five times a search, and a Path costs more than the look
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read(folder: Path) -> Pointer | None:
    """The state that holds, or None when there is none or the file cannot be understood."""
    try:
        return Pointer(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(folder: Path, pointer: Pointer) -> None:
    """Make this the state that holds, durably."""
    temporary = folder / f"{NAME}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(pointer), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / NAME)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on disk (Whoosh does not)."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
