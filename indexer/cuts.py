"""How entries were cut, kept beside the index: what is built anew takes over from there what has not changed.

Of each segment links to its files are kept here (they take no room while the index holds the same files), with a note
that tells which contents they are of, by which words those were cut, and the files' checksums. So an index can be
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

    def keep(self, files: Sequence[Path], facts: Sequence[Facts]) -> None:
        """Keep the files of a segment, whose documents have these facts. What cannot be written is not kept."""
        name = files[0].name.split(".", 1)[0]
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            for file in files:
                link(file, self.folder / file.name)
            checksums = {file.name: _checksum(self.folder / file.name) for file in files}
            note = {"base": self.base, "words": self.words, "checksums": checksums, "facts": facts}
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

    def segments(self) -> Iterator[_Kept]:
        """The sound ones."""
        for path in sorted(self.folder.glob(f"*{_NOTE}")):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                note = json.loads(path.read_text(encoding="utf-8"))
                files = {self.folder / name: checksum for name, checksum in note["checksums"].items()}
                if note["base"] != self.base or any(_checksum(file) != files[file] for file in files):
                    continue
                facts = [Facts(*row)._replace(names=tuple(row[9])) for row in note["facts"]]
                held = arrays.load(path.with_suffix(_ARRAYS))
                yield _Kept(tuple(files), facts, _alike(held, set(note["words"]) ^ set(self.words)))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A segment: its files, the facts of its documents, and which of them would be cut alike now."""

    files: tuple[Path, ...]
    facts: list[Facts]
    alike: Mask


@dataclass(frozen=True, slots=True)
class Piece:
    """Documents of a kept segment (``numbers``, ascending) with the facts that hold for them now.

    ``whole``: it is all of its documents, and they hold as they did, so that its files can be taken as they are.
    """

    files: tuple[Path, ...]
    numbers: Sequence[int]
    facts: Sequence[Facts]
    whole: bool


class TakenOver:
    """Sorts documents into those that were cut before and those that are to be cut."""

    def __init__(self, cuts: Cuts) -> None:
        self._kept = list(cuts.segments())
        self._taken: list[dict[int, Facts]] = [{} for _ in self._kept]
        self._places: dict[str, list[tuple[int, int]]] = {}
        for segment, kept in enumerate(self._kept):
            for number in np.flatnonzero(kept.alike).tolist():
                fact = kept.facts[number]
                self._places.setdefault(_key(fact.code, fact.digest), []).append((segment, number))

    def rest(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Those to be cut; the others are in ``pieces`` when all are through."""
        for document in documents:
            # Each place serves once: two periods of one entry with the same content are two documents.
            if places := self._places.get(_key(document.code, document.content.digest)):
                segment, number = places.pop()
                self._taken[segment][number] = facts_of(document)
            else:
                yield document

    def pieces(self) -> list[Piece]:
        made = []
        for kept, taken in zip(self._kept, self._taken, strict=True):
            if taken:
                numbers = sorted(taken)
                facts = [taken[number] for number in numbers]
                made.append(Piece(kept.files, numbers, facts, whole=facts == kept.facts))
        return made


def laid_out(pieces: Sequence[Piece]) -> tuple[Arrays, list[Facts]]:
    """One segment of all documents of ``pieces``."""
    parts = []
    for piece in pieces:
        held = arrays.load(next(file for file in piece.files if file.suffix == _ARRAYS))
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


def _checksum(file: Path) -> int:
    return zlib.crc32(file.read_bytes())


def link(source: Path, target: Path) -> None:
    """Have the same file under another name, too."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
