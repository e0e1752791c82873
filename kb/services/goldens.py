"""Keep golden questions, and the results of running them. Running itself is search's business (``indexer.golden``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, NotFound
from kb.domain.golden import GoldenChange, GoldenQuestion, GoldenRun, compare
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork


class Goldens:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def all(self) -> list[GoldenQuestion]:
        """By question."""
        with self._store.read() as uow:
            return uow.goldens.all()

    def put(self, person: Person, questions: Iterable[GoldenQuestion]) -> int:
        """Add questions, or change those that are there; returns how many are new or different."""
        person.require(Permission.PUBLISH)
        at = self._clock()
        with self._store.write() as uow:
            there = {q.query: (q.relevant, q.product) for q in uow.goldens.all()}
            news = {q.query: q for q in questions if there.get(q.query) != (q.relevant, q.product)}
            uow.goldens.put([replace(q, author=person.login, at=at) for q in news.values()])
            if news:
                uow.audit.add(at=at, by=person.login, action="golden.put", subject=str(len(news)), detail={})
            uow.commit()
            return len(news)

    def remove(self, person: Person, query: str) -> None:
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            if not uow.goldens.remove(query):
                raise NotFound(N_("没有这个检验问题。"))
            detail = {"query": query}
            uow.audit.add(at=self._clock(), by=person.login, action="golden.remove", subject="", detail=detail)
            uow.commit()

    def last_accepted(self) -> GoldenRun | None:
        with self._store.read() as uow:
            return uow.goldens.last_accepted()

    def run(self, person: Person, number: int) -> tuple[GoldenRun, GoldenRun | None]:
        """A run, and the accepted one before it, with which it is compared. Raises ``NotFound``."""
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            return _found(uow, number), uow.goldens.last_accepted(before=number)

    def accept(self, person: Person, number: int, *, reason: str) -> int:
        """Make what an earlier run found the measure for later ones; returns the number under which it now stands.

        Raises:
            Conflict: that run is the measure already, or an accepted one is newer.
        """
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            run, last = _found(uow, number), uow.goldens.last_accepted()
            if last is not None and last.number >= number:
                raise Conflict(N_("第 {number} 次运行之后已有新的基准，请重新运行。"), number=number)
            again = GoldenRun(
                uow.goldens.last_number() + 1, run.ranks, person.login, self._clock(), check_reason(reason), True
            )
            uow.goldens.add_run(again)
            _tell(uow, again)
            uow.commit()
            return again.number

    def record(
        self, person: Person, ranks: Mapping[str, int], *, reason: str, accept: bool
    ) -> tuple[int, GoldenChange]:
        """Keep a run; returns its number and what changed since the last accepted one. The first is accepted as it is."""
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            before = uow.goldens.last_accepted()
            number = uow.goldens.last_number() + 1
            accepted = accept or before is None
            run = GoldenRun(number, ranks, person.login, self._clock(), check_reason(reason), accepted)
            uow.goldens.add_run(run)
            if accepted:
                _tell(uow, run)
            uow.commit()
            return number, compare(before.ranks if before else {}, ranks)


def _found(uow: UnitOfWork, number: int) -> GoldenRun:
    run = uow.goldens.run(number)
    if run is None:
        raise NotFound(N_("没有第 {number} 次检验。"), number=number)
    return run


def _tell(uow: UnitOfWork, run: GoldenRun) -> None:
    detail = {"reason": run.reason}
    uow.audit.add(at=run.at, by=run.by, action="golden.accept", subject=str(run.number), detail=detail)
