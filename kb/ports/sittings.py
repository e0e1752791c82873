"""Sittings of the examination: batches, who sits in them, answers, marks, corrected keys, practice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kb.domain.exams.paper import Form
from kb.domain.exams.scoring import Correction, Mark
from kb.domain.exams.sitting import Answer, Batch, Sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """An answer given in practice; ``share`` of the points, 0 to 1. ``kind`` is the set it came from."""

    number: int = 0
    person: str
    kind: str
    question: int
    version: int
    value: Sequence[int | str]
    share: float
    at: datetime


class SittingRepository(Protocol):
    def keep_forms(self, paper: int, hash: str, forms: Iterable[Form]) -> None:
        """Keep the forms of an approved paper; kept ones stay as they are."""

    def form(self, paper: int, hash: str, name: str) -> Form | None: ...

    def add_batch(self, batch: Batch) -> int: ...
    def put_batch(self, batch: Batch) -> None: ...
    def batch(self, number: int) -> Batch | None: ...
    def batches(self, limit: int = 200) -> list[Batch]:
        """The latest to open first."""

    def batches_by(self, numbers: Iterable[int]) -> dict[int, Batch]: ...
    def of_paper(self, paper: int) -> list[Batch]:
        """By number."""

    def of_months(self, first: date, last: date) -> list[Batch]:
        """Batches of the months from ``first`` to ``last``, by month and number."""

    def unfinished(self, closed_before: datetime) -> list[Batch]:
        """Not finished, and closed before that moment."""

    def last_close(self, paper: int) -> datetime | None:
        """When the last batch of this paper closes."""

    def running_papers(self, at: datetime) -> frozenset[int]:
        """Papers of which a batch closes only after ``at``."""

    def taken_since(self, since: datetime) -> dict[tuple[int, str, str], frozenset[str]]:
        """Who began or handed in which form in a batch that opened at ``since`` or later: logins by paper, hash and name
        of the form."""

    def add(self, sittings: Iterable[Sitting]) -> None: ...
    def put(self, sitting: Sitting) -> None: ...
    def remove(self, number: int) -> None: ...
    def find(self, number: int) -> Sitting | None: ...
    def many(self, batches: Iterable[int]) -> list[Sitting]:
        """Everybody in these batches, by batch and seat."""

    def of_person(self, person: str) -> list[Sitting]:
        """The latest first."""

    def of_paper_people(self, paper: int) -> list[Sitting]:
        """All sittings of a paper, missed ones too, by number."""

    def has_started(self, batch: int) -> bool:
        """Whether anybody in it has begun."""

    def save(self, answer: Answer) -> Answer:
        """Keep it unless one with a higher sequence is there; returns what is kept."""

    def answers(self, sittings: Iterable[int]) -> dict[int, list[Answer]]:
        """By sitting, in no order; a sitting without any is left out."""

    def add_marks(self, marks: Iterable[Mark]) -> None: ...
    def marks(self, sittings: Iterable[int]) -> dict[int, list[Mark]]:
        """By sitting, oldest first; a sitting without any is left out."""

    def add_correction(self, correction: Correction) -> int: ...
    def corrections(self, paper: int) -> list[Correction]:
        """Oldest first: the last one of a question holds."""

    def add_practised(self, practised: Practised) -> None: ...
    def practised(self, person: str, limit: int = 5000) -> list[Practised]:
        """The latest first."""
