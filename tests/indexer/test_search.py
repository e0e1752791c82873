from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import inf
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.budget import Budget
from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.keeper import Keeper
from indexer.memory_index import MemoryIndex
from indexer.port import Filters
from indexer.search import Search, SearchRequest, SearchResult
from indexer.sync import Sync
from indexer.tokens import Tokenizer
from kb.domain.content import Kind
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.knowledge import Knowledge
from kb.services.learning import Learning, Wording
from kb.storage import Database
from tests.factories import Clock, a_content, a_person, published


class Desk:
    """Search over a store, an engine and a clock."""

    def __init__(self, store: Database, tokenizer: Tokenizer, clock: Clock, folder: Path) -> None:
        self.store, self.clock, self.tokenizer = store, clock, tokenizer
        self.index = MemoryIndex(tokenizer)
        self.sync = Sync(store, self.index, folder / "lock")
        self.search = Search(self.index, store, tokenizer, clock)
        self.knowledge = Knowledge(store, clock)

    def publish(self, code: str, **fields: object) -> None:
        published(self.store, self.clock, code, **fields)
        self.sync.drain()

    def ask(self, query: str, role: Role = Role.AGENT, **more: object) -> SearchResult:
        return self.search.run(SearchRequest(query, role, **more))  # type: ignore[arg-type]


@pytest.fixture
def desk(store: Database, tokenizer: Tokenizer, clock: Clock, tmp_path: Path) -> Desk:
    return Desk(store, tokenizer, clock, tmp_path)


def codes(result: SearchResult) -> list[str]:
    return [hit.code for hit in result.hits]


def test_a_hit_carries_what_the_card_shows(desk: Desk) -> None:
    desk.publish("FAQ-0042")
    [hit] = desk.ask("请问等待期多久").hits
    content = a_content()
    assert (hit.code, hit.title, hit.kind, hit.product) == ("FAQ-0042", content.title, Kind.FAQ, "百万医疗险")
    assert (hit.speakable, hit.conditions, hit.exceptions) == (content.speakable, content.conditions, content.exceptions)
    assert (hit.category, hit.audience, hit.revision) == (content.category, content.audience, 1)
    assert (hit.starts, hit.ends, hit.updated_at) == (desk.clock.at, None, desk.clock.at)
    assert ("等待期", True) in hit.title_marks
    assert ("等待期", True) in hit.snippet
    assert hit.why[0] == "标题或相似问：等待期、多久"


def test_the_best_hit_alone_is_the_answer(desk: Desk) -> None:
    desk.publish("FAQ-0042")
    desk.publish("FAQ-0043", title="车险怎么续保", speakable="在手机应用上续保。", product="交强险", asked_as=(), tags=(), category="车险")
    result = desk.ask("百万医疗险等待期")
    assert result.answer is not None
    assert result.answer.code == "FAQ-0042"
    assert result.clarify is None
    assert result.answer == result.hits[0]


def test_what_nobody_has_written_has_no_answer_though_something_leads(desk: Desk) -> None:
    for number, title in enumerate(("犹豫期几天", "理赔进度怎么查", "电子发票怎么开", "地址怎么变更", "保费怎么交", "住院津贴怎么算")):
        desk.publish(f"FAQ-{number:04d}", title=title, speakable=f"{title}：请看手机应用。", body="", asked_as=())
    desk.publish("NOT-0011", title="谨防冒充客服的提示", speakable="不要办理来历不明的贷款。", body="", asked_as=())
    asked = desk.ask("保单贷款")
    assert (codes(asked)[0], asked.answer) == ("NOT-0011", None)
    answered = desk.ask("有人冒充客服怎么办").answer
    assert answered is not None
    assert answered.code == "NOT-0011"


