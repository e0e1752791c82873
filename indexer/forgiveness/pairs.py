"""Which two characters stand side by side in the collection: sixteen bytes for each pair."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

PAIRS_MOST = 500_000
Numbers = npt.NDArray[np.int64]


class Pairs:
    """Counts of neighbouring characters. Of more than ``PAIRS_MOST`` those of titles and of many entries are kept.

    Args:
        keys: of each pair the first character shifted by 21 bits, and the second; a pair may come several times.
        entries, titles: how many hold it.
    """

    def __init__(self, keys: Numbers, entries: Numbers, titles: Numbers) -> None:
        self._keys, places = np.unique(keys, return_inverse=True)
        sums = [np.bincount(places, held, len(self._keys)) for held in (entries, titles)]
        counts = np.stack(sums, axis=1).astype(np.int32)
        if len(self._keys) > PAIRS_MOST:
            best = np.sort(np.lexsort((-counts[:, 0], -counts[:, 1]))[:PAIRS_MOST])
            self._keys, counts = self._keys[best], counts[best]
        self._counts = counts

    @classmethod
    def of(cls, counted: Iterable[tuple[str, int, int]]) -> Pairs:
        """From two characters, entries and titles."""
        rows = [(_key(two), entries, titles) for two, entries, titles in counted]
        return cls(*np.array(rows, np.int64).reshape(-1, 3).T)

    def __len__(self) -> int:
        return len(self._keys)

    def count(self, two: str) -> tuple[int, int]:
        """In how many entries, and in how many titles and phrasings."""
        if len(two) != 2:
            return 0, 0
        key = _key(two)
        place = int(self._keys.searchsorted(key))
        if place == len(self._keys) or self._keys[place] != key:
            return 0, 0
        entries, titles = self._counts[place].tolist()
        return entries, titles


def _key(two: str) -> int:
    return ord(two[0]) << 21 | ord(two[1])
