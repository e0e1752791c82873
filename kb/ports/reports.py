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
class Block:
    """Sums of a day's calls among a thousand, after ``changes``. ``topics`` by team, those of everybody under None."""

    number: int
    changes: int
    parts: Sequence[Part]
    topics: Mapping[str | None, Sums]


@dataclass(frozen=True, slots=True)
class InForce:
    """An entry in force, who may read it ((): everybody), and since when it has been known."""

    code: str
    title: str
    roles: tuple[Role, ...]
    since: datetime


class ReportRepository(Protocol):
    def stale(self, first: date, last: date) -> dict[date, dict[int, int]]:
        """By day, the blocks whose kept sums are missing or behind, each with how often its rows have changed by now."""

    def cases(self, day: date, scope: Scope = EVERYBODY) -> Iterator[Case]:
        """The calls that ended on ``day``, in the order of their numbers."""

    def block(self, day: date, block: int, scope: Scope = EVERYBODY) -> Iterator[Case]:
        """Those of them that belong to one block."""

    def keep(self, day: date, blocks: Iterable[Block]) -> None:
        """Replace the sums of these blocks, unless newer ones are kept already, and with them those of the day."""

    def blocks(self, day: date) -> list[Block]:
        """The kept sums of a day's blocks, in the order of their numbers."""

    def parts(self, first: date, last: date, scope: Scope = EVERYBODY, *, texts: bool = True) -> list[Part]:
        """The kept sums of days; without ``texts`` those that speak of single texts are left out."""

    def topics(self, first: date, last: date, team: str | None = None, *, texts: bool = True) -> dict[date, Sums]:
        """What each day was about: the whole centre's, or that of one team; without ``texts``, but for the questions."""

    def last_used(self, codes: Sequence[str]) -> dict[str, datetime]:
        """When each entry last answered a call."""

    def in_force(self, at: datetime) -> list[InForce]: ...
    def gaps(self, starts: datetime, ends: datetime, now: datetime) -> GapFigures: ...
    def waiting_flags(self, first: date, last: date, now: datetime, team: str | None = None) -> tuple[int, int]:
        """Flags in calls of these days that nobody has answered: all of them, and those past their time."""
