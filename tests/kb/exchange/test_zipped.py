"""A .zip of Markdown files, unpacked within bounds."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from kb.domain.errors import Invalid, TooLarge
from kb.exchange import zipped
from kb.exchange.bounded import Bounds
from kb.exchange.zipped import unpack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "unpacked"
    made.mkdir()
    return made


def archive(tmp_path: Path, *members: tuple[str | zipfile.ZipInfo, str]) -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members:
            file.writestr(name, text)
    path = tmp_path / "a.zip"
    path.write_bytes(data.getvalue())
    return path


def test_members_come_sorted_under_names_of_our_own(tmp_path: Path, folder: Path) -> None:
    path = archive(tmp_path, ("b/乙.md", "乙"), ("a/../../甲.md", "甲"), ("b/.hidden.md", "x"), ("b/图.png", "x"))
    found = [(file.name, name, file.read_text()) for file, name in unpack(path, folder)]
    assert found == [("000001.md", "a/../../甲.md", "甲"), ("000002.md", "b/乙.md", "乙")]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip", "unpacked"]


def test_names_packed_by_chinese_windows_are_readable(tmp_path: Path, folder: Path) -> None:
    raw = "等待期.md".encode("gb18030")
    path = archive(tmp_path, ("x" * len(raw), "甲"))
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    assert [name for _, name in unpack(path, folder)] == ["等待期.md"]


def test_what_comes_out_is_counted_whatever_the_directory_says(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipped, "check_directory", lambda *_: None)
    path = archive(tmp_path, ("甲.md", "x" * 900_000), ("乙.md", "x" * 900_000))
    with pytest.raises(TooLarge, match="压缩包展开后太大"):
        list(unpack(path, folder, Bounds(unpacked=1_000_000)))


def test_an_archive_with_a_password_is_a_sentence(tmp_path: Path, folder: Path) -> None:
    path = archive(tmp_path, ("甲.md", "x"))
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1  # the flag that says: encrypted
    path.write_bytes(bytes(data))
    with pytest.raises(Invalid, match="设了密码"):
        list(unpack(path, folder))
