from datetime import UTC, datetime

import pytest

from indexer.building import Builder
from indexer.forgiveness import fresh
from indexer.forgiveness.keeper import Keeper
from indexer.forgiveness.word_files import parse_synonyms
from indexer.memory_index import MemoryIndex
from indexer.port import Document
from indexer.scoring import Collection, Segment
from indexer.tokens import Tokenizer
from tests.factories import NOW, a_content

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_terms_follow_the_commits_and_synonyms_work_at_once() -> None:
    tokenizer = Tokenizer(["等待期", "宽限期"])
    index = MemoryIndex(tokenizer)
    keeper = Keeper(lambda word: word in tokenizer.words(word))

    def read(text: str) -> list[str]:
        made = keeper.over(index._collection, NOW)
        keeper.settle()
        return [attempt.text for attempt in made.attempts(text)]

    index.replace({"FAQ-0001": [Document("FAQ-0001", 1, a_content(title="等待期多久"), START, None)]}, applied=1)
    assert read("等侍期") == ["等待期"]
    assert read("宽现期") == []
    index.replace({"FAQ-0002": [Document("FAQ-0002", 1, a_content(title="宽限期多久"), START, None)]}, applied=2)
    read("宽现期")
    assert read("宽现期") == ["宽限期"]
    keeper.use(parse_synonyms("缓一缓 = 宽限期"))
    (attempt,) = keeper.over(index._collection, NOW).attempts("缓一缓")
    assert attempt.also == ("宽限期",)


def test_names_of_products_are_never_repaired() -> None:
    tokenizer = Tokenizer(["安心保"])
    index = MemoryIndex(tokenizer)
    keeper = Keeper(lambda word: False)
    plain = a_content(title="安心保的保费", product="安欣保")
    index.replace({"FAQ-0001": [Document("FAQ-0001", 1, plain, START, None)]}, applied=1)
    made = keeper.over(index._collection, NOW)
    assert list(made.attempts("安欣保")) == []


def test_what_is_new_is_no_slip_while_the_terms_are_still_the_old_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "QUICK", -1.0)
    monkeypatch.setattr(fresh, "REST_TIMES", 1e12)  # until it is told to hurry
    tokenizer = Tokenizer(["等待期", "等侍期"])
    index = MemoryIndex(tokenizer)
    keeper = Keeper(lambda word: False)
    old = [Document("FAQ-0001", 1, a_content(title="等待期多久"), START, None)]
    index.replace({"FAQ-0001": old}, applied=1)
    assert [attempt.text for attempt in keeper.over(index._collection, NOW).attempts("等侍期")] == ["等待期"]
    before = index._collection
    new = Document("FAQ-0002", 1, a_content(title="等侍期是谁", product="等带期"), START, None)
    added = _segment("new", tokenizer, [new])
    collection = Collection([*before.listed, added])
    assert list(keeper.over(collection, NOW).attempts("等侍期")) == []
    assert list(keeper.over(collection, NOW).attempts("等带期")) == []  # the name of a new product
    assert [attempt.text for attempt in keeper.over(before, NOW).attempts("等侍期")] == ["等待期"]


def _segment(name: str, tokenizer: Tokenizer, documents: list[Document]) -> Segment:
    builder = Builder()
    for document in documents:
        builder.add(document, tokenizer.document(document))
    return Segment(name, builder.arrays())
