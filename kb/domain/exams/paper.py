"""A paper: two forms of equal weight, assembled from the bank by a blueprint, and frozen once the director approves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.exams.plain import digest
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.text import multi_line

FORMS = ("A", "B")
BALANCE_MOST = 0.01  # how far the mean expected difficulties of the two forms may lie apart
REMARKS_MOST = 2_000


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
    ``enemies``: pairs of question numbers that must not stand on one form; ``apart``: nor two questions from the same
    sentence, of which one would give the other away. ``unseen_months``: no question that these people had in so many
    months. ``minutes`` to answer; ``pass_score`` of the total."""

    title: str
    month: date
    cells: tuple[Cell, ...]
    minutes: int = 60
    pass_score: float = 90.0
    fresh_share: float = 0.0
    enemies: tuple[tuple[int, int], ...] = ()
    unseen_months: int = 3
    apart: bool = True

    @property
    def total(self) -> float:
        return sum(cell.count * cell.score for cell in self.cells)

    @property
    def size(self) -> int:
        """Questions on each form."""
        return sum(cell.count for cell in self.cells)

    def cell_at(self, place: int) -> Cell:
        """The cell that the question at ``place`` (from 0) fills: forms follow the order of the cells."""
        for cell in self.cells:
            if place < cell.count:
                return cell
            place -= cell.count
        raise IndexError(place)


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

    @property
    def total(self) -> float:
        return sum(item.score for item in self.items)

    @property
    def difficulty(self) -> float:
        """Mean expected share of wrong answers, 0 to 1; 0 for an empty form."""
        return sum(item.content.difficulty for item in self.items) / len(self.items) if self.items else 0.0


EDITABLE = frozenset({PaperState.DRAFT, PaperState.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """``number`` 0 is not stored yet. ``version`` counts every change of it. ``hash``: SHA-256 over blueprint and forms as
    submitted and approved, "" before. ``sources``: the entries that its questions rest on, with the revision that was in
    force when it was approved. ``noticed``: what was last told about these, so that it is told once."""

    number: int = 0
    version: int = 1
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
    sources: tuple[tuple[str, int], ...] = ()
    noticed: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over blueprint and forms as they are now."""
        return digest(self.blueprint, self.forms)

    @property
    def is_sound(self) -> bool:
        """Whether it is still what ``hash`` says."""
        return self.hash != "" and self.hash == self.fingerprint

    @property
    def questions(self) -> frozenset[int]:
        return frozenset(item.question for form in self.forms for item in form.items)

    def form(self, name: str) -> Form:
        """Raises ``Invalid`` for a form that is not there."""
        for form in self.forms:
            if form.name == name:
                return form
        raise Invalid(N_("试卷只有 A 卷和 B 卷。"), field="form")

    def with_form(self, form: Form) -> Paper:
        """The same with that form in place of the one of its name. Raises ``Conflict`` when it can no longer be edited."""
        self._require(EDITABLE, N_("试卷“{state}”，不能再改。请先撤回或重新打开。"))
        return self._next(forms=tuple(form if one.name == form.name else one for one in self.forms))

    def rebuild(self, blueprint: Blueprint, forms: tuple[Form, ...], seed: int) -> Paper:
        """Forms assembled anew. Raises ``Conflict`` when it can no longer be edited."""
        self._require(EDITABLE, N_("试卷“{state}”，不能再改。请先撤回或重新打开。"))
        return self._next(blueprint=blueprint, forms=forms, seed=seed)

    def submit(self, *, at: datetime) -> Paper:
        """Hand it to the director; from here on its hash must stay what it is."""
        self._require(EDITABLE, N_("试卷“{state}”，不能再提交。"))
        return self._next(
            state=PaperState.SUBMITTED, submitted_at=at, hash=self.fingerprint, decided_by="", decided_at=None
        )

    def approve(self, *, by: str, at: datetime, seen: str, sources: Mapping[str, int]) -> Paper:
        """Freeze it. ``seen``: the hash of what the director has read.

        An approved one is approved again when its sources have been reworded since.

        Raises:
            Conflict: not submitted, or what was submitted, read and kept is not one and the same.
        """
        self._require({PaperState.SUBMITTED, PaperState.APPROVED}, N_("试卷“{state}”，现在不能批准。"))
        if not self.is_sound or seen != self.hash:
            raise Conflict(N_("试卷和提交审批时的不一样，不能批准。请退回，由出题人重新提交。"))
        return self._next(
            state=PaperState.APPROVED, decided_by=by, decided_at=at, sources=tuple(sorted(sources.items())),
            remarks="", noticed="",
        )  # fmt: skip

    def send_back(self, *, by: str, at: datetime, remarks: str) -> Paper:
        """Return it to its author. Raises ``Invalid`` without a word on what to change."""
        self._require({PaperState.SUBMITTED}, N_("试卷“{state}”，现在不能退回。"))
        said = multi_line(remarks, field="remarks", most=REMARKS_MOST).strip()
        if not said:
            raise Invalid(N_("请写明要改什么，出题人会看到。"), field="remarks")
        return self._next(state=PaperState.RETURNED, decided_by=by, decided_at=at, remarks=said, hash="")

    def reopen(self) -> Paper:
        """Take it back into work. It must be approved anew, whatever changes."""
        self._require(
            {PaperState.SUBMITTED, PaperState.APPROVED, PaperState.BLOCKED}, N_("试卷“{state}”，不用重新打开。")
        )
        return self._next(state=PaperState.DRAFT, hash="", sources=(), noticed="", decided_by="", decided_at=None)

    def block(self, noticed: str) -> Paper:
        """A source says something else now: nobody sits it until it has been mended and approved again."""
        self._require({PaperState.APPROVED}, N_("试卷“{state}”，没有批准过。"))
        return self._next(state=PaperState.BLOCKED, noticed=noticed)

    def notice(self, noticed: str) -> Paper:
        """Remember what was told about its sources. It stays what it is."""
        return self._next(noticed=noticed)

    def archive(self) -> Paper:
        """Put it away for good."""
        self._require(set(PaperState) - {PaperState.ARCHIVED, PaperState.SUBMITTED}, N_("试卷“{state}”，不能归档。"))
        return self._next(state=PaperState.ARCHIVED)

    def _next(self, **changed: object) -> Paper:
        return replace(self, version=self.version + 1, **changed)  # type: ignore[arg-type]

    def _require(self, states: Iterable[PaperState], message: str) -> None:
        if self.state not in states:
            raise Conflict(message, state=self.state)
