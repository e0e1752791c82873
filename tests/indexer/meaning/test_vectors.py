from __future__ import annotations

import numpy as np
import pytest

from indexer.meaning.vectors import VectorFile, key_of


def vectors(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "meaning" / "x.vectors"


def test_what_was_added_is_there_in_this_process_and_the_next(path):
    file, other = VectorFile(path), VectorFile(path)
    file.add({key_of("甲"): vectors(0.5, 0.25)})
    file.add({key_of("乙"): vectors(1, 0), key_of("丙"): vectors(0, 1)})
    other.refresh()
    for held in (file, other):
        assert held.get(key_of("甲")).tolist() == [0.5, 0.25]
        assert (len(held), held.get(key_of("丁"))) == (3, None)


def test_a_record_cut_short_by_a_crash_is_overwritten(path):
    VectorFile(path).add({key_of("甲"): vectors(0.5, 0.25)})
    with path.open("ab") as file:
        file.write(key_of("乙")[:9])
    again = VectorFile(path)
    again.add({key_of("丙"): vectors(0, 1)})
    fresh = VectorFile(path)
    fresh.refresh()
    assert [fresh.get(key_of(text)) is not None for text in "甲乙丙"] == [True, False, True]


def test_another_number_of_dimensions_begins_anew(path):
    VectorFile(path).add({key_of("甲"): vectors(0.5, 0.25)})
    again = VectorFile(path)
    again.add({key_of("甲"): vectors(1, 0, 0)})
    assert (len(again), again.get(key_of("甲")).tolist()) == (1, [1, 0, 0])


@pytest.mark.parametrize("damage", [b"", b"\x00" * 50, b'{"dimensions": "x"}\n', b"[]\n"])
def test_a_file_that_is_none_is_made_anew(path, damage):
    path.parent.mkdir()
    path.write_bytes(damage)
    file = VectorFile(path)
    file.refresh()
    assert len(file) == 0
    file.add({key_of("甲"): vectors(0.5, 0.25)})
    fresh = VectorFile(path)
    fresh.refresh()
    assert fresh.get(key_of("甲")).tolist() == [0.5, 0.25]
