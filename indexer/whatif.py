"""Search as if something else were published: the collection with other documents in place of an entry's own.

Nothing is written. The candidate is cut and laid out in memory, the entry's documents are masked, everything else is
shared with the live collection, so that ten thousands of entries cost no more than the masks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from indexer.building import Builder
from indexer.documents import document_of
from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.grown import grown
from indexer.forgiveness.segments import SegmentVocabulary
from indexer.forgiveness.synonyms import SynonymTable
from indexer.forgiveness.term_index import TermIndex
from indexer.port import Document, Filters, Found, Searched, Terms
from indexer.scoring import Collection, Segment
from indexer.search import Search
from indexer.tokens import Tokenizer, Tokens, bigrams
from kb.domain.content import Content
from kb.domain.entry import Period, Revision
from kb.domain.person import Role
from kb.ports import Dated

Forgiving = Callable[[datetime], Forgiveness]
RECUT_MOST = 1_000  # entries: some seconds
CANDIDATE = 2_000_000_000  # number of the revision that is only supposed


class Cutting(Protocol):
    def document(self, document: Document) -> Tokens: ...


class AsIfIndex:
    """A state of an index in which the entries of ``documents`` hold exactly those."""

    def __init__(self, index: Searched, documents: Mapping[str, Sequence[Document]], tokenizer: Cutting) -> None:
        live = index.collection
        self.tokens: list[Tokens] = []
        builder = Builder()
        for code in sorted(documents):
            for document in documents[code]:
                self.tokens.append(tokenizer.document(document))
                builder.add(document, self.tokens[-1])
        segments = [_without(segment, documents) for segment in live.listed]
        self.added = [Segment("as-if", builder.arrays())] if len(builder) else []
        self.collection = Collection([*segments, *self.added])
        held = index.names()
        new = frozenset(name for facts in builder.facts for name in facts.names) - held
        self._names = held | new if new else held  # the same object: learning them again would cost time

    def search(
        self, terms: Terms, *, at: datetime, role: Role, filters: Filters, limit: int
    ) -> tuple[list[Found], int]:
        return self.collection.search(terms, at=at, role=role, filters=filters, limit=limit)

    def names(self) -> frozenset[str]:
        return self._names


class AsIfSearch(Search):
    """``Search`` over a supposed state; made by ``supposing``."""

    def __init__(
        self,
        live: Search,
        index: Searched,
        supposed: Mapping[str, Sequence[Dated]],
        forgiving: Forgiving | None,
        tokenizer: Tokenizer | None = None,
    ) -> None:
        # A copy, so that names which are only supposed are not learnt by the live search.
        super().__init__(index, live.store, tokenizer or copy(live.tokenizer), live.clock, forgiving)
        self._supposed = supposed
        self.tokens: list[Tokens] = []  # of what is supposed to be published

    def truth(self, codes: Sequence[str], at: datetime) -> Mapping[str, Dated]:
        truth = dict(super().truth([code for code in codes if code not in self._supposed], at))
        for code in codes:
            for dated in self._supposed.get(code, ()):
                if dated.period.holds(at):
                    truth[code] = dated
        return truth


def supposing(search: Search, contents: Mapping[str, Content | None], at: datetime) -> AsIfSearch:
    """``search`` as if these contents were published at ``at``; None: as if the entry were withdrawn.

    Raises:
        Unavailable: the index cannot be read.
    """
    supposed = {code: [] if c is None else [_dated(code, c, at)] for code, c in contents.items()}
    with search.store.read() as uow:
        learned = uow.learned.used(supposed)
    documents = {code: [document_of(d, learned) for d in all_dated] for code, all_dated in supposed.items()}
    index = AsIfIndex(search.index, documents, search.tokenizer)
    found = AsIfSearch(search, index, supposed, _grown(search.forgiving, index.added, at))
    found.tokens = index.tokens
    return found


def with_lexicon(search: Search, words: Iterable[str], synonyms: SynonymTable, at: datetime) -> AsIfSearch:
    """``search`` as if the coordinators' dictionary words and synonyms were these.

    At most ``RECUT_MOST`` entries are cut with the new words; the others stay as they are.
    """
    live = search.forgiving
    forgiving: Forgiving | None = None if live is None else (lambda at: live(at).with_synonyms(synonyms))
    tokenizer = search.tokenizer.with_words(words)
    changed = set(tokenizer.added) ^ set(search.tokenizer.added)
    if not changed:
        return AsIfSearch(search, search.index, {}, forgiving)
    collection = search.index.collection
    codes = sorted({code for word in changed for code in collection.holding(bigrams(word))})[:RECUT_MOST]
    with search.store.read() as uow:
        dated, learned = uow.entries.in_force(codes, at), uow.learned.used(codes)
    index = AsIfIndex(search.index, {code: [document_of(d, learned)] for code, d in dated.items()}, tokenizer)
    return AsIfSearch(search, index, {}, _grown(forgiving, index.added, at), tokenizer)


def _grown(live: Forgiving | None, added: Sequence[Segment], at: datetime) -> Forgiving | None:
    """With the terms of what is supposed to be published: no slips then, and what slips are repaired to."""
    if live is None or not added:
        return live

    @lru_cache(maxsize=1)  # many questions are asked over the same
    def over(index: TermIndex) -> TermIndex:
        return grown(index, SegmentVocabulary.in_force(added, at, Role.AGENT))

    return lambda at: live(at).over(over)


def _without(segment: Segment, documents: Mapping[str, object]) -> Segment:
    gone = {number for code in documents for number in segment.documents(code)}
    return segment.without(segment.deleted | gone) if gone else segment


def _dated(code: str, content: Content, at: datetime) -> Dated:
    revision = Revision(CANDIDATE, content, "", at, "")
    return Dated(code, revision, Period(CANDIDATE, CANDIDATE, at, content.effective_to))
