"""How search goes through the steps: exact words first, a further step only while too little is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.values import Attempt, Step

ENOUGH = 0.6  # share of the question, by the rarity of its terms, that the best hit holds

Result = TypeVar("Result")


def search_forgivingly(
    text: str,
    terms: Sequence[str],
    *,
    forgiveness: Forgiveness,
    find: Callable[[Sequence[str]], Result],
    coverage: Callable[[Result], float],
    terms_of: Callable[[str], Sequence[str]],
    undone: frozenset[str] = frozenset(),
) -> tuple[Result, Attempt | None, list[str]]:
    """What is found, the attempt that found it (None: the words as they stand), and the terms that were looked up.

    Args:
        text, terms: the question in normal form without filler, and its terms.
        find: searches terms. coverage: 0 to 1, of the best hit of a result; 0 for none.
        terms_of: cuts a text in normal form.
        undone: see ``Forgiveness.attempts``.
    """
    found, used, asked = find(terms), None, list(terms)
    for attempt in forgiveness.attempts(text, undone=undone):
        additive = attempt.step in (Step.SYNONYM, Step.SCRIPT)
        if additive and coverage(found) >= ENOUGH:
            continue
        wanted = list(
            dict.fromkeys([*terms_of(attempt.text), *(t for phrase in attempt.also for t in terms_of(phrase))])
        )
        found, used, asked = find(wanted), attempt, wanted
    return found, used, asked
