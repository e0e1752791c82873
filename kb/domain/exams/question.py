"""A question of the bank, and the place in the knowledge that it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import N_


class QuestionType(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    CLOZE = "cloze"
    SHORT = "short"
    ORDER = "order"
    ORAL = "oral"
    PRACTICAL = "practical"


QUESTION_TYPE_NAMES: dict[QuestionType, str] = {
    QuestionType.SINGLE: N_("单选"),
    QuestionType.MULTIPLE: N_("多选"),
    QuestionType.TRUE_FALSE: N_("判断"),
    QuestionType.CLOZE: N_("填空"),
    QuestionType.SHORT: N_("简答"),
    QuestionType.ORDER: N_("排序"),
    QuestionType.ORAL: N_("口试"),
    QuestionType.PRACTICAL: N_("实操"),
}
OBJECTIVE = frozenset(
    {QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.TRUE_FALSE, QuestionType.CLOZE, QuestionType.ORDER}
)


class QuestionState(StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    READY = "ready"
    STALE = "stale"  # a fact in its source changed: it cannot enter a paper
    RETIRED = "retired"


QUESTION_STATE_NAMES: dict[QuestionState, str] = {
    QuestionState.DRAFT: N_("草稿"),
    QuestionState.REVIEWED: N_("已审"),
    QuestionState.READY: N_("可用"),
    QuestionState.STALE: N_("待复核"),
    QuestionState.RETIRED: N_("停用"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a question comes from: ``text`` stands in that revision at ``start`` to ``end`` (code points) of ``part``,
    a field of ``Content`` ("body", "speakable", …). ``code`` "" is a question without a source."""

    code: str = ""
    revision: int = 0
    part: str = "body"
    start: int = 0
    end: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricLine:
    """One point of an answer that is scored by a person: what is looked for, and its share of the score in percent."""

    text: str
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionContent:
    """What is asked. Places count from 0.

    ``options`` of single, multiple and ordering questions. ``key``: the places of the right options; for ordering all
    places in the right order; for true/false (0,) when it is true, (1,) when not. ``blanks``: for each blank ("____" in
    the stem) the answers that are right. ``rubric``: how short, oral and practical answers are scored; ``model`` is the
    model answer. ``difficulty``: expected share of people who get it wrong, 0 to 1. ``shuffle`` False keeps the order of
    the options (以上都对).
    """

    type: QuestionType
    stem: str
    options: tuple[str, ...] = ()
    key: tuple[int, ...] = ()
    blanks: tuple[tuple[str, ...], ...] = ()
    rubric: tuple[RubricLine, ...] = ()
    model: str = ""
    explanation: str = ""
    difficulty: float = 0.5
    point: str = ""
    tags: tuple[str, ...] = ()
    shuffle: bool = True
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``number`` 0 is not stored yet; shown as Q-0042. ``version`` counts what was kept of its content, from 1.
    ``rule`` is the rule that proposed it, "" for one written by hand. ``stale`` says what changed in the source."""

    number: int = 0
    version: int = 1
    state: QuestionState = QuestionState.DRAFT
    content: QuestionContent
    author: str
    at: datetime
    reason: str = ""
    rule: str = ""
    stale: str = ""

    @property
    def name(self) -> str:
        return f"Q-{self.number:04}"
