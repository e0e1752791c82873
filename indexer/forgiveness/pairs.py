"""Which two characters stand side by side in the collection: sixteen bytes for each pair."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

PAIRS_MOST = 500_000


class Pairs:
    """Counts of neighbouring characters. Of more than ``PAIRS_MOST`` those of titles and of many entries are kept.

    Args:
        counted: two characters, entries that hold them, titles that hold them.
    """

    def __init__(self, counted: Iterable[tuple[str, int, int]]) -> None:
        rows = [(ord(two[0]) << 21 | ord(two[1]), entries, titles) for two, entries, titles in counted]
        if len(rows) > PAIRS_MOST:
            rows = sorted(rows, key=lambda row: (-row[2], -row[1]))[:PAIRS_MOST]
        rows.sort()
        table = np.array(rows, np.int64).reshape(-1, 3)
        self._keys = np.ascontiguousarray(table[:, 0])
        self._counts = np.ascontiguousarray(table[:, 1:].astype(np.int32))

    def __len__(self) -> int:
        return len(self._keys)

    def count(self, two: str) -> tuple[int, int]:
        """In how many entries, and in how many titles and phrasings."""
        if len(two) != 2:
            return 0, 0
        key = ord(two[0]) << 21 | ord(two[1])
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return 0, 0
        entries, titles = self._counts[place].tolist()
        return entries, titles
