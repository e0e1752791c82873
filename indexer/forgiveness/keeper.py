"""Forgiveness over the newest state of the index.

The terms of all entries are made anew some time after a commit; those of the entries that came since are put beside
them at once, so that nothing new is taken for a slip. Synonyms are exchanged at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.fresh import Fresh
from indexer.forgiveness.known import also_knowing
from indexer.forgiveness.segments import SegmentVocabulary
from indexer.forgiveness.synonyms import SynonymTable
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.weak import IsWord
from indexer.forgiveness.word_files import packaged_synonyms
from indexer.scoring import Collection, Segment
from indexer.text import normal
from kb.domain.person import Role

NEW_MOST = 1_000  # entries of a segment whose terms are put beside the others: some milliseconds
_Made = tuple[TermIndex, tuple[str, ...]]


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
        self._at: datetime | None = None
        self._terms: Fresh[Collection, _Made] = Fresh(self._made)
        self._beside: tuple[Collection, Collection, _Made] | None = None

    def use(self, synonyms: SynonymTable) -> None:
        """From now on these are the coordinators' synonyms."""
        self._synonyms = synonyms

    def over(self, collection: Collection, at: datetime) -> Forgiveness:
        """For this state of the index as of ``at``; after a commit perhaps still for one before, and what came since.

        What only comes into force or goes out by the clock is seen when the terms are next made anew.
        """
        self._at = at
        older, made = self._terms.of(collection)
        index, products = made if older is collection else self._with_new(collection, older, made)
        return Forgiveness(index, self._synonyms, self._general, products, self._is_word)

    def settle(self) -> None:
        """Wait until the terms are those of the newest state seen."""
        self._terms.settle()

    def _with_new(self, collection: Collection, older: Collection, made: _Made) -> _Made:
        """What was made for ``older`` and the terms of what is in ``collection`` only; worked out once for both."""
        held = self._beside
        if held is None or held[0] is not collection or held[1] is not older:
            assert self._at is not None
            known = {segment.name for segment in older.segments}
            new = [s for s in collection.segments if s.name not in known and s.arrays.size <= NEW_MOST]
            terms = SegmentVocabulary(new, self._at, self._role).names()
            index, products = made
            held = self._beside = (collection, older, (also_knowing(index, terms), _joined(products, _products(new))))
        return held[2]

    def _made(self, collection: Collection) -> _Made:
        assert self._at is not None
        index = TermIndex(SegmentVocabulary(collection.segments, self._at, self._role))
        return index, _products(collection.segments)


def _products(segments: Iterable[Segment]) -> tuple[str, ...]:
    held = {name for segment in segments for name in segment.arrays.names()["products"]}
    return tuple(sorted(normal(name) for name in held if name))


def _joined(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    new = set(others) - set(some)
    return tuple(sorted([*some, *new])) if new else some  # the same object: what is made of it need not be made again
