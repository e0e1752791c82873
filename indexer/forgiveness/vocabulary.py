"""What the collection itself says: its terms, how many entries hold them, and whether titles do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Term:
    """``text`` in normal form. ``kind``: ``w`` a word or name, ``b`` two neighbouring characters.

    ``entries``: how many entries hold it; ``titles``: how many titles and phrasings do.
    """

    text: str
    kind: str
    entries: int
    titles: int


class Vocabulary(Protocol):
    """The terms in force that everybody may see: a repair must not tell of an entry hidden from the asker."""

    def size(self) -> int:
        """Number of entries counted."""

    def terms(self) -> Iterator[Term]:
        """Every term once."""


class ListVocabulary:
    """A vocabulary of given terms, for tests and small tools."""

    def __init__(self, terms: Iterable[Term], size: int) -> None:
        self._terms, self._size = list(terms), size

    def size(self) -> int:
        return self._size

    def terms(self) -> Iterator[Term]:
        return iter(self._terms)
