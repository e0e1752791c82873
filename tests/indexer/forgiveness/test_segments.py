from datetime import UTC, datetime, timedelta

from indexer.building import Builder
from indexer.forgiveness.segments import SegmentVocabulary
from indexer.port import Document
from indexer.scoring import Segment
from indexer.tokens import Tokenizer
from kb.domain.person import Role
from tests.factories import NOW, a_content

START = datetime(2026, 1, 1, tzinfo=UTC)


def segment(name: str, tokenizer: Tokenizer, *documents: Document) -> Segment:
    builder = Builder()
    for document in documents:
        builder.add(document, tokenizer.document(document))
    return Segment(name, builder.arrays())


def test_terms_are_counted_over_what_is_in_force_and_seen_by_all() -> None:
    tokenizer = Tokenizer(["等待期", "观察期", "绝密词"])
    plain = {"asked_as": (), "tags": (), "body": "正文", "speakable": "口径", "conditions": "", "exceptions": ""}
    one = Document("FAQ-0001", 1, a_content(**plain | {"title": "等待期多久"}), START, None)
    two = Document("FAQ-0002", 1, a_content(**plain | {"title": "别的", "body": "等待期"}), START, None)
    past = Document("FAQ-0003", 1, a_content(**plain | {"title": "观察期"}), START, NOW - timedelta(days=1))
    hidden = Document("FAQ-0004", 1, a_content(**plain | {"title": "绝密词", "roles": (Role.DIRECTOR,)}), START, None)
    segments = [segment("a", tokenizer, one, past), segment("b", tokenizer, two, hidden)]
    vocabulary = SegmentVocabulary.in_force(segments, NOW, Role.AGENT)
    words = {term.text: (term.entries, term.titles) for term in vocabulary.others() if term.kind == "w"}
    assert vocabulary.size() == 2
    assert words["等待期"] == (2, 1)
    assert "观察期" not in words
    assert "绝密词" not in words
    assert vocabulary.pairs().count("待期") == (2, 1)
    assert vocabulary.pairs().count("绝密") == (0, 0)


def test_a_pair_is_two_chinese_characters_and_nothing_else() -> None:
    tokenizer = Tokenizer([])
    texts = ["等待", "7天", "abc12345", "é中文", "龦𠀀", "鿿㐀", "ａ一丁", "・中"]
    plain = {"asked_as": (), "tags": (), "speakable": "口径", "conditions": "", "exceptions": ""}
    body = "，".join(texts)
    one = Document("FAQ-0001", 1, a_content(**plain | {"title": "无", "body": body}), START, None)
    made = segment("a", tokenizer, one)
    vocabulary = SegmentVocabulary.in_force([made], NOW, Role.AGENT)
    every = {term.decode() for term in made.arrays.all_terms() if term[:1] == b"b"}
    others = {f"b{term.text}" for term in vocabulary.others() if term.kind == "b"}
    pairs = every - others
    assert {"b等待", "b中文", "b鿿㐀"} <= pairs
    assert {"b7天"} <= others
    assert all(vocabulary.pairs().count(term[1:]) == (1, 0) for term in pairs)
    assert all(len(term) == 3 and "\u3400" <= min(term[1:]) <= max(term[1:]) <= "\u9fff" for term in pairs)
    assert len(vocabulary.pairs()) == len(pairs)
