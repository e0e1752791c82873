"""How the items of a paper did, with how sure that is.

Facility: mean share of the points, with Wilson's interval (exact for right/wrong items, cautious for partial credit).
Discrimination: correlation of the item with the rest of its form, with Fisher's interval. Reliability of a form: alpha,
which is KR-20 when every item is right or wrong, with Feldt's interval. All intervals are at 95 %. A flag says whether
the whole interval lies beyond the bound or only the estimate does: with few examinees most flags are only a hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from kb.domain.errors import N_
from kb.domain.exams.paper import Item
from kb.domain.exams.question import QuestionType

EASY, HARD, WEAK, UNUSED = 0.80, 0.30, 0.10, 0.05
BEST_SHARE = 0.27  # of the examinees, by the rest of their form: Kelley's upper group
LEAST = 5  # examinees under which nothing but the facility is told
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate between its bounds."""

    value: float
    low: float
    high: float


class Flag(StrEnum):
    HARD = "hard"
    EASY = "easy"
    WEAK = "weak"
    UNUSED = "unused"
    MISLEADING = "misleading"


FLAG_NAMES: dict[Flag, str] = {
    Flag.HARD: N_("过难（难度值低于 .30）"),
    Flag.EASY: N_("过易（难度值高于 .80）"),
    Flag.WEAK: N_("区分度低（低于 .10）"),
    Flag.UNUSED: N_("有干扰项少于 5% 的人选"),
    Flag.MISLEADING: N_("有干扰项，高分者比其他人选得更多，请核对答案"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """An option: chosen by ``count``, as a share of all and of the best and the other examinees (None: too few)."""

    place: int
    is_key: bool
    count: int
    share: float
    best: float | None
    others: float | None


@dataclass(frozen=True, slots=True)
class Flagged:
    flag: Flag
    is_sure: bool


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """``facility`` and ``discrimination`` are None where they cannot be told: nobody, too few, or all alike."""

    item: Item
    form: str
    count: int
    facility: Interval | None
    discrimination: Interval | None
    choices: tuple[Choice, ...]
    flags: tuple[Flagged, ...]


@dataclass(frozen=True, slots=True)
class FormFigures:
    """``mean`` and ``spread`` (standard deviation) in points; ``error`` is the standard error of measurement."""

    form: str
    count: int
    mean: float | None
    spread: float | None
    is_kr20: bool
    reliability: Interval | None
    error: float | None
    items: tuple[ItemFigures, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One examinee's form: points and what was chosen for each question, by its number."""

    points: Mapping[int, float]
    chosen: Mapping[int, Sequence[int | str]]


def wilson(share: float, count: int) -> Interval:
    """95 % interval of a share seen in ``count`` trials.

    >>> wilson(0.5, 100)
    Interval(value=0.5, low=0.4038..., high=0.5961...)
    """
    z2 = _Z * _Z
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z * sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    low = 0.0 if share <= 0 else max(0.0, centre - half)
    return Interval(share, low, 1.0 if share >= 1 else min(1.0, centre + half))


def fisher(correlation: float, count: int) -> Interval:
    """95 % interval of a correlation over ``count`` pairs, at least 4."""
    bounded = min(max(correlation, -0.999999), 0.999999)
    half = _Z / sqrt(count - 3)
    return Interval(correlation, tanh(atanh(bounded) - half), tanh(atanh(bounded) + half))


def form_figures(form: str, items: Sequence[Item], sheets: Sequence[Sheet]) -> FormFigures:
    """The figures of one form. Sheets that lack an item's points count there with nothing."""
    if not sheets:
        none = tuple(ItemFigures(item, form, 0, None, None, (), ()) for item in items)
        return FormFigures(form, 0, None, None, True, None, None, none)
    points = np.array([[sheet.points.get(item.question, 0.0) for item in items] for sheet in sheets], dtype=float)
    totals = points.sum(axis=1)
    spread = float(totals.std(ddof=1)) if len(sheets) > 1 else None
    reliability = alpha(points)
    error = spread * sqrt(max(0.0, 1 - reliability.value)) if spread is not None and reliability else None
    figures = tuple(_item_figures(form, item, points, place, totals, sheets) for place, item in enumerate(items))
    worths = np.array([item.score for item in items])
    is_kr20 = bool(np.all((points < 1e-9) | (np.abs(points - worths) < 1e-9)))
    return FormFigures(form, len(sheets), float(totals.mean()), spread, is_kr20, reliability, error, figures)


def alpha(points: NDArray[np.float64]) -> Interval | None:
    """Cronbach's alpha of examinees x items, with Feldt's interval; None where it cannot be told."""
    people, items = points.shape
    if people < LEAST or items < 2:
        return None
    variance = float(points.sum(axis=1).var(ddof=1))
    if variance < 1e-12:
        return None
    value = items / (items - 1) * (1 - float(points.var(axis=0, ddof=1).sum()) / variance)
    from scipy.stats import f  # a second to import, which only this page spends

    one, two = people - 1, (people - 1) * (items - 1)
    low = 1 - (1 - value) * float(f.ppf(0.975, one, two))
    high = 1 - (1 - value) * float(f.ppf(0.025, one, two))
    return Interval(value, low, high)


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Pearson's; None when either does not vary."""
    if len(one) < 2 or one.std() < 1e-9 or other.std() < 1e-9:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _item_figures(
    form: str, item: Item, points: NDArray[np.float64], place: int, totals: NDArray[np.float64], sheets: Sequence[Sheet]
) -> ItemFigures:
    count = len(sheets)
    own = points[:, place]
    facility = wilson(float(own.mean() / item.score), count) if item.score else None
    rest = totals - own
    related = correlation(own, rest) if count >= LEAST else None
    discrimination = fisher(related, count) if related is not None else None
    choices = _choices(item, rest, sheets)
    return ItemFigures(
        item, form, count, facility, discrimination, choices, _flags(facility, discrimination, choices, count)
    )


def _choices(item: Item, rest: NDArray[np.float64], sheets: Sequence[Sheet]) -> tuple[Choice, ...]:
    kind = item.content.type
    if kind not in (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.TRUE_FALSE):
        return ()
    count = len(sheets)
    size = max(1, round(count * BEST_SHARE))
    ranked = np.argsort(-rest, kind="stable")
    best, others = set(ranked[:size].tolist()), set(ranked[size:].tolist())
    told = []
    for option in range(2 if kind is QuestionType.TRUE_FALSE else len(item.content.options)):
        who = {n for n, sheet in enumerate(sheets) if option in sheet.chosen.get(item.question, ())}
        split = (len(who & best) / len(best), len(who & others) / len(others)) if count >= LEAST and others else None
        told.append(
            Choice(
                option, option in item.content.key, len(who), len(who) / count,
                split[0] if split else None, split[1] if split else None,
            )
        )  # fmt: skip
    return tuple(told)


def _flags(
    facility: Interval | None, discrimination: Interval | None, choices: Sequence[Choice], count: int
) -> tuple[Flagged, ...]:
    found = []
    if facility and facility.value < HARD:
        found.append(Flagged(Flag.HARD, facility.high < HARD))
    if facility and facility.value > EASY:
        found.append(Flagged(Flag.EASY, facility.low > EASY))
    if discrimination and discrimination.value < WEAK:
        found.append(Flagged(Flag.WEAK, discrimination.high < WEAK))
    wrong = [choice for choice in choices if not choice.is_key] if count >= LEAST else []
    unused = [choice for choice in wrong if choice.share < UNUSED]
    if unused:
        found.append(Flagged(Flag.UNUSED, any(wilson(c.share, count).high < UNUSED for c in unused)))
    drawn = [c for c in wrong if c.best is not None and c.others is not None and c.best > c.others]
    if drawn:
        found.append(Flagged(Flag.MISLEADING, any(_is_drawn(c, count) for c in drawn)))
    return tuple(found)


def _is_drawn(choice: Choice, count: int) -> bool:
    """Whether the best choose it more often by more than chance explains: two shares,
    one-sided at 1 %, for many options are looked at."""
    best = max(1, round(count * BEST_SHARE))
    others = count - best
    spread = sqrt(choice.share * (1 - choice.share) * (1 / best + 1 / others)) if others else 0.0
    return spread > 0 and ((choice.best or 0.0) - (choice.others or 0.0)) / spread > 2.326
