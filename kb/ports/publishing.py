"""What stands before a publication: drafts, reviews, rules, releases, departments' notices, pictures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from kb.domain.draft import Draft
from kb.domain.images import Image
from kb.domain.intake import Intake
from kb.domain.release import Release
from kb.domain.review import Review
from kb.domain.rules import Rules


class DraftRepository(Protocol):
    def get(self, id: int) -> Draft | None: ...
    def of(self, author: str, code: str) -> Draft | None:
        """The newest draft of that person for that entry."""

    def by_author(self, author: str) -> list[Draft]:
        """Newest first."""

    def on(self, code: str) -> list[Draft]:
        """Everybody's drafts for an entry, newest first."""

    def newest(self, limit: int) -> list[Draft]:
        """Everybody's drafts, newest first."""

    def add(self, draft: Draft) -> int:
        """Returns the id."""

    def put(self, draft: Draft) -> None: ...
    def remove(self, id: int) -> None: ...


class ReviewRepository(Protocol):
    def of(self, code: str) -> list[Review]:
        """By revision and number."""

    def of_many(self, codes: Iterable[str]) -> dict[str, list[Review]]: ...
    def add(self, code: str, review: Review) -> None: ...


class RulesRepository(Protocol):
    def current(self) -> Rules:
        """The newest state, or the defaults."""

    def all(self) -> list[Rules]:
        """Newest first."""

    def add(self, rules: Rules) -> None: ...


class ReleaseRepository(Protocol):
    def last_number(self) -> int: ...
    def find(self, number: int) -> Release | None: ...
    def all(self, limit: int = 200) -> list[Release]:
        """Newest first."""

    def add(self, release: Release) -> None: ...
    def put(self, release: Release) -> None: ...


class IntakeRepository(Protocol):
    def add(self, intake: Intake) -> int: ...
    def put(self, intake: Intake) -> None: ...
    def find(self, number: int) -> Intake | None: ...
    def by_reference(self, by: str, reference: str) -> Intake | None:
        """The one that its sender gave this number."""

    def by_draft(self, draft: int) -> Intake | None: ...
    def count_overdue(self, at: datetime) -> int:
        """How many open ones are due before ``at``."""

    def open(self) -> list[Intake]:
        """The most urgent first."""

    def closed(self, limit: int = 100) -> list[Intake]:
        """Newest first."""


class ImageRepository(Protocol):
    def find(self, digest: str) -> Image | None: ...
    def has(self, digest: str) -> bool: ...
    def add(self, image: Image, *, by: str, at: datetime) -> None: ...
