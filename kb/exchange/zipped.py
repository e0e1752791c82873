"""A .zip of Markdown files, as ``kb export`` writes them and a file manager packs them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kb.domain.errors import N_, Invalid
from kb.exchange.bounded import BOUNDS, Bounds, check_directory, check_size, read_whole
from kb.exchange.paths import is_wanted
from kb.exchange.rows import shown

_CHUNK = 64 * 1024
_UTF8 = 0x800  # flag of a member: its name is UTF-8


def unpack(path: Path, folder: Path, bounds: Bounds = BOUNDS) -> Iterator[tuple[Path, str]]:
    """Write the Markdown files of the archive into ``folder``, which must be empty; gives each with its name there.

    Names in the archive choose no place on the disk. Other files, README.md and hidden ones are left out.

    Raises:
        Invalid: no such archive, damaged, or nothing to import in it. TooLarge: over a bound.
    """
    data = io.BytesIO(read_whole(path, bounds.packed))
    packed, total, count = data.getbuffer().nbytes, 0, 0
    try:
        with zipfile.ZipFile(data) as archive:
            check_directory(archive, packed, bounds)
            for member in sorted(archive.infolist(), key=_name):
                name = _name(member)
                if member.is_dir() or not _is_wanted(name):
                    continue
                count += 1
                target = folder / f"{count:06d}.md"
                total += _write(archive, member, target, total, packed, bounds)
                yield target, shown(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Invalid(N_("压缩包打不开：已损坏、设了密码，或不是 .zip 格式。")) from error
    if not count:
        raise Invalid(N_("压缩包里没有 Markdown 文件（.md）。"))


def _write(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, before: int, packed: int, bounds: Bounds
) -> int:
    """Unpack one member, counting what really comes out; returns its bytes."""
    size = 0
    with archive.open(member) as file, target.open("xb") as out:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            check_size(before + size, packed, bounds)
            out.write(chunk)
    return size


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name. What Windows packs in China says nothing of its encoding, which is GB18030 then."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _is_wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts):
        return False
    return name.lower().endswith(".md") and is_wanted(parts[-1])
