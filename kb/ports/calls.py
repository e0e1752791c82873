"""Calls, what was done in them, solutions, and what agents are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from kb.domain.calls import Act, ActKind, Call
from kb.domain.notifications import Notification
from kb.domain.solutions import Solution


class CallRepository(Protocol):
    def add(self, call: Call) -> int: ...
    def put(self, call: Call) -> None: ...
    def find(self, number: int) -> Call | None: ...
    def by_reference(self, reference: str) -> Call | None: ...
    def open_of(self, person: str) -> Call | None:
        """The call that this person is in, the newest when there are several."""

    def count_owed(self, person: str) -> int: ...
    def owing(self) -> dict[str, int]:
        """How many solutions each person owes, by login; those who owe none are left out."""

    def marks(self) -> dict[str, str]:
        """By login, what changes whenever a call of this person begins, ends or is settled: ``812.2.1597`` is the call under
        way (0: none), how many are owed, and the sum of their numbers. Who is in no call and owes nothing is left out."""

    def owed_by(self, person: str) -> list[Call]:
        """Ended calls without solution or exemption, oldest first."""

    def add_act(self, act: Act) -> int: ...
    def last_act(self, person: str, kind: ActKind | None = None) -> Act | None:
        """The newest of that person, of that kind when one is given."""

    def acts_of(self, call: int) -> list[Act]:
        """In their order."""


    def of_person(self, person: str, since: datetime, limit: int = 500) -> list[Call]:
        """Those that this person opened since then, newest first."""

    def add_leave(self, person: str, *, by: str, at: datetime) -> None: ...
    def count_leaves(self, person: str) -> int:
        """Leaves that this person has not used."""

    def use_leave(self, person: str, at: datetime) -> bool:
        """Use up one leave; False when there is none."""


class SolutionRepository(Protocol):
    def add(self, solution: Solution) -> int:
        """Keep it with its first version; returns the number."""

    def put(self, solution: Solution, *, at: datetime | None = None) -> None:
        """Keep a changed one. A higher ``version`` is kept as a version of its own as well, made at ``at``."""

    def find(self, number: int) -> Solution | None: ...
    def by_key(self, person: str, key: str) -> Solution | None: ...
    def of_call(self, call: int) -> list[Solution]: ...
    def follow_ups(self, person: str) -> list[Solution]:
        """Open follow-ups of that person, the earliest due first."""

    def solved(self) -> dict[str, int]:
        """By entry how many calls it solved: used ones, without those that coordinators declined."""

    def versions(self, number: int) -> list[tuple[int, datetime, dict[str, object]]]:
        """Every version: its number, when it was made, and its values as plain JSON; oldest first."""


class NotificationRepository(Protocol):
    def add(self, notifications: Iterable[Notification]) -> None: ...
    def of(self, person: str, limit: int = 100) -> list[Notification]:
        """Newest first."""

    def count_unseen(self, person: str) -> int: ...
    def see(self, person: str, at: datetime) -> None:
        """All that this person has not seen yet counts as seen."""
