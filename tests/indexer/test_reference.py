"""The fast scorer gives what the description says, to a millionth, whatever lies in how many segments."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.port import Document, Filters
from indexer.tokens import Tokenizer
from indexer.whoosh_index import WhooshIndex
from kb.domain.content import Kind
from kb.domain.person import Role
from tests.factories import NOW
from tests.indexer.documents import plain
from tests.indexer.reference import Reference

WORDS = ["退保", "续保", "理赔", "等待期", "犹豫期", "免赔额", "医疗", "意外", "车险", "险", "2.5", "80%", "faq", "保单", "的"]
texts = st.lists(st.sampled_from(WORDS), max_size=8).map("".join)
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join)
days = st.integers(-3, 3)


@st.composite
def corpora(draw: st.DrawFn) -> list[dict[str, list[Document]]]:
    """Commits, each a few entries with one or two periods, some of them replacing what was there."""
    commits = []
    for _ in range(draw(st.integers(1, 4))):
        codes = draw(st.lists(st.sampled_from([f"FAQ-{n:04d}" for n in range(9)]), max_size=5, unique=True))
        commits.append({code: draw(st.lists(_document(code), max_size=2)) for code in codes})
    return commits


@st.composite
def _document(draw: st.DrawFn, code: str) -> Document:
    first = draw(days)
    fields = {
        "title": draw(titles), "body": draw(texts), "speakable": draw(texts), "conditions": draw(texts),
        "asked_as": tuple(draw(st.lists(titles, max_size=3))), "product": draw(st.sampled_from(["", "车险", "e生保 2.0"])),
        "category": draw(st.sampled_from(["", "车险", "车险/交强险"])), "kind": draw(st.sampled_from(list(Kind))),
        "roles": draw(st.sampled_from([(), (Role.DIRECTOR,), (Role.AGENT, Role.TRAINER)])),
    }  # fmt: skip
    document = plain(code, **fields)
    return Document(
        code, draw(st.integers(1, 9)), document.content, NOW + timedelta(days=first),
        draw(st.none() | st.just(NOW + timedelta(days=first + draw(st.integers(1, 4))))),
    )  # fmt: skip


filters = st.builds(
    Filters,
    kinds=st.frozensets(st.sampled_from(list(Kind)), max_size=2),
    products=st.frozensets(st.sampled_from(["车险", "e生保 2.0", "没有"]), max_size=2),
    category=st.sampled_from(["", "车险", "车险/交强险"]),
)


@pytest.mark.parametrize("common_least", [1, 1000], ids=["common terms laid out", "no term laid out"])
@given(corpora(), titles, st.sampled_from([Role.AGENT, Role.ADMINISTRATOR]), days, st.just(Filters()) | filters)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_scorer_equals_the_reference(
    tokenizer: Tokenizer, common_least: int, monkeypatch: pytest.MonkeyPatch,
    commits: list[dict[str, list[Document]]], question: str, role: Role, day: int, kept: Filters,
) -> None:  # fmt: skip
    monkeypatch.setattr("indexer.view.COMMON_LEAST", common_least)
    at = NOW + timedelta(days=day)
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex(Path(folder), tokenizer)
        for number, commit in enumerate(commits, 1):
            index.replace(commit, applied=number)
        terms = tokenizer.query(question).weights
        found, total = index.search(terms, at=at, role=role, filters=kept, limit=1000)
        expected = Reference(Path(folder)).search(terms, at=at, role=role, filters=kept)
    assert total == len(found) == len(expected)
    assert dict(expected) == pytest.approx({f.code: f.score for f in found}, rel=1e-6)
    ordered = [(round(score, 9), code) for code, score in expected]
    assert [(round(f.score, 9), f.code) for f in found] == sorted(ordered, key=lambda pair: (-pair[0], pair[1]))
