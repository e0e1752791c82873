"""Write what is in force as Markdown files: one an entry, ``<kind>/<CODE>.md``, unchanged files left alone.

The pictures that they show stand in ``images/<digest>.png`` beside them.

``.exported`` in the folder lists what an export wrote, so that the next one can remove the files of entries that are
no longer in force and never touches a file of somebody else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.domain.content import Kind
from kb.domain.errors import N_, Unavailable
from kb.domain.images import EXTENSIONS, Image, linked_images
from kb.domain.person import Permission, Person, may_see
from kb.exchange.markdown import to_markdown
from kb.exchange.pictures import FOLDER
from kb.ports import Store

_LIST = ".exported"
_OURS = re.compile(
    rf"(?:{'|'.join(Kind)})/[A-Z0-9]+-[A-Z0-9]+\.md|{FOLDER}/[0-9a-f]{{64}}\.(?:{'|'.join(EXTENSIONS.values())})"
)


def export(store: Store, person: Person, directory: Path, *, at: datetime, zone: ZoneInfo) -> int:
    """Write every entry in force at ``at`` that ``person`` may see; returns how many.

    Each file is written under another name and renamed, so that none is ever half there. That somebody exported is
    in the audit log before the first file is.

    Raises:
        NotAllowed: the person may not export. Unavailable: the folder cannot be written.
    """
    person.require(Permission.EXPORT)
    with store.write() as uow:
        uow.audit.add(at=at, by=person.login, action="export", subject="", detail={"directory": folder_name(directory)})
        uow.commit()
    return write_tree(store, person, directory, at=at, zone=zone)


def write_tree(store: Store, person: Person, directory: Path, *, at: datetime, zone: ZoneInfo) -> int:
    """The files alone, for a caller that has written the audit log. Returns how many entries."""
    with _writable(directory):
        directory.mkdir(parents=True, exist_ok=True)
        earlier = _listed(directory)
        written, pictures = set(), set()
        with store.read() as uow:
            for dated in uow.entries.all_in_force(at):
                content = dated.revision.content
                if may_see(person.role, content.roles):
                    name = f"{content.kind}/{dated.code}.md"
                    _write(directory, name, to_markdown(dated.code, content, zone=zone).encode())
                    written.add(name)
                    pictures.update(linked_images(content.body))
            written |= {_write_picture(directory, uow.images.find(digest)) for digest in sorted(pictures)} - {""}
        _forget(directory, earlier - written)
        _write(directory, _LIST, "".join(f"{name}\n" for name in sorted(written)).encode())
    return sum(name.endswith(".md") for name in written)


@contextmanager
def _writable(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = N_("无法写入文件夹“{path}”，请检查权限和磁盘空间。")
        raise Unavailable(message, path=folder_name(directory)) from error


def folder_name(directory: Path) -> str:
    return str(directory).encode("utf-8", "backslashreplace").decode()


def _listed(directory: Path) -> set[str]:
    path = directory / _LIST
    if not path.is_file():
        return set()
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return {line for line in lines if _OURS.fullmatch(line)}  # whatever else stands there is not ours to remove


def _write_picture(directory: Path, image: Image | None) -> str:
    """Its name; empty for one that is not kept, as an entry of an older base may name."""
    if image is None:
        return ""
    name = f"{FOLDER}/{image.file_name}"
    _write(directory, name, image.data)
    return name


def _write(directory: Path, name: str, data: bytes) -> None:
    path = directory / name
    folder = path.parent
    if folder.is_symlink() and folder != directory:
        raise Unavailable(N_("“{path}”是一个链接，不往里写。"), path=folder_name(folder))
    folder.mkdir(exist_ok=True)
    if not path.is_symlink() and path.is_file() and path.read_bytes() == data:
        return
    aside = folder / f".{path.name}.{os.getpid()}.tmp"
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def _forget(directory: Path, names: set[str]) -> None:
    for name in names:
        path = directory / name
        if not path.parent.is_symlink():
            path.unlink(missing_ok=True)
