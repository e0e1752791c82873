"""Numbers that two entries in force of one product give differently for the same thing.

Same topic, same class of unit, same bound, comparable condition, another value. An entry may give several values for a
topic (10 万/20 万/30 万): only a value that the other entry nowhere gives, against one that this entry nowhere gives,
is a contradiction. Made to raise few false alarms rather than to find every slip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kb.domain.content import Content
from kb.domain.quantities import Bound, Quantity, quantities

FIELDS = ("title", "speakable", "conditions", "exceptions", "body")
ALIKE = 0.4  # share of the shorter condition's pairs of characters that the longer one holds
_HAN = re.compile(r"[\u3400-\u9fff]+")
_DENIED = re.compile(r"[无未非][\u3400-\u9fff]")
# A bound changes what a value says; these two say the same of a time limit.
_BOUNDS = {Bound.WITHIN: Bound.EXACT}
_SHOWN_MOST = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A quantity and where it stands. ``code`` is "" in the content that is checked."""

    code: str
    title: str
    field: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``here`` in the content that is checked, ``there`` in an entry in force."""

    topic: str
    here: Claim
    there: Claim


def contradictions(content: Content, others: Iterable[tuple[str, Content]]) -> list[Contradiction]:
    """What ``content`` says otherwise than ``others`` (code and content, in force), at most one for each pair of topic and entry.

    Entries of another product are left out. Texts without a product are compared with each other.
    """
    own = claims(content)
    found: list[Contradiction] = []
    if not own:
        return found
    for code, other in others:
        if other.product == content.product:
            found += _between(own, _remembered(code, other))
            if len(found) >= _SHOWN_MOST:
                break
    return found[:_SHOWN_MOST]


def claims(content: Content, code: str = "") -> list[Claim]:
    """Everything that ``content`` states with a number and a topic."""
    return [
        Claim(code, content.title, field, quantity)
        for field in FIELDS
        for quantity in quantities(getattr(content, field))
        if quantity.topic
    ]


@lru_cache(maxsize=4_000)
def _remembered(code: str, content: Content) -> list[Claim]:
    """Entries are compared again and again while somebody edits; they are hashed by their fields."""
    return claims(content, code)


def _between(own: list[Claim], others: list[Claim]) -> Iterator[Contradiction]:
    told: set[str] = set()
    for here in own:
        for there in others:
            topic = _shared_topic(here.quantity, there.quantity)
            if topic and topic not in told and _differ(here, there, own, others):
                told.add(topic)
                yield Contradiction(topic, here, there)


def _shared_topic(one: Quantity, other: Quantity) -> str:
    """年免赔额 and 免赔额 are the same topic, 年限额 and 限额 too; "" when they are not."""
    if (one.unit, one.counted) != (other.unit, other.counted) or _bound(one) != _bound(other):
        return ""
    return _topics_agree(one.topic, other.topic)


def _topics_agree(one: str, other: str) -> str:
    short, long = sorted((one, other), key=len)
    return short if long.endswith(short) and (len(short) >= 2 or short == long) else ""


def _bound(quantity: Quantity) -> Bound:
    return _BOUNDS.get(quantity.bound, quantity.bound)


def _differ(here: Claim, there: Claim, own: list[Claim], others: list[Claim]) -> bool:
    one, other = here.quantity, there.quantity
    if _says(others, one) or _says(own, other):
        return False
    if _denied(here) != _denied(there):
        return False  # 有责 and 无责, 经医保结算 and 未经医保结算 have each their own number
    conditions = _condition(here), _condition(there)
    if min(map(len, conditions)) < 2 and len(one.topic) < 3 and one.bound is not Bound.WITHIN:
        return False  # 最高赔 1 万元: the topic alone does not tell what for
    return alike(*conditions) >= ALIKE


def _says(claims_: list[Claim], wanted: Quantity) -> bool:
    """Whether one of them gives this value, or a range that holds it."""
    return any(
        claim.quantity.unit is wanted.unit
        and claim.quantity.counted == wanted.counted
        and claim.quantity.value <= (wanted.upper or wanted.value)
        and wanted.value <= (claim.quantity.upper or claim.quantity.value)
        and _topics_agree(claim.quantity.topic, wanted.topic)
        for claim in claims_
    )


def _denied(claim: Claim) -> frozenset[str]:
    return frozenset(_DENIED.findall(f"{claim.title}，{claim.quantity.sentence}"))


def _condition(claim: Claim) -> frozenset[str]:
    text = f"{claim.quantity.condition}"
    return frozenset(a + b for run in _HAN.findall(text.replace(claim.quantity.topic, " ")) for a, b in pairwise(run))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Share (0 to 1) of the smaller set that the larger holds; 1 when one says nothing more."""
    small, large = sorted((one, other), key=len)
    return len(small & large) / len(small) if small else 1.0
