"""The collection's terms, and beside them those of what came since: nothing that is built over them is made anew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indexer.forgiveness.hashing import Codes
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.vocabulary import Vocabulary


def grown(index: TermIndex, vocabulary: Vocabulary) -> TermIndex:
    """``index`` as it would be with the entries that ``vocabulary`` counts published as well.

    Their words are no slips, and a slip or pinyin is repaired to them. One thing is missing: a word that stands in no
    title and in too few of the entries on either side counts only when the whole index is made anew.
    """
    return _Grown(index, TermIndex(vocabulary, index.library))


class _Grown(TermIndex):
    """The terms of ``old`` keep their numbers; those that only ``new`` has come after them."""

    def __init__(self, old: TermIndex, new: TermIndex) -> None:
        self._old, self._new = old, new
        self.library, self._often = old.library + new.library, old._often
        added = [text for text in new.texts if text not in old]
        self._numbers = old._numbers | {text: len(old) + place for place, text in enumerate(added)}
        self.texts = old.texts + added
        self._own = np.array([self._numbers[text] for text in new.texts], np.int32)
        self.entries, self.titles = (np.append(c, np.zeros(len(added), np.int32)) for c in (old.entries, old.titles))
        self.entries[self._own] += new.entries
        self.titles[self._own] += new.titles
        self.latin, self._figures = old.latin | new.latin, old._figures | new._figures
        self._singles = dict(old._singles)
        for char, entries in new._singles.items():
            self._singles[char] = self._singles.get(char, 0) + entries

    def pair(self, two: str) -> tuple[int, int]:
        entries, titles = self._old.pair(two)
        more_entries, more_titles = self._new.pair(two)
        return entries + more_entries, titles + more_titles

    def heard(self, sound: str) -> list[str]:
        return list(dict.fromkeys(self._old.heard(sound) + self._new.heard(sound)))

    def found(self, keys: Codes) -> Iterator[tuple[int, int]]:
        yield from self._old.found(keys)
        for place, number in self._new.found(keys):
            if (own := int(self._own[number])) >= len(self._old):
                yield place, own

    def spelled(self, letters: str, *, whole: bool = True) -> list[int]:
        return self._old.spelled(letters, whole=whole) + self._added(self._new.spelled(letters, whole=whole))

    def initialled(self, letters: str, *, whole: bool = True) -> list[int]:
        return self._old.initialled(letters, whole=whole) + self._added(self._new.initialled(letters, whole=whole))

    def _added(self, numbers: list[int]) -> list[int]:
        """Of these terms of ``new`` those that ``old`` does not have."""
        return [own for number in numbers if (own := int(self._own[number])) >= len(self._old)]
