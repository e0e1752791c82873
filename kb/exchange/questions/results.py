"""What reading and writing questions gives."""

from __future__ import annotations

from dataclasses import dataclass

from kb.domain.exams.question import QuestionContent


@dataclass(frozen=True, slots=True)
class Read:
    """A question as a file states it. ``line`` counts from 1: line of the text, row of the sheet, item of the XML."""

    content: QuestionContent
    line: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why one could not be read: a finished Chinese sentence. ``line`` 0 means the whole file."""

    line: int
    reason: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question that the format cannot hold: its place in what was given, from 0, and why."""

    place: int
    reason: str
