"""The month of the examination: training by the 10th, papers to the director by the 20th, sittings by the 25th."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kb.domain.errors import N_
from kb.domain.person import Role
from kb.domain.rules import Rules

AHEAD_DAYS = 3


class ExamStep(StrEnum):
    TRAINING = "training"
    PAPER = "paper"
    SITTING = "sitting"


EXAM_STEP_NAMES: dict[ExamStep, str] = {
    ExamStep.TRAINING: N_("汇总要点并培训"),
    ExamStep.PAPER: N_("试卷交主任审批"),
    ExamStep.SITTING: N_("分批考试"),
}

_AHEAD: dict[ExamStep, str] = {
    ExamStep.TRAINING: N_("{month} 月的要点汇总和培训应在 {day} 日前完成，还有 {left} 天。"),
    ExamStep.PAPER: N_("{month} 月的 A、B 卷应在 {day} 日前交主任审批，还有 {left} 天。"),
    ExamStep.SITTING: N_("{month} 月的考试应在 {day} 日前考完，还有 {left} 天，还没有安排场次。"),
}
_LATE: dict[ExamStep, str] = {
    ExamStep.TRAINING: N_("{month} 月的要点汇总和培训应在 {day} 日前完成，现在还没有发布。"),
    ExamStep.PAPER: N_("{month} 月的 A、B 卷应在 {day} 日前交主任审批，现在还没有提交。"),
    ExamStep.SITTING: N_("{month} 月的考试应在 {day} 日前考完，现在还没有安排场次。"),
}
_TOLD: dict[ExamStep, frozenset[Role]] = {
    ExamStep.TRAINING: frozenset({Role.TRAINER}),
    ExamStep.PAPER: frozenset({Role.TRAINER}),
    ExamStep.SITTING: frozenset({Role.TRAINER, Role.SHIFT_LEADER}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until the end of ``day`` the step must be done."""

    step: ExamStep
    day: date
    is_done: bool

    def left(self, today: date) -> int:
        """Days left; negative when it is over."""
        return (self.day - today).days

    def is_late(self, today: date) -> bool:
        return not self.is_done and today > self.day

    def is_near(self, today: date) -> bool:
        return not self.is_done and 0 <= self.left(today) <= AHEAD_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """``kind`` names it within its month, so that it is raised once. ``text`` is filled from ``values``."""

    kind: str
    text: str
    values: dict[str, str | int]
    told: frozenset[Role]


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    return month_of(month + timedelta(days=31))


def months_before(month: date, count: int) -> date:
    """``months_before(date(2026, 2, 1), 3)`` is the first of November 2025."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def deadlines(month: date, rules: Rules, done: Collection[ExamStep]) -> list[Deadline]:
    """The three of a month in their order."""
    days = {
        ExamStep.TRAINING: rules.exam_training_day,
        ExamStep.PAPER: rules.exam_paper_day,
        ExamStep.SITTING: rules.exam_sitting_day,
    }
    return [Deadline(step=step, day=month.replace(day=day), is_done=step in done) for step, day in days.items()]


def reminders(found: Iterable[Deadline], today: date, *, raised: Collection[str] = ()) -> list[Reminder]:
    """What is to be said today and was not ``raised``: ``AHEAD_DAYS`` before, and once more when it is late."""
    made = []
    for one in found:
        late = one.is_late(today)
        kind = f"{one.step}-{'late' if late else 'ahead'}"
        if kind in raised or not (late or one.is_near(today)):
            continue
        values: dict[str, str | int] = {"month": one.day.month, "day": one.day.day, "left": one.left(today)}
        told = _TOLD[one.step] | ({Role.DIRECTOR} if late else set())
        made.append(Reminder(kind=kind, text=(_LATE if late else _AHEAD)[one.step], values=values, told=told))
    return made
