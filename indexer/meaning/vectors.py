"""The vectors that were made, by what they were made of: one file beside the index, appended to, never needed.

After a line of JSON with the number of dimensions, each record is 16 bytes of the text's hash and the vector in half
precision. A record cut short by a crash is overwritten by the next.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import numpy as np

from indexer.meaning.embedder import Vectors

_KEY = 16


def key_of(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:_KEY]


class VectorFile:
    """Shared by threads; several processes may read while one writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: dict[bytes, memoryview] = {}
        self._read, self._dimensions = 0, 0
        self._lock = Lock()

    def get(self, key: bytes) -> Vectors | None:
        held = self._held.get(key)
        return None if held is None else np.frombuffer(held, np.float16).astype(np.float32)

    def some(self, count: int) -> Vectors:
        """At most so many of the vectors kept, one a row."""
        held = list(self._held.values())[:count]
        return np.frombuffer(b"".join(held), np.float16).reshape(len(held), -1).astype(np.float32)

    @property
    def dimensions(self) -> int:
        """Of the vectors kept; 0 when there are none."""
        return self._dimensions if self._held else 0

    def __len__(self) -> int:
        return len(self._held)

    def refresh(self) -> None:
        """Take up what another process has written since. Cheap when there is nothing."""
        try:
            size = self.path.stat().st_size
        except OSError:
            size = 0
        if size != self._read:
            with self._lock:
                self._take(size)

    def _take(self, size: int) -> None:
        if size < self._read:  # it was thrown away, and begun anew
            self._held, self._read, self._dimensions = {}, 0, 0
        if not size:
            return
        with self.path.open("rb") as file:
            if not self._read:
                head = file.readline(200)
                try:
                    self._dimensions = int(json.loads(head)["dimensions"])
                except (ValueError, KeyError, TypeError):
                    return
                self._read = len(head)
            file.seek(self._read)
            record = _KEY + 2 * self._dimensions
            data = file.read((size - self._read) // record * record)
        view = memoryview(data)  # as they lie there: a question may be waiting, and it needs a few of many thousands
        for start in range(0, len(data) // record * record, record):
            self._held[data[start : start + _KEY]] = view[start + _KEY : start + record]
        self._read += len(data) // record * record

    def add(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Append; on disk when it returns. Only one process at a time may add, see ``Meaning``."""
        if not vectors:
            return
        self.refresh()
        dimensions = len(next(iter(vectors.values())))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if dimensions != self._dimensions:
            temporary = self.path.with_suffix(".new")
            temporary.write_bytes(json.dumps({"dimensions": dimensions}).encode() + b"\n")
            temporary.replace(self.path)
            self._held, self._read, self._dimensions = {}, 0, 0
            self.refresh()
        with self.path.open("r+b") as file:
            file.truncate(self._read)
            file.seek(self._read)
            file.write(b"".join(key + vector.astype(np.float16).tobytes() for key, vector in vectors.items()))
            file.flush()
            os.fsync(file.fileno())
        self.refresh()
