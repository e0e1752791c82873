"""Entries as storage hands them out, the index jobs, and what a view of them needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kb.domain.entry import Entry, Period, Publication, Revision
from kb.domain.person import Role
from kb.domain.today import Held


@dataclass(frozen=True, slots=True)
class Dated:
    """A revision together with one period in which it was, is or will be the rule."""

    code: str
    revision: Revision
    period: Period


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands, without its texts: enough to see what an import would change."""

    code: str
    latest: int  # number of the latest revision
    latest_digest: str
    in_force_digest: str  # "" when nothing is in force


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry of which nothing holds any more: its last period, and the last publication, which tells why."""

    dated: Dated
    last: Publication


@dataclass(frozen=True, slots=True)
class Job:
    """An index job: the entry ``code`` changed. ``number`` rises in the order of commits."""

    number: int
    code: str


class EntryRepository(Protocol):
    def get(self, code: str) -> Entry:
        """The entry with all its revisions. Raises ``NotFound``."""

    def find(self, code: str) -> Entry | None: ...

    def get_many(self, codes: Iterable[str]) -> dict[str, Entry]:
        """Those that exist, by code, in few queries."""

    def add(self, entry: Entry) -> None:
        """Take up a new entry; it and every entry got here are written at ``commit``."""

    def in_force(self, codes: Iterable[str], at: datetime) -> dict[str, Dated]:
        """Of these, the revisions in force at that moment, by code. One query."""

    def all_in_force(self, at: datetime) -> Iterator[Dated]:
        """Every revision in force at that moment, by code ascending, streamed."""

    def dated(self, codes: Iterable[str]) -> dict[str, list[Dated]]:
        """All periods of these entries with their revisions, oldest first; entries without any are left out."""

    def held(self, codes: Iterable[str]) -> dict[str, list[Held]]:
        """The periods of these entries without their texts, oldest first; entries without any are left out."""

    def all_dated(self) -> Iterator[Dated]:
        """All periods of all entries, by code and start, streamed."""

    def standings(self, at: datetime) -> dict[str, Standing]:
        """Every entry, by code."""

    def next_code(self, prefix: str) -> str:
        """The next free code: ``next_code("FAQ")`` gives ``FAQ-0043`` after ``FAQ-0042``."""

    def containing(self, words: Sequence[str]) -> list[str]:
        """Codes of entries with a period whose texts contain one of the words."""

    def waiting(self, limit: int) -> list[tuple[str, Revision]]:
        """The latest revision of each entry whose latest was never published, with the code; the newest ``limit``."""

    def gone(self, at: datetime, *, since: datetime, limit: int) -> list[Gone]:
        """Entries that were the rule, went out of force between ``since`` and ``at``, and have nothing announced;
        those that went last first."""

    def due_for_review(self, at: datetime, until: date) -> list[Dated]:
        """What is in force and has a review date up to ``until``, the most urgent first."""

    def names_in_force(self, at: datetime, role: Role) -> tuple[list[str], list[str]]:
        """Products and categories of the entries in force that ``role`` may see, sorted."""

    def next_turn(self, at: datetime) -> datetime | None:
        """When, after ``at``, the next entry comes into force or goes out of it; None: not by what is known now."""


class JobLog(Protocol):
    def add(self, codes: Sequence[str], at: datetime) -> None: ...
    def after(self, number: int, limit: int = 1000) -> list[Job]: ...
    def last(self) -> int: ...
    def mark(self, number: int) -> str:
        """Tells the job of this number from that of another database, or of this one put back from a backup; "" when
        there is none."""
