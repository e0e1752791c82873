"""Where uploads wait on the disk until they are confirmed or dropped: one folder each, for its owner alone.

uploads/ID/about.json    what it is and how far it came
          /files/01.csv  what was uploaded, under names of our own
          /rows.jsonl    the preview in full; heads.json: its rows in short, with the place of each in rows.jsonl
          /progress      how far the present work is; lock: held while somebody works on it
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from kb.domain.errors import N_, Conflict, Unavailable

Json = dict[str, Any]

_ID = re.compile(r"[0-9a-f]{32}")
_PATIENCE, _STEP = 3.0, 0.05  # seconds to wait for short work by somebody else, such as the choice of a row


class Shelf:
    """``root`` is made when the first upload comes. Ids are random; what is no id is simply not there."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self) -> str:
        """A new empty folder; returns its id."""
        id = secrets.token_hex(16)
        with _disk():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._root / id).mkdir(mode=0o700)
            (self._root / id / "files").mkdir(mode=0o700)
        return id

    def ids(self) -> list[str]:
        with suppress(OSError):
            return sorted(path.name for path in self._root.iterdir() if _ID.fullmatch(path.name))
        return []

    def folder(self, id: str) -> Path | None:
        """The folder of an id, or None."""
        path = self._root / id if _ID.fullmatch(id) else None
        return path if path and path.is_dir() else None

    def remove(self, id: str) -> None:
        if folder := self.folder(id):
            shutil.rmtree(folder, ignore_errors=True)

    def about(self, id: str) -> Json | None:
        folder = self.folder(id)
        return read_json(folder / "about.json") if folder else None

    def put_about(self, id: str, values: Json) -> None:
        write_json(self._root / id / "about.json", values)

    @contextmanager
    def working(self, id: str) -> Iterator[Path]:
        """Hold the upload while inside; gives its folder. A killed process lets go by itself.

        Raises:
            Conflict: somebody else works on it for longer than a moment.
        """
        path, waited = self._root / id / "lock", 0.0
        with _disk():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _locked(descriptor):
                if waited >= _PATIENCE:
                    raise Conflict(N_("这份文件正在处理，请等它完成。"))
                time.sleep(_STEP)
                waited += _STEP
            yield path.parent
        finally:
            os.close(descriptor)

    def is_worked_on(self, id: str) -> bool:
        try:
            descriptor = os.open(self._root / id / "lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return not _locked(descriptor)
        finally:
            os.close(descriptor)


def write_json(path: Path, values: object) -> None:
    """Replace the file in one step: who reads meanwhile sees the old one or the new one."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with _disk():
        aside.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8", errors="surrogatepass")
        aside.chmod(0o600)
        aside.replace(path)


def read_json(path: Path) -> Any:
    """What the file holds; None when it is not there or not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8", errors="surrogatepass"))
    except (OSError, ValueError):
        return None


def write_lines(path: Path, rows: Iterable[Json]) -> list[int]:
    """One JSON object a line; returns where each begins, in bytes."""
    starts, place = [], 0
    with _disk(), open_private(path) as file:
        for row in rows:
            line = json.dumps(row, ensure_ascii=True).encode() + b"\n"
            starts.append(place)
            place += file.write(line)
    return starts


def read_line(path: Path, start: int) -> Json:
    with _disk(), path.open("rb") as file:
        file.seek(start)
        found: Json = json.loads(file.readline())
        return found


def open_private(path: Path) -> IO[bytes]:
    """A new file to write, that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(N_("上传的文件写不进数据目录，请检查磁盘空间和权限。")) from error
