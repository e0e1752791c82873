"""Papers of the examination, what was frozen of them, and what the month's calendar remembers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from kb.domain.exams.digest import Digest
from kb.domain.exams.paper import Paper


class PaperRepository(Protocol):
    def add(self, paper: Paper) -> int:
        """Returns the number."""

    def put(self, paper: Paper) -> None: ...
    def find(self, number: int) -> Paper | None: ...
    def approved(self, number: int) -> Paper | None:
        """The paper when it is approved and still what was approved, by its hash; otherwise None."""

    def all(self, limit: int = 200) -> list[Paper]:
        """Newest first."""

    def of_month(self, month: date) -> list[Paper]:
        """Newest first. ``month``: its first day."""

    def handed_in_since(self, month: date, *, but: int = 0) -> dict[int, frozenset[int]]:
        """The questions of each paper of that month and later that was handed to the director, archived ones too; not
        those of the paper ``but``."""

    def seal(self, paper: Paper) -> None:
        """Keep what is approved for ever, beside the paper itself."""

    def reminded(self, month: date) -> frozenset[str]:
        """Which reminders of that month have been raised."""

    def remind(self, month: date, kind: str, at: datetime) -> None:
        """Note that a reminder has been raised."""

    def digest_of(self, month: date) -> Digest | None: ...
    def digest_by_draft(self, draft: int) -> Digest | None: ...
    def put_digest(self, digest: Digest) -> None:
        """Keep it in place of what there was for that month."""
