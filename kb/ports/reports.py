"""What reports read: calls with all that belongs to them, and the sums of days that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kb.domain.person import Role
from kb.domain.report import GapFigures, Part
from kb.domain.use import Case, Sums


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calls: None is no restriction."""

    team: str | None = None
    shift: str | None = None
    person: str | None = None


EVERYBODY = Scope()


@dataclass(frozen=True, slots=True)
class InForce:
    """An entry in force, who may read it ((): everybody), and since when it has been known."""

    code: str
    title: str
    roles: tuple[Role, ...]
    since: datetime


class ReportRepository(Protocol):
    def stale(self, first: date, last: date) -> dict[date, int]:
        """Days whose kept sums are missing or behind, each with how often its rows have changed by now."""

    def cases(self, day: date, scope: Scope = EVERYBODY) -> Iterator[Case]:
        """The calls that ended on ``day``, in the order of their numbers."""

    def keep(self, day: date, changes: int, parts: Iterable[Part], topics: Mapping[str | None, Sums]) -> None:
        """Replace the sums of ``day``, which are those after ``changes``; older ones than those kept are left out.
        ``topics`` by team, those of everybody under None."""

    def parts(self, first: date, last: date, scope: Scope = EVERYBODY) -> list[Part]: ...
    def topics(self, first: date, last: date, team: str | None = None) -> dict[date, Sums]:
        """What each day was about: the whole centre's, or that of one team."""

    def last_used(self, codes: Sequence[str]) -> dict[str, datetime]:
        """When each entry last answered a call."""

    def in_force(self, at: datetime) -> list[InForce]: ...
    def gaps(self, starts: datetime, ends: datetime, now: datetime) -> GapFigures: ...
    def waiting_flags(self, first: date, last: date, now: datetime, team: str | None = None) -> tuple[int, int]:
        """Flags in calls of these days that nobody has answered: all of them, and those past their time."""
