"""The values that pass between the question and the steps that forgive its faults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.domain.errors import N_


class Step(StrEnum):
    """The steps in their order; each is tried only for what the one before left without a find."""

    EXACT = "exact"
    SYNONYM = "synonym"
    SCRIPT = "script"
    PINYIN = "pinyin"
    NEIGHBOUR = "neighbour"
    BIGRAMS = "bigrams"


STEP_NAMES = {
    Step.EXACT: N_("原词"),
    Step.SYNONYM: N_("同义词"),
    Step.SCRIPT: N_("字形与数字写法"),
    Step.PINYIN: N_("拼音"),
    Step.NEIGHBOUR: N_("同音字或错别字"),
    Step.BIGRAMS: N_("相邻二字"),
}


@dataclass(frozen=True, slots=True)
class Repair:
    """``before``, as it stands at ``position`` in the question, is read as ``after``.

    A repair *replaces* (pinyin, wrong characters) or *adds* (synonyms, ways of writing numbers); ``others`` are
    readings nearly as good, the best first, which are searched beside it.
    """

    before: str
    after: str
    step: Step
    position: int  # characters from the beginning of the text given to ``attempts``
    others: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        return self.position + len(self.before)

    @property
    def replaces(self) -> bool:
        return self.step in (Step.PINYIN, Step.NEIGHBOUR)

    @property
    def is_of_initials(self) -> bool:
        """Whether hardly more than the initials was typed: ``ddq``, of which many words could be meant."""
        return self.step is Step.PINYIN and self.before.isascii() and len(self.before) < 2 * len(self.after)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What to search after this step: everything before it is included.

    ``text`` is the question with all replacements made; ``also`` are phrases to be searched beside it (as further
    terms, none of them required); ``repairs`` are all repairs so far, by position; ``why`` the Chinese name of the
    step, a gettext message id.
    """

    step: Step
    text: str
    also: tuple[str, ...]
    repairs: tuple[Repair, ...]

    @property
    def why(self) -> str:
        return STEP_NAMES[self.step]

    def is_guessed(self, asked: str) -> bool:
        """Whether nothing but initials was typed: then any answer is one of many. ``asked``: what it was made of."""
        guessed = [repair for repair in self.repairs if repair.is_of_initials]
        places = {place for repair in guessed for place in range(repair.position, repair.end)}
        return bool(guessed) and not any(c.isalnum() for place, c in enumerate(asked) if place not in places)
