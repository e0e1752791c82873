"""Departments' notices that wait to become knowledge: each with the time by which it must be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from kb.domain.assigned import Assigned, Sayings
from kb.domain.content import NAME_MOST, TITLE_MOST
from kb.domain.errors import N_, Invalid
from kb.domain.person import Permission, Person
from kb.domain.text import multi_line, single_line

TEXT_MOST, OUTCOME_MOST, REFERENCE_MOST = 20_000, 1_000, 80
YEARS_MOST = timedelta(days=366)
_CLOCKS_APART = timedelta(minutes=5)  # a department's clock may be ahead of ours


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
class Intake(Assigned):
    """``at`` is when it was received, ``outcome`` what the department is told, ``reference`` the sender's own number."""

    WAITS: ClassVar[StrEnum] = IntakeState.WAITING
    TAKEN: ClassVar[StrEnum] = IntakeState.TAKEN
    SAYS: ClassVar[Sayings] = Sayings(
        closed=N_("来文 {number} 已经办结，不能再改；有新情况请另登记一件。"),
        changed_hands=N_("来文 {number} 刚刚换了经办人，请刷新后再转交。"),
        is_anothers=N_("来文 {number} 已由 {login} 接手；要自己处理，请先转交给自己。"),
        has_it=N_("这件来文已经在 {person} 手里。"),
    )

    department: str
    title: str
    text: str
    by: str
    state: IntakeState = IntakeState.WAITING
    outcome: str = ""
    reference: str = ""

    def says_the_same(self, other: Intake) -> bool:
        """Whether both are one notice, sent twice."""
        return (self.department, self.title, self.text) == (other.department, other.title, other.text)

    def finish(self, code: str, outcome: str, *, by: Person, at: datetime) -> Intake:
        """Close it with the entry that came of it."""
        return self._closed(by, at, state=IntakeState.DONE, code=code, outcome=_outcome(outcome))

    def decline(self, reason: str, *, by: Person, at: datetime) -> Intake:
        """Close it without an entry. The department is told the reason."""
        said = _outcome(reason)
        declined = self._closed(by, at, state=IntakeState.DECLINED, code="", outcome=said)
        if not said:
            raise Invalid(N_("请写明不采纳的原因，提交部门会看到。"), field="outcome")
        return declined


def new_intake(
    *, department: str, title: str, text: str, by: Person, now: datetime, hours: int, received_at: datetime | None = None,
    due_at: datetime | None = None, reference: str = "",
) -> Intake:  # fmt: skip
    """A notice as it comes in. ``hours``: time limit for the answer, counted from when it was received.

    Raises:
        NotAllowed: ``by`` may not hand in. Invalid: something is missing, too long, or the times do not fit.
    """
    by.require(Permission.SUBMIT)
    at = received_at or now
    if at > now + _CLOCKS_APART:
        raise Invalid(N_("收到时间不能晚于现在。"), field="received_at")
    if at < now - YEARS_MOST:
        raise Invalid(N_("收到时间不能早于一年前。"), field="received_at")
    due = due_at or at + timedelta(hours=hours)
    if due <= at:
        raise Invalid(N_("答复期限必须晚于收到时间。"), field="due_at")
    if due > at + YEARS_MOST:
        raise Invalid(N_("答复期限不能超过一年。"), field="due_at")
    made = Intake(
        department=single_line(department, field="department", most=NAME_MOST),
        title=single_line(title, field="title", most=TITLE_MOST),
        text=multi_line(text, field="text", most=TEXT_MOST).strip(),
        by=by.login, at=at, due_at=due, reference=single_line(reference, field="reference", most=REFERENCE_MOST),
    )  # fmt: skip
    for name, message in (
        ("department", N_("请写明提交部门。")), ("title", N_("标题不能为空。")), ("text", N_("内容不能为空。")),
    ):  # fmt: skip
        if not getattr(made, name):
            raise Invalid(message, field=name)
    return made


def _outcome(text: str) -> str:
    return multi_line(text, field="outcome", most=OUTCOME_MOST).strip()
