"""A call: one contact with a caller. When it has ended it owes a solution, or a reason why none is owed.

The telephony system opens and ends calls, in whatever order its messages arrive; an agent can open one by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from kb.domain.errors import N_


class CallSource(StrEnum):
    TELEPHONY = "telephony"
    MANUAL = "manual"


class Exemption(StrEnum):
    """Why a call owes no solution."""

    SILENT = "silent"
    WRONG_NUMBER = "wrong_number"
    INTERNAL = "internal"


EXEMPTION_NAMES: dict[Exemption, str] = {
    Exemption.SILENT: N_("无声来电"),
    Exemption.WRONG_NUMBER: N_("打错电话"),
    Exemption.INTERNAL: N_("内部通话"),
}


class ActKind(StrEnum):
    """What an agent did with the base."""

    SEARCH = "search"
    OPEN = "open"
    COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing done, in a call or outside (``call`` None). ``text`` is the question, masked; ``hits`` how many it found;
    ``waited`` seconds from the last question to this opening or copying, None when there was none before."""

    number: int = 0
    person: str
    call: int | None
    at: datetime
    kind: ActKind
    text: str = ""
    code: str = ""
    revision: int | None = None
    hits: int | None = None
    waited: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``number`` 0 is not stored yet. ``reference`` is the telephony system's own id, "" for one opened by hand.

    ``team``, ``day`` (of the centre's own calendar) and ``shift`` are those of its end, kept so that a report counts
    what was so then. ``due_at``: until when it owes its solution. ``settled_at`` and ``settled_as``: when the first
    solution or the exemption came, and which kind (a ``SolutionKind``, or ``EXEMPT``); None and "" while it owes.
    """

    number: int = 0
    reference: str = ""
    person: str
    team: str = ""
    line: str = ""
    product: str = ""
    source: CallSource = CallSource.MANUAL
    opened_at: datetime
    ended_at: datetime | None = None
    day: date | None = None
    shift: str = ""
    due_at: datetime | None = None
    settled_at: datetime | None = None
    settled_as: str = ""
    exemption: Exemption | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def owes(self) -> bool:
        return self.ended_at is not None and self.settled_at is None


EXEMPT = "exempt"  # as ``Call.settled_as``


def shift_of(at: datetime, names: Sequence[str], starts: Sequence[str], zone: tzinfo) -> tuple[date, str]:
    """The day of the centre's calendar and the shift in which ``at`` lies. ``starts`` are "08:00", one for each name.

    After midnight a shift that began the evening before goes on; the day is that of the calendar all the same.

    >>> from datetime import UTC
    >>> shift_of(datetime(2026, 11, 21, 7, tzinfo=UTC), ["早班", "晚班"], ["08:00", "20:00"], UTC)
    (datetime.date(2026, 11, 21), '晚班')
    """
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    by_start = sorted(zip(starts, names, strict=False))
    name = next((name for start, name in reversed(by_start) if start <= clock), by_start[-1][1])
    return local.date(), name
