"""What the engine on disk promises beyond the port: other processes, killed writers, lost files, a full disk."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer import pointer
from indexer.port import Document, Filters
from indexer.tokens import Tokenizer
from indexer.whoosh_files import Generation
from indexer.whoosh_index import WhooshIndex
from indexer.whoosh_schema import read_arrays
from kb.domain.errors import Unavailable
from kb.domain.person import Role
from tests.factories import NOW
from tests.indexer.documents import a_document, plain
from tests.indexer.test_arrays import differing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path, tokenizer: Tokenizer) -> WhooshIndex:
    return WhooshIndex(folder, tokenizer)


def codes(index: WhooshIndex, *terms: str) -> list[str]:
    found, _ = index.search(terms or ("w退保",), at=NOW, role=Role.AGENT, filters=Filters(), limit=100)
    return [f.code for f in found]


def put(index: WhooshIndex, number: int, *documents: Document) -> None:
    index.replace({d.code: [d] for d in documents}, applied=number)


def generation(folder: Path) -> Generation:
    held = pointer.read(folder)
    assert held is not None
    return Generation(folder / held.generation)


def test_opening_makes_nothing_and_searching_says_so(index: WhooshIndex, folder: Path) -> None:
    assert not folder.exists()
    assert index.outdated()
    assert index.applied() == 0
    with pytest.raises(Unavailable, match="kb reindex"):
        codes(index)
    assert not folder.exists()


def test_a_commit_of_another_opening_is_seen_at_the_next_search(index: WhooshIndex, folder: Path, tokenizer: Tokenizer) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    reader = WhooshIndex(folder, tokenizer)
    assert codes(reader) == ["FAQ-0001"]
    put(index, 2, plain("FAQ-0002", "退保"))
    assert codes(reader) == ["FAQ-0001", "FAQ-0002"]
    index.rebuild([plain("FAQ-0003", "退保")], applied=3)
    assert codes(reader) == ["FAQ-0003"]


def test_only_new_segments_are_opened(index: WhooshIndex, folder: Path, tokenizer: Tokenizer) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    reader = WhooshIndex(folder, tokenizer)
    codes(reader)
    before = reader._current().collection.listed[0].arrays
    put(index, 2, plain("FAQ-0002", "退保"))
    codes(reader)
    assert reader._current().collection.listed[0].arrays is before


def test_segments_of_like_size_are_merged(index: WhooshIndex, folder: Path) -> None:
    for number in range(1, 30):
        put(index, number, plain(f"FAQ-{number:04d}", "退保"), plain("FAQ-0000", f"退保第{number}次"))
    assert len(index._current().listed) < 12
    assert codes(index) == [f"FAQ-{number:04d}" for number in [*range(1, 30), 0]]
    assert sorted(s.code for s in index.stored()) == [f"FAQ-{number:04d}" for number in range(30)]
    assert index.faults() == []


def test_files_that_nothing_names_are_swept(index: WhooshIndex, folder: Path) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    left = generation(folder).folder / "zhixi_dead.trm"
    left.write_text("of a killed writer")
    put(index, 2, plain("FAQ-0001", "退保两次"))
    assert not left.exists()
    names = {path.name.split(".")[0] for path in generation(folder).folder.glob("zhixi_*")}
    assert names == {segment.segment_id() for segment in index._current().listed}


def test_a_rebuild_leaves_one_generation(index: WhooshIndex, folder: Path) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    index.rebuild([plain("FAQ-0002", "退保")], applied=2)
    assert len(list(folder.glob("gen-*"))) == 1


def test_searches_go_on_during_a_rebuild(index: WhooshIndex) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    seen = []

    def documents():
        for number in range(2, 5):
            seen.append(codes(index))
            yield plain(f"FAQ-000{number}", "退保")

    index.rebuild(documents(), applied=2)
    assert seen == [["FAQ-0001"]] * 3
    assert codes(index) == ["FAQ-0002", "FAQ-0003", "FAQ-0004"]


def test_a_failed_rebuild_changes_nothing(index: WhooshIndex, folder: Path) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))

    def documents():
        yield plain("FAQ-0002", "退保")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.rebuild(documents(), applied=2)
    assert codes(index) == ["FAQ-0001"]
    assert index.applied() == 1
    assert len(list(folder.glob("gen-*"))) == 1


def test_lost_arrays_are_made_again_from_whoosh(index: WhooshIndex, folder: Path, tokenizer: Tokenizer) -> None:
    put(index, 1, a_document("FAQ-0001"), plain("FAQ-0002", "退保", asked_as=("怎么退", "？？")), plain("FAQ-0003", "甲"))
    put(index, 2, plain("FAQ-0003", "退保"))
    [path, *_] = sorted(generation(folder).folder.glob("*.arrays"), key=lambda p: -p.stat().st_size)
    made = index._current().collection.listed[0].arrays
    path.unlink()
    other = WhooshIndex(folder, tokenizer)
    assert codes(other) == codes(index)
    assert differing(other._current().collection.listed[0].arrays, made) == []
    assert path.exists()


def test_broken_arrays_are_made_again(index: WhooshIndex, folder: Path, tokenizer: Tokenizer) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    [path] = generation(folder).folder.glob("*.arrays")
    path.write_bytes(path.read_bytes()[:100])
    assert codes(WhooshIndex(folder, tokenizer)) == ["FAQ-0001"]


def test_arrays_of_another_segment_are_a_fault(index: WhooshIndex, folder: Path, tokenizer: Tokenizer) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    put(index, 2, plain("FAQ-0002", "退保"))
    first, second = sorted(generation(folder).folder.glob("*.arrays"))
    shutil.copy(first, second)
    assert len(WhooshIndex(folder, tokenizer).faults()) == 1


def test_a_removed_folder_is_answered_from_memory_and_built_anew(index: WhooshIndex, folder: Path) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    assert codes(index) == ["FAQ-0001"]
    shutil.rmtree(folder)
    assert codes(index) == ["FAQ-0001"]
    assert index.outdated()
    index.rebuild([plain("FAQ-0002", "退保")], applied=5)
    assert codes(index) == ["FAQ-0002"]
    assert not index.outdated()


def test_a_removed_generation_is_noticed(index: WhooshIndex, folder: Path) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    shutil.rmtree(generation(folder).folder)
    assert index.outdated()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"generation": 1}', "null"])
def test_a_pointer_that_cannot_be_read_means_build_anew(index: WhooshIndex, folder: Path, content: str) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    (folder / pointer.NAME).write_text(content)
    assert index.outdated()
    index.rebuild([plain("FAQ-0001", "退保")], applied=1)
    assert not index.outdated()


def test_another_dictionary_makes_it_outdated(index: WhooshIndex, folder: Path, tokenizer: Tokenizer) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    other = Tokenizer([*tokenizer.dictionary, "新词"], tokenizer.cache_dir)
    assert WhooshIndex(folder, other).outdated()
    assert not index.outdated()


def test_a_full_disk_is_a_sentence_and_loses_nothing(index: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for step in ("indexer.arrays.save", "indexer.whoosh_files.write_segment", "indexer.pointer.write"):
        with monkeypatch.context() as patch:
            patch.setattr(step, full)
            with pytest.raises(Unavailable, match="磁盘"):
                put(index, 2, plain("FAQ-0002", "退保"))
            with pytest.raises(Unavailable, match="磁盘"):
                index.rebuild([plain("FAQ-0002", "退保")], applied=2)
        assert codes(index) == ["FAQ-0001"]
        assert index.applied() == 1
    put(index, 2, plain("FAQ-0002", "退保"))
    assert codes(index) == ["FAQ-0001", "FAQ-0002"]


def test_many_documents_are_written_by_several_processes(index: WhooshIndex, folder: Path) -> None:
    documents = [plain(f"FAQ-{number:04d}", f"退保第{number}种") for number in range(700)]
    index.rebuild(iter(documents), applied=3)
    assert codes(index, "w退保")[:2] == ["FAQ-0000", "FAQ-0001"]
    assert sorted(s.code for s in index.stored()) == [d.code for d in documents]
    assert len(index._current().listed) == min(len(os.sched_getaffinity(0)), 14)


def test_whoosh_holds_all_that_the_arrays_hold(index: WhooshIndex, folder: Path) -> None:
    put(index, 1, a_document("FAQ-0001"), plain("FAQ-0002", "？？", "80% 2.5"), plain("FAQ-0003", "险", "退保，" * 300))
    [segment] = index._current().listed
    made = index._current().collection.listed[0].arrays
    assert differing(read_arrays(generation(folder).storage, segment), made) == []
    assert np.all(made.unit_first == [0, 2, 3])


WRITER = """
import sys
from pathlib import Path
from indexer.tokens import Tokenizer
from indexer.whoosh_index import WhooshIndex
from tests.indexer.documents import plain
index = WhooshIndex(Path(sys.argv[1]), Tokenizer(cache_dir=Path(sys.argv[2])))
index.rebuild([plain("FAQ-0000", "退保")], applied=1)
print("ready", flush=True)
for number in range(2, 10_000):
    if number % 7:
        index.replace({f"FAQ-{number % 20:04d}": [plain(f"FAQ-{number % 20:04d}", f"退保第{number}次")]}, applied=number)
    else:
        index.rebuild([plain(f"FAQ-{n:04d}", f"退保第{number}次") for n in range(20)], applied=number)
    print(number, flush=True)
