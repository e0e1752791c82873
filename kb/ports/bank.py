"""The question bank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kb.domain.exams.question import Lapse, Question, QuestionState, QuestionType


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFilter:
    """Which questions are meant; an empty value leaves nothing out. ``text`` is looked for in the stem, options and key."""

    type: QuestionType | None = None
    state: QuestionState | None = None
    point: str = ""
    code: str = ""
    tag: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a trainer said of a proposal. ``question`` is the number of the question that came of it, 0 for a rejected one."""

    digest: str
    rule: str
    accepted: bool
    edited: bool = False
    reason: str = ""
    question: int = 0
    by: str
    at: datetime


class BankRepository(Protocol):
    """Questions with all their versions. ``at`` is the moment for which their states are asked, mostly now; a paper
    for a later day asks for that day, and is given nothing that an announced change will have overtaken by then."""

    def add(self, question: Question) -> int:
        """Keep a new one with its first version; returns the number."""

    def put(self, question: Question) -> None:
        """Keep a changed one. A higher ``version`` is kept as a version of its own as well; ``state`` is not kept."""

    def mark(self, lapses: Mapping[int, Lapse | None]) -> None:
        """Keep from when these questions are not borne out by their sources any more, by number."""

    def find(self, number: int, at: datetime) -> Question | None: ...
    def many(self, numbers: Iterable[int], at: datetime) -> dict[int, Question]:
        """Those that exist, by number."""

    def version(self, number: int, version: int) -> Question | None:
        """The question as that version had it: content, author, time and reason; ``state`` is the one now kept."""

    def versions(self, number: int) -> list[Question]:
        """Oldest first, each as ``version`` gives it."""

    def ready(self, at: datetime) -> list[Question]:
        """All that may enter a paper for ``at``, by number."""

    def of_entries(self, codes: Sequence[str], at: datetime) -> list[Question]:
        """Those that come from these entries and were not retired by hand, by number."""

    def select(self, wanted: BankFilter, at: datetime, *, limit: int = 50, offset: int = 0) -> list[Question]:
        """By number, the newest first."""

    def count(self, wanted: BankFilter, at: datetime) -> int: ...
    def counts(self, at: datetime) -> dict[QuestionState, int]:
        """How many there are in each state; a state without any is left out."""

    def points(self) -> list[str]:
        """Knowledge points in use, sorted."""

    def all(self, at: datetime) -> list[Question]:
        """Every question, by number."""

    def newest(self) -> dict[int, int]:
        """The number of every question with its latest version, so that one who keeps a copy knows what is new."""

    def add_verdict(self, verdict: Verdict) -> None: ...
    def judged(self) -> set[str]:
        """Digests of all proposals on which something was said."""

    def acceptance(self) -> dict[str, tuple[int, int]]:
        """For each rule: how many of its proposals were accepted, of how many judged."""
