"""Solutions as coordinators deal with them, and as their authors see what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kb.domain.harvest import Waiting
from kb.domain.solutions import Outcome, Solution, SolutionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is written into each solution of a group."""

    outcome: Outcome
    code: str = ""
    reason: str = ""
    by: str = ""
    at: datetime | None = None
    draft: int | None = None  # what was handed in and is not published yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which solutions are listed: those of ``person`` or ``team`` only, "" for all; of one kind, outcome or entry."""

    person: str = ""
    team: str = ""
    code: str = ""
    kind: SolutionKind | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


class HarvestRepository(Protocol):
    def waiting(self, limit: int, kinds: Iterable[SolutionKind] = ()) -> list[Waiting]:
        """The newest ``limit`` waiting solutions, those with the same words as one; of ``kinds``, or of all."""

    def known(self, codes: Iterable[str]) -> dict[str, frozenset[str]]:
        """By entry the forms that its latest revision or what was learned has already, taken back ones included."""

    def titles(self, codes: Iterable[str]) -> dict[str, str]:
        """By entry the title of its latest revision."""

    def of_entry(self, code: str, kinds: Iterable[SolutionKind], limit: int) -> list[Solution]:
        """Waiting ones, newest first."""

    def saying(self, kind: SolutionKind, asked: Iterable[str], limit: int) -> list[Solution]:
        """Waiting ones with one of these wordings, newest first."""

    def many(self, numbers: Iterable[int]) -> list[Solution]:
        """By number ascending."""

    def accepted(self, code: str) -> list[Solution]:
        """Those whose words were learned for that entry."""

    def used_before(self, at: datetime, limit: int) -> list[tuple[int, str, str]]:
        """Number, entry and wording of used ones that have waited since before ``at``, oldest first."""

    def flags(self, code: str, limit: int) -> list[Solution]:
        """Waiting flags of that entry, newest first."""

    def of_draft(self, draft: int) -> list[Solution]:
        """Waiting ones from which that draft is written."""

    def unpublished(self, code: str, since: datetime) -> list[Solution]:
        """Those from which a text of that entry was written that was handed in up to ``since`` and is not published."""

    def publish(self, numbers: Sequence[int]) -> None:
        """What was written from these is published."""

    def settle(self, numbers: Sequence[int], answer: Answer) -> None:
        """Write what came of these, in few statements; no version is made: their authors have changed nothing."""

    def begin(self, numbers: Sequence[int], draft: int) -> None:
        """These are being written into that draft."""

    def count_overdue(self, at: datetime) -> int:
        """Flags whose time is over."""

    def outcomes(self, person: str) -> dict[Outcome, int]:
        """How many of that person's solutions have which outcome."""

    def page(self, wanted: Wanted, *, before: int | None, limit: int) -> list[Solution]:
        """Newest first, below the number ``before``."""

    def all(self, wanted: Wanted) -> Iterator[Solution]:
        """Oldest first, streamed."""
