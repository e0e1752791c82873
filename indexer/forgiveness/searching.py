"""How search goes through the steps: exact words first, a further step only while too little is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from indexer.budget import Budget
from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.values import Attempt, Step

ENOUGH = 0.6  # share of the question, by the rarity of its terms, that the best hit holds
BESIDE = 0.7  # what a term beside the question weighs, against 1; less loses initials, more loses first places

Result = TypeVar("Result")


def search_forgivingly(
    text: str,
    terms: Mapping[str, float],
    *,
    forgiveness: Forgiveness,
    find: Callable[[Mapping[str, float]], Result],
    coverage: Callable[[Result], float],
    terms_of: Callable[[str], Mapping[str, float]],
    undone: frozenset[str] = frozenset(),
    budget: Budget | None = None,
) -> tuple[Result, Attempt | None, Mapping[str, float]]:
    """What is found, the attempt that found it (None: the words as they stand), and the terms that were looked up.

    Args:
        text, terms: the question in normal form without filler, and its terms with their weights.
        find: searches terms with their weights. coverage: 0 to 1, of the best hit of a result; 0 for none.
        terms_of: cuts a text in normal form; the terms with their weights.
        undone, budget: see ``Forgiveness.attempts``; the time counts from when the words as they stand were searched.
    """
    asked = terms
    found, used = find(asked), None
    for attempt in forgiveness.attempts(text, undone=undone, budget=budget):
        additive = attempt.step in (Step.SYNONYM, Step.SCRIPT)
        if additive and coverage(found) >= ENOUGH:
            continue
        asked = weighted(attempt, terms_of)
        found, used = find(asked), attempt
    return found, used, asked


def weighted(attempt: Attempt, terms_of: Callable[[str], Mapping[str, float]]) -> dict[str, float]:
    """The terms of an attempt: those of the question in full, what is searched beside it for less."""
    beside = {term: BESIDE * weight for phrase in attempt.also for term, weight in terms_of(phrase).items()}
    return beside | dict(terms_of(attempt.text))
