"""The daily list, who has taken note of it, and the webhooks that are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kb.domain.bulletin import Bulletin
from kb.domain.bulletin_edits import Edits
from kb.domain.person import Role


@dataclass(frozen=True, slots=True)
class BulletinHead:
    number: int
    hash: str
    until: datetime
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class BulletinState:
    """The edits of the list that comes next. ``version`` counts the changes, 0: nobody has changed anything yet."""

    edits: Edits
    version: int
    by: str
    at: datetime | None


class BulletinRepository(Protocol):
    def head(self) -> BulletinHead | None:
        """The last list issued."""

    def last_ordinary(self) -> BulletinHead | None:
        """The last one that told of everything: neither urgent nor a correction."""

    def find(self, number: int) -> Bulletin | None: ...
    def get_many(self, numbers: Iterable[int]) -> list[Bulletin]:
        """By number ascending; those that there are."""

    def numbers(
        self, since: date | None = None, until: date | None = None, *, issued_since: datetime | None = None,
        after: int = 0, limit: int = 1_000,
    ) -> list[int]:  # fmt: skip
        """Newest first; both days are included."""

    def last_at(self, at: datetime) -> int:
        """Number of the last list issued up to that moment, 0 for none."""

    def urgent_after(self, number: int) -> list[Bulletin]:
        """Urgent lists, corrections left out, oldest first."""

    def latest_urgent_number(self) -> int: ...
    def newest(self) -> tuple[int, int, int]:
        """The numbers of the last urgent list, the last list and the last reminder, 0 for none."""

    def corrections_of(self, number: int) -> list[int]: ...
    def add(self, bulletin: Bulletin) -> None: ...
    def broken_at(self) -> int | None:
        """The first list that does not follow from the one before or was altered, or None."""

    def cover(self, number: int, publications: Mapping[str, Sequence[int]]) -> None: ...
    def cover_everything(self, number: int) -> None:
        """Every publication that no list has told of counts as told by this one."""

    def untold(self) -> tuple[int, datetime | None]:
        """How many entries have publications that no list covers, and when the latest of them was recorded."""

    def untold_codes(self, limit: int) -> list[str]: ...
    def turned(self, since: datetime, until: datetime, limit: int) -> list[str]:
        """Codes of entries with a period that starts or ends after ``since``, up to and including ``until``."""

    def covered(self, codes: Iterable[str]) -> dict[str, int]:
        """The number of the last publication told, by code."""

    def roles_now(self, codes: Iterable[str]) -> dict[str, tuple[Role, ...]]:
        """To whom the last published revision is restricted, by code."""

    def state(self) -> BulletinState: ...
    def put_state(self, edits: Edits, *, version: int, by: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """``answer``: the option that was chosen first, "" when nothing was asked; ``right`` None then."""

    bulletin: int
    code: str
    person: str
    revision: int | None
    at: datetime
    answer: str
    right: bool | None


@dataclass(frozen=True, slots=True)
class SignOff:
    bulletin: int
    day: date
    shift: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Reminder:
    bulletin: int
    person: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """The revision in which a person last opened an entry, and when they first did."""

    revision: int
    at: datetime


class ReceiptRepository(Protocol):
    def add(self, receipts: Sequence[ReceiptRecord]) -> None: ...
    def of_person(self, person: str, bulletin: int, codes: Iterable[str]) -> list[ReceiptRecord]: ...
    def of_bulletins(self, bulletins: Sequence[int], codes: Iterable[str]) -> list[ReceiptRecord]: ...
    def sign_offs(self, bulletin: int) -> list[SignOff]: ...
    def add_sign_off(self, sign_off: SignOff) -> None: ...
    def add_reminders(self, reminders: Sequence[Reminder]) -> None: ...
    def reminders(self, *, bulletin: int | None = None, person: str | None = None) -> list[Reminder]:
        """Oldest first."""

    def opening(self, person: str, code: str) -> Opening | None: ...
    def openings(self, people: Iterable[str], codes: Sequence[str]) -> dict[tuple[str, str], Opening]: ...
    def put_opening(self, person: str, code: str, opening: Opening) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a webhook. ``next_at`` None: done, or given up when ``done_at`` is None too. ``said``: what came
    back last."""

    number: int
    url: str
    event: str
    body: str
    tries: int
    next_at: datetime | None
    done_at: datetime | None
    said: str


class DeliveryRepository(Protocol):
    def add(self, urls: Sequence[str], event: str, body: str, at: datetime) -> None: ...
    def any_due(self, at: datetime) -> bool: ...
    def due(self, at: datetime, limit: int = 20) -> list[Delivery]: ...
    def recent(self, limit: int = 50) -> list[Delivery]: ...
    def put(self, delivery: Delivery) -> None: ...
    def open_count(self) -> tuple[int, int]:
        """How many wait, how many were given up."""
