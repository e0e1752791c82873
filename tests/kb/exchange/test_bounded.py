from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.domain.errors import Invalid, TooLarge
from kb.exchange import Rejection
from kb.exchange.bounded import MIB, Bounds, _check_members, open_regular, read_archive, read_whole
from tests.kb.exchange.conftest import Reader


def an_archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_an_archive_within_bounds_is_read(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "a.docx", a=b"1", b=b"2" * 1000)
    assert read_archive(path).getvalue() == path.read_bytes()


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "a.docx", **{f"m{n}": b"" for n in range(12)})
    with pytest.raises(TooLarge, match="压缩包里有 12 个成员，最多 11 个。"):
        read_archive(path, Bounds(members=11))


def test_a_bomb_that_states_its_size_is_refused(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "a.docx", a=b"\0" * 3 * MIB)
    with pytest.raises(TooLarge, match="展开后太大：最多 2 MB"):
        read_archive(path, Bounds(unpacked=2 * MIB))
    with pytest.raises(TooLarge, match="压缩比异常（超过 50 倍）"):
        read_archive(path, Bounds(small=1 * MIB, ratio=50))


def test_a_bomb_that_lies_about_its_size_is_refused_while_it_is_read(tmp_path: Path) -> None:
    """The directory says one byte; reading stops there and the checksum tells."""
    path = an_archive(tmp_path / "a.docx", a=b"\0" * 3 * MIB)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", data, data.rindex(mark) + offset, 1)
    path.write_bytes(data)
    with pytest.raises(Invalid, match="打不开"):
        read_archive(path, Bounds(unpacked=2 * MIB))


def test_a_directory_that_promises_too_much_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "a.docx", a=b"little")
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, 3 * MIB)
    path.write_bytes(data)
    with pytest.raises(TooLarge, match="展开后太大"):
        read_archive(path, Bounds(unpacked=2 * MIB))


def test_what_comes_out_is_counted_whatever_the_directory_said(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "a.docx", **{f"m{n}": b"\0" * MIB for n in range(4)})
    with zipfile.ZipFile(path) as archive, pytest.raises(TooLarge, match="展开后太大：最多 3 MB"):
        _check_members(archive, path.stat().st_size, Bounds(unpacked=3 * MIB))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("place", [0, 64 * 1024 - 8])
@pytest.mark.parametrize("declaration", ["<!DOCTYPE a>", '<!ENTITY b "c">'])
def test_declarations_are_refused_wherever_they_stand(
    tmp_path: Path, encoding: str, place: int, declaration: str
) -> None:
    content = (" " * (place // len("<".encode(encoding))) + declaration).encode(encoding)
    with pytest.raises(Invalid, match="不允许的 XML 声明"):
        read_archive(an_archive(tmp_path / "a.docx", **{"word/document.xml": content}))


def test_a_picture_may_have_a_doctype(tmp_path: Path) -> None:
    read_archive(an_archive(tmp_path / "a.docx", **{"word/media/a.svg": b"<!DOCTYPE svg><svg/>"}))


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
@pytest.mark.parametrize("data", [b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 an old or encrypted file", b"plain text"])
def test_what_is_no_archive_is_refused(read: Reader, name: str, data: bytes) -> None:
    [rejected] = read(name, data)
    assert isinstance(rejected, Rejection)
    assert rejected.reason.startswith("打不开：文件已损坏、设了密码，或不是 .xlsx / .docx 格式")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_zip_bomb_is_refused_with_one_sentence(read: Reader, name: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"\0" * 20 * MIB)
    [rejected] = read(name, out.getvalue())
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "压缩比异常（超过 200 倍），像是压缩炸弹，未导入。"


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.md"])
def test_an_empty_file_is_said_to_be_empty(read: Reader, name: str) -> None:
    [rejected] = read(name, b"")
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "文件是空的。"


def test_a_file_over_the_bound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"x" * 1001)
    assert len(read_whole(path, 1001)) == 1001
    with pytest.raises(TooLarge):
        read_whole(path, 1000)


def test_a_pipe_is_refused_before_it_can_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(Invalid, match="这不是普通文件"):
        open_regular(tmp_path / "a.md")


def test_a_file_that_fails_while_it_is_read_is_refused(read: Reader, tmp_path: Path) -> None:
    """The memory of a process is a plain file whose first byte nobody may read."""
    for name in ("a.md", "b.jsonl", "c.csv", "d.xlsx"):
        (tmp_path / name).symlink_to("/proc/self/mem")
        [rejected] = read(name)
        assert isinstance(rejected, Rejection)
        assert rejected.reason == "文件读取失败，请检查磁盘或网络盘后再试。"


def test_a_file_without_permission_is_refused(as_nobody: Callable[[], None], read: Reader, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "a.md").chmod(0)
    as_nobody()
    [rejected] = read("a.md")
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "没有读取这个文件的权限。"


@pytest.fixture
def as_nobody(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Give up root's rights, to whom nothing is forbidden, until the test is over."""
    before = os.geteuid()
    opened = [folder for folder in (tmp_path, *tmp_path.parents) if folder.stat().st_uid == before and folder.stat().st_mode & 0o077 == 0]

    def give_up() -> None:
        if before == 0:
            for folder in opened:
                folder.chmod(0o711)
            os.seteuid(65_534)

    yield give_up
    os.seteuid(before)
    for folder in opened:
        folder.chmod(0o700)
