"""What search learns from: the dictionary, phrasings, golden questions, and questions that found nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kb.domain.golden import GoldenQuestion, GoldenRun
from kb.domain.learning import LearnedPhrasing, Source, Turn
from kb.domain.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Question:
    """A question that found nothing, for later. ``times`` counts how often it was asked."""

    text: str
    times: int
    first_at: datetime
    last_at: datetime


class QuestionLog(Protocol):
    def record(self, text: str, at: datetime) -> None: ...
    def take_back(self, text: str) -> None:
        """Count it once less; what was never asked then is gone."""

    def most_frequent(self, limit: int = 100) -> list[Question]: ...


class LexiconRepository(Protocol):
    def newest(self) -> tuple[int, datetime | None]:
        """Number and moment of the newest state, (0, None) for none. Two states of one number differ in the moment: one
        may have been saved after a backup was put back."""

    def current(self) -> Lexicon | None: ...
    def all(self) -> list[Lexicon]:
        """Every state, newest first."""

    def add(self, lexicon: Lexicon) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPhrasings:
    """Which learned phrasings are listed: ``text`` is part of the phrasing, or the whole code of the entry.

    ``back``: those taken back only; False: those that stand only. ``is_shared``: those that stand for several entries.
    """

    text: str = ""
    code: str = ""
    source: Source | None = None
    back: bool | None = None
    is_shared: bool = False
    most_heard: bool = False  # in the order of how often; otherwise the newest first


class LearnedRepository(Protocol):
    def of(self, codes: Iterable[str]) -> dict[str, list[LearnedPhrasing]]:
        """All of these entries, taken back ones included, in the order in which they were learned."""

    def used(self, codes: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
        """The learned phrasings that are searched, by code; of all entries without ``codes``."""

    def put(self, phrasings: Sequence[LearnedPhrasing]) -> None: ...

    def count(self, wanted: WantedPhrasings) -> int: ...
    def page(self, wanted: WantedPhrasings, *, start: int, limit: int) -> list[LearnedPhrasing]: ...
    def sharing(self, forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """By form the codes of all entries for which it stands."""

    def note(self, turn: Turn) -> None: ...
    def turns(self, codes: Iterable[str]) -> list[Turn]:
        """Of these entries, in the order in which they happened."""


class GoldenRepository(Protocol):
    def all(self) -> list[GoldenQuestion]: ...
    def put(self, questions: Sequence[GoldenQuestion]) -> None: ...
    def remove(self, query: str) -> bool: ...
    def last_number(self) -> int: ...
    def run(self, number: int) -> GoldenRun | None: ...
    def last_accepted(self, before: int | None = None) -> GoldenRun | None:
        """The newest accepted run, or the newest with a number below ``before``."""

    def add_run(self, run: GoldenRun) -> None: ...
