"""The whole of a search in one process: repair, all fields, filters, snippets, answer card, the question back."""

from __future__ import annotations

import time
from collections.abc import Sequence

from indexer.search import SearchRequest
from kb.domain.person import Role
from tests.bench.figures import Figure, percentile
from webapp.wiring import Desk

ROUNDS = 3
ASKED_AGAIN = 500  # questions


def measure(desk: Desk, asked: Sequence[str], part: str, *, p50: float, p99: float | None = None) -> list[Figure]:
    """Every question once to warm up, then ``ROUNDS`` times, of which the best counts: what other programs take is
    not the pipeline's; nothing is remembered of an answer, but for the last row. ``p50`` and ``p99`` (ms) are what was promised."""
    first = [_timed(desk, text) for text in asked]
    rounds = [[_timed(desk, text) for text in asked] for _ in range(ROUNDS)]
    remembered = asked[-ASKED_AGAIN:]
    for text in remembered:
        _timed(desk, text, again=True)
    again = [_timed(desk, text, again=True) for text in remembered]
    times = [min(of_question) for of_question in zip(*rounds, strict=True)]
    return [
        Figure(part, "p50", percentile(times, 0.5), "ms", most=p50),
        Figure(part, "p99", percentile(times, 0.99), "ms", most=p99),
        Figure(part, "p50, each question the first time after a start", percentile(first, 0.5), "ms"),
        Figure(part, "p50, asked again while nothing changed", percentile(again, 0.5), "ms"),
    ]


def _timed(desk: Desk, text: str, *, again: bool = False) -> float:
    started = time.perf_counter()
    (desk.search.run if again else desk.search.run_anew)(SearchRequest(text, Role.AGENT))
    return (time.perf_counter() - started) * 1000
