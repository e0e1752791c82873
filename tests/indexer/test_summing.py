"""However common its terms are laid out, a question finds the same documents with the same scores."""

from __future__ import annotations

import random

import numpy as np
import pytest

from indexer.building import Builder
from indexer.facts import microseconds
from indexer.port import Filters
from indexer.scoring import Collection, Segment
from indexer.summing import Asked, Best, Room, best_of
from indexer.tokens import Tokenizer
from indexer.view import View, kept
from kb.domain.person import Role
from tests.factories import NOW
from tests.indexer.documents import plain

COMMON = ["保险", "保单", "理赔", "等待期", "退保"]
SCARCE = ["免赔额", "犹豫期", "车险", "医疗", "意外", "续保", "年金", "分红", "核保", "受益人"]
SIZE = 400


@pytest.fixture(scope="module")
def segment(tokenizer: Tokenizer) -> Segment:
    """Documents of which each holds most of the common words and few of the scarce ones; some with phrasings."""
    chance, builder = random.Random(20261122), Builder()
    for number in range(SIZE):
        words = chance.sample(COMMON, 4) + chance.sample(SCARCE, 1) * chance.randint(1, 3)
        chance.shuffle(words)
        asked_as = tuple(chance.choice(COMMON) + chance.choice(SCARCE) for _ in range(chance.randint(0, 2)))
        document = plain(f"FAQ-{number:04d}", chance.choice(SCARCE) + words[0], "，".join(words), asked_as=asked_as)
        builder.add(document, tokenizer.document(document))
    return Segment("one", builder.arrays())


def asked(segment: Segment, words: list[str], least: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Asked, View]:
    """The question in a view that lays a term out when ``least`` documents hold it."""
    monkeypatch.setattr("indexer.view.COMMON_LEAST", least)
    view = View([segment], [segment.valid(microseconds(NOW), Role.AGENT)], kept(1_000_000))
    terms = [f"w{word}" for word in words]
    postings = [view.postings(term) for term in terms]
    shares = [p.weight / sum(p.weight for p in postings) for p in postings]
    return Asked(terms, [1.0] * len(terms), shares, postings), view


def room() -> Room:
    return Room(SIZE)


@pytest.mark.parametrize("limit", [1, 10, 24, 1000])
@pytest.mark.parametrize("words", [
    ["免赔额", "车险", "保险"], ["免赔额", *COMMON], ["保险", "保单"], ["年金", "没有这个词", "退保"], SCARCE + COMMON,
])  # fmt: skip
def test_common_terms_laid_out_change_nothing(
    segment: Segment, words: list[str], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(limit)
    for mask in (None, np.array([chance.random() < 0.5 for _ in range(SIZE)])):
        laid_out, wide = asked(segment, words, 1, monkeypatch)
        plainly, narrow = asked(segment, words, SIZE + 1, monkeypatch)
        assert any(p.laid_out for p in laid_out.postings)
        assert not any(p.laid_out for p in plainly.postings)
        assert_same(best_of(laid_out, wide, room(), mask, limit), best_of(plainly, narrow, room(), mask, limit))


@pytest.mark.parametrize("aimed", [0.1, 0.65, 5.0])
@pytest.mark.parametrize("columns", [1, 7, 64, 512])
def test_the_first_guess_at_the_bound_changes_nothing(
    segment: Segment, columns: int, aimed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.summing._COLUMNS", columns)
    monkeypatch.setattr("indexer.summing._AIMED", aimed)
    chance = random.Random(columns)
    everything = np.ones(SIZE, np.bool_)
    for limit in (1, 6, 7, 30, SIZE):
        words = chance.sample(SCARCE + COMMON, 5)
        question, view = asked(segment, words, 1, monkeypatch)
        whole = best_of(question, view, room(), everything, SIZE)
        ordered = np.sort(whole.scores)[::-1]
        best = best_of(question, view, room(), None, limit)
        assert best.total == whole.total == len(whole.docs)
        last = ordered[min(limit, best.total) - 1] - 1e-9
        assert best.docs.tolist() == whole.docs[whole.scores >= last].tolist()


def assert_same(found: Best, expected: Best) -> None:
    assert found.total == expected.total
    assert found.docs.tolist() == expected.docs.tolist()
    assert found.scores == pytest.approx(expected.scores, rel=1e-12)
    assert found.coverage == pytest.approx(expected.coverage, rel=1e-12)


def test_a_common_term_is_looked_up_only_where_it_can_decide(segment: Segment, monkeypatch: pytest.MonkeyPatch) -> None:
    (question, wide), sums = asked(segment, [*SCARCE[:2], "保险"], 1, monkeypatch), room()
    best = best_of(question, wide, sums, None, 3)
    assert best.total > SIZE / 2
    assert np.count_nonzero(sums.evidence) < SIZE / 2  # nothing was added up for the others


def test_who_holds_a_term_where_is_told_of_common_terms_too(segment: Segment, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = np.arange(0, SIZE, 7)
    words = ["保险", "免赔额", "没有"]
    both = (asked(segment, words, least, monkeypatch)[0].postings for least in (1, SIZE + 1))
    for one, other in zip(*both, strict=True):
        assert one.fields_of(docs).tolist() == other.fields_of(docs).tolist()
        assert [one.worth_of(doc) for doc in docs.tolist()] == [other.worth_of(doc) for doc in docs.tolist()]
        assert len(one) == len(other)


def test_what_each_term_gives_adds_up_to_the_evidence_of_a_laid_out_term(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    for least in (1, SIZE + 1):
        monkeypatch.setattr("indexer.view.COMMON_LEAST", least)
        collection = Collection([segment])
        weighed = collection.weighed(["w保险", "w免赔额"], at=NOW, role=Role.AGENT)
        given.append(collection.given("FAQ-0007", weighed, at=NOW, role=Role.AGENT))
        found, _ = collection.search(["w保险", "w免赔额"], at=NOW, role=Role.AGENT, filters=Filters(), limit=SIZE)
        assert [f.code for f in found]
    assert given[0] == given[1]
