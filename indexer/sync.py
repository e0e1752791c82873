"""Brings the index after the truth: drains index jobs, rebuilds, and proves that both say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from indexer.documents import document_of
from indexer.learned import Learned
from indexer.lock import writer_lock
from indexer.port import Document, SearchIndex, Stored
from kb.ports import Dated, Store, UnitOfWork

_BATCH = 10_000  # jobs taken up at once: what is held in memory
Progress = Callable[[int], None]


class Words(Protocol):
    """See ``indexer.live_words``."""

    def refresh(self) -> bool: ...
    def recut(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the index does not say as the database does. ``found`` and ``wanted`` are None when absent."""

    code: str
    wanted: Stored | None
    found: Stored | None
    fault: str = ""  # a fault of the index in itself, as a finished sentence

    def __str__(self) -> str:
        if self.fault:
            return self.fault
        if self.found is None:
            return f"{self.code}：索引里缺少第 {self.wanted.revision if self.wanted else 0} 版。"
        if self.wanted is None:
            return f"{self.code}：索引里多出第 {self.found.revision} 版。"
        return f"{self.code}：索引里的内容或生效时间与数据库第 {self.wanted.revision} 版不同。"


class Sync:
    """The one writer of the index.

    Args:
        store: the truth.
        index: the copy.
        lock_path: the file by which writers of all processes wait for one another.
        words: keeps the coordinators' dictionary; None: it never changes while this process runs.
    """

    def __init__(self, store: Store, index: SearchIndex, lock_path: Path, words: Words | None = None) -> None:
        self._words = words
        self.index = index
        self._store = store
        self._lock_path = lock_path

    def applied(self) -> int:
        """Number of the last job that the index holds."""
        return self.index.applied()

    def drain(self, progress: Progress | None = None) -> int:
        """Apply the jobs that are waiting, in order; returns how many, or how many documents a rebuild took.

        Returns 0 at once when another process is at it: that one goes on until no job is left.
        """
        done = 0
        # Looked at again after letting go: a job whose writer found the lock taken is ours to see to.
        while self._waiting():
            with writer_lock(self._lock_path, wait=False) as mine:
                if not mine:
                    return done
                while batch := self._apply_next(progress):
                    done += batch
        return done

    def _waiting(self) -> bool:
        if self._words and self._words.refresh():
            return True
        with self._store.read() as uow:
            return self.index.outdated() or uow.jobs.last() != self.index.applied() or not self._follows(uow)

    def _follows(self, uow: UnitOfWork) -> bool:
        """Whether the last job that went in is one of this database: numbers begin anew when a backup is put back."""
        mark = self.index.mark()
        return mark in ("", uow.jobs.mark(self.index.applied()))

    def _apply_next(self, progress: Progress | None) -> int:
        if self._words:
            self._words.refresh()  # under the lock: nobody writes with words older than those of the index
            self._words.recut()
        applied = self.index.applied()
        with self._store.read() as uow:
            last, follows = uow.jobs.last(), self._follows(uow)
        # Nothing is in yet, or the database was put back from a backup and its numbers begin anew.
        if self.index.outdated() or (applied == 0 < last) or last < applied or not follows:
            return self._rebuild(progress)
        with self._store.read() as uow:
            jobs = uow.jobs.after(applied, _BATCH)
            dated = uow.entries.dated(dict.fromkeys(job.code for job in jobs))
            learned = uow.learned.used(dated)
            mark = uow.jobs.mark(jobs[-1].number) if jobs else ""
        if not jobs:
            return 0
        documents = {job.code: [document_of(d, learned) for d in dated.get(job.code, ())] for job in jobs}
        self.index.replace(documents, applied=jobs[-1].number, mark=mark)
        if progress:
            progress(len(documents))
        return len(jobs)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Make the index anew from the truth, aside; searches go on meanwhile. Returns the number of documents.

        Waits for another writer to finish.
        """
        with writer_lock(self._lock_path, wait=True):
            if self._words:
                self._words.refresh()
            return self._rebuild(progress)

    def _rebuild(self, progress: Progress | None) -> int:
        count = 0

        def documents(stream: Iterable[Dated], learned: Learned) -> Iterator[Document]:
            nonlocal count
            for dated in stream:
                count += 1
                if progress:
                    progress(count)
                yield document_of(dated, learned)

        with self._store.read() as uow:
            # One snapshot gives both, so nothing falls between the number and the entries.
            last, learned = uow.jobs.last(), uow.learned.used()
            self.index.rebuild(documents(uow.entries.all_dated(), learned), applied=last, mark=uow.jobs.mark(last))
        return count

    def check(self) -> list[Difference]:
        """Every difference between database and index; empty when they are equal.

        Jobs that are waiting count as differences: ``drain`` first to see only what is wrong.
        """
        held = {(s.code, s.starts): s for s in self.index.stored()}
        differences: list[Difference] = []
        with self._store.read() as uow:
            learned = uow.learned.used()
            for dated in uow.entries.all_dated():
                wanted = _stored(dated, learned)
                found = held.pop((wanted.code, wanted.starts), None)
                if found != wanted:
                    differences.append(Difference(wanted.code, wanted, found))
        differences += [Difference(extra.code, None, extra) for extra in held.values()]
        return differences + [Difference("", None, None, fault) for fault in self.index.faults()]


def _stored(dated: Dated, learned: Learned) -> Stored:
    document = document_of(dated, learned)
    return Stored(document.code, document.revision, document.content.digest, document.starts, document.ends)
