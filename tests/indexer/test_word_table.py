from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import word_table
from indexer.word_table import WordTable, jieba_table, packed

STRINGS = st.text(alphabet="保险等待期公司𠀀a", max_size=4)


@given(st.dictionaries(STRINGS, st.integers(0, 2**31 - 1), max_size=60), STRINGS)
def test_it_says_how_often_each_string_occurs_and_knows_no_other(frequencies: dict[str, int], other: str) -> None:
    table = WordTable(packed(frequencies, sum(frequencies.values())))
    assert {string: table.often(string) for string in frequencies} == frequencies
    assert table.often(other) == frequencies.get(other)
    assert table.total == sum(frequencies.values())


@given(st.integers(0, 200))
def test_a_part_of_a_table_is_refused(left: int) -> None:
    whole = packed({"等": 0, "等待": 7, "等待期": 3}, 10)
    with pytest.raises(ValueError, match="no table"):
        WordTable(whole[: min(left, len(whole) - 1)])


def test_it_holds_what_jieba_knows(table_folder: Path) -> None:
    import jieba

    theirs = jieba.Tokenizer()
    frequencies, total = theirs.gen_pfdict(theirs.get_dict_file())
    table = jieba_table(table_folder)
    assert table.total == total
    assert all(table.often(string) == often for string, often in frequencies.items())


@pytest.fixture(scope="module")
def table_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache") / "made"
    jieba_table(folder)
    return folder


@pytest.fixture
def not_made(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """jieba's dictionary is long; these tests look at what is done with it."""
    made: list[bool] = []
    monkeypatch.setattr(word_table, "_made", lambda: made.append(True) or packed({"等待期": 3}, 3))
    return made


def test_it_is_made_once_and_what_others_left_goes(tmp_path: Path, not_made: list[bool]) -> None:
    for name in ("jieba.cache", "jieba-0-0.words", "note.txt"):
        (tmp_path / name).write_bytes(b"old")
    assert [jieba_table(tmp_path).often("等待期") for _ in range(2)] == [3, 3]
    assert len(not_made) == 1
    assert len(list(tmp_path.glob("jieba*"))) == 1
    assert (tmp_path / "note.txt").exists()


def test_a_torn_file_is_made_anew(tmp_path: Path, not_made: list[bool]) -> None:
    jieba_table(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert jieba_table(tmp_path).often("等待期") == 3
    assert jieba_table(tmp_path).often("等待期") == 3
    assert len(not_made) == 2


def test_an_empty_file_is_made_anew(tmp_path: Path, not_made: list[bool]) -> None:
    jieba_table(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"")
    assert jieba_table(tmp_path).often("等待期") == 3


def test_where_nothing_can_be_written_it_is_held_in_memory(tmp_path: Path, not_made: list[bool]) -> None:
    (tmp_path / "file").touch()
    assert jieba_table(tmp_path / "file" / "cache").often("等待期") == 3


def test_a_disk_that_fills_up_leaves_nothing_behind(
    tmp_path: Path, not_made: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    assert jieba_table(tmp_path).often("等待期") == 3
    assert list(tmp_path.iterdir()) == []
