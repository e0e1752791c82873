"""Forgiveness over the newest state of the index: terms made once per commit, synonyms exchanged at once."""

from __future__ import annotations

from datetime import datetime

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.fresh import Fresh
from indexer.forgiveness.segments import SegmentVocabulary
from indexer.forgiveness.synonyms import SynonymTable
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.weak import IsWord
from indexer.forgiveness.word_files import packaged_synonyms
from indexer.scoring import Collection
from indexer.text import normal
from kb.domain.person import Role

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

    def use(self, synonyms: SynonymTable) -> None:
        """From now on these are the coordinators' synonyms."""
        self._synonyms = synonyms

    def over(self, collection: Collection, at: datetime) -> Forgiveness:
        """For this state of the index as of ``at``; right after a commit perhaps still for the one before.

        What only comes into force or goes out by the clock is seen at the next commit.
        """
        self._at = at
        index, products = self._terms.of(collection)
        return Forgiveness(index, self._synonyms, self._general, products, self._is_word)

    def settle(self) -> None:
        """Wait until the terms are those of the newest state seen."""
        self._terms.settle()

    def _made(self, collection: Collection) -> _Made:
        assert self._at is not None
        index = TermIndex(SegmentVocabulary(collection.segments, self._at, self._role))
        held = {name for segment in collection.segments for name in segment.arrays.names()["products"]}
        return index, tuple(sorted(normal(name) for name in held if name))
