"""Writes the segments of many documents, on all cores when there are many."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from types import TracebackType

from whoosh.codec.whoosh3 import W3Segment

from indexer.building import Builder
from indexer.cuts import Piece, TakenOver, laid_out
from indexer.port import Document
from indexer.tokens import Tokenizer
from indexer.whoosh_files import Generation
from kb.domain.errors import N_, Unavailable

LOOKED_UP_LEAST = 100  # documents; fewer are cut sooner than looked up among those that were cut before
ALONE_MOST = 300  # documents; for more, starting processes (half a second each) pays
SEGMENT_MOST = 7_000  # documents of one segment: a process then stays below 300 MiB
_BATCH = 50  # documents handed over at once


def write_segments(generation: Generation, documents: Iterable[Document], tokenizer: Tokenizer) -> list[W3Segment]:
    """Write all documents as segments of ``generation`` and return those. They count once a table lists them.

    What was cut before is taken over.
    """
    stream = iter(documents)
    first = list(islice(stream, LOOKED_UP_LEAST))
    if generation.cuts is None or len(first) < LOOKED_UP_LEAST:
        return _cut(generation, chain(first, stream), tokenizer)
    before = TakenOver(generation.cuts)
    segments = _cut(generation, before.rest(chain(first, stream)), tokenizer)
    return segments + _taken_over(generation, before.pieces(), tokenizer)


def _cut(generation: Generation, stream: Iterator[Document], tokenizer: Tokenizer) -> list[W3Segment]:
    first = list(islice(stream, ALONE_MOST))
    if len(first) < ALONE_MOST:
        return _written_here(generation, first, tokenizer)
    segments: list[W3Segment] = []
    processes = len(os.sched_getaffinity(0))
    batches = _batched(stream, first)
    while batch := next(batches, None):
        with _Team(processes, generation, tokenizer) as team:
            segments += team.write(batch, batches)
    return segments


def _taken_over(generation: Generation, pieces: list[Piece], tokenizer: Tokenizer) -> list[W3Segment]:
    whole = [generation.take_whole(piece.files, len(piece.numbers)) for piece in pieces if piece.whole]
    return whole + _laid_out([piece for piece in pieces if not piece.whole], generation, tokenizer)


def _laid_out(pieces: list[Piece], generation: Generation, tokenizer: Tokenizer) -> list[W3Segment]:
    groups = _grouped(pieces)
    if sum(len(piece.numbers) for piece in pieces) < ALONE_MOST:
        return [generation.add_segment(*laid_out(group)) for group in groups]
    with _Team(min(len(groups), len(os.sched_getaffinity(0))), generation, tokenizer) as team:
        return team.lay_out(groups)


def _grouped(pieces: list[Piece]) -> list[tuple[Piece, ...]]:
    """Pieces that make one segment each; a piece is of one segment, so it is not larger than one either."""
    groups: list[list[Piece]] = []
    size = 0
    for piece in pieces:
        if not groups or size + len(piece.numbers) > SEGMENT_MOST:
            groups.append([])
            size = 0
        groups[-1].append(piece)
        size += len(piece.numbers)
    return [tuple(group) for group in groups]


def _written_here(generation: Generation, documents: list[Document], tokenizer: Tokenizer) -> list[W3Segment]:
    if not documents:
        return []
    builder = Builder()
    for document in documents:
        builder.add(document, tokenizer.document(document))
    if generation.cuts and generation.cuts.words != tokenizer.added:  # another thread took up other words meanwhile
        generation = Generation(generation.folder)
    return [generation.add_segment(builder.arrays(), builder.facts)]


def _batched(stream: Iterator[Document], first: list[Document]) -> Iterator[list[Document]]:
    for start in range(0, len(first), _BATCH):
        yield first[start : start + _BATCH]
    while batch := list(islice(stream, _BATCH)):
        yield batch


class _Team:
    """Worker processes that write segments."""

    def __init__(self, size: int, generation: Generation, tokenizer: Tokenizer) -> None:
        command = [sys.executable, "-m", "indexer.segment_worker"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._workers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603 - this very program
            for _ in range(size)
        ]
        added = tokenizer.added
        if generation.cuts:
            generation = replace(generation, cuts=replace(generation.cuts, words=added))
        for worker in self._workers:
            self._send(worker, (generation, tokenizer.base, added, tokenizer.cache_dir))

    def __enter__(self) -> _Team:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self._workers:
            if kind is not None:
                worker.kill()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            worker.wait()

    def write(self, batch: list[Document] | None, more: Iterator[list[Document]]) -> list[W3Segment]:
        """Hand out batches in turn until none is left or the segments are full, and collect the segments."""
        handed = 0
        while batch is not None:
            self._send(self._workers[handed // _BATCH % len(self._workers)], batch)
            handed += _BATCH
            batch = next(more, None) if handed < SEGMENT_MOST * len(self._workers) else None
        return self._segments()

    def lay_out(self, groups: list[tuple[Piece, ...]]) -> list[W3Segment]:
        """Have each group written as a segment."""
        for number, group in enumerate(groups):
            self._send(self._workers[number % len(self._workers)], group)
        return self._segments()

    def _segments(self) -> list[W3Segment]:
        for worker in self._workers:
            self._send(worker, None)
        return [segment for worker in self._workers for segment in self._answer(worker)]

    def _send(self, worker: subprocess.Popen[bytes], message: object) -> None:
        assert worker.stdin is not None
        try:
            worker.stdin.write(pickle.dumps(message))
            worker.stdin.flush()
        except BrokenPipeError as error:
            raise _failed() from error

    def _answer(self, worker: subprocess.Popen[bytes]) -> list[W3Segment]:
        assert worker.stdout is not None
        try:
            written: list[W3Segment] = pickle.load(worker.stdout)  # noqa: S301 - from the process started here
            return written
        except EOFError as error:
            raise _failed() from error


def _failed() -> Unavailable:
    return Unavailable(N_("建立索引的进程中途退出了（内存或磁盘不足？），原来的索引没有改动，请重试。"))

