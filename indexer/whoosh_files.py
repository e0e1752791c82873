"""A generation folder: Whoosh's files and, beside each segment, its arrays."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from indexer import arrays
from indexer.arrays import Arrays
from indexer.cuts import Cuts, link
from indexer.facts import Facts
from indexer.pointer import sync_file, sync_folder
from indexer.whoosh_schema import INDEX_NAME, read_arrays, read_facts, schema, write_segment

_SUFFIX = ".arrays"


@dataclass(frozen=True, slots=True)
class Generation:
    """One folder of the index. Reading and writing its files; which of them hold is the pointer's business."""

    folder: Path
    cuts: Cuts | None = None  # where the arrays of what is written are kept, too

    @property
    def storage(self) -> FileStorage:
        return FileStorage(str(self.folder))

    def has(self, toc: int) -> bool:
        return self._toc(toc).is_file()

    def segments(self, toc: int) -> list[W3Segment]:
        """The segments of a table of contents, with their deletions. Raises ``OSError`` when it is not there."""
        return list(TOC.read(self.storage, INDEX_NAME, gen=toc, schema=schema()).segments)

    def write_toc(self, segments: Sequence[W3Segment], number: int) -> None:
        # A writer killed before it replaced the pointer left this number behind, and Whoosh refuses to write over it.
        self._toc(number).unlink(missing_ok=True)
        TOC(schema(), list(segments), number).write(self.storage, INDEX_NAME)
        sync_file(self._toc(number))
        sync_folder(self.folder)

    def add_segment(self, made: Arrays, facts: Sequence[Facts]) -> W3Segment:
        """Write a segment and its arrays, durably."""
        segment = write_segment(self.storage, made, facts)
        for path in self.folder.glob(f"{segment.segment_id()}.*"):
            sync_file(path)
        arrays.save(made, self._path(segment))
        if self.cuts:
            self.cuts.keep(sorted(self.folder.glob(f"{segment.segment_id()}.*")), facts)
        return segment

    def take_whole(self, files: Sequence[Path], count: int) -> W3Segment:
        """A segment of ``count`` documents that was written before, with its files as they are, durably."""
        for file in files:
            link(file, self.folder / file.name)
            sync_file(self.folder / file.name)
        _, number = files[0].name.split(".", 1)[0].split("_", 1)
        return W3Segment(W3Codec(), INDEX_NAME, count, number)

    def arrays(self, segment: W3Segment) -> Arrays:
        """The arrays of a segment; made from its postings when the file is lost or broken."""
        try:
            return arrays.load(self._path(segment))
        except (OSError, ValueError, KeyError):
            made = read_arrays(self.storage, segment)
            with contextlib.suppress(OSError):  # a reader without the right to write makes them for itself
                arrays.save(made, self._path(segment))
            return made

    def facts(self, segment: W3Segment) -> list[Facts]:
        with SegmentReader(self.storage, schema(), segment) as reader:
            return read_facts(reader)

    def sweep(self, segments: Iterable[W3Segment], toc: int) -> None:
        """Remove what neither this table nor its segments need: older states, and what a killed writer left."""
        kept = {segment.segment_id() for segment in segments}
        if self.cuts:
            self.cuts.keep_only(kept)
        for path in self.folder.iterdir():
            wanted = path == self._toc(toc) or path.name.split(".", 1)[0] in kept
            if not wanted or path.name.endswith(".tmp"):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _toc(self, number: int) -> Path:
        return self.folder / str(TOC._filename(INDEX_NAME, number))

    def _path(self, segment: W3Segment) -> Path:
        return self.folder / f"{segment.segment_id()}{_SUFFIX}"
