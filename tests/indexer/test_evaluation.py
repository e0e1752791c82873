from __future__ import annotations

from dataclasses import dataclass

import pytest

from indexer.evaluation import evaluate, gain
from indexer.port import Filters
from indexer.search import SearchRequest
from kb.domain.errors import Invalid


@dataclass
class FakeHit:
    code: str


@dataclass
class FakeResult:
    hits: list[FakeHit]
    answer: FakeHit | None
    took_ms: float


class FakeSearch:
    """Knows what each question finds; remembers what it was asked."""

    def __init__(self, found: dict[str, list[str]]) -> None:
        self.found = found
        self.asked: list[tuple[str, Filters]] = []

    def run(self, request: SearchRequest) -> FakeResult:
        self.asked.append((request.query, request.filters))
        hits = [FakeHit(code) for code in self.found.get(request.query, [])]
        return FakeResult(hits, hits[0] if len(hits) == 1 else None, float(len(self.asked)))


def line(query: str, *relevant: str, **more: object) -> dict[str, object]:
    return {"query": query, "relevant": list(relevant), **more}


def test_the_figures() -> None:
    search = FakeSearch({"一": ["A-1"], "二": ["X-1", "A-2"], "三": [], "四": ["X-1"] * 6 + ["A-4"]})
    lines = [line("一", "A-1"), line("二", "A-2", "A-9"), line("三", "A-3"), line("四", "A-4")]
    figures = evaluate(search, lines)  # type: ignore[arg-type]
    assert figures.queries == 4
    assert figures.mrr10 == pytest.approx((1 + 1 / 2 + 0 + 1 / 7) / 4)
    assert (figures.hit1, figures.hit5, figures.hit10, figures.zero_hits) == (0.25, 0.5, 0.75, 1)
    assert (figures.p50_ms, figures.p99_ms) == (2.0, 4.0)
    assert (figures.answered, figures.answered_right) == (0.25, 1.0)
    assert [(miss.query, miss.rank) for miss in figures.misses] == [("二", 2), ("三", 0), ("四", 7)]


def test_the_product_as_a_filter_and_in_the_question() -> None:
    search = FakeSearch({})
    lines = [line("问", "A-1", product="没有的产品"), line("答", "A-2")]
    evaluate(search, lines, with_product=True)  # type: ignore[arg-type]
    evaluate(search, lines, product_in_query=True)  # type: ignore[arg-type]
    assert search.asked == [
        ("问", Filters(products=frozenset({"没有的产品"}))),
        ("答", Filters()),
        ("没有的产品 问", Filters()),
        ("答", Filters()),
    ]


def test_no_questions_are_no_division_by_zero() -> None:
    assert evaluate(FakeSearch({}), []).mrr10 == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("broken", [{}, {"query": "问"}, {"query": 3, "relevant": []}, {"query": "问", "relevant": "A-1"}])
def test_a_line_without_question_or_answer_is_named(broken: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="第 2 行"):
        evaluate(FakeSearch({}), [line("一", "A-1"), broken])  # type: ignore[arg-type]


def test_the_gain_is_taken_question_by_question_with_its_uncertainty():
    lines = [line("甲", "A"), line("乙", "A"), line("丙", "A"), line("丁", "A")]
    before = evaluate(FakeSearch({"甲": ["B", "A"], "乙": ["A"], "丙": ["B"], "丁": ["A"]}), lines)
    after = evaluate(FakeSearch({"甲": ["A"], "乙": ["A"], "丙": ["B"], "丁": ["B", "A"]}), lines)
    assert (before.ranks, after.ranks) == ([2, 1, 0, 1], [1, 1, 0, 2])
    mean, margin = gain(before, after)
    assert (mean, margin) == pytest.approx((0.0, 1.96 * (0.5 / 3) ** 0.5 / 2))  # differences .5, 0, 0, -.5
    assert gain(after, after) == (0.0, 0.0)
    one = lines[:1]
    assert gain(evaluate(FakeSearch({"甲": ["B", "A"]}), one), evaluate(FakeSearch({"甲": ["A"]}), one)) == (0.5, 0.0)