def test_a_question_that_takes_too_long_is_answered_as_it_stands_and_told_to_be_partial(desk: Desk) -> None:
    desk.publish("FAQ-0042")
    keeper = Keeper(lambda _: False)

    def ask(seconds: float) -> SearchResult:
        def forgiving(at: datetime) -> Forgiveness:
            return keeper.over(desk.index.collection, at)

        budget = partial(Budget, seconds)
        search = Search(desk.index, desk.store, desk.tokenizer, desk.clock, forgiving, budget=budget)
        return search.run(SearchRequest("百万医疗险等侍期", Role.AGENT))

    whole, hasty = ask(inf), ask(0)
    assert [str(repair) for repair in whole.repairs] == ["等侍期 → 等待期"]
    assert not whole.partial
    assert (hasty.repairs, hasty.partial) == ([], True)
    assert codes(hasty) == ["FAQ-0042"]


def test_of_initials_alone_the_answer_is_listed_and_not_held_up(desk: Desk) -> None:
    desk.publish("NOT-0001", title="台风等级", speakable="台风分六级。", body="", asked_as=())
    keeper = Keeper(lambda _: False)
    search = Search(
        desk.index, desk.store, desk.tokenizer, desk.clock, lambda at: keeper.over(desk.index.collection, at)
    )
    desk.publish("NOT-0002", title="耳麦", speakable="找现场值班长领取。", body="", asked_as=())
    asked, spelt = (search.run(SearchRequest(query, Role.AGENT)) for query in ("em", "ermai"))
    assert (codes(asked), codes(spelt)) == (["NOT-0002"], ["NOT-0002"])
    assert (asked.answer, spelt.answer and spelt.answer.code) == (None, "NOT-0002")


def test_a_withdrawn_entry_is_never_shown_whatever_the_index_says(desk: Desk) -> None:
    desk.publish("FAQ-0042")
    desk.knowledge.withdraw(a_person(), "FAQ-0042", reason="停售")
    assert [s.code for s in desk.index.stored()] == ["FAQ-0042"]
    result = desk.ask("等待期")
    assert (result.hits, result.answer, result.total) == ([], None, 0)


def test_a_revision_that_the_index_does_not_know_yet_hides_the_old_one(desk: Desk) -> None:
    desk.publish("FAQ-0042")
    published(desk.store, desk.clock, "FAQ-0042", title="新的等待期")
    assert desk.ask("等待期").hits == []
    desk.sync.drain()
    assert [(hit.title, hit.revision) for hit in desk.ask("等待期").hits] == [("新的等待期", 2)]


def test_an_expired_entry_is_not_shown_and_the_past_can_be_asked(desk: Desk) -> None:
    start = desk.clock.at
    desk.publish("FAQ-0042", effective_to=start.replace(year=2027))
    desk.clock.forward(days=500)
    assert desk.ask("等待期").hits == []
    assert codes(desk.ask("等待期", at=start)) == ["FAQ-0042"]


def test_an_entry_of_other_roles_is_neither_found_nor_counted_nor_suggested(desk: Desk) -> None:
    desk.publish("FAQ-0042", roles=(Role.SHIFT_LEADER,))
    result = desk.ask("等待期")
    assert (result.hits, result.total, result.suggestions) == ([], 0, [])
    assert codes(desk.ask("等待期", Role.SHIFT_LEADER)) == ["FAQ-0042"]


def test_roles_are_checked_against_the_truth_too(desk: Desk, tokenizer: Tokenizer) -> None:
    desk.publish("FAQ-0042", roles=(Role.SHIFT_LEADER,))
    # An index that forgot who may see it.
    [held] = desk.index._held["FAQ-0042"]
    opened = replace(held[0], content=replace(held[0].content, roles=()))
    desk.index.replace({"FAQ-0042": [opened]}, applied=desk.index.applied())
    assert desk.ask("等待期").hits == []


def test_filters_are_kept_and_none_are_suggested_away(desk: Desk) -> None:
    desk.publish("FAQ-0042")
    other = Filters(products=frozenset({"交强险"}))
    result = desk.ask("等待期", filters=other)
    assert result.hits == []
    assert result.suggestions == ["百万医疗险的等待期是多少天"]


def test_nothing_found_offers_the_nearest_titles(desk: Desk) -> None:
    desk.publish("FAQ-0042", title="保单遗失补办", asked_as=(), speakable="", body="", conditions="", exceptions="", tags=())
    desk.publish("FAQ-0043", title="车辆年检", asked_as=(), speakable="", body="", conditions="", exceptions="", tags=())
    result = desk.ask("遗保")
    assert result.hits == []
    assert result.suggestions == ["保单遗失补办"]


