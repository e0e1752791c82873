from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.golden import hit_at, run
from indexer.search import SearchRequest
from kb.domain.golden import GoldenQuestion
from kb.domain.person import Role
from tests.indexer.test_evaluation import FakeHit, FakeResult


class FakeSearch:
    """Knows what each question finds; remembers what it was asked."""

    def __init__(self, found: dict[str, list[str]]) -> None:
        self.found = found
        self.asked: list[SearchRequest] = []

    def run(self, request: SearchRequest) -> FakeResult:
        self.asked.append(request)
        hits = [FakeHit(code) for code in self.found.get(request.query, [])]
        return FakeResult(hits[: request.limit], None, 0.0)


Asked = Callable[..., dict[str, int]]


@pytest.fixture
def search() -> FakeSearch:
    others = [f"X-{n}" for n in range(1, 10)]
    return FakeSearch({"一": ["A-1"], "二": ["X-1", "A-9", "A-2"], "四": [*others, "A-4"], "五": [*others, "X-10", "A-5"]})


def questions(*codes: tuple[str, ...]) -> list[GoldenQuestion]:
    return [GoldenQuestion(query, answers, "百万医疗险") for query, answers in zip("一二三四五", codes, strict=True)]


def test_a_run_tells_where_the_first_of_the_right_entries_stands(search: FakeSearch) -> None:
    ranks = run(search, questions(("A-1",), ("A-2", "A-9"), ("A-3",), ("A-4",), ("A-5",)))  # type: ignore[arg-type]
    assert list(ranks.items()) == [("一", 1), ("二", 2), ("三", 0), ("四", 10), ("五", 0)]


def test_the_words_alone_are_asked_by_somebody_who_sees_everything(search: FakeSearch) -> None:
    run(search, [GoldenQuestion("一", ("A-1",), "百万医疗险")])  # type: ignore[arg-type]
    assert search.asked == [SearchRequest("一", Role.ADMINISTRATOR, limit=10)]


def test_whoever_watches_hears_of_each_question(search: FakeSearch) -> None:
    heard: list[int] = []
    run(search, questions(*[("A-1",)] * 5), progress=heard.append)  # type: ignore[arg-type]
    assert heard == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("among", "share"), [(1, 0.2), (5, 0.4), (10, 0.6)])
def test_the_share_of_questions_answered_among_the_first(among: int, share: float) -> None:
    assert hit_at({"一": 1, "二": 5, "三": 0, "四": 10, "五": 0}, among) == pytest.approx(share)


def test_without_questions_nothing_is_answered() -> None:
    assert hit_at({}, 5) == 0
