"""What used to answer and does not any more: shown instead of silence, so that nobody takes it from memory.

The entries that went out of force within a year are searched as if they still stood beside the rest. One is told when
it answers the question about as well as what is in force: then its subject was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from indexer.port import Document, Filters, Found, Searched, Terms
from indexer.results import Tombstone
from indexer.whatif import AsIfIndex
from kb.domain.entry import Action
from kb.domain.person import Role, may_see
from kb.ports import Gone, Store

if TYPE_CHECKING:
    from indexer.tokens import Tokenizer, Tokens

REMEMBERED = timedelta(days=365)
GONE_MOST = 400
SHOWN_MOST = 2
HALF = 0.5  # of the question's terms: less is another subject
COVERED = 0.55  # of the question, by rarity
BESIDE = 0.75  # of the score of the best that is in force


@dataclass(frozen=True, slots=True)
class _State:
    """What was gone between two turns of the live collection: nothing goes out of force in between."""

    collection: object
    turn: int
    gone: Mapping[str, Gone]
    index: AsIfIndex | None
    holding: Mapping[str, Sequence[str]]  # term: codes
    cut: Mapping[tuple[str, str], Tokens]  # by code and digest
    fingerprint: str  # of how they were cut


class Tombstones:
    def __init__(self, index: Searched, store: Store, tokenizer: Tokenizer) -> None:
        self._index, self._store, self._tokenizer = index, store, tokenizer
        self._state: _State | None = None

    def find(
        self, terms: Terms, *, at: datetime, role: Role, filters: Filters, best: float, codes: Callable[[], set[str]]
    ) -> list[Tombstone]:
        """The entries gone by ``at`` (now) that answer ``terms``, best first.

        ``best`` is the score of the best hit in force; ``codes`` gives the hits shown, which are no tombstones.
        """
        state = self._current(at)
        if state.index is None or not _is_touched(terms, state.holding):
            return []
        found, _ = state.index.search(terms, at=at, role=role, filters=filters, limit=10)
        fitting = [f for f in found if f.code in state.gone and f.coverage >= COVERED and f.score >= best * BESIDE]
        shown = [f for f in fitting if f.code not in codes()][:SHOWN_MOST]
        return self._told(shown, state, best, role, at) if shown else []

    def standing(self, at: datetime) -> object:
        """Stays the same object while the same entries are gone."""
        return self._current(at).index

    def _current(self, at: datetime) -> _State:
        """The state for the index as it is; made anew after a commit, when something expires, and for other words."""
        collection, state = self._index.collection, self._state
        turn, fingerprint = collection.turn(at), self._tokenizer.fingerprint
        same = state is not None and state.collection is collection and state.fingerprint == fingerprint
        if state and same and state.turn == turn:
            return state
        with self._store.read() as uow:
            gone = {g.dated.code: g for g in uow.entries.gone(at, since=at - REMEMBERED, limit=GONE_MOST)}
        if state and same and state.gone.keys() == gone.keys():
            state = replace(state, turn=turn)
        else:
            state = self._built(collection, turn, gone, fingerprint)
        self._state = state
        return state

    def _built(self, collection: object, turn: int, gone: Mapping[str, Gone], fingerprint: str) -> _State:
        if not gone:
            return _State(collection, turn, gone, None, {}, {}, fingerprint)
        documents = {code: [_standing(g)] for code, g in gone.items()}
        before = self._state
        # After each publication nearly all of them are those of before: hundreds, a millisecond each to cut.
        cutting = _Recalling(self._tokenizer, before.cut if before and before.fingerprint == fingerprint else {})
        index = AsIfIndex(self._index, documents, cutting)
        holding: dict[str, list[str]] = {}
        for code, tokens in zip(sorted(documents), index.tokens, strict=True):
            for term in {term for bag in tokens.fields for term in bag}:
                holding.setdefault(term, []).append(code)
        return _State(collection, turn, gone, index, holding, cutting.cut, fingerprint)

    def _told(self, found: list[Found], state: _State, best: float, role: Role, at: datetime) -> list[Tombstone]:
        with self._store.read() as uow:
            heirs = uow.entries.in_force([_heir(state.gone[f.code]) for f in found], at)
        told = []
        for f in found:
            gone = state.gone[f.code]
            content, heir = gone.dated.revision.content, heirs.get(_heir(gone))
            if not may_see(role, content.roles):
                continue
            seen = heir is not None and may_see(role, heir.revision.content.roles)
            told.append(
                Tombstone(
                    code=f.code,
                    title=content.title,
                    ended=gone.dated.period.ends or at,
                    withdrawn=gone.last.action is Action.WITHDRAW,
                    reason=gone.last.reason if gone.last.action is Action.WITHDRAW else "",
                    replacement=(heir.code, heir.revision.content.title) if heir and seen else None,
                    leads=f.score > best,
                )
            )
        return told


class _Recalling:
    """Cuts only what is not among those that were cut before."""

    def __init__(self, tokenizer: Tokenizer, before: Mapping[tuple[str, str], Tokens]) -> None:
        self._tokenizer, self._before = tokenizer, before
        self.cut: dict[tuple[str, str], Tokens] = {}

    def document(self, document: Document) -> Tokens:
        key = document.code, document.content.digest
        tokens = self._before.get(key) or self._tokenizer.document(document)
        self.cut[key] = tokens
        return tokens


def _is_touched(terms: Terms, holding: Mapping[str, Sequence[str]]) -> bool:
    """Whether some gone entry holds half of the question: a glance that spares most questions the search."""
    counted = [term for term in terms if term[0] != "c"] or list(terms)
    hits: dict[str, int] = {}
    for term in counted:
        for code in holding.get(term, ()):
            hits[code] = hits.get(code, 0) + 1
    return max(hits.values(), default=0) >= len(counted) * HALF


def _standing(gone: Gone) -> Document:
    """The document as it was, as if it had never ended."""
    dated = gone.dated
    return Document(dated.code, dated.revision.number, dated.revision.content, dated.period.starts, None)


def _heir(gone: Gone) -> str:
    return gone.last.replaced_by or gone.dated.revision.content.replaced_by
