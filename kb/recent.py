"""A bounded memory of what was made and is likely to be asked for again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values that never change, those asked for last. Shared by threads.

    Args:
        most: the sum of the sizes that is kept; one value may be larger, then it is not kept.
        size: of one value, at least 1.
    """

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        self.most, self._size_of = most, size
        self._held: OrderedDict[K, V] = OrderedDict()
        self._size = 0
        self._putting = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: K) -> V | None:
        found = self._held.get(key)
        if found is not None:
            try:  # noqa: SIM105 - ``suppress`` would cost more than all the rest
                self._held.move_to_end(key)
            except KeyError:  # another thread has just made room
                pass
        return found

    def put(self, key: K, value: V) -> None:
        size = self._size_of(value)
        with self._putting:
            if key in self._held or size > self.most:
                return
            self._held[key] = value
            self._size += size
            while self._size > self.most:
                _, gone = self._held.popitem(last=False)
                self._size -= self._size_of(gone)
