"""A paper: two forms of equal weight, assembled from the bank by a blueprint, and frozen once the director approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kb.domain.errors import N_
from kb.domain.exams.question import QuestionContent, QuestionType

FORMS = ("A", "B")


class PaperState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"  # frozen by its hash
    BLOCKED = "blocked"  # a source changed after the approval: it must be approved again
    ARCHIVED = "archived"


PAPER_STATE_NAMES: dict[PaperState, str] = {
    PaperState.DRAFT: N_("草稿"),
    PaperState.SUBMITTED: N_("待审批"),
    PaperState.RETURNED: N_("退回修改"),
    PaperState.APPROVED: N_("已批准"),
    PaperState.BLOCKED: N_("来源有变，须重新审批"),
    PaperState.ARCHIVED: N_("已归档"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many questions of a type on a knowledge point ("" any) of a difficulty, each worth ``score`` points.
    ``easiest`` and ``hardest`` bound the expected share of wrong answers, 0 to 1."""

    type: QuestionType
    point: str = ""
    easiest: float = 0.0
    hardest: float = 1.0
    count: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What both forms must be. ``fresh_share``: least share of questions on entries changed in ``month``, 0 to 1.
    ``enemies``: pairs of question numbers that must not stand on one form. ``unseen_months``: no question that these
    people had in so many months. ``minutes`` to answer; ``pass_score`` of the total."""

    title: str
    month: date
    cells: tuple[Cell, ...]
    minutes: int = 60
    pass_score: float = 90.0
    fresh_share: float = 0.0
    enemies: tuple[tuple[int, int], ...] = ()
    unseen_months: int = 3

    @property
    def total(self) -> float:
        return sum(cell.count * cell.score for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question as it stands on a form: a version of it with its content, so that a frozen paper needs nothing else."""

    question: int
    version: int
    score: float
    content: QuestionContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    name: str  # one of FORMS
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """``number`` 0 is not stored yet. ``hash``: SHA-256 over blueprint and forms as approved, "" before."""

    number: int = 0
    state: PaperState = PaperState.DRAFT
    blueprint: Blueprint
    seed: int
    forms: tuple[Form, ...]
    author: str
    at: datetime
    submitted_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    remarks: str = ""
    hash: str = ""
