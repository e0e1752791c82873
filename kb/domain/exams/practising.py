"""What to practise next, and what stays in the book of wrong answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import N_
from kb.domain.exams.question import QuestionContent


class PracticeKind(StrEnum):
    PRE_JOB = "pre_job"
    ON_JOB = "on_job"
    REMEDIAL = "remedial"


PRACTICE_NAMES: dict[PracticeKind, str] = {
    PracticeKind.PRE_JOB: N_("岗前练习"),
    PracticeKind.ON_JOB: N_("在岗练习"),
    PracticeKind.REMEDIAL: N_("错题再练"),
}
PRACTICE_HINTS: dict[PracticeKind, str] = {
    PracticeKind.PRE_JOB: N_("题库中的全部题目，没有做过的先出。"),
    PracticeKind.ON_JOB: N_("近两个月新增或修订的题目。"),
    PracticeKind.REMEDIAL: N_("您答错过的题目，以及同一知识点的其他题目。"),
}
RIGHT = 0.999  # share of the points from which an answer is right


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody's answer to a question, in an examination (``origin`` its title) or in practice ("")."""

    question: int
    version: int
    content: QuestionContent
    value: tuple[int | str, ...]
    share: float
    at: datetime
    origin: str = ""

    @property
    def is_right(self) -> bool:
        return self.share >= RIGHT


def mistakes(attempts: Sequence[Attempt]) -> list[Attempt]:
    """The questions whose latest answer was wrong, the latest first: a right answer takes a question out of the book."""
    latest: dict[int, Attempt] = {}
    for one in sorted(attempts, key=lambda a: a.at):
        latest[one.question] = one
    wrong = [one for one in latest.values() if not one.is_right]
    return sorted(wrong, key=lambda a: a.at, reverse=True)


def next_of(pool: Sequence[int], last: Mapping[int, tuple[datetime, bool]]) -> int | None:
    """Which question of ``pool`` comes next, by when it was answered last and whether right: those never answered in
    the order of the pool, then the wrong ones, then the right ones, each the longest ago first. None for none."""

    def urgency(place: int) -> tuple[int, float, int]:
        seen = last.get(pool[place])
        if seen is None:
            return (0, 0.0, place)
        return (2 if seen[1] else 1, seen[0].timestamp(), place)

    return pool[min(range(len(pool)), key=urgency)] if pool else None
