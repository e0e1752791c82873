from __future__ import annotations

import pytest

from indexer.memory_index import MemoryIndex
from indexer.search import Search, SearchRequest
from indexer.sync import Sync
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.learning import Learning, Wording
from tests.factories import a_person, published

BY = a_person()


@pytest.fixture
def desk(store, clock, tokenizer, tmp_path):
    published(store, clock, "FAQ-0042", title="等待期", asked_as=())
    published(store, clock, "FAQ-0043", title="犹豫期", speakable="签收后十五天。", asked_as=(), tags=())
    index = MemoryIndex(tokenizer)
    sync = Sync(store, index, tmp_path / "lock")
    sync.drain()
    return Search(index, store, tokenizer, clock), sync, Learning(store, clock)


def first(search, query):
    return [hit.code for hit in search.run(SearchRequest(query, Role.AGENT)).hits][:1]


def test_a_learned_phrasing_finds_its_entry_until_it_is_taken_back(desk):
    search, sync, learning = desk
    assert first(search, "兔子怎么骑车") == []
    learning.learn(BY, [Wording("FAQ-0043", "兔子怎么骑车", Source.MEND)])
    sync.drain()
    assert first(search, "兔子怎么骑车") == ["FAQ-0043"]
    learning.take_back(BY, "FAQ-0043", "兔子怎么骑车", reason="说得太宽")
    sync.drain()
    assert first(search, "兔子怎么骑车") == []


def test_the_second_look_sees_what_was_learned(desk):
    search, sync, learning = desk
    wordings = [
        Wording("FAQ-0042", "骑车兔子说怎么样了", Source.MEND),
        Wording("FAQ-0043", "兔子怎么骑车", Source.MEND),
    ]
    learning.learn(BY, wordings)
    sync.drain()
    raw, _ = search.index.search(
        search.tokenizer.query("兔子怎么骑车").weights, at=search.clock(), role=Role.AGENT,
        filters=SearchRequest("", Role.AGENT).filters, limit=9,
    )  # fmt: skip
    best = search.run(SearchRequest("兔子怎么骑车", Role.AGENT)).hits[0]
    assert (best.code, raw[0].code) == ("FAQ-0043", "FAQ-0043")
    assert best.score > 2 * raw[0].score


def test_index_and_database_agree_with_learned_phrasings_and_after_a_rebuild(desk):
    search, sync, learning = desk
    learning.learn(BY, [Wording("FAQ-0043", "兔子怎么骑车", Source.IMPORT)])
    assert [difference.code for difference in sync.check()] == ["FAQ-0043"]
    sync.drain()
    assert sync.check() == []
    sync.rebuild()
    assert sync.check() == []
    assert first(search, "兔子怎么骑车") == ["FAQ-0043"]
