"""How entries were cut, kept beside the index: what is built anew takes over from there what has not changed.

Of each segment a link to its arrays is kept here (it takes no room while the index holds the same file), with a note
that tells which contents they are of, by which words those were cut, and the arrays' checksum. So an index can be
thrown away and made again without segmenting any entry twice; after a change of the coordinators' dictionary only what
a changed word may stand in is cut. What is torn, altered or made by another program is passed over.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer import arrays
from indexer.arrays import Arrays
from indexer.building import merged
from indexer.facts import Facts, facts_of
from indexer.port import Document
from indexer.segment import Mask, Segment
from indexer.text import normal
from indexer.tokens import bigrams

_ARRAYS, _NOTE = ".arrays", ".json"


@dataclass(frozen=True, slots=True)
class Cuts:
    """The folder, for one way of cutting.

    Args:
        folder: of this program's own; made when first needed.
        base: what stands for the program and the words that it was started with; others' cuts are of no use.
        words: the coordinators' words, in normal form.
    """

    folder: Path
    base: str
    words: tuple[str, ...]

    def keep(self, name: str, path: Path, facts: Sequence[Facts]) -> None:
        """Keep the arrays at ``path``, which are of ``facts``. What cannot be written is not kept: it is cut again."""
        note: dict[str, object] = {
            "base": self.base,
            "words": self.words,
            "keys": [_key(f.code, f.digest) for f in facts],
        }
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            held = self.folder / f"{name}{_ARRAYS}"
            _link(path, held)
            note["checksum"] = zlib.crc32(held.read_bytes())
            temporary = self.folder / f"{name}.tmp"
            temporary.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
            temporary.replace(self.folder / f"{name}{_NOTE}")

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget all segments but these: so there is never more here than an index holds."""
        kept = set(names)
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.name.split(".", 1)[0] not in kept:
                    path.unlink(missing_ok=True)

    def segments(self) -> Iterator[tuple[Path, Arrays, list[str], Mask]]:
        """The sound ones: file, arrays, what each document is of, and which of them would be cut alike now."""
        for path in sorted(self.folder.glob(f"*{_NOTE}")):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                note, file = json.loads(path.read_text(encoding="utf-8")), path.with_suffix(_ARRAYS)
                if note["base"] != self.base or note["checksum"] != zlib.crc32(file.read_bytes()):
                    continue
                held = arrays.load(file)
                if len(note["keys"]) == held.size:
                    yield file, held, note["keys"], _alike(held, set(note["words"]) ^ set(self.words))


@dataclass(frozen=True, slots=True)
class Piece:
    """Documents of a kept segment (``numbers``, ascending) with the facts that hold for them now."""

    arrays: Path
    numbers: Sequence[int]
    facts: Sequence[Facts]


class TakenOver:
    """Sorts documents into those that were cut before and those that are to be cut."""

    def __init__(self, cuts: Cuts) -> None:
        self._files: list[Path] = []
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._taken: list[list[tuple[int, Facts]]] = []
        for file, _, keys, alike in cuts.segments():
            for number in np.flatnonzero(alike).tolist():
                self._places.setdefault(keys[number], []).append((len(self._files), number))
            self._files.append(file)
            self._taken.append([])

    def rest(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Those to be cut; the others are in ``pieces`` when all are through."""
        for document in documents:
            # Each place serves once: two periods of one entry with the same content are two documents.
            if places := self._places.get(_key(document.code, document.content.digest)):
                segment, number = places.pop()
                self._taken[segment].append((number, facts_of(document)))
            else:
                yield document

    def pieces(self) -> list[Piece]:
        made = []
        for file, taken in zip(self._files, self._taken, strict=True):
            if taken:
                taken.sort(key=lambda pair: pair[0])
                made.append(Piece(file, [number for number, _ in taken], [fact for _, fact in taken]))
        return made


def laid_out(pieces: Sequence[Piece]) -> tuple[Arrays, list[Facts]]:
    """One segment of all documents of ``pieces``."""
    parts = []
    for piece in pieces:
        held = arrays.load(piece.arrays)
        live = np.zeros(held.size, np.bool_)
        live[list(piece.numbers)] = True
        parts.append((held, live))
    facts = [fact for piece in pieces for fact in piece.facts]
    return merged(parts, facts), facts


def _alike(held: Arrays, changed: set[str]) -> Mask:
    """The documents in which none of the ``changed`` words can stand: their pairs of characters tell."""
    alike, segment = np.ones(held.size, np.bool_), Segment("", held)
    for word in changed:
        pairs = bigrams(normal(word))
        if not pairs:  # that cannot be told
            return np.zeros(held.size, np.bool_)
        alike[segment.holding(pairs)] = False
    return alike


def _key(code: str, digest: str) -> str:
    return f"{code} {digest}"


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
