from __future__ import annotations

import numpy as np
import pytest

from indexer.building import Builder
from indexer.facts import microseconds
from indexer.port import FIELDS, Document
from indexer.scoring import Segment
from indexer.tokens import Tokenizer
from indexer.view import View, kept
from kb.domain.person import Role
from kb.recent import Recent
from tests.factories import NOW
from tests.indexer.documents import plain

DOCUMENTS = [
    plain("FAQ-0001", "等待期", "保险的等待期"),
    plain("FAQ-0002", "犹豫期", "保险", asked_as=("等待期多久", "等待期")),
    plain("FAQ-0003", "等待期", "保险", roles=(Role.DIRECTOR,)),
]


def segment(tokenizer: Tokenizer, *documents: Document) -> Segment:
    builder = Builder()
    for document in documents:
        builder.add(document, tokenizer.document(document))
    return Segment(documents[0].code, builder.arrays())


@pytest.fixture
def segments(tokenizer: Tokenizer) -> list[Segment]:
    return [segment(tokenizer, *DOCUMENTS[:1]), segment(tokenizer, *DOCUMENTS[1:])]


def seen_by(role: Role, segments: list[Segment], room: int = 1_000) -> View:
    masks = [one.valid(microseconds(NOW), role) for one in segments]
    return View(segments, masks, Recent(room, lambda postings: len(postings) + 1))


def test_documents_are_numbered_through_all_segments(segments: list[Segment]) -> None:
    assert seen_by(Role.AGENT, segments).postings("w等待期").docs.tolist() == [0, 1]
    assert seen_by(Role.ADMINISTRATOR, segments).postings("w等待期").docs.tolist() == [0, 1, 2]
    assert len(seen_by(Role.AGENT, segments).postings("w没有")) == 0


def test_the_fields_that_hold_a_term_are_told(segments: list[Segment]) -> None:
    of_first = seen_by(Role.AGENT, segments).postings("w等待期").fields[0]
    assert [name for place, name in enumerate(FIELDS) if of_first >> place & 1] == ["names", "body"]


def test_a_lone_title_counts_in_the_document_and_several_phrasings_each_for_itself(segments: list[Segment]) -> None:
    view = seen_by(Role.AGENT, segments)
    assert view.several.tolist() == [1]
    assert view.postings("w等待期").units.tolist() == [1, 2]
    assert view.postings("w犹豫期").units.tolist() == [0]


def test_without_room_the_same_comes_out(segments: list[Segment]) -> None:
    wide, narrow = seen_by(Role.AGENT, segments), seen_by(Role.AGENT, segments, room=1)
    for _ in range(2):
        for term in ("w等待期", "w保险", "c期"):
            assert np.array_equal(wide.postings(term).worth, narrow.postings(term).worth)


def test_a_term_is_common_when_more_than_half_of_what_is_seen_hold_it(segments: list[Segment]) -> None:
    assert seen_by(Role.AGENT, segments).is_common("c期")
    assert not seen_by(Role.AGENT, segments).is_common("c犹")


def test_fewer_terms_are_laid_out_in_a_large_collection(
    segments: list[Segment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.view.COMMON_LEAST", 1)  # two of three documents hold the term
    monkeypatch.setattr("indexer.view._COMMON_SHARE_OF_LARGE", 1.4)
    assert seen_by(Role.AGENT, segments).postings("w等待期").laid_out
    monkeypatch.setattr("indexer.view._LARGE", 3)
    assert not seen_by(Role.AGENT, segments).postings("w等待期").laid_out


def test_there_is_room_for_most_of_a_large_collection() -> None:
    cache = kept(100_000_000)
    assert cache.most == 50_000_000
