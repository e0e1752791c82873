"""How this centre publishes, as it keeps it itself: who must approve what, and what may not be promised.

One versioned document. The defaults hold until somebody saves a first state.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from kb.domain.content import Kind
from kb.domain.errors import N_, Invalid
from kb.domain.text import single_line

APPROVALS_MOST, PROMISES_MOST, SHIFTS_MOST = 3, 200, 8
HOURS_MOST, DAYS_MOST = 24 * 30, 365

_LIMITS: dict[str, tuple[int, int]] = {
    "solution_minutes": (1, 24 * 60),
    "owed_most": (0, 100),
    "solution_least": (1, 100),
    "flag_hours": (1, HOURS_MOST),
    "gap_hours": (1, HOURS_MOST),
    "gap_urgent_hours": (1, HOURS_MOST),
    "gap_after": (2, 1000),
    "exam_training_day": (1, 28),
    "exam_paper_day": (1, 28),
    "exam_sitting_day": (1, 28),
}
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
_SHAPES_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``approvals``: how many a revision of that kind needs (missing: none). ``four_eyes``: kinds whose author may
    not be among those who approve. ``promises``: words that a speakable answer must not hold. ``review_ahead``: days
    before its review date at which an entry enters the queue. ``intake_hours``: time limit for a department's notice.
    ``shifts``: names of the shifts, in their order; ``shift_starts``: when each begins, "08:00" in the centre's zone.

    After a call: ``solution_minutes`` until its solution is late; ``owed_most``: with more than this many owed an agent
    needs leave for a new call by hand; ``solution_least``: letters under which a solution's text says too little;
    ``flag_hours``: time limit for a flag; ``gap_hours`` and ``gap_urgent_hours``: for a gap, and for a frequent or urgent
    one; ``gap_after``: searches without a result after which a gap is raised by itself, twice as many make it frequent;
    ``policy_shapes``: what policy numbers look like: # a digit, @ a letter, the rest as it stands.

    Of each month: until ``exam_training_day`` its points are trained, until ``exam_paper_day`` the papers are with the
    director, until ``exam_sitting_day`` everybody has sat. ``number`` 0: nobody has changed anything yet.
    """

    number: int = 0
    approvals: Mapping[Kind, int] = field(default_factory=lambda: MappingProxyType({Kind.POLICY: 1}))
    four_eyes: frozenset[Kind] = frozenset()
    promises: tuple[str, ...] = ("保证", "一定赔", "肯定赔", "百分之百", "绝对", "包赔", "稳赚", "零风险")
    review_ahead: int = 14
    intake_hours: int = 24
    shifts: tuple[str, ...] = ("早班", "中班", "晚班")
    shift_starts: tuple[str, ...] = ("08:00", "16:00", "00:00")
    solution_minutes: int = 5
    owed_most: int = 3
    solution_least: int = 4
    flag_hours: int = 24
    gap_hours: int = 72
    gap_urgent_hours: int = 24
    gap_after: int = 3
    policy_shapes: tuple[str, ...] = ()
    exam_training_day: int = 10
    exam_paper_day: int = 20
    exam_sitting_day: int = 25
    author: str = ""
    at: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        for kind, count in self.approvals.items():
            if not 0 <= count <= APPROVALS_MOST:
                raise Invalid(N_("审批人数应在 0 到 {most} 之间。"), field="approvals", most=APPROVALS_MOST, kind=kind)
        put("approvals", MappingProxyType({k: n for k, n in sorted(self.approvals.items()) if n}))
        put("promises", _names(self.promises, "promises", PROMISES_MOST))
        put("shifts", _names(self.shifts, "shifts", SHIFTS_MOST))
        if not self.shifts:
            raise Invalid(N_("请至少写一个班次。"), field="shifts")
        if not 1 <= self.intake_hours <= HOURS_MOST:
            raise Invalid(N_("答复时限应在 1 到 {most} 小时之间。"), field="intake_hours", most=HOURS_MOST)
        starts = tuple(_time(value) for value in self.shift_starts)
        if len(starts) < len(self.shifts):
            raise Invalid(N_("每个班次都要写开始时间，一行一个。"), field="shift_starts")
        put("shift_starts", starts[: len(self.shifts)])
        put("policy_shapes", tuple(_shape(value) for value in _names(self.policy_shapes, "policy_shapes", _SHAPES_MOST)))
        for name, (least, most) in _LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise Invalid(N_("这个数应在 {least} 到 {most} 之间。"), field=name, least=least, most=most)
        if not self.exam_training_day <= self.exam_paper_day <= self.exam_sitting_day:
            raise Invalid(N_("先培训、再交卷、后考试：三个日期应一个比一个晚。"), field="exam_training_day")
        if not 0 <= self.review_ahead <= DAYS_MOST:
            raise Invalid(N_("提前提醒的天数应在 0 到 {most} 之间。"), field="review_ahead", most=DAYS_MOST)

    def needed(self, kind: Kind) -> int:
        """How many approvals a revision of ``kind`` needs. Four eyes need at least one."""
        return max(self.approvals.get(kind, 0), 1 if kind in self.four_eyes else 0)

    def to_dict(self) -> dict[str, object]:
        """What is stored: the values without number, author, time and reason."""
        return {
            "approvals": {str(kind): count for kind, count in self.approvals.items()},
            "four_eyes": sorted(str(kind) for kind in self.four_eyes),
            "promises": list(self.promises),
            "review_ahead": self.review_ahead,
            "intake_hours": self.intake_hours,
            "shifts": list(self.shifts),
            "shift_starts": list(self.shift_starts),
            "policy_shapes": list(self.policy_shapes),
            **{name: getattr(self, name) for name in _LIMITS},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, object], **more: object) -> Rules:
        """The inverse of ``to_dict``. What an older state did not know keeps its default."""
        known: dict[str, object] = dict(values)
        if "approvals" in known:
            known["approvals"] = {Kind(k): int(n) for k, n in dict(known["approvals"]).items()}  # type: ignore[call-overload]
        if "four_eyes" in known:
            known["four_eyes"] = frozenset(Kind(k) for k in known["four_eyes"])  # type: ignore[attr-defined]
        for name in ("promises", "shifts", "shift_starts", "policy_shapes"):
            if name in known:
                known[name] = tuple(known[name])  # type: ignore[arg-type]
        return cls(**(known | more))  # type: ignore[arg-type]


def _time(value: str) -> str:
    match = _CLOCK.fullmatch(value.strip())
    if match is None:
        raise Invalid(N_("班次的开始时间请写成 08:00 这样。"), field="shift_starts")
    return f"{int(match[1]):02}:{match[2]}"


def _shape(value: str) -> str:
    shape = unicodedata.normalize("NFKC", value).upper()
    if shape.count("#") < 8 or not re.fullmatch(r"[A-Z0-9#@\- ]+", shape):
        raise Invalid(N_("保单号样式里 # 代表一位数字、@ 代表一个字母，至少要有 8 个 #，例如 PA@@##########。"), field="policy_shapes")
    return shape


def _names(values: tuple[str, ...], field: str, most: int) -> tuple[str, ...]:
    lines = (single_line(value, field=field, most=40) for value in values)
    kept = tuple(dict.fromkeys(line for line in lines if line))
    if len(kept) > most:
        raise Invalid(N_("最多 {most} 项，现有 {size} 项。"), field=field, most=most, size=len(kept))
    return kept


DEFAULT_RULES = Rules()
