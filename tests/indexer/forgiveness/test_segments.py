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
    vocabulary = SegmentVocabulary(segments, NOW, Role.AGENT)
    words = {term.text: (term.entries, term.titles) for term in vocabulary.terms() if term.kind == "w"}
    assert vocabulary.size() == 2
    assert words["等待期"] == (2, 1)
    assert "观察期" not in words
    assert "绝密词" not in words
    assert any(term.kind == "b" and term.text == "待期" for term in vocabulary.terms())
