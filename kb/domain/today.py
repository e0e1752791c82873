"""What is different today for somebody who looks at another moment's rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.content import Content
from kb.domain.entry import Period


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


def today_of(shown: Content, rules: Iterable[tuple[Period, Content]], now: datetime) -> Today:
    """How today's rule of an entry stands to ``shown``, which is its rule of another moment.

    ``rules`` are all periods of the entry with what they put in force, oldest first.
    """
    past: tuple[Period, Content] | None = None
    for period, content in rules:
        if period.holds(now):
            same = content.digest == shown.digest
            return Today(State.SAME if same else State.CHANGED, period.revision)
        if period.starts <= now:
            past = period, content
    if past is None:
        return Today(State.NOT_YET)
    period, content = past
    return Today(State.EXPIRED if period.ends == content.effective_to else State.WITHDRAWN)
