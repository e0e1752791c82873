from datetime import UTC, datetime, timedelta

import pytest

from indexer.building import Builder
from indexer.forgiveness import fresh
from indexer.forgiveness import keeper as keeper_module
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


def test_what_is_new_is_found_by_pinyin_and_slips_while_the_terms_are_still_the_old_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fresh, "QUICK", -1.0)
    monkeypatch.setattr(fresh, "REST_TIMES", 1e12)  # until it is told to hurry
    tokenizer = Tokenizer(["等待期", "宽限期", "犹豫期"])
    keeper = Keeper(lambda word: False)

    def read(collection: Collection, text: str) -> list[str]:
        return [attempt.text for attempt in keeper.over(collection, NOW).attempts(text)]

    old = _segment("old", tokenizer, [Document("FAQ-0001", 1, a_content(title="等待期多久"), START, None)])
    assert read(Collection([old]), "kuanxianqi") == []
    new = _segment("new", tokenizer, [Document("FAQ-0002", 1, a_content(title="宽限期多久"), START, None)])
    both = Collection([old, new])
    assert [read(both, text) for text in ("kuanxianqi", "kxq", "宽现期", "等侍期")] == [["宽限期"]] * 3 + [["等待期"]]
    last = _segment("last", tokenizer, [Document("FAQ-0003", 1, a_content(title="犹豫期多久"), START, None)])
    assert read(Collection([old, new, last]), "犹预期") == ["犹豫期"]
    assert read(Collection([old]), "kxq") == []


def test_what_comes_into_force_by_the_clock_is_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "QUICK", -1.0)
    monkeypatch.setattr(fresh, "REST_TIMES", 1e12)  # until it is told to hurry
    tokenizer = Tokenizer(["等待期", "宽限期"])
    keeper = Keeper(lambda word: False)
    tomorrow = NOW + timedelta(days=1)
    documents = [
        Document("FAQ-0001", 1, a_content(title="等待期多久"), START, None),
        Document("FAQ-0002", 1, a_content(title="宽限期多久"), tomorrow, None),
    ]
    collection = Collection([_segment("one", tokenizer, documents)])

    def read(text: str, at: datetime) -> list[str]:
        return [attempt.text for attempt in keeper.over(collection, at).attempts(text)]

    assert read("kxq", NOW) == []
    assert read("kxq", tomorrow) == ["宽限期"]
    assert read("ddq", tomorrow) == ["等待期"]
    keeper.settle()
    assert read("kxq", tomorrow) == ["宽限期"]


def test_the_same_terms_serve_until_the_clock_changes_something() -> None:
    tokenizer = Tokenizer(["等待期"])
    keeper = Keeper(lambda word: False)
    tomorrow = NOW + timedelta(days=1)
    collection = Collection(
        [_segment("one", tokenizer, [Document("FAQ-0001", 1, a_content(title="等待期多久"), START, tomorrow)])]
    )
    first = keeper.over(collection, NOW)
    assert keeper.over(collection, NOW + timedelta(hours=1)).parts == first.parts
    assert keeper.over(collection, tomorrow).parts != first.parts
    assert list(keeper.over(collection, tomorrow).attempts("ddq")) == []


def test_of_more_than_can_wait_the_newest_are_put_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "QUICK", -1.0)
    monkeypatch.setattr(fresh, "REST_TIMES", 1e12)  # until it is told to hurry
    monkeypatch.setattr(keeper_module, "NEW_MOST", 1)
    tokenizer = Tokenizer(["等待期", "宽限期", "犹豫期"])
    keeper = Keeper(lambda word: False)
    titles = ("等待期多久", "宽限期多久", "犹豫期多久")
    segments = [
        _segment(title, tokenizer, [Document(f"FAQ-000{number}", 1, a_content(title=title), START, None)])
        for number, title in enumerate(titles, 1)
    ]
    keeper.over(Collection(segments[:1]), NOW)
    made = keeper.over(Collection(segments), NOW)
    assert [[a.text for a in made.attempts(text)] for text in ("yyq", "kxq")] == [["犹豫期"], []]


def _segment(name: str, tokenizer: Tokenizer, documents: list[Document]) -> Segment:
    builder = Builder()
    for document in documents:
        builder.add(document, tokenizer.document(document))
    return Segment(name, builder.arrays())