"""


@pytest.mark.parametrize("patience", [0.02, 0.1, 0.23, 0.5])
def test_a_writer_killed_at_any_moment_leaves_a_state_that_holds(
    folder: Path, tokenizer: Tokenizer, tmp_path: Path, patience: float
) -> None:
    command = [sys.executable, "-c", WRITER, str(folder), str(tokenizer.cache_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(patience)
        writer.send_signal(signal.SIGKILL)
        acknowledged = [int(line) for line in writer.stdout.read().splitlines()]
    index = WhooshIndex(folder, Tokenizer(cache_dir=tokenizer.cache_dir))
    assert not index.outdated()
    assert index.faults() == []
    assert index.applied() >= max(acknowledged, default=1)
    said = {s.code for s in index.stored()}
    put(index, 99_999, plain("FAQ-0999", "退保"))
    assert {s.code for s in index.stored()} == said | {"FAQ-0999"}
    assert codes(index)


def test_everything_is_on_disk_before_the_pointer_names_it(
    index: WhooshIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, 1, plain("FAQ-0001", "退保"))
    synced: list[str] = []
    fsync = os.fsync

    def recording(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recording)
    put(index, 2, plain("FAQ-0002", "退保"))
    new = {path.name for path in generation(folder).folder.glob(f"{index._current().listed[-1].segment_id()}.*")}
    before = [name.removesuffix(".tmp") for name in synced[: synced.index("CURRENT.tmp")]]
    assert new | {"_zhixi_3.toc", "gen-1"} <= set(before)
    assert synced[synced.index("CURRENT.tmp") + 1 :] == ["index"]
