from __future__ import annotations

import time

import numpy as np
import pytest

from indexer.meaning.address import AddressEmbedder
from indexer.meaning.embedder import Unreachable
from indexer.meaning.meaning import WAIT, Meaning, nearness, spread_of
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


OTHERS = 20


@pytest.fixture
def weighing(service, store, clock, tmp_path):
    """Makes a ``Meaning`` that knows from other texts how far apart is usual."""

    def made(wait=20.0):
        meaning = Meaning(AddressEmbedder(service.url), tmp_path / "meaning", store, clock, wait=wait)
        meaning.maker.make([chr(0x4E00 + 3 * n) + "的" for n in range(OTHERS)])
        service.asked.clear()
        return meaning

    return made


@pytest.fixture
def meaning(weighing):
    return weighing()


def hits(search):
    return {hit.code: hit.score for hit in search.run(SearchRequest("保单", Role.AGENT)).hits}


def make(meaning):
    return meaning.maker.make(meaning.everything())


def later(true, seconds=20):
    """Wait for what is made in the background."""
    for _ in range(seconds * 50):
        if true():
            return True
        time.sleep(0.02)
    return False


def test_vectors_are_made_once_for_what_is_in_force(search, meaning, service, store, clock):
    assert (make(meaning), make(meaning)) == (2, 0)
    published(store, clock, "FAQ-0044", title="新的条目")
    assert make(meaning) == 1
    assert [len(asked["input"]) for asked in service.asked] == [2, 1]


def test_the_nearest_hit_gains_and_the_farthest_does_not(search, meaning):
    words = hits(search)
    make(meaning)
    search.meaning = meaning
    both = hits(search)
    gains = sorted(both[code] / words[code] for code in words)
    assert gains[0] == 1.0
    assert gains[1] > 1.01


def test_how_far_apart_is_usual_is_not_told_from_a_few(search, service, store, clock, tmp_path):
    meaning = Meaning(AddressEmbedder(service.url), tmp_path / "few", store, clock, wait=20.0)
    words = hits(search)
    make(meaning)
    search.meaning = meaning
    assert hits(search) == words


def test_a_model_that_finds_all_the_same_changes_nothing(search, weighing, monkeypatch):
    monkeypatch.setattr("tests.indexer.meaning.conftest.vector", lambda text: [1.0, 2.0])
    meaning, words = weighing(), hits(search)
    make(meaning)
    search.meaning = meaning
    assert hits(search) == words


def test_without_vectors_the_words_answer_and_the_vectors_are_made_meanwhile(search, meaning):
    words = hits(search)
    search.meaning = meaning
    assert hits(search) == words
    assert later(lambda: len(meaning.vectors) == OTHERS + 2)
    assert later(lambda: hits(search) != words)


def test_a_new_revision_is_weighed_by_its_own_words(search, meaning, store, clock, tokenizer, tmp_path):
    def gains():
        make(meaning)
        search.meaning = None
        words = hits(search)
        search.meaning = meaning
        both = hits(search)
        return {code: both[code] / words[code] for code in words}

    before = gains()
    published(store, clock, "FAQ-0043", **(BARE | {"title": "保单子丑寅卯", "speakable": "戊己庚辛壬癸"}))
    published(store, clock, "FAQ-0042", **(BARE | {"title": "保单甲乙丙丁", "speakable": "钱借么怎样钱借"}))
    Sync(store, search.index, tmp_path / "lock").drain()
    after = gains()
    assert after != pytest.approx(before)


def test_a_slow_service_costs_no_more_than_the_wait_and_answers_the_next_who_asks(
    search, service, weighing
):
    meaning = weighing(WAIT)
    make(meaning)
    words = hits(search)
    service.held.clear()
    search.meaning = meaning
    assert [hits(search) for _ in range(3)] == [words] * 3  # while it does not answer
    service.held.set()
    assert later(lambda: hits(search) != words)


def test_vectors_in_the_making_keep_no_question_waiting(search, service, weighing, store, clock, tmp_path):
    meaning = weighing(WAIT)
    make(meaning)
    published(store, clock, "FAQ-0044", **(BARE | {"title": "保单天地玄黄"}))
    Sync(store, search.index, tmp_path / "lock").drain()
    words = hits(search)
    service.held.clear()
    search.meaning = meaning
    assert hits(search) == words  # the passage of the new one, and the question, hang
    assert hits(search) == words
    service.held.set()
    assert later(lambda: hits(search) != words)


def test_a_service_that_fails_is_left_alone_for_a_while(search, meaning, service):
    make(meaning)
    words = hits(search)
    service.says, search.meaning = (503, b""), meaning
    before = len(service.asked)
    assert [hits(search) == words for _ in range(3)] == [True] * 3
    assert len(service.asked) == before + 1


@pytest.mark.parametrize("says", [(200, b"[" * 9_000), (429, b""), (200, b'{"data": [{"index": 0, "embedding": [1]}]}')])
def test_whatever_a_service_says_the_words_answer_and_what_was_made_is_kept(search, meaning, service, says):
    make(meaning)
    words = hits(search)
    service.says, search.meaning = says, meaning
    assert hits(search) == words
    assert len(meaning.vectors) == OTHERS + 2


def test_what_fails_in_the_middle_keeps_what_was_made(search, meaning, service):
    service.says = (500, b"")
    with pytest.raises(Unreachable):
        make(meaning)
    service.says = None
    assert make(meaning) == 2


def test_the_unknown_stand_in_the_middle_of_the_known():
    assert nearness([0.8, None, 0.9, 0.85]) == pytest.approx([0, 0.05, 0.1, 0.05])
    assert nearness([0.7, 0.7]) == [0, 0]
    assert nearness([None, None]) == [0, 0]


def test_the_spread_is_that_of_the_pairs():
    rows = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    assert spread_of(rows) == pytest.approx(np.std([0, 0.6, 0.8]))
    assert spread_of(rows[:1]) == 0
