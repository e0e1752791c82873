from __future__ import annotations

import threading
import time

import pytest

from indexer.meaning.address import AddressEmbedder
from indexer.meaning.embedder import Unreachable
from indexer.meaning.guarded import Guarded
from indexer.meaning.making import Maker
from indexer.meaning.vectors import VectorFile


@pytest.fixture
def vectors(tmp_path):
    return VectorFile(tmp_path / "x.vectors")


@pytest.fixture
def maker(service, vectors, tmp_path):
    return Maker(
        Guarded(AddressEmbedder(service.url), lambda: (vectors.dimensions, vectors.path)), vectors, tmp_path / "lock",
        lambda: [f"条目{n}" for n in range(20)],
    )  # fmt: skip


def later(true):
    for _ in range(1_000):
        if true():
            return True
        time.sleep(0.02)
    return False


def test_what_is_asked_for_comes_first_and_then_all_the_rest_once(maker, vectors, service):
    service.held.clear()
    maker.want(["甲"])
    assert later(lambda: service.asked)  # on its way, and holds up the others
    maker.want(["乙", "条目7"])
    service.held.set()
    assert later(lambda: len(vectors) == 22)
    assert [text for asked in service.asked for text in asked["input"]][:3] == ["甲", "乙", "条目7"]
    assert sum(len(asked["input"]) for asked in service.asked) == 22


def test_progress_counts_up_to_all_that_were_missing(maker, service):
    maker.make(["甲"])
    missing, seen = maker.missing(["甲", "乙", "乙", *"丙丁戊己庚辛壬癸子丑寅卯辰巳午未"]), []
    assert (len(missing), maker.make(missing, seen.append), seen) == (17, 17, [16, 17])
    assert [len(asked["input"]) for asked in service.asked] == [1, 16, 1]


def test_an_interrupted_making_goes_on_where_it_stopped(maker, service, vectors):
    def stop(done):
        service.says = (503, b"")

    texts = [f"条目{n}" for n in range(40)]
    with pytest.raises(Unreachable):
        maker.make(texts, stop)
    assert len(vectors) == 16
    service.says = None
    assert maker.make(texts) == 24


def test_two_makers_of_one_folder_make_nothing_twice(maker, service, vectors, tmp_path):
    other = Maker(
        Guarded(AddressEmbedder(service.url), lambda: (0, "")), VectorFile(vectors.path), tmp_path / "lock", list
    )
    texts = [f"条目{n}" for n in range(60)]
    made = []
    threads = [threading.Thread(target=lambda m=m: made.append(m.make(texts))) for m in (maker, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    vectors.refresh()
    assert (sum(made), len(vectors), sum(len(asked["input"]) for asked in service.asked)) == (60, 60, 60)


def test_what_failed_is_made_when_it_is_asked_for_again(maker, service, vectors, monkeypatch):
    monkeypatch.setattr("indexer.meaning.guarded.AGAIN", 0.0)
    service.says = (503, b"")
    maker.want(["甲"])
    assert later(lambda: service.asked and not maker.busy)
    service.says = None
    maker.want(["甲"])
    assert later(lambda: len(vectors) == 21)
