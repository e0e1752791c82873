"""How well a set of questions is answered: the core of ``kb eval``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, stdev

from indexer.port import Filters
from indexer.search import Search, SearchRequest, SearchResult
from kb.domain.errors import N_, Invalid
from kb.domain.person import Role

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered first. ``rank`` is 0 when the right entry is not among the ten."""

    query: str
    relevant: list[str]
    found: list[str]
    rank: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares are 0 to 1, times in milliseconds. ``answered``: share with an answer card; ``answered_right``: of those."""

    queries: int
    mrr10: float
    hit1: float
    hit5: float
    hit10: float
    zero_hits: int
    p50_ms: float
    p99_ms: float
    answered: float = 0.0
    answered_right: float = 0.0
    misses: list[Miss] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)  # in the order of the questions, 0: not among the ten


def evaluate(
    search: Search,
    lines: Iterable[Mapping[str, object]],
    *,
    with_product: bool = False,
    product_in_query: bool = False,
    role: Role = Role.ADMINISTRATOR,
) -> Evaluation:
    """Ask every question and compare with its right entries.

    Each line has ``query``, ``relevant`` (codes) and perhaps ``product``. ``with_product`` puts that product's
    filter on, ``product_in_query`` writes its name before the question.

    Raises:
        Invalid: a line lacks its query or its codes.
    """
    ranks, times, zero, misses, cards = [], [], 0, [], []
    for number, line in enumerate(lines, 1):
        query, relevant, product = _read(line, number)
        filters = Filters(products=frozenset({product})) if with_product and product else Filters()
        asked = f"{product} {query}" if product_in_query and product else query
        result = search.run(SearchRequest(asked, role, filters, _DEPTH))
        rank = rank_of(result, relevant)
        ranks.append(rank)
        times.append(result.took_ms)
        zero += not result.hits
        if result.answer:
            cards.append(result.answer.code in relevant)
        if rank != 1:
            misses.append(Miss(asked, list(relevant), [hit.code for hit in result.hits], rank))
    size = max(len(ranks), 1)
    return Evaluation(
        queries=len(ranks),
        mrr10=sum(map(_reciprocal, ranks)) / size,
        hit1=sum(rank == 1 for rank in ranks) / size,
        hit5=sum(0 < rank <= 5 for rank in ranks) / size,
        hit10=sum(rank > 0 for rank in ranks) / size,
        zero_hits=zero,
        p50_ms=_percentile(times, 0.50),
        p99_ms=_percentile(times, 0.99),
        answered=len(cards) / size,
        answered_right=sum(cards) / max(len(cards), 1),
        misses=misses,
        ranks=ranks,
    )


def gain(before: Evaluation, after: Evaluation) -> tuple[float, float]:
    """What MRR@10 gained over the same questions, and the half width of its 95 % interval (0 for one question).

    Question by question: the spread of the difference is far smaller than that of either figure.
    """
    pairs = zip(before.ranks, after.ranks, strict=True)
    differences = [_reciprocal(then) - _reciprocal(first) for first, then in pairs]
    size = len(differences)
    if size < 2:
        return sum(differences), 0.0
    return fmean(differences), 1.96 * stdev(differences) / sqrt(size)


def _reciprocal(rank: int) -> float:
    return 1 / rank if rank else 0.0


def _read(line: Mapping[str, object], number: int) -> tuple[str, Sequence[str], str]:
    query, relevant, product = line.get("query"), line.get("relevant"), line.get("product")
    if not isinstance(query, str) or not isinstance(relevant, list) or not all(isinstance(c, str) for c in relevant):
        raise Invalid(N_("第 {line} 行缺少 query 或 relevant。"), field="query", line=number)
    return query, relevant, product if isinstance(product, str) else ""


def rank_of(result: SearchResult, relevant: Sequence[str]) -> int:
    """Place of the first hit that answers, 0 for none."""
    return next((place for place, hit in enumerate(result.hits, 1) if hit.code in relevant), 0)


def _percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed (nearest rank); 0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)] if ordered else 0.0
