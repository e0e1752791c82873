"""Ask the golden questions and note where their answers stand: the guard over every change of words and weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from indexer.evaluation import rank_of
from indexer.search import Search, SearchRequest
from kb.domain.golden import GoldenQuestion
from kb.domain.person import Role

DEPTH = 10


def run(
    search: Search,
    questions: Iterable[GoldenQuestion],
    *,
    role: Role = Role.ADMINISTRATOR,
    progress: Callable[[int], object] | None = None,
) -> dict[str, int]:
    """Question -> place of its answer among the first ten, 0 for none; in the order of ``questions``.

    Args:
        role: who asks; an administrator sees every entry, so that a restricted one can answer too.
        progress: called with the number of questions asked so far.

    Raises:
        Unavailable: the index cannot be read.
    """
    ranks: dict[str, int] = {}
    for count, question in enumerate(questions, 1):
        result = search.run(SearchRequest(question.query, role, limit=DEPTH))
        ranks[question.query] = rank_of(result, question.relevant)
        if progress:
            progress(count)
    return ranks


def hit_at(ranks: Mapping[str, int], among: int) -> float:
    """Share (0 to 1) of the questions whose answer is among the first ``among``; 0 without questions.

    >>> hit_at({"甲": 1, "乙": 4, "丙": 0, "丁": 9}, 5)
    0.5
    """
    return sum(1 <= rank <= among for rank in ranks.values()) / len(ranks) if ranks else 0.0
