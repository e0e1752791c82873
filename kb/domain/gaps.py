"""A gap: a question that nothing answered. It has a clock, and askers who are told what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import N_


class GapState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"
    DECLINED = "declined"


GAP_NAMES: dict[GapState, str] = {
    GapState.OPEN: N_("待处理"),
    GapState.TAKEN: N_("处理中"),
    GapState.ANSWERED: N_("已解答"),
    GapState.DECLINED: N_("不收录"),
}


class GapSource(StrEnum):
    AGENT = "agent"  # sent with one key
    SEARCHES = "searches"  # searched again and again without a result


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """``number`` 0 is not stored yet. ``form`` is what makes two wordings the same question, ``times`` how often it was
    asked, ``due_at`` by when it must be answered. ``code`` is the entry that answers it now, ``said`` what the askers
    are told. All texts are masked before they are kept."""

    number: int = 0
    text: str
    form: str
    product: str = ""
    source: GapSource = GapSource.AGENT
    urgent: bool = False
    times: int = 1
    at: datetime
    last_at: datetime
    due_at: datetime
    state: GapState = GapState.OPEN
    assignee: str = ""
    code: str = ""
    said: str = ""
    done_by: str = ""
    done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (GapState.OPEN, GapState.TAKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapAsker:
    """One person who asked: the caller's words, and the call in which it was."""

    gap: int
    person: str
    call: int | None
    text: str
    at: datetime
