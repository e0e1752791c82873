"""Wrong answers that somebody who half remembers would give, and that are wrong for certain.

What held before comes first, then what a sister entry of another product says in the same unit, then near values. A
value that this entry or another one of its product gives for the same topic may be right under another condition: it
is never offered.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from kb.domain.content import Content
from kb.domain.exams.facts import Fact, facts_of
from kb.domain.exams.values import Amount, bare, neighbours, said_with, same
from kb.domain.quantities import Unit, quantities

FAR, FAR_IN_AGE = Decimal(8), Decimal("1.7")  # times; further away is absurd
OPTIONS = 3


class Origin(StrEnum):
    SUPERSEDED = "superseded"
    SISTER = "sister"
    NEIGHBOUR = "neighbour"


@dataclass(frozen=True, slots=True)
class Distractor:
    text: str
    amount: Amount
    origin: Origin


def distractors(
    fact: Fact, content: Content, *, stem: str, before: Content | None, sisters: Sequence[tuple[str, Content]],
    rng: random.Random, most: int = OPTIONS,
) -> list[Distractor]:  # fmt: skip
    """At most ``most`` wrong values for a fact with a number, the most tempting first; none equals the key, another one,
    or what the stem says."""
    taken = [Amount.of(fact), *(Amount.of(q) for q in quantities(stem)), *_true_elsewhere(fact, content, sisters)]
    found: list[Distractor] = []
    near = [Distractor(text, amount, Origin.NEIGHBOUR) for text, amount in neighbours(fact)]
    near = [*near[:1], *rng.sample(near[1:4], len(near[1:4])), *near[4:]]
    for one in [*_superseded(fact, before), *_of_sisters(fact, content, sisters), *near]:
        if len(found) == most:
            break
        if _absurd(fact, one.amount) or any(same(one.amount, other) for other in taken):
            continue
        taken.append(one.amount)
        found.append(one)
    return found


def older(fact: Fact, before: Content | None) -> Fact | None:
    """What ``before`` said in the place of ``fact``: the same sentence but for the value."""
    if before is None:
        return None
    alike = [
        (_alike(fact, other), other)
        for other in facts_of(before)
        if other.kind is fact.kind and other.part == fact.part and (other.topic == fact.topic or not fact.topic)
    ]
    share, best = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    return best if share >= 0.6 else None


def _superseded(fact: Fact, before: Content | None) -> Iterator[Distractor]:
    other = older(fact, before)
    if other and other.number is not None and other.upper is None and not same(Amount.of(other), Amount.of(fact)):
        yield Distractor(other.value, Amount.of(other), Origin.SUPERSEDED)


def _of_sisters(fact: Fact, content: Content, sisters: Sequence[tuple[str, Content]]) -> Iterator[Distractor]:
    """Values of sister products for the same topic, written as the key is."""
    for _, other in sisters:
        if not other.product or not content.product or other.product == content.product:
            continue
        for theirs in facts_of(other):
            if (
                theirs.unit is fact.unit and theirs.counted == fact.counted and theirs.upper is None
                and theirs.number and _shares_topic(theirs.topic, fact.topic)
                and (text := said_with(fact, theirs.number))
            ):  # fmt: skip
                yield Distractor(text, Amount.of(theirs), Origin.SISTER)


def _true_elsewhere(fact: Fact, content: Content, sisters: Sequence[tuple[str, Content]]) -> list[Amount]:
    own = [Amount.of(f) for f in facts_of(content) if f.number is not None and f.kind is fact.kind]
    others = [
        Amount.of(theirs)
        for _, other in sisters
        if other.product == content.product
        for theirs in facts_of(other)
        if theirs.kind is fact.kind and theirs.number is not None and _same_topic(theirs.topic, fact.topic)
    ]
    return own + others


def _shares_topic(one: str, other: str) -> bool:
    """百万医疗险犹豫期 and 住院医疗险犹豫期: the same is measured, of two products."""
    same = next(
        (n for n in range(min(len(one), len(other))) if one[-1 - n] != other[-1 - n]), min(len(one), len(other))
    )
    return same >= 3 or (same == 2 and one == other)


def _same_topic(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return not short or long.endswith(short)


def _absurd(fact: Fact, amount: Amount) -> bool:
    if amount.number is None or fact.number is None or amount.number <= 0:
        return True
    if amount.unit is not fact.unit:
        return False
    far = FAR_IN_AGE if fact.unit is Unit.AGE and fact.number > 10 else FAR
    return max(amount.number, fact.number) / min(amount.number, fact.number) > far


def _alike(one: Fact, other: Fact) -> float:
    a, b = _around(one), _around(other)
    if not a and not b:
        return 1.0 if (one.passage.row, one.passage.column) == (other.passage.row, other.passage.column) else 0.0
    same_cell = (one.passage.row, one.passage.column) == (other.passage.row, other.passage.column)
    return len(a & b) / max(len(a | b), 1) if same_cell else 0.0


def _around(fact: Fact) -> frozenset[str]:
    start, end = fact.at
    text = bare(fact.passage.text[:start]) + "＿" + bare(fact.passage.text[end:])
    return frozenset(a + b for a, b in pairwise(text))
