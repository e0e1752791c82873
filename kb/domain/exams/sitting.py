"""Sittings: a batch of people who take one paper in one window, and each one's own sitting in it.

The server's clock counts. An answer that arrives within ``GRACE`` after the end still counts: it may have been on its
way. One that arrives later is kept and marked, and does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.exams.paper import FORMS
from kb.domain.text import single_line

GRACE = timedelta(seconds=20)
MINUTES_MOST, WINDOW_MOST, PEOPLE_MOST = 600, timedelta(days=14), 1000
TITLE_MOST, NOTE_MOST = 80, 200


class BatchKind(StrEnum):
    REGULAR = "regular"
    MAKE_UP = "make_up"
    RE_ENTRY = "re_entry"


BATCH_KIND_NAMES: dict[BatchKind, str] = {
    BatchKind.REGULAR: N_("月度考试"),
    BatchKind.MAKE_UP: N_("补考"),
    BatchKind.RE_ENTRY: N_("再上岗考试"),
}


class SittingState(StrEnum):
    ASSIGNED = "assigned"
    STARTED = "started"
    HANDED_IN = "handed_in"
    ABSENT = "absent"
    EXCUSED = "excused"


SITTING_STATE_NAMES: dict[SittingState, str] = {
    SittingState.ASSIGNED: N_("待考"),
    SittingState.STARTED: N_("答题中"),
    SittingState.HANDED_IN: N_("已交卷"),
    SittingState.ABSENT: N_("缺考"),
    SittingState.EXCUSED: N_("请假"),
}
# Who did not take the paper may take it in a make-up batch.
MISSED = frozenset({SittingState.ABSENT, SittingState.EXCUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """``number`` 0 is not stored yet. ``hash`` says which approved state of the paper is taken. ``minutes`` to answer,
    counted for each person from their own start, and never beyond ``closes_at``. ``partial``: a choice of several with
    some right options and no wrong one gets half. ``finished_at``: when everybody's sitting was closed and scored."""

    number: int = 0
    paper: int
    hash: str
    title: str
    month: date
    kind: BatchKind = BatchKind.REGULAR
    on_paper: bool = False
    shift: str = ""
    opens_at: datetime
    closes_at: datetime
    minutes: int
    total: float
    pass_score: float
    partial: bool = False
    by: str
    at: datetime
    finished_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        """Nothing can arrive any more."""
        return now >= self.closes_at + GRACE


def check_batch(batch: Batch, now: datetime) -> Batch:
    """The batch with its title in normal form.

    Raises:
        Invalid: the window or the minutes do not fit.
    """
    title = single_line(batch.title, field="title", most=TITLE_MOST)
    if not title:
        raise Invalid(N_("请写考试名称。"), field="title")
    if not 1 <= batch.minutes <= MINUTES_MOST:
        raise Invalid(N_("答题时间应在 1 到 {most} 分钟之间。"), field="minutes", most=MINUTES_MOST)
    if batch.closes_at <= batch.opens_at:
        raise Invalid(N_("结束时间要晚于开始时间。"), field="closes_at")
    if batch.closes_at - batch.opens_at > WINDOW_MOST:
        raise Invalid(N_("一场考试的开放时间最长 {days} 天。"), field="closes_at", days=WINDOW_MOST.days)
    if batch.closes_at - batch.opens_at < timedelta(minutes=batch.minutes):
        raise Invalid(
            N_("开放时间比答题时间短：准点开始的人也答不满 {minutes} 分钟。"), field="closes_at", minutes=batch.minutes
        )
    if batch.closes_at <= now:
        raise Invalid(N_("结束时间已经过去。"), field="closes_at")
    return replace(batch, title=title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One person in one batch. ``team`` as it was when the person was put on the list; ``seat`` the place on the list,
    from 1. ``score`` None until something was scored; ``complete`` when no item waits for a scorer. ``late`` counts
    the answers that came after time. ``note`` is why somebody is excused or was absent."""

    number: int = 0
    batch: int
    paper: int
    person: str
    team: str = ""
    seat: int
    form: str
    seed: int
    state: SittingState = SittingState.ASSIGNED
    started_at: datetime | None = None
    due_at: datetime | None = None
    handed_at: datetime | None = None
    late: int = 0
    score: float | None = None
    complete: bool = False
    note: str = ""

    def start(self, batch: Batch, now: datetime) -> Sitting:
        """Begin, or go on with what was begun: the time runs from the first start.

        Raises:
            Conflict: not open, over, handed in, or not taken in the browser.
        """
        if self.state in MISSED:
            raise Conflict(N_("您在这场考试中登记为{state}，如有疑问请找值班长。"), state=self.state)
        if batch.on_paper:
            raise Conflict(N_("这场考试用纸笔作答，请到考场参加。"))
        if self.state is SittingState.HANDED_IN:
            raise Conflict(N_("您已经交卷。"))
        if self.state is SittingState.STARTED and not self.is_over(now):
            return self
        if now < batch.opens_at:
            raise Conflict(N_("考试还没有开始。"))
        if self.state is SittingState.STARTED or now >= batch.closes_at:
            raise Conflict(N_("答题时间已到。"))
        due = min(now + timedelta(minutes=batch.minutes), batch.closes_at)
        return replace(self, state=SittingState.STARTED, started_at=now, due_at=due)

    def is_over(self, now: datetime) -> bool:
        """No answer counts any more."""
        return self.due_at is not None and now > self.due_at + GRACE

    def hand_in(self, now: datetime) -> Sitting:
        """Close it. Handing in again changes nothing."""
        if self.state is SittingState.HANDED_IN:
            return self
        if self.state is not SittingState.STARTED:
            raise Conflict(N_("这场考试您还没有开始作答。"))
        handed = min(now, self.due_at) if self.due_at else now
        return replace(self, state=SittingState.HANDED_IN, handed_at=handed)

    def miss(self, state: SittingState, note: str) -> Sitting:
        """Put down as absent or excused, or back on the list (``ASSIGNED``).

        Raises:
            Conflict: the person has begun. Invalid: leave without a reason.
        """
        if self.state in (SittingState.STARTED, SittingState.HANDED_IN):
            raise Conflict(N_("{person} 已经开始作答，不能改为{state}。"), person=self.person, state=state)
        note = single_line(note, field="note", most=NOTE_MOST)
        if state is SittingState.EXCUSED and not note:
            raise Invalid(N_("请写请假的原因。"), field="note")
        return replace(self, state=state, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody answered. ``sequence`` rises with each change at the examinee's side: the highest wins, whatever
    order they arrive in. ``late`` ones came after time; beside them stands the last one in time."""

    sitting: int
    question: int
    late: bool = False
    sequence: int
    value: Sequence[int | str] = field(default_factory=tuple)
    at: datetime


def forms_for(count: int, *, after: int = 0, forms: Sequence[str] = FORMS) -> list[str]:
    """Forms for ``count`` people who sit in the order of the list, ``after`` so many who sit already: neighbours differ.

    >>> forms_for(3, after=1)
    ['B', 'A', 'B']
    """
    return [forms[(after + place) % len(forms)] for place in range(count)]
