"""A question of the bank, and the place in the knowledge that it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

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

    def to_dict(self) -> dict[str, object]:
        """All fields as JSON values, tuples as lists."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> QuestionContent:
        """The inverse of ``to_dict``."""
        known = dict(values)
        known["type"] = QuestionType(known["type"])
        for name in ("options", "key", "tags"):
            known[name] = tuple(known.get(name, ()))
        known["blanks"] = tuple(tuple(blank) for blank in known.get("blanks", ()))
        known["rubric"] = tuple(RubricLine(**line) for line in known.get("rubric", ()))
        known["source"] = Source(**known.get("source", {}))
        return cls(**known)

    @property
    def digest(self) -> str:
        """SHA-256 over what the examinee is asked and its key: equal whatever the explanation, tags or source say."""
        asked = [str(self.type), self.stem, self.options, self.key, self.blanks, [asdict(line) for line in self.rubric]]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """From ``since`` on the source does not bear the question out: its fact changes, its validity ends, or the entry
    was withdrawn. ``reason`` is a message id; ``text`` what the source says then ("" when it is gone), or why the entry
    was withdrawn. ``revision`` holds from then on, 0 for none."""

    since: datetime
    withdrawn: bool = False
    revision: int = 0
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``number`` 0 is not stored yet; shown as Q-0042. ``version`` counts what was kept of its content, from 1.

    ``kept`` is how far its makers have brought it. ``state`` is what it is worth at the moment it was asked for: the
    same, unless its ``lapse`` has begun. ``author`` wrote this version ``at`` this moment for this ``reason``. ``rule``
    is the rule that proposed it, "" for one written by hand.
    """

    number: int = 0
    version: int = 1
    kept: QuestionState = QuestionState.DRAFT
    state: QuestionState = QuestionState.DRAFT
    content: QuestionContent
    author: str
    at: datetime
    reason: str = ""
    rule: str = ""
    lapse: Lapse | None = None

    @property
    def name(self) -> str:
        return f"Q-{self.number:04}"

    @property
    def stale(self) -> str:
        """Message id of what changed in its source, or will; "" for nothing."""
        return self.lapse.reason if self.lapse else ""


def state_at(kept: QuestionState, lapse: Lapse | None, at: datetime) -> QuestionState:
    """What a question is worth at ``at``. Nothing has to run at that moment: an announced change takes effect by itself,
    and a change that is taken back has never been."""
    if kept is QuestionState.RETIRED or lapse is None or lapse.since > at:
        return kept
    return QuestionState.RETIRED if lapse.withdrawn else QuestionState.STALE
