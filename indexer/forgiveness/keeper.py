"""Forgiveness over the newest state of the index.

The terms of all entries are made anew some time after a change; those of the entries that came since, by publication
or by the clock, are put beside them at once. Synonyms are exchanged at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from indexer.facts import microseconds
from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.fresh import Fresh
from indexer.forgiveness.grown import grown
from indexer.forgiveness.segments import SegmentVocabulary
from indexer.forgiveness.synonyms import SynonymTable
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.weak import IsWord
from indexer.forgiveness.word_files import packaged_synonyms
from indexer.scoring import Collection, Segment
from indexer.segment import Mask
from indexer.text import normal
from kb.domain.person import Role

NEW_MOST = 1_000  # entries whose terms are put beside the others while somebody waits: 40 ms
_Made = tuple[TermIndex, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _State:
    """Of two that are equal the same documents are in force."""

    collection: Collection
    turn: int
    at: datetime = field(compare=False)


class Keeper:
    """One for each process, shared by its threads.

    Args:
        is_word: whether a string is a word of the language: ``lambda word: word in tokenizer.words(word)``.
        role: the role that sees least; repairs never tell of an entry hidden from it.
        general: synonyms of the trade; by default those that come with the program.
    """

    def __init__(self, is_word: IsWord, role: Role = Role.AGENT, general: SynonymTable | None = None) -> None:
        self._is_word, self._role = is_word, role
        self._general = packaged_synonyms() if general is None else general
        self._synonyms = SynonymTable()
        self._terms: Fresh[_State, _Made] = Fresh(self._made)
        self._adding = threading.Lock()
        self._beside: tuple[_State, _State, _Made] | None = None

    def use(self, synonyms: SynonymTable) -> None:
        """From now on these are the coordinators' synonyms."""
        self._synonyms = synonyms

    def over(self, collection: Collection, now: datetime) -> Forgiveness:
        """For this state of the index; after a change perhaps still for one before, and what came since."""
        state = _State(collection, collection.turn(now), now)
        older, made = self._terms.of(state)
        index, products = made if older == state else self._with_new(state, older, made)
        return Forgiveness(index, self._synonyms, self._general, products, self._is_word)

    def settle(self) -> None:
        """Wait until the terms are those of the newest state seen."""
        self._terms.settle()

    def _with_new(self, state: _State, older: _State, made: _Made) -> _Made:
        """What was made for ``older`` and the terms of what is in force in ``state`` only; worked out once for both."""
        with self._adding:
            held = self._beside
            if held is None or held[:2] != (state, older):
                new = self._new(state, older)
                index, products = made
                if new:
                    index = grown(index, SegmentVocabulary(new))
                held = (state, older, (index, _joined(products, _products(segment for segment, _ in new))))
                self._beside = held
            return held[2]

    def _new(self, state: _State, older: _State) -> list[tuple[Segment, Mask]]:
        """Segments and their documents that are in force in ``state`` only; the newest, if there are too many."""
        known, parts, left = {segment.name for segment in older.collection.segments}, [], NEW_MOST
        now, then = microseconds(state.at), microseconds(older.at)
        for segment in reversed(state.collection.segments):
            mask = segment.valid(now, self._role)
            if segment.name in known:
                mask &= ~segment.valid(then, self._role)
            count = int(mask.sum())
            if 0 < count <= left:
                left -= count
                parts.append((segment, mask))
        return parts

    def _made(self, state: _State) -> _Made:
        segments = state.collection.segments
        return TermIndex(SegmentVocabulary.in_force(segments, state.at, self._role)), _products(segments)


def _products(segments: Iterable[Segment]) -> tuple[str, ...]:
    held = {name for segment in segments for name in segment.arrays.names()["products"]}
    return tuple(sorted(normal(name) for name in held if name))


def _joined(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    new = set(others) - set(some)
    return tuple(sorted([*some, *new])) if new else some  # the same object: what is made of it need not be made again
