"""A question proposed from content, and what the rules are given to make it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from kb.domain.content import Content
from kb.domain.errors import N_
from kb.domain.exams.facts import Fact
from kb.domain.exams.passages import plain
from kb.domain.exams.question import QuestionContent, Source
from kb.domain.exams.values import bare


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The revision that is asked about."""

    code: str
    revision: int
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """``rule`` is one of ``RULE_NAMES``; ``score`` 0 to 1 ranks; ``reason`` is a message id that says why it is worth
    asking; ``sentence`` is the source as it stands, without Markdown."""

    content: QuestionContent
    rule: str
    score: float
    reason: str
    sentence: str


RULE_NAMES: dict[str, str] = {
    "amount-single": N_("数值 · 单选"),
    "amount-true": N_("数值 · 判断（对）"),
    "amount-false": N_("数值 · 判断（改一处）"),
    "amount-cloze": N_("数值 · 填空"),
    "edge-true": N_("界限 · 判断（对）"),
    "edge-false": N_("界限 · 判断（只改含不含或先后）"),
    "cell-single": N_("表格 · 单选"),
    "cell-cloze": N_("表格 · 填空"),
    "cell-true": N_("表格 · 判断（对）"),
    "cell-false": N_("表格 · 判断（换一格）"),
    "cell-multiple": N_("表格 · 多选"),
    "list-multiple": N_("清单 · 多选"),
    "steps-order": N_("步骤 · 排序"),
    "forbidden-single": N_("禁用语 · 单选"),
    "decider-single": N_("谁决定 · 单选"),
    "decider-cloze": N_("谁决定 · 填空"),
    "ruling-true": N_("规定 · 判断（对）"),
    "ruling-false": N_("规定 · 判断（改一处）"),
}

CHANGED = N_("这一处刚改过，选项里有上一版的值。")
CHANGED_HERE = N_("这一处刚改过。")
SPOKEN = N_("这一句在口径里，座席每天都要念。")
SISTERS = N_("姊妹产品的数不同，容易混。")
BY_VALUE = N_("条目写明的数值。")
BY_EDGE = N_("界限含不含、以哪一个为准，最容易记反。")
BY_TABLE = N_("表格按情形分列，要分得清。")
BY_LIST = N_("条目列出的清单。")
BY_STEPS = N_("条目列出的先后次序。")
BY_WORDS = N_("条目写明不能说的话。")
BY_PERSON = N_("条目写明由谁决定。")
BY_RULING = N_("条目写明可不可以。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What every rule gets. ``before`` is the revision that was in force before, ``sisters`` entries near this one."""

    origin: Origin
    before: Content | None
    sisters: Sequence[tuple[str, Content]]
    seed: int

    @property
    def content(self) -> Content:
        return self.origin.content

    def rng(self, fact: Fact, rule: str) -> random.Random:
        """The same chance for the same place, whatever else is proposed."""
        place = f"{self.origin.code}/{fact.part}/{fact.start}/{fact.end}"
        return random.Random(f"{self.seed}/{place}/{rule}")  # noqa: S311  chooses among wrong answers, guards nothing

    def source(self, fact: Fact) -> Source:
        """The sentence, cell or list that a fact stands in."""
        start, end = (fact.start, fact.end) if fact.passages else (fact.passage.start, fact.passage.end)
        return Source(
            code=self.origin.code, revision=self.origin.revision, part=fact.part, start=start, end=end,
            text=getattr(self.content, fact.part)[start:end],
        )  # fmt: skip

    def is_new(self, fact: Fact) -> bool:
        """Whether the revision before did not say this."""
        if self.before is None:
            return False
        said = [passage.text for passage in fact.passages] or [fact.sentence]
        whole = bare(plain(getattr(self.before, fact.part)))
        return any(bare(text) not in whole for text in said)

    def explanation(self, sentence: str) -> str:
        said = f"《{self.content.title}》（{self.origin.code}）：{sentence}"
        if self.content.exceptions:
            said += f" 例外情形：{self.content.exceptions}"
        return said[:600]
