from __future__ import annotations

import time

import pytest

from indexer.meaning.address import AddressEmbedder
from indexer.meaning.embedder import Unreachable
from indexer.meaning.meaning import Meaning, nearness
from indexer.memory_index import MemoryIndex
from indexer.search import Search, SearchRequest
from indexer.sync import Sync
from kb.domain.person import Role
from tests.factories import published

BARE = {
    "asked_as": (),
    "speakable": "",
    "body": "",
    "product": "",
    "category": "",
    "tags": (),
    "conditions": "",
    "exceptions": "",
}
QUESTION = "保单怎么借钱"


@pytest.fixture
def search(store, clock, tokenizer, tmp_path):
    """Two entries that the words find alike; the second says more of what the question says."""
    published(store, clock, "FAQ-0042", **(BARE | {"title": "保单甲乙丙丁", "speakable": "戊己庚辛壬癸"}))
    published(store, clock, "FAQ-0043", **(BARE | {"title": "保单子丑寅卯", "speakable": "钱借么怎样钱借"}))
    index = MemoryIndex(tokenizer)
    Sync(store, index, tmp_path / "lock").drain()
    return Search(index, store, tokenizer, clock)


@pytest.fixture
def meaning(service, store, clock, tmp_path):
    return Meaning(AddressEmbedder(service.url), tmp_path / "meaning", store, clock, wait=5.0)


def hits(search):
    return {hit.code: hit.score for hit in search.run(SearchRequest("保单", Role.AGENT)).hits}


def test_vectors_are_made_once_for_what_is_in_force(search, meaning, service, store, clock):
    assert (meaning.make(), meaning.make()) == (2, 0)
    published(store, clock, "FAQ-0044", title="新的条目")
    assert meaning.make() == 1
    assert [len(asked["input"]) for asked in service.asked] == [2, 1]


def test_the_nearest_hit_gains_and_the_farthest_does_not(search, meaning):
    words = hits(search)
    meaning.make()
    search.meaning = meaning
    both = hits(search)
    gains = sorted(both[code] / words[code] for code in words)
    assert gains == pytest.approx([1.0, 1.5])


def test_without_vectors_the_words_answer_and_the_vectors_are_made_meanwhile(search, meaning):
    words = hits(search)
    search.meaning = meaning
    assert hits(search) == words
    for _ in range(200):
        if len(meaning.vectors) == 2:
            break
        time.sleep(0.02)
    assert hits(search) != words


def test_a_slow_service_costs_no_more_than_the_wait_and_answers_the_next_who_asks(
    search, service, store, clock, tmp_path
):
    meaning = Meaning(AddressEmbedder(service.url), tmp_path / "meaning", store, clock, wait=0.04)
    meaning.make()
    words = hits(search)
    service.slow, search.meaning = 0.4, meaning
    started = time.monotonic()
    assert hits(search) == words
    assert time.monotonic() - started < 0.35
    time.sleep(0.6)
    assert hits(search) != words


def test_a_service_that_fails_is_left_alone_for_a_while(search, meaning, service):
    meaning.make()
    words = hits(search)
    service.says, search.meaning = (500, b""), meaning
    before = len(service.asked)
    assert [hits(search) == words for _ in range(3)] == [True] * 3
    assert len(service.asked) == before + 1


def test_what_fails_in_the_middle_keeps_what_was_made(search, meaning, service):
    service.says = (500, b"")
    with pytest.raises(Unreachable):
        meaning.make()
    service.says = None
    assert meaning.make() == 2


def test_the_unknown_stand_in_the_middle_of_the_known():
    assert nearness([0.8, None, 0.9, 0.85]) == pytest.approx([0, 0.5, 1, 0.5])
    assert nearness([0.7, 0.7]) == [0, 0]
    assert nearness([None, None]) == [0, 0]
