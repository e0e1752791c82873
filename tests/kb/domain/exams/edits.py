"""Seeded edits of an entry that change a fact: each question that asks it must wait for review (others: rewordings.py)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kb.domain.content import Content
from kb.domain.exams.edges import edges
from kb.domain.exams.facts import Fact, FactKind, facts_of
from kb.domain.exams.passages import Shape
from kb.domain.exams.propose.amounts import KINDS
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import neighbours


@dataclass(frozen=True)
class Edit:
    """``before`` became ``after``. ``changed`` is the place (part, start, end) in ``before`` whose fact changed, None
    for a rewording; ``only`` the types of question that ask it (all when empty)."""

    name: str
    before: Content
    after: Content
    changed: tuple[str, int, int] | None = None
    only: tuple[QuestionType, ...] = ()

    def concerns(self, question: QuestionContent) -> bool:
        """Whether the fact that ``question`` asks is the one that changed."""
        if self.changed is None:
            return False
        part, start, end = self.changed
        source = question.source
        there = source.part == part and source.start < end and start < source.end
        return there and (not self.only or question.type in self.only)


def put(content: Content, part: str, start: int, end: int, text: str) -> Content:
    old = getattr(content, part)
    return replace(content, **{part: old[:start] + text + old[end:]})


def a_fact(content: Content, rng: random.Random, wanted: Callable[[Fact], bool]) -> Fact | None:
    found = [fact for fact in facts_of(content) if wanted(fact)]
    return rng.choice(found) if found else None


def sentence_of(content: Content, fact: Fact) -> tuple[str, int, int]:
    return fact.part, fact.passage.start, fact.passage.end


def another_value(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(content, rng, lambda f: f.kind in KINDS and f.upper is None and bool(list(neighbours(f))))
    if fact is None:
        return None
    text = rng.choice([said for said, _ in neighbours(fact)])
    return Edit(
        "value", content, put(content, fact.part, fact.start, fact.end, text), (fact.part, fact.start, fact.end)
    )


def another_unit(content: Content, rng: random.Random) -> Edit | None:
    swaps = (("个工作日", "天"), ("工作日", "日"), ("小时", "分钟"), ("天", "个工作日"), ("个月", "年"), ("万元", "元"))

    def swapped(fact: Fact) -> str | None:
        return next((fact.value.replace(a, b) for a, b in swaps if fact.value.endswith(a)), None)

    fact = a_fact(content, rng, lambda f: f.kind in KINDS and swapped(f) is not None)
    if fact is None:
        return None
    after = put(content, fact.part, fact.start, fact.end, swapped(fact) or "")
    return Edit("unit", content, after, (fact.part, fact.start, fact.end))


def another_bound(content: Content, rng: random.Random) -> Edit | None:
    swaps = (
        ("及以上", "以下"),
        ("及以下", "以上"),
        ("以上", "以下"),
        ("以内", "以上"),
        ("不超过", "不低于"),
        ("最高", "最低"),
        ("（含）", "（不含）"),
    )
    places = [
        (part, m.start(), m.end(), new)
        for part in ("speakable", "exceptions", "body")
        for old, new in swaps
        for m in re.finditer(
            rf"(?<=[\d元天日月岁次级] ){old}|(?<=[\d元天日月岁次级]){old}|{old}(?= ?\d)", getattr(content, part)
        )
    ]
    if not places:
        return None
    part, start, end, new = rng.choice(places)
    return Edit("bound", content, put(content, part, start, end, new), (part, start, end))


def another_condition(content: Content, rng: random.Random) -> Edit | None:
    turns = {
        "首次": "再次",
        "有责": "无责",
        "未经": "已经",
        "本人": "家属",
        "投保人": "受益人",
        "住院": "门诊",
        "已": "未",
        "未": "已",
        "超过": "不足",
        "市区": "郊区",
        "全责": "次责",
    }
    places = []
    for part in ("speakable", "body", "exceptions"):
        for clause in re.finditer(r"[^，。；\n|]{2,40}的(?=，)", getattr(content, part)):
            for old, new in turns.items():
                at = clause.group().find(old)
                if at >= 0:
                    places.append((part, clause.start() + at, clause.start() + at + len(old), new))
    if not places:
        return None
    part, start, end, new = rng.choice(places)
    return Edit("condition", content, put(content, part, start, end, new), (part, start, end))


def an_exception_more(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(
        content, rng, lambda f: f.kind in KINDS and f.passage.shape is not Shape.CELL and f.sentence.endswith("。")
    )
    if fact is None:
        return None
    said = rng.choice(("，但法定节假日除外", "，报案时已说明原因的除外", "，团体保单不适用"))
    end = fact.passage.end - 1
    return Edit("exception", content, put(content, fact.part, end, end, said), sentence_of(content, fact))


def another_decider(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(content, rng, lambda f: f.kind is FactKind.DECIDER)
    if fact is None:
        return None
    who = rng.choice([who for who in ("理赔部", "承保部", "值班长", "财务部", "业务组长") if who != fact.value])
    return Edit(
        "decider", content, put(content, fact.part, fact.start, fact.end, who), (fact.part, fact.start, fact.end)
    )


def another_ruling(content: Content, rng: random.Random) -> Edit | None:
    turned = {
        "不赔": "可以赔",
        "不能": "可以",
        "可以": "不可以",
        "不扣": "要扣",
        "不退": "可以退",
        "必须": "可以不",
        "不得": "可以",
        "可以赔": "不赔",
    }
    fact = a_fact(content, rng, lambda f: f.kind is FactKind.RULING and f.value in turned)
    if fact is None:
        return None
    after = put(content, fact.part, fact.start, fact.end, turned[fact.value])
    return Edit("ruling", content, after, (fact.part, fact.start, fact.end))


def a_member_less(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(content, rng, lambda f: f.kind in (FactKind.MEMBERS, FactKind.STEPS) and len(f.values) > 2)
    if fact is None:
        return None
    gone = rng.choice(fact.passages)
    text = getattr(content, fact.part)
    start = text.rfind("\n", 0, gone.start) + 1
    end = text.find("\n", gone.end)
    after = put(content, fact.part, start, len(text) if end < 0 else end + 1, "")
    return Edit(
        "member", content, after, (fact.part, fact.start, fact.end), (QuestionType.MULTIPLE, QuestionType.ORDER)
    )


def another_order(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(content, rng, lambda f: f.kind is FactKind.STEPS and len(f.values) > 2)
    if fact is None:
        return None
    n = rng.randrange(len(fact.passages) - 1)
    one, other = fact.passages[n], fact.passages[n + 1]
    text = getattr(content, fact.part)
    swapped = text[other.start : other.end] + text[one.end : other.start] + text[one.start : one.end]
    after = put(content, fact.part, one.start, other.end, swapped)
    return Edit("order", content, after, (fact.part, fact.start, fact.end), (QuestionType.ORDER,))


def another_cell(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(content, rng, lambda f: f.kind is FactKind.CELL and len(f.value) > 3 and not re.search(r"\d", f.value))
    if fact is None:
        return None
    said = rng.choice(("须先报值班长同意", "由客户自行决定", "只在工作时间受理"))
    return Edit(
        "cell", content, put(content, fact.part, fact.start, fact.end, said), (fact.part, fact.start, fact.end)
    )


def a_sentence_gone(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(content, rng, lambda f: f.kind in KINDS and f.part == "body" and f.passage.shape is not Shape.CELL)
    if fact is None:
        return None
    _, start, end = sentence_of(content, fact)
    return Edit("gone", content, put(content, fact.part, start, end, ""), (fact.part, start, end))


def another_side(content: Content, rng: random.Random) -> Edit | None:
    """含 for 不含, and the other way."""
    places = [
        (part, fact.start, fact.end, opposite)
        for fact in facts_of(content)
        if fact.kind is FactKind.EDGE and (part := fact.part)
        for start, end, opposite in edges(fact.passage.text)
        if (start, end) == fact.at
    ]
    if not places:
        return None
    part, start, end, new = rng.choice(places)
    return Edit("side", content, put(content, part, start, end, new), (part, start, end))


CHANGES = (
    another_value, another_unit, another_bound, another_condition, an_exception_more, another_decider, another_ruling,
    a_member_less, another_order, another_cell, a_sentence_gone, another_side,
)  # fmt: skip
