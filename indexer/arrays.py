"""The postings of one immutable segment as numpy arrays, and the one file in which they lie on disk.

Two spaces: *documents* (one period of one entry each) with a column of term counts per field, and *units* (the title
and each phrasing of a document, scored each by itself, so that the best phrasing counts and not their sum).
"""

from __future__ import annotations

import json
import mmap
import os
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
MAGIC = b"zhixi-arrays-1\n"
_ALIGN = 64
FENCE = 128  # terms; a search among the few fences, and then between two, costs half of one among all
FOREVER = np.iinfo(np.int64).max  # ``ends`` of what is valid until further notice


@dataclass(frozen=True, slots=True)
class Arrays:
    """n documents, m units, t terms, p and q postings. Times are microseconds since 1970 in UTC.

    ``terms`` are sorted by their UTF-8 bytes; term i has the bytes ``term_text[term_start[i]:term_start[i + 1]]``.
    """

    term_text: Array  # uint8
    term_start: Array  # int64[t + 1]
    doc_start: Array  # int64[t + 1], places in the next two
    doc: Array  # int32[p], ascending within a term
    doc_count: Array  # uint8[p, fields], at most 255
    unit_start: Array  # int64[t + 1]
    unit: Array  # int32[q], ascending within a term
    unit_count: Array  # uint8[q]
    doc_length: Array  # int32[n, fields], terms
    unit_length: Array  # int32[m]
    unit_first: Array  # int32[n], first unit of each document; every document has at least one
    code_text: Array  # uint8
    code_start: Array  # int64[n + 1]
    revision: Array  # int32[n]
    starts: Array  # int64[n]
    ends: Array  # int64[n]
    kind: Array  # uint8[n], place in KINDS
    product: Array  # int32[n], place in ``names["products"]``
    category: Array  # int32[n]
    roles: Array  # uint16[n], a bit for each role that may see it
    names_text: Array  # uint8, JSON: products, categories, names

    @property
    def size(self) -> int:
        """Number of documents, deleted ones included."""
        return len(self.revision)

    @property
    def terms(self) -> int:
        return len(self.term_start) - 1

    def term(self, place: int) -> bytes:
        return self.term_text[self.term_start[place] : self.term_start[place + 1]].tobytes()

    def all_terms(self) -> list[bytes]:
        """Every term, in order."""
        return _unpacked(self.term_text, self.term_start)

    def code(self, document: int) -> str:
        return self.code_text[self.code_start[document] : self.code_start[document + 1]].tobytes().decode()

    def codes(self) -> list[str]:
        """The codes of all documents, in order."""
        return [code.decode() for code in _unpacked(self.code_text, self.code_start)]

    def names(self) -> Mapping[str, Sequence[str]]:
        """What the numbers in ``product`` and ``category`` mean, and the tags."""
        found: Mapping[str, Sequence[str]] = json.loads(self.names_text.tobytes())
        return found

    def fences(self) -> list[bytes]:
        """Every ``FENCE``-th term, for ``find``."""
        text, start = self.term_text.data, self.term_start.data  # halves the time of ``self.term``
        return [text[start[place] : start[place + 1]].tobytes() for place in range(0, self.terms, FENCE)]

    def find(self, term: bytes, fences: Sequence[bytes]) -> int:
        """Place of ``term``, or -1. ``fences``: as of these arrays; who asks often keeps them."""
        low = max(0, bisect_right(fences, term) - 1) * FENCE
        high = min(low + FENCE, self.terms)
        text, start = self.term_text.data, self.term_start.data
        while low < high:
            middle = (low + high) // 2
            found = text[start[middle] : start[middle + 1]].tobytes()
            if found == term:
                return middle
            if found < term:
                low = middle + 1
            else:
                high = middle
        return -1


_NAMES = [f.name for f in fields(Arrays)]


def packed(texts: Sequence[bytes]) -> tuple[Array, Array]:
    """Many byte strings as one array and the places where each begins (one more than there are strings)."""
    start = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=start[1:])
    return np.frombuffer(b"".join(texts), np.uint8), start


def _unpacked(text: Array, start: Array) -> list[bytes]:
    whole = text.tobytes()
    return [whole[begin:end] for begin, end in pairwise(start.tolist())]


def save(arrays: Arrays, path: Path) -> None:
    """Write all arrays into one file, durably: the file is complete and on disk, or not there under its name."""
    header, place = {}, 0
    for name in _NAMES:
        array = getattr(arrays, name)
        header[name] = (array.dtype.str, array.shape, place)
        place += -(-array.nbytes // _ALIGN) * _ALIGN
    head = json.dumps(header).encode()
    head = MAGIC + len(head).to_bytes(8, "little") + head
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(head + bytes(-len(head) % _ALIGN))
        for name in _NAMES:
            data = np.ascontiguousarray(getattr(arrays, name)).tobytes()
            file.write(data + bytes(-len(data) % _ALIGN))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def load(path: Path) -> Arrays:
    """Open what ``save`` wrote, mapped into memory and not read until needed.

    Raises:
        OSError: there is no such file.
        ValueError: it is something else, or cut short.
    """
    with path.open("rb") as file:
        start = len(MAGIC) + 8
        head = file.read(start)
        if len(head) < start or head[: len(MAGIC)] != MAGIC:
            raise ValueError(f"{path.name} holds no arrays")
        size = int.from_bytes(head[len(MAGIC) :], "little")
        header = json.loads(file.read(size))
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    base = -(-(start + size) // _ALIGN) * _ALIGN
    found = {}
    for name in _NAMES:
        kind, shape, place = header[name]
        count = int(np.prod(shape))
        found[name] = np.frombuffer(mapped, np.dtype(kind), count, base + place if count else 0).reshape(shape)
    return Arrays(**found)
