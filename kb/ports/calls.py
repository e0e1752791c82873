"""Calls, what was done in them, solutions, and what agents are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from kb.domain.calls import Act, Call
from kb.domain.notifications import Notification
from kb.domain.solutions import Solution


class CallRepository(Protocol):
    def add(self, call: Call) -> int: ...
    def put(self, call: Call) -> None: ...
    def find(self, number: int) -> Call | None: ...
    def by_reference(self, reference: str) -> Call | None: ...
    def open_of(self, person: str) -> Call | None:
        """The call that this person is in, the newest when there are several."""

    def owed_by(self, person: str) -> list[Call]:
        """Ended calls without solution or exemption, oldest first."""

    def add_act(self, act: Act) -> int: ...
    def acts_of(self, call: int) -> list[Act]:
        """In their order."""


class SolutionRepository(Protocol):
    def add(self, solution: Solution) -> int:
        """Keep it with its first version; returns the number."""

    def put(self, solution: Solution) -> None:
        """Keep a changed one. A higher ``version`` is kept as a version of its own as well."""

    def find(self, number: int) -> Solution | None: ...
    def by_key(self, person: str, key: str) -> Solution | None: ...
    def of_call(self, call: int) -> list[Solution]: ...


class NotificationRepository(Protocol):
    def add(self, notifications: Iterable[Notification]) -> None: ...
    def of(self, person: str, limit: int = 100) -> list[Notification]:
        """Newest first."""

    def count_unseen(self, person: str) -> int: ...
    def see(self, person: str, at: datetime) -> None:
        """All that this person has not seen yet counts as seen."""
