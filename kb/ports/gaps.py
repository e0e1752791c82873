"""Gaps, and the asks that make them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kb.domain.asks import Ask
from kb.domain.gaps import Gap


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that nothing answers, in the wording asked last. ``gap`` is the open gap of it, None for none yet."""

    text: str
    times: int
    people: int
    product: str
    last_at: datetime
    gap: int | None


class GapRepository(Protocol):
    def add(self, gap: Gap) -> int:
        """Returns the number."""

    def put(self, gap: Gap) -> None: ...
    def find(self, number: int) -> Gap | None: ...
    def open_of(self, form: str) -> Gap | None: ...
    def last_closed(self, form: str) -> Gap | None: ...
    def by_draft(self, draft: int) -> Gap | None: ...
    def open(self) -> list[Gap]:
        """What is due first, first."""

    def closed(self, limit: int = 100) -> list[Gap]:
        """Newest first."""

    def count_overdue(self, at: datetime) -> int:
        """How many open ones are due before ``at``."""

    def add_ask(self, ask: Ask) -> int: ...
    def remove_asks(self, numbers: Iterable[int]) -> None: ...
    def join(self, numbers: Iterable[int], gap: int) -> None:
        """These asks belong to that gap from now on."""

    def waiting(self, form: str) -> list[Ask]:
        """Asks of that form that belong to no gap yet, in their order."""

    def asks_of(self, gap: int) -> list[Ask]:
        """In their order."""

    def people_of(self, gaps: Iterable[int]) -> dict[int, int]:
        """How many different people have asked, by gap."""

    def recent_of(self, person: str, call: int | None, since: datetime) -> list[Ask]:
        """What that person has asked in that call; without a call, outside calls since then. In their order."""

    def top(self, since: datetime, until: datetime, limit: int) -> list[Unanswered]:
        """What was asked from ``since`` to before ``until`` and has neither an answer nor a refusal, most frequent
        first."""
