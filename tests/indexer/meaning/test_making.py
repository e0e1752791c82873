from __future__ import annotations

import threading
import time

import pytest

from indexer.meaning.address import AddressEmbedder
from indexer.meaning.aside import PAUSE_FIRST
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


ROW = b'{"data": [{"index": 0, "embedding": %s}]}'


@pytest.mark.parametrize(
    "refusal", [(400, b"too long"), (413, b""), (422, b""), (500, b""), (200, b'{"data": []}'), (200, ROW % b"[]"),
                (200, ROW % b"null"), (200, ROW % b"[1, 2]"), (200, ROW % b"[NaN]")],
)  # fmt: skip
def test_a_refused_passage_is_put_aside_and_all_others_are_made(maker, service, vectors, caplog, refusal):
    maker.make(["先有的"])  # so that the number of dimensions is known
    service.refuses, service.refusal = "坏", refusal
    texts = [f"条目{n}" for n in range(40)] + ["坏的", "也坏"]
    assert maker.make(texts[::-1]) == 40
    assert len(vectors) == 41
    asked = len(service.asked)
    assert maker.make(texts) == 0  # not asked for again at once
    assert len(service.asked) == asked
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert not any("坏" in line for line in told)


def test_a_refused_passage_is_tried_again_after_its_pause_or_when_it_was_changed(maker, service):
    at = [0.0]
    maker._aside._now = lambda: at[0]
    service.refuses = "坏"
    assert maker.make(["坏的"]) == 0
    service.refuses = ""
    assert maker.make(["坏的"]) == 0
    assert maker.make(["不坏的"]) == 1
    at[0] = PAUSE_FIRST + 1
    assert maker.make(["坏的"]) == 1


def test_a_service_that_refuses_everything_is_left_alone_and_nothing_is_put_aside(maker, service):
    service.says = (400, b"no such model")
    with pytest.raises(Unreachable):
        maker.make(["甲", "乙"])
    assert [asked["input"] for asked in service.asked] == [["甲", "乙"], ["知识"]]
    assert maker.missing(["甲", "乙"]) == ["甲", "乙"]


def test_whoever_wants_only_what_is_refused_wakes_nobody(maker, service):
    service.refuses = "坏"
    maker.want(["坏的"])
    assert later(lambda: not maker.busy)
    asked = len(service.asked)
    maker.want(["坏的"])
    assert not maker.busy
    assert len(service.asked) == asked
