"""What waits for a coordinator with a clock: a department's notice, a gap. One has it at a time; it closes once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.person import Permission, Person


@dataclass(frozen=True, slots=True)
class Sayings:
    """What is said when a step does not fit: sentences with {number}, {login} and {person}."""

    closed: str
    changed_hands: str
    is_anothers: str
    has_it: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """``number`` 0 is not stored yet. ``due_at``: by when it must be answered, ``code`` the entry that came of it,
    ``draft`` the draft begun from it, ``done_by`` and ``done_at`` who closed it and when."""

    WAITS: ClassVar[StrEnum]
    TAKEN: ClassVar[StrEnum]
    SAYS: ClassVar[Sayings]

    number: int = 0
    at: datetime
    due_at: datetime
    assignee: str = ""
    code: str = ""
    done_by: str = ""
    done_at: datetime | None = None
    draft: int | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    def is_overdue(self, at: datetime) -> bool:
        return (self.done_at or at) > self.due_at

    def left(self, at: datetime) -> timedelta:
        """Time until it is due, for an open one from ``at``; negative when that is over."""
        return self.due_at - (self.done_at or at)

    def take(self, by: Person) -> Self:
        """Make it ``by``'s own. Taking what one has already changes nothing.

        Raises:
            Conflict: somebody else has it, or it is closed.
        """
        self._require_open(by)
        if self.assignee == by.login:
            return self
        self._require_nobody_else(by)
        return self._with(state=self.TAKEN, assignee=by.login)

    def hand_to(self, to: Person | None, *, by: Person, seen: str) -> Self:
        """Give it to another, or back to where it waited (None). ``seen``: whose ``by`` believes it to be.

        Raises:
            Conflict: it has gone to somebody else meanwhile, or is closed. Invalid: ``to`` may not work on it.
        """
        self._require_open(by)
        if self.assignee != seen:
            raise Conflict(self.SAYS.changed_hands, number=self.number)
        if to is None:
            return self._with(state=self.WAITS, assignee="")
        if not to.may(Permission.PUBLISH):
            raise Invalid(N_("只能转交给能发布知识的同事。"), field="to")
        if to.login == self.assignee:
            raise Invalid(self.SAYS.has_it, field="to", person=to.name)
        return self._with(state=self.TAKEN, assignee=to.login)

    def write_on(self, draft: int, *, by: Person) -> Self:
        """Remember the draft begun from it; whoever writes has taken it."""
        return replace(self.take(by), draft=draft)

    def _closed(self, by: Person, at: datetime, **changes: object) -> Self:
        """With ``changes``, and closed. Raises ``Conflict`` when somebody else has it, or it is closed already."""
        self._require_open(by)
        self._require_nobody_else(by)
        return self._with(assignee=by.login, done_by=by.login, done_at=max(at, self.at), **changes)

    def _with(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def _require_open(self, by: Person) -> None:
        by.require(Permission.PUBLISH)
        if not self.is_open:
            raise Conflict(self.SAYS.closed, number=self.number)

    def _require_nobody_else(self, by: Person) -> None:
        if self.assignee not in ("", by.login):
            raise Conflict(self.SAYS.is_anothers, number=self.number, login=self.assignee)