def test_sister_products_make_the_desk_ask_which(desk: Desk) -> None:
    for number, product in enumerate(("百万医疗险", "重大疾病险", "住院医疗险"), 1):
        desk.publish(f"FAQ-000{number}", title=f"{product}的犹豫期", product=product, speakable="犹豫期十天。", asked_as=(), tags=())
    result = desk.ask("犹豫期")
    assert result.answer is None
    assert result.clarify is not None
    assert (result.clarify.field, result.clarify.question) == ("product", "哪个产品？")
    assert dict(result.clarify.options) == {"百万医疗险": 1, "重大疾病险": 1, "住院医疗险": 1}
    narrowed = desk.ask("犹豫期", filters=Filters(products=frozenset({"重大疾病险"})))
    assert narrowed.answer is not None
    assert narrowed.answer.code == "FAQ-0002"


def test_a_question_that_names_the_product_is_not_asked_for_it(desk: Desk) -> None:
    for number, product in enumerate(("百万医疗险", "重大疾病险"), 1):
        desk.publish(f"FAQ-000{number}", title=f"{product}的犹豫期", product=product, asked_as=())
    result = desk.ask("重大疾病险犹豫期")
    assert codes(result)[0] == "FAQ-0002"
    assert result.clarify is None or result.clarify.field != "product"


def test_the_limit_bounds_the_hits_and_not_the_total(desk: Desk) -> None:
    for number in range(1, 6):
        desk.publish(f"FAQ-000{number}", title=f"退保手续第{number}种")
    result = desk.ask("退保手续", limit=2)
    assert (len(result.hits), result.total) == (2, 5)


def test_filler_is_dropped_and_told(desk: Desk) -> None:
    desk.publish("FAQ-0042")
    assert desk.ask("请问一下等待期怎么办").dropped == ["请问一下", "怎么办"]


HOSTILE = [
    "", " ", "险", "？！", "😀", "\ud800", "\x00", "'; DROP TABLE entries; --", "<script>alert(1)</script>",
    "title:[a TO z]~ AND (NOT *)^9", "*" * 60, "(" * 50, "a" * 10_000, "等" * 10_000, "%s {0} {x}",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_answered(desk: Desk, query: str) -> None:
    desk.publish("FAQ-0042")
    result = desk.ask(query)
    assert result.query == query
    assert result.took_ms >= 0


@given(st.text(max_size=60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(desk: Desk, query: str) -> None:
    if not desk.index.applied():
        desk.publish("FAQ-0042")
    assert desk.ask(query).query == query


@pytest.fixture
def counted(desk: Desk) -> Callable[[], int]:
    reads = 0
    read = desk.store.read

    def counting():
        nonlocal reads
        reads += 1
        return read()

    desk.search.store = type("Counting", (), {"read": staticmethod(counting)})()  # type: ignore[assignment]
    return lambda: reads


def test_a_search_looks_at_the_truth_once(desk: Desk, counted: Callable[[], int]) -> None:
    for number in range(1, 9):
        desk.publish(f"FAQ-000{number}", title=f"退保手续第{number}种")
    desk.ask("退保手续")
    assert counted() == 1


def test_a_passage_without_a_name_is_found_but_no_answer_until_somebody_gives_it_one(desk: Desk) -> None:
    text = "借来的车没有保险时您可以另买一份"
    desk.publish("FAQ-0001", title=text, body=f"{text}，保险期从当日起算。", speakable="", asked_as=())
    result = desk.ask("借来的车没有保险")
    assert (codes(result), result.answer) == (["FAQ-0001"], None)
    Learning(desk.store, desk.clock).learn(a_person(), [Wording("FAQ-0001", "借来的车没有保险", Source.MEND)])
    desk.sync.drain()
    answer = desk.ask("借来的车没有保险").answer
    assert answer is not None and answer.code == "FAQ-0001"
