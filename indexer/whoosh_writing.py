"""Writes the segments of many documents, on all cores when there are many."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType

from whoosh.codec.whoosh3 import W3Segment

from indexer.building import Builder
from indexer.port import Document
from indexer.tokens import Tokenizer
from indexer.whoosh_files import Generation
from kb.domain.errors import N_, Unavailable

ALONE_MOST = 300  # documents; for more, starting processes (half a second each) pays
SEGMENT_MOST = 7_000  # documents of one segment: a process then stays below 300 MiB
_BATCH = 50  # documents handed over at once


def write_segments(generation: Generation, documents: Iterable[Document], tokenizer: Tokenizer) -> list[W3Segment]:
    """Write all documents as segments of ``generation`` and return those. They count once a table lists them."""
    stream = iter(documents)
    first = list(islice(stream, ALONE_MOST))
    if len(first) < ALONE_MOST:
        return _written_here(generation, first, tokenizer)
    segments: list[W3Segment] = []
    processes = len(os.sched_getaffinity(0))
    batches = _batched(stream, first)
    while batch := next(batches, None):
        with _Team(processes, generation.folder, tokenizer) as team:
            segments += team.write(batch, batches)
    return segments


def _written_here(generation: Generation, documents: list[Document], tokenizer: Tokenizer) -> list[W3Segment]:
    if not documents:
        return []
    builder = Builder()
    for document in documents:
        builder.add(document, tokenizer.document(document))
    return [generation.add_segment(builder.arrays(), builder.facts)]


def _batched(stream: Iterator[Document], first: list[Document]) -> Iterator[list[Document]]:
    for start in range(0, len(first), _BATCH):
        yield first[start : start + _BATCH]
    while batch := list(islice(stream, _BATCH)):
        yield batch


class _Team:
    """Worker processes that write one segment each."""

    def __init__(self, size: int, folder: Path, tokenizer: Tokenizer) -> None:
        command = [sys.executable, "-m", "indexer.segment_worker"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._workers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603 - this very program
            for _ in range(size)
        ]
        for worker in self._workers:
            self._send(worker, (tokenizer.base, tokenizer.added, tokenizer.cache_dir, str(folder)))

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
        for worker in self._workers:
            self._send(worker, None)
        segments = [self._answer(worker) for worker in self._workers]
        return [segment for segment in segments if segment is not None]

    def _send(self, worker: subprocess.Popen[bytes], message: object) -> None:
        assert worker.stdin is not None
        try:
            worker.stdin.write(pickle.dumps(message))
            worker.stdin.flush()
        except BrokenPipeError as error:
            raise _failed() from error

    def _answer(self, worker: subprocess.Popen[bytes]) -> W3Segment | None:
        assert worker.stdout is not None
        try:
            return pickle.load(worker.stdout)  # noqa: S301 - from the process started here
        except EOFError as error:
            raise _failed() from error


def _failed() -> Unavailable:
    return Unavailable(N_("建立索引的进程中途退出了（内存或磁盘不足？），原来的索引没有改动，请重试。"))

