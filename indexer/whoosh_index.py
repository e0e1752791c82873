"""The engine on disk: Whoosh keeps documents, terms, segments and deletions; numpy scores over arrays beside them."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from whoosh.codec.whoosh3 import W3Segment

from indexer import pointer
from indexer.building import merged
from indexer.cuts import Cuts
from indexer.facts import moment
from indexer.pointer import Pointer, Stamp
from indexer.port import Document, Filters, Found, Stored, Terms
from indexer.scoring import Collection, Segment
from indexer.tokens import Tokenizer
from indexer.whoosh_files import Generation
from indexer.whoosh_writing import write_segments
from kb.domain.errors import N_, Unavailable
from kb.domain.person import Role

FORM = "whoosh3-1"  # of the files; a change makes every index be built anew
_TRIES = 20  # to open a state that a writer replaces meanwhile
_TIER, _TIER_MOST = 8, 8  # segments of like size (within this factor) are merged when there are so many


@dataclass(frozen=True, slots=True)
class _State:
    """What one process has open."""

    stamp: Stamp
    pointer: Pointer
    listed: tuple[W3Segment, ...]
    collection: Collection


class WhooshIndex:
    """``SearchIndex`` in a folder that several processes share.

    Any number may search; writing is for whoever holds the writer's lock (``indexer.sync``). Other processes notice
    a commit at their next search by one ``stat`` and open only the segments that are new.
    """

    def __init__(self, folder: Path, tokenizer: Tokenizer, lexicon: int = 0) -> None:
        """``lexicon``: number of the coordinators' dictionary that ``tokenizer`` knows."""
        self._folder = folder
        self._tokenizer = tokenizer
        self.lexicon = lexicon
        self._state: _State | None = None
        self._opening = threading.Lock()
        self._names: tuple[Collection | None, frozenset[str]] = (None, frozenset())

    @property
    def fingerprint(self) -> str:
        """How entries are cut here and now."""
        return self.fingerprint_of(self.lexicon, self._tokenizer.fingerprint)

    @staticmethod
    def fingerprint_of(lexicon: int, tokenizer: str) -> str:
        return f"{FORM}-{lexicon}-{tokenizer}"

    def held_fingerprint(self) -> tuple[str, int]:
        """How the entries of the index were cut, and the number of the dictionary that they were cut with; "" and -1
        when there is no index."""
        found = pointer.read(self._folder)
        return (found.fingerprint, _lexicon_of(found)) if found else ("", -1)

    def search(
        self, terms: Terms, *, at: datetime, role: Role, filters: Filters, limit: int
    ) -> tuple[list[Found], int]:
        return self._current().collection.search(terms, at=at, role=role, filters=filters, limit=limit)

    @property
    def collection(self) -> Collection:
        """The newest state. Raises ``Unavailable``."""
        return self._current().collection

    def names(self) -> frozenset[str]:
        collection = self._current().collection
        held, names = self._names
        if held is not collection:
            # The same object as before when nothing new came: learning thousands of names again would cost time.
            names = names if names == collection.names else collection.names
            self._names = (collection, names)
        return names

    def applied(self) -> int:
        found = pointer.read(self._folder)
        return found.applied if found else 0

    def mark(self) -> str:
        found = pointer.read(self._folder)
        return found.mark if found else ""

    def outdated(self) -> bool:
        found = pointer.read(self._folder)
        if found is None or found.fingerprint != self.fingerprint:
            return True
        return not self._generation(found).has(found.toc) or not self._opens()

    def stored(self) -> Iterator[Stored]:
        if pointer.read(self._folder) is None:
            return
        state = self._current()
        generation = self._generation(state.pointer)
        for segment in state.listed:
            for number, f in enumerate(generation.facts(segment)):
                starts = moment(f.starts)
                if starts is not None and not segment.is_deleted(number):
                    yield Stored(f.code, f.revision, f.digest, starts, moment(f.ends))

    def faults(self) -> list[str]:
        """Segments whose arrays do not hold what Whoosh holds."""
        if pointer.read(self._folder) is None:
            return [N_("索引不存在。")]
        state = self._current()
        generation = self._generation(state.pointer)
        faults = []
        for listed, opened in zip(state.listed, state.collection.listed, strict=True):
            if opened.arrays.codes() != [fact.code for fact in generation.facts(listed)]:
                faults.append(f"索引段 {opened.name} 的数组与 Whoosh 里的文档不一致。")
        return faults

    def replace(self, documents: Mapping[str, Sequence[Document]], *, applied: int, mark: str = "") -> None:
        # Only where there never was one. An index that another thread's words have just made outdated must not be
        # emptied for it: its other entries would be lost with these jobs taken for applied.
        if self._state is None and pointer.read(self._folder) is None:
            self.rebuild((), applied=0)
        with _written():
            self._replace(documents, replace(self._current().pointer, applied=applied, mark=mark))

    def recut(self, documents: Mapping[str, Sequence[Document]], fingerprint: str) -> None:
        """``replace`` after the words changed: these are all entries that are cut otherwise by those of ``fingerprint``."""
        with _written():
            self._replace(documents, replace(self._current().pointer, fingerprint=fingerprint))

    def _replace(self, documents: Mapping[str, Sequence[Document]], new: Pointer) -> None:
        state = self._current()
        generation = self._generation(state.pointer)
        kept = [_without(segment, opened, documents.keys()) for segment, opened in self._pairs(state)]
        periods = (document for code in documents for document in documents[code])
        added = write_segments(generation, periods, self._tokenizer)
        segments = self._merged(generation, [s for s in kept if s.deleted_count() < s.doc_count_all()] + added)
        number = state.pointer.toc + 1
        generation.write_toc(segments, number)
        self._commit(replace(new, toc=number))
        generation.sweep(segments, number)

    def rebuild(self, documents: Iterable[Document], *, applied: int, mark: str = "") -> None:
        # Of the words before the first entry is cut: those that another thread takes up meanwhile are still to be applied.
        fingerprint = self.fingerprint
        with _written():
            generation = self._new_generation()
            try:
                segments = write_segments(generation, documents, self._tokenizer)
                generation.write_toc(segments, 1)
            except BaseException:
                shutil.rmtree(generation.folder, ignore_errors=True)
                raise
            self._commit(Pointer(generation.folder.name, 1, applied, fingerprint, mark))
        generation.sweep(segments, 1)
        for folder in self._folder.glob("gen-*"):
            if folder != generation.folder:
                shutil.rmtree(folder, ignore_errors=True)  # who has its arrays open keeps them

    def _merged(self, generation: Generation, segments: list[W3Segment]) -> list[W3Segment]:
        """Merge segments of like size when there are many, so that there are never more than a few dozen."""
        tiers: dict[int, list[W3Segment]] = {}
        for segment in segments:
            size = max(1, segment.doc_count_all() - segment.deleted_count())
            tiers.setdefault(int(np.log(size) / np.log(_TIER)), []).append(segment)
        for _, tier in sorted(tiers.items()):
            if len(tier) >= _TIER_MOST:
                rest = [segment for segment in segments if segment not in tier]
                return self._merged(generation, [*rest, self._joined(generation, tier)])
        return segments

    def _joined(self, generation: Generation, segments: Sequence[W3Segment]) -> W3Segment:
        parts, facts = [], []
        for segment in segments:
            live = Segment("", generation.arrays(segment), frozenset(segment.deleted_docs())).live
            parts.append((generation.arrays(segment), live))
            facts += [fact for fact, alive in zip(generation.facts(segment), live, strict=True) if alive]
        return generation.add_segment(merged(parts, facts), facts)

    def _commit(self, new: Pointer) -> None:
        pointer.write(self._folder, new)
        self._current()

    def _new_generation(self) -> Generation:
        self._folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(name) for path in self._folder.glob("gen-*") if (name := path.name[4:]).isdigit()]
        folder = self._folder / f"gen-{max(numbers, default=0) + 1}"
        folder.mkdir()
        return Generation(folder, self._cuts)

    def _generation(self, held: Pointer) -> Generation:
        return Generation(self._folder / held.generation, self._cuts)

    @property
    def _cuts(self) -> Cuts | None:
        tokenizer = self._tokenizer
        if tokenizer.cache_dir is None:
            return None
        base = f"{FORM}-{tokenizer.fingerprint_with(())}"
        return Cuts(tokenizer.cache_dir / "cuts", base, tuple(tokenizer.added))

    def _pairs(self, state: _State) -> Iterator[tuple[W3Segment, Segment]]:
        return zip(state.listed, state.collection.listed, strict=True)

    def _opens(self) -> bool:
        try:
            self._current()
        except Unavailable:
            return False
        return True

    def _current(self) -> _State:
        """The state that holds, opened. When the folder was removed: the last one, which is still mapped."""
        held, seen = self._state, pointer.stamp(self._folder)
        if held is not None and (seen is None or seen == held.stamp):
            return held
        with self._opening:
            for _ in range(_TRIES):
                held, seen = self._state, pointer.stamp(self._folder)
                if held is not None and (seen is None or seen == held.stamp):
                    return held
                found = pointer.read(self._folder)
                if seen is None or found is None:
                    break
                with contextlib.suppress(OSError):  # a writer has just replaced it: look again
                    self._state = self._open(seen, found)
                    return self._state
        raise Unavailable(N_("索引还没有建好或已被移走，正在等待重建；也可以运行 kb reindex。"))

    def _open(self, seen: Stamp, found: Pointer) -> _State:
        generation = self._generation(found)
        known = {s.name: s for s in self._state.collection.listed} if self._state else {}
        listed = tuple(generation.segments(found.toc))
        opened = []
        for segment in listed:
            name, deleted = segment.segment_id(), frozenset(segment.deleted_docs())
            if name in known:
                opened.append(known[name].without(deleted))
            else:
                opened.append(Segment(name, generation.arrays(segment), deleted))
        return _State(seen, found, listed, Collection(opened))


def _lexicon_of(found: Pointer) -> int:
    """Number of the coordinators' dictionary in a fingerprint of this form, or -1."""
    form, _, rest = found.fingerprint.rpartition("-")[0].rpartition("-")
    return int(rest) if form == FORM and rest.isdigit() else -1


@contextlib.contextmanager
def _written() -> Iterator[None]:
    """Turn what the disk says into a sentence. Until the pointer is replaced the old state holds."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            N_("索引写不到磁盘上（{reason}）；原来的索引没有改动，腾出空间或权限后会自动补上。"), reason=error.strerror or error
        ) from error


def _without(segment: W3Segment, opened: Segment, codes: Iterable[str]) -> W3Segment:
    """A copy of ``segment`` in which the documents of ``codes`` are deleted too."""
    gone = {number for code in codes for number in opened.documents(code)}
    deleted = set(segment.deleted_docs()) | gone
    return W3Segment(segment.codec(), segment.indexname, segment.doc_count_all(), segment.segid, deleted or None)
