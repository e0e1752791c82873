"""What a run found, made ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from indexer.golden import hit_at
from kb.domain.golden import GoldenQuestion, GoldenRun, answered, compare
from kb.ports import UnitOfWork

RUN_MOST = 1_000  # questions that one request asks; they take some 10 ms each
UNANSWERED_MOST = 200  # rows shown


@dataclass(frozen=True, slots=True)
class Summary:
    """A run and its shares, 0 to 1."""

    run: GoldenRun
    hit1: float
    hit5: float


@dataclass(frozen=True, slots=True)
class Change:
    """A question, the place of its answer (0: not among ten) before and now, and the codes that answer it today."""

    query: str
    before: int
    now: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """``fresh``: questions that the run before did not know. ``unanswered``: all without their answer, ``before`` 0."""

    summary: Summary
    before: Summary | None
    lost: list[Change]
    gained: list[Change]
    unanswered: list[Change]
    fresh: int

    def codes(self) -> set[str]:
        return {code for change in (*self.lost, *self.gained, *self.unanswered) for code in change.codes}


def summary(run: GoldenRun | None) -> Summary | None:
    return run and Summary(run, hit_at(run.ranks, 1), hit_at(run.ranks, 5))


def result(run: GoldenRun, before: GoldenRun | None, questions: Iterable[GoldenQuestion]) -> Result:
    """``run`` beside the accepted one before it. ``questions`` are today's, for the codes that answer."""
    codes = {q.query: q.relevant for q in questions}
    known: Mapping[str, int] = before.ranks if before else {}
    change = compare(known, run.ranks)
    rows = lambda found: [Change(q, b, n, codes.get(q, ())) for q, b, n in found]  # noqa: E731
    unanswered = [(q, known.get(q, 0), rank) for q, rank in run.ranks.items() if not answered(rank)]
    return Result(
        summary=Summary(run, hit_at(run.ranks, 1), hit_at(run.ranks, 5)),
        before=summary(before),
        lost=rows(change.lost),
        gained=rows(change.gained),
        unanswered=rows(unanswered),
        fresh=sum(query not in known for query in run.ranks) if before else 0,
    )


def entries_of(uow: UnitOfWork, codes: Iterable[str], at: datetime) -> dict[str, str]:
    """Titles of those entries that are in force, by code."""
    return {code: dated.revision.content.title for code, dated in uow.entries.in_force(set(codes), at).items()}
