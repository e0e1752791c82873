"""Reading the files of an upload, with the names that they had, and telling how far it is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from kb.domain.errors import N_, Invalid, KbError, TooLarge
from kb.exchange import sniff
from kb.exchange.bounded import MIB, Bounds
from kb.exchange.paths import read_paths, suffix_of
from kb.exchange.rows import Item, refuse, shown
from kb.exchange.zipped import unpack
from kb.services.shelf import open_private, write_json
from kb.services.upload_values import BYTES_MOST, NAME_MOST, ROWS_MOST, Upload, UploadFile

# An upload is for a person who waits: less than the command line reads.
BOUNDS = Bounds(lines=128 * MIB, packed=BYTES_MOST, members=5_000, rows=ROWS_MOST + 100)
_TOLD_EVERY = 0.3  # seconds
_CHUNK = 256 * 1024


class Progress(StrEnum):
    READING = "reading"
    COMPARING = "comparing"
    LANDING = "landing"


class Reading:
    """One pass over the files. ``places``: the order of the files by the names that rows carry."""

    def __init__(self, folder: Path, upload: Upload, zone: ZoneInfo) -> None:
        self._folder, self._files, self._zone = folder, upload.files, zone
        self._rows, self._told = 0, 0.0
        self.places: dict[str, int] = {}
        self.tell(Progress.READING)

    def items(self) -> Iterator[Item]:
        """Every row, with the file's own name in place of ours.

        Raises:
            TooLarge: more than ``ROWS_MOST`` rows.
        """
        for path, name in self._paths():
            if isinstance(name, KbError):
                yield self._counted(refuse(name, path, 0))
                continue
            for item in read_paths([Path(path)], zone=self._zone, bounds=BOUNDS):
                yield self._counted(replace(item, file=name + item.file.removeprefix(path)))

    def tell(self, phase: Progress) -> None:
        self._told = time.monotonic()
        write_json(self._folder / "progress", {"phase": str(phase), "rows": self._rows})

    def close(self) -> None:
        """Forget what was unpacked."""
        shutil.rmtree(self._folder / "unpacked", ignore_errors=True)

    def remove_files(self) -> None:
        shutil.rmtree(self._folder / "files", ignore_errors=True)

    def _counted(self, item: Item) -> Item:
        self._rows += 1
        if self._rows > ROWS_MOST:
            raise TooLarge(N_("一次最多导入 {most} 行，请分成几份，或请管理员用 kb import 导入。"), most=ROWS_MOST)
        self.places.setdefault(item.file, len(self.places))
        if time.monotonic() - self._told > _TOLD_EVERY:
            self.tell(Progress.READING)
        return item

    def _paths(self) -> Iterator[tuple[str, str | KbError]]:
        """Each file with its name; with an error instead when an archive cannot be opened (the path is its name then)."""
        for file in self._files:
            path = self._folder / "files" / file.stored
            if path.suffix != ".zip":
                yield str(path), file.name
                continue
            folder = self._folder / "unpacked" / path.stem
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
            try:
                for found, name in unpack(path, folder, BOUNDS):
                    yield str(found), f"{file.name}/{name}"
            except KbError as error:
                yield file.name, error


def keep_file(folder: Path, number: int, name: str, stream: IO[bytes], room: int) -> UploadFile:
    """Copy one file under a name of our own.

    Raises:
        Invalid: its kind is not read, or its content is something else. TooLarge: more than ``room`` bytes.
    """
    said = shown(name.replace("\\", "/").rpartition("/")[2].strip() or "-", NAME_MOST)
    suffix = ".zip" if name.lower().endswith(".zip") else suffix_of(name)
    try:
        if not suffix:
            raise Invalid(N_("不支持这种文件，可导入：{known}。"), known=".xlsx、.csv、.docx、.md、.jsonl(.gz)、.zip")
        head = stream.read(sniff.HEAD)
        sniff.check_head(suffix, head)
        stored, size = f"{number:02d}{suffix}", 0
        with open_private(folder / stored) as out:
            while head:
                size += out.write(head)
                if size > room:
                    raise TooLarge(N_("一次最多上传 {most} MB，请分几次。"), most=BYTES_MOST // 2**20)
                head = stream.read(_CHUNK)
    except Invalid as error:
        named = TooLarge if isinstance(error, TooLarge) else Invalid
        raise named(N_("{file}：{reason}"), field="files", file=said, reason=str(error)) from error
    return UploadFile(said, stored, size)
