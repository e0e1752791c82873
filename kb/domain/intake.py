"""Departments' notices that wait to become knowledge: each with the time by which it must be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import N_


class IntakeState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    DECLINED = "declined"


INTAKE_NAMES: dict[IntakeState, str] = {
    IntakeState.WAITING: N_("待处理"),
    IntakeState.TAKEN: N_("处理中"),
    IntakeState.DONE: N_("已办结"),
    IntakeState.DECLINED: N_("不采纳"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """``number`` 0 is not stored yet. ``code`` is the entry that came of it; ``outcome`` what the department is told."""

    number: int = 0
    department: str
    title: str
    text: str
    by: str
    at: datetime
    due_at: datetime
    state: IntakeState = IntakeState.WAITING
    assignee: str = ""
    code: str = ""
    outcome: str = ""
    done_by: str = ""
    done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (IntakeState.WAITING, IntakeState.TAKEN)

    def is_overdue(self, at: datetime) -> bool:
        return (self.done_at or at) > self.due_at
