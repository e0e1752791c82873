"""Of entries that fit about equally well the one that solved more calls comes first, in both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.port import SearchIndex
from indexer.search import Search, SearchRequest
from indexer.solved import SolvedCalls
from indexer.sync import Sync
from indexer.tokens import Tokenizer
from kb.domain.person import Role
from kb.services.harvest import Harvest
from kb.storage import Database
from tests.factories import Clock, a_person, published
from tests.solving import used

FEW_AND_MORE = 9  # used solutions: plainly more than none


@pytest.fixture
def search(store: Database, clock: Clock, index: SearchIndex, tokenizer: Tokenizer, tmp_path: Path) -> Search:
    """Two entries that say the same of two products, and one that fits worse."""
    for code, product in (("FAQ-0001", "安心医疗险"), ("FAQ-0002", "乐享医疗险")):
        published(store, clock, code, title="等待期是多少天", asked_as=(), tags=(), product=product)
    published(store, clock, "FAQ-0003", title="退保手续", asked_as=(), tags=(), product="", category="")
    Sync(store, index, tmp_path / "index.lock").drain()
    made = Search(index, store, tokenizer, clock)
    made.solved = SolvedCalls(store, seconds=0)
    return made


def asked(search: Search) -> list[str]:
    return [hit.code for hit in search.run(SearchRequest("等待期多少天", Role.AGENT)).hits]


def solve(search: Search, code: str, times: int = FEW_AND_MORE) -> None:
    for _ in range(times):
        used(search.store, search.clock, "等待期多少天", code)


def test_the_one_that_solved_more_calls_comes_first(search: Search) -> None:
    assert asked(search) == ["FAQ-0001", "FAQ-0002", "FAQ-0003"]
    solve(search, "FAQ-0002")
    assert asked(search) == ["FAQ-0002", "FAQ-0001", "FAQ-0003"]


def test_what_fits_worse_stays_below_however_many_calls_it_solved(search: Search) -> None:
    solve(search, "FAQ-0003", 30)
    assert asked(search) == ["FAQ-0001", "FAQ-0002", "FAQ-0003"]


def test_the_explanation_tells_of_it(search: Search) -> None:
    solve(search, "FAQ-0002")
    hits = search.explain(SearchRequest("等待期多少天", Role.AGENT)).hits
    assert [(hit.code, hit.rank, hit.solved, hit.tied) for hit in hits] == [
        ("FAQ-0002", 1, FEW_AND_MORE, True), ("FAQ-0001", 2, 0, True), ("FAQ-0003", 3, 0, False),
    ]  # fmt: skip


def test_counts_are_kept_for_a_while(search: Search) -> None:
    search.solved = SolvedCalls(search.store, seconds=3_600)
    assert search.solved.counts() == {}
    solve(search, "FAQ-0002")
    assert search.solved.counts() == {}
    assert SolvedCalls(search.store).counts() == {"FAQ-0002": FEW_AND_MORE}


def test_what_coordinators_declined_does_not_count(search: Search) -> None:
    wrong = used(search.store, search.clock, "打错了吧", "FAQ-0002")
    used(search.store, search.clock, "等待期多少天", "FAQ-0002")
    Harvest(search.store, search.clock).decline(a_person(), [wrong.number], "问的是别的")
    assert search.solved.counts() == {"FAQ-0002": 1}
