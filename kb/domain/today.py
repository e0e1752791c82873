"""What is different today for somebody who looks at another moment's rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.content import Content
from kb.domain.entry import Period
from kb.domain.person import Role


class State(StrEnum):
    SAME = "same"  # today's rule says the same
    CHANGED = "changed"  # today another revision is the rule
    WITHDRAWN = "withdrawn"  # today nothing is: it was taken out of force
    EXPIRED = "expired"  # today nothing is: its validity is over
    NOT_YET = "not_yet"  # today nothing is: it is announced


@dataclass(frozen=True, slots=True)
class Today:
    """``revision`` is the number of today's rule, None when there is none."""

    state: State
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A period, with what counts of its revision: enough to tell what holds without reading its texts."""

    period: Period
    digest: str
    effective_to: datetime | None
    roles: tuple[Role, ...]

    @classmethod
    def by(cls, period: Period, content: Content) -> Held:
        return cls(period, content.digest, content.effective_to, content.roles)


def today_of(digest: str, periods: Iterable[Held], now: datetime) -> Today:
    """How today's rule of an entry stands to the one with ``digest``, which is its rule of another moment.

    ``periods`` are all of the entry's, oldest first.
    """
    past: Held | None = None
    for held in periods:
        if held.period.holds(now):
            return Today(State.SAME if held.digest == digest else State.CHANGED, held.period.revision)
        if held.period.starts <= now:
            past = held
    if past is None:
        return Today(State.NOT_YET)
    return Today(State.EXPIRED if past.period.ends == past.effective_to else State.WITHDRAWN)
