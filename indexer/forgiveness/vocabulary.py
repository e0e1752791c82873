"""What the collection itself says: its terms, how many entries hold them, and whether titles do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from indexer.forgiveness.pairs import Pairs

_PAIR = re.compile("[\u3400-\u9fff]{2}")


class Term(NamedTuple):
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

    def pairs(self) -> Pairs:
        """Two Chinese characters side by side: most of all terms."""

    def others(self) -> Iterator[Term]:
        """Every term once that is no such pair."""


class ListVocabulary:
    """A vocabulary of given terms, for tests and small tools."""

    def __init__(self, terms: Iterable[Term], size: int) -> None:
        self._size = size
        self._pairs: list[Term] = []
        self._others: list[Term] = []
        for term in terms:
            is_pair = term.kind == "b" and _PAIR.fullmatch(term.text)
            (self._pairs if is_pair else self._others).append(term)

    def size(self) -> int:
        return self._size

    def pairs(self) -> Pairs:
        return Pairs.of((term.text, term.entries, term.titles) for term in self._pairs)

    def others(self) -> Iterator[Term]:
        return iter(self._others)
