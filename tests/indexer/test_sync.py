from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from indexer.lock import writer_lock
from indexer.port import Document, SearchIndex
from indexer.sync import Sync
from kb.services.knowledge import Knowledge
from kb.storage import Database
from tests.factories import NOW, Clock, a_content, a_person, published


@pytest.fixture
def sync(store: Database, index: SearchIndex, tmp_path: Path) -> Sync:
    return Sync(store, index, tmp_path / "lock")


def held(index: SearchIndex) -> set[tuple[str, int]]:
    return {(s.code, s.revision) for s in index.stored()}


def test_jobs_are_applied_in_order_and_counted_once(sync: Sync, store: Database, index: SearchIndex, clock: Clock) -> None:
    published(store, clock, "FAQ-0042")
    assert sync.drain() == 1
    published(store, clock, "FAQ-0043")
    published(store, clock, "FAQ-0042", title="第二版")
    assert sync.drain() == 2
    assert sync.drain() == 0
    with store.read() as uow:
        assert sync.applied() == index.applied() == uow.jobs.last()
    assert held(index) == {("FAQ-0042", 2), ("FAQ-0043", 1)}
    assert sync.check() == []


def test_an_empty_database_gives_an_empty_index(sync: Sync, index: SearchIndex) -> None:
    sync.drain()
    assert not index.outdated()
    assert sync.check() == []


def test_a_superseded_period_stays_for_those_who_ask_about_the_past(
    sync: Sync, store: Database, index: SearchIndex, clock: Clock
) -> None:
    published(store, clock, "FAQ-0042")
    clock.forward(days=1)
    published(store, clock, "FAQ-0042", title="第二版")
    sync.drain()
    periods = sorted((s.revision, s.starts, s.ends) for s in index.stored())
    assert periods == [(1, NOW, NOW + timedelta(days=1)), (2, NOW + timedelta(days=1), None)]


def test_a_withdrawal_closes_the_period(sync: Sync, store: Database, index: SearchIndex, clock: Clock) -> None:
    published(store, clock, "FAQ-0042")
    clock.forward(hours=3)
    Knowledge(store, clock).withdraw(a_person(), "FAQ-0042", reason="停售")
    sync.drain()
    assert [(s.revision, s.ends) for s in index.stored()] == [(1, clock.at)]
    assert sync.check() == []


def test_another_writer_makes_a_drain_return_at_once(
    sync: Sync, store: Database, index: SearchIndex, clock: Clock, tmp_path: Path
) -> None:
    published(store, clock, "FAQ-0042")
    with writer_lock(tmp_path / "lock", wait=False) as mine:
        assert mine
        assert sync.drain() == 0
        assert index.applied() == 0
    assert sync.drain() == 1


def test_the_lock_is_for_one_at_a_time_and_falls_free(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lock"
    with writer_lock(path, wait=False) as first, writer_lock(path, wait=False) as second:
        assert (first, second) == (True, False)
    with pytest.raises(ZeroDivisionError), writer_lock(path, wait=False):
        raise ZeroDivisionError
    with writer_lock(path, wait=False) as again:
        assert again


def test_a_rebuild_waits_for_its_turn(sync: Sync, store: Database, index: SearchIndex, clock: Clock, tmp_path: Path) -> None:
    published(store, clock, "FAQ-0042")
    rebuilding = threading.Thread(target=sync.rebuild)
    with writer_lock(tmp_path / "lock", wait=False):
        rebuilding.start()
        assert index.applied() == 0
    rebuilding.join(30)
    assert held(index) == {("FAQ-0042", 1)}


def test_a_rebuild_mends_whatever_the_index_says(sync: Sync, store: Database, index: SearchIndex, clock: Clock) -> None:
    published(store, clock, "FAQ-0042")
    sync.drain()
    index.replace({"FAQ-0042": [], "FAQ-0099": [a_wrong_document()]}, applied=index.applied())
    assert {d.code for d in sync.check()} == {"FAQ-0042", "FAQ-0099"}
    assert sync.rebuild() == 1
    assert sync.check() == []


def a_wrong_document() -> Document:
    return Document("FAQ-0099", 5, a_content(title="谁也没发布过"), NOW, None)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: [], "FAQ-0042：索引里缺少第 1 版。"),
        (lambda d: [Document(d.code, 2, d.content, d.starts, d.ends)], "内容或生效时间与数据库第 1 版不同"),
        (lambda d: [Document(d.code, 1, a_content(title="别的"), d.starts, d.ends)], "内容或生效时间与数据库第 1 版不同"),
        (lambda d: [Document(d.code, 1, d.content, d.starts, NOW + timedelta(days=9))], "内容或生效时间"),
        (lambda d: [Document(d.code, 1, d.content, d.starts - timedelta(days=1), d.ends)], "索引里多出第 1 版"),
    ],
)
def test_check_names_every_difference(
    sync: Sync, store: Database, index: SearchIndex, clock: Clock, spoil: Callable[[Document], list[Document]], said: str
) -> None:
    published(store, clock, "FAQ-0042")
    sync.drain()
    right = Document("FAQ-0042", 1, a_content(), NOW, None)
    index.replace({"FAQ-0042": spoil(right)}, applied=index.applied())
    found = [str(difference) for difference in sync.check()]
    assert any(said in sentence for sentence in found)
    assert all("FAQ-0042" in sentence for sentence in found)


def test_waiting_jobs_count_as_differences(sync: Sync, store: Database, clock: Clock) -> None:
    sync.drain()
    published(store, clock, "FAQ-0042")
    assert [d.code for d in sync.check()] == ["FAQ-0042"]


def test_a_database_put_back_from_a_backup_is_followed(sync: Sync, store: Database, index: SearchIndex, clock: Clock) -> None:
    published(store, clock, "FAQ-0042")
    sync.drain()
    index.replace({"FAQ-0099": [a_wrong_document()]}, applied=4711)  # what was in before the backup was put back
    assert sync.drain() > 0
    assert held(index) == {("FAQ-0042", 1)}
    assert sync.check() == []


def test_a_database_put_back_whose_numbers_have_caught_up_again_is_followed(
    sync: Sync, store: Database, index: SearchIndex, clock: Clock
) -> None:
    published(store, clock, "FAQ-0042")
    with store.read() as uow:
        mark = uow.jobs.mark(1)
    # What the index held when the backup was put back: two jobs of its own, with the numbers of the two to come.
    index.rebuild([a_wrong_document()], applied=2, mark=mark.replace("0042", "0099"))
    published(store, clock, "FAQ-0043")
    assert sync.drain() > 0
    assert held(index) == {("FAQ-0042", 1), ("FAQ-0043", 1)}
    index.rebuild([a_wrong_document()], applied=1, mark=mark.replace("0042", "0099"))
    assert sync.drain() > 0
    assert held(index) == {("FAQ-0042", 1), ("FAQ-0043", 1)}
    assert sync.drain() == 0


def test_progress_is_told(sync: Sync, store: Database, clock: Clock) -> None:
    for number in range(1, 4):
        published(store, clock, f"FAQ-000{number}")
    told: list[int] = []
    sync.rebuild(told.append)
    assert told == [1, 2, 3]
