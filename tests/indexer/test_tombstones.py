"""Withdrawn and expired entries are told when their subject is asked for, and never answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from indexer.factory import packaged_words
from indexer.memory_index import MemoryIndex
from indexer.port import Document, Filters
from indexer.search import Search, SearchRequest
from indexer.tokens import Tokenizer, Tokens
from indexer.tombstones import Tombstones
from kb.domain.person import Role
from kb.services.knowledge import Knowledge
from tests.factories import NOW, a_person, published

BY = a_person()


class Bench:
    def __init__(self, store, clock) -> None:
        self.store, self.clock = store, clock
        self.knowledge = Knowledge(store, clock)
        tokenizer = Tokenizer(packaged_words())
        self.index = MemoryIndex(tokenizer)
        self.search = Search(self.index, store, tokenizer, clock, None, Tombstones(self.index, store, tokenizer))
        add = lambda code, **fields: published(store, clock, code, **fields)  # noqa: E731
        add(
            "FAQ-0001",
            title="宠物医疗险怎么投保",
            product="宠物医疗险",
            speakable="在线投保。",
            body="",
            asked_as=("狗能买保险吗",),
            tags=(),
        )
        add(
            "FAQ-0002",
            title="车险报案要带什么材料",
            product="车险",
            speakable="带驾驶证。",
            body="",
            asked_as=(),
            tags=(),
        )
        add(
            "FAQ-0003",
            title="猫狗医疗保障计划怎么投保",
            product="猫狗医疗保障计划",
            speakable="打电话投保。",
            body="",
            asked_as=(),
            tags=(),
        )
        self.catch_up()

    def catch_up(self) -> None:
        with self.store.read() as uow:
            documents = [
                Document(d.code, d.revision.number, d.revision.content, d.period.starts, d.period.ends)
                for d in uow.entries.all_dated()
            ]
        self.index.rebuild(documents, applied=1)

    def withdraw(self, code="FAQ-0001", **more) -> None:
        self.clock.forward(hours=1)
        self.knowledge.withdraw(BY, code, reason="停售", **more)
        self.catch_up()
        self.clock.forward(minutes=1)

    def ask(self, query, role=Role.AGENT, **more):
        return self.search.run(SearchRequest(query, role, **more))


@pytest.fixture
def bench(store, clock):
    return Bench(store, clock)


def test_a_withdrawn_entry_is_told_with_reason_and_replacement_when_its_subject_is_asked_for(bench):
    assert bench.ask("宠物医疗险怎么投保").tombstones == []
    bench.withdraw(replaced_by="FAQ-0003")
    result = bench.ask("宠物医疗险怎么投保")
    (stone,) = result.tombstones
    assert (stone.code, stone.reason, stone.withdrawn) == ("FAQ-0001", "停售", True)
    assert stone.replacement == ("FAQ-0003", "猫狗医疗保障计划怎么投保")
    assert stone.ended == NOW + timedelta(hours=1)
    assert "FAQ-0001" not in {hit.code for hit in result.hits}


def test_its_phrasings_find_it_too(bench):
    bench.withdraw()
    assert [s.code for s in bench.ask("狗能买保险吗").tombstones] == ["FAQ-0001"]


def test_another_subject_is_not_disturbed(bench):
    bench.withdraw()
    result = bench.ask("车险报案要带什么材料")
    assert result.tombstones == []
    assert result.answer.code == "FAQ-0002"


def test_what_remains_is_not_given_as_the_answer_where_the_withdrawn_entry_fits_better(bench):
    bench.withdraw()
    result = bench.ask("宠物医疗险怎么投保")
    assert result.tombstones[0].leads
    assert result.answer is None


def test_an_expired_entry_is_told_without_a_reason_once_its_time_is_over(bench, store, clock):
    published(
        store,
        clock,
        "FAQ-0009",
        title="国庆活动礼品怎么领取",
        product="",
        effective_to=clock.at + timedelta(hours=3),
        body="",
        asked_as=(),
        tags=(),
    )
    bench.catch_up()
    assert bench.ask("国庆活动礼品怎么领取").tombstones == []
    clock.forward(hours=3)
    (stone,) = bench.ask("国庆活动礼品怎么领取").tombstones
    assert (stone.code, stone.withdrawn, stone.reason, stone.replacement) == ("FAQ-0009", False, "", None)


def test_an_entry_published_again_is_no_tombstone(bench):
    bench.withdraw()
    assert bench.ask("宠物医疗险怎么投保").tombstones
    revision = bench.knowledge.read(BY, "FAQ-0001").entry.latest.number
    bench.knowledge.publish(BY, "FAQ-0001", revision, reason="恢复销售")
    bench.catch_up()
    assert bench.ask("宠物医疗险怎么投保").tombstones == []


def test_an_entry_closed_to_a_role_leaves_no_tombstone_for_it(bench, store, clock):
    published(
        store,
        clock,
        "FAQ-0008",
        title="投诉升级到主任的内部口径",
        product="",
        roles=("shift_leader",),
        body="",
        asked_as=(),
        tags=(),
    )
    bench.catch_up()
    bench.withdraw("FAQ-0008")
    assert bench.ask("投诉升级到主任的内部口径").tombstones == []
    assert bench.ask("投诉升级到主任的内部口径", Role.SHIFT_LEADER).tombstones


def test_a_replacement_closed_to_a_role_is_not_named_to_it(bench, store, clock):
    published(
        store,
        clock,
        "FAQ-0008",
        title="内部用的新规定",
        roles=("shift_leader",),
        body="",
        asked_as=(),
        tags=(),
        product="",
    )
    bench.withdraw(replaced_by="FAQ-0008")
    assert bench.ask("宠物医疗险怎么投保").tombstones[0].replacement is None


def test_a_question_about_the_past_is_answered_as_of_then(bench, clock):
    bench.withdraw()
    result = bench.ask("宠物医疗险怎么投保", at=NOW + timedelta(minutes=5))
    assert result.tombstones == []
    assert result.hits[0].code == "FAQ-0001"


def test_filters_hold_for_what_is_gone_as_well(bench):
    bench.withdraw()
    assert bench.ask("宠物医疗险怎么投保", filters=Filters(products=frozenset({"车险"}))).tombstones == []


def test_what_expires_is_told_from_its_minute_on_without_a_commit(bench, store, clock):
    published(
        store,
        clock,
        "FAQ-0009",
        title="元旦客服排班通知",
        product="",
        effective_to=clock.at + timedelta(seconds=5),
        body="",
        asked_as=(),
        tags=(),
    )
    bench.catch_up()
    assert bench.ask("元旦客服排班通知").answer.code == "FAQ-0009"
    clock.at += timedelta(seconds=5)
    assert bench.ask("元旦客服排班通知").hits == [] or bench.ask("元旦客服排班通知").answer is None
    assert [s.code for s in bench.ask("元旦客服排班通知").tombstones] == ["FAQ-0009"]


class Counting(Tokenizer):
    """Tells what it cut."""

    cut_codes: list[str]

    def document(self, document: Document) -> Tokens:
        self.cut_codes.append(document.code)
        return super().document(document)


def test_what_is_gone_is_cut_once_and_again_when_the_dictionary_changes(bench):
    counting = Counting.__new__(Counting)
    counting.__dict__.update(bench.search.tokenizer.__dict__)
    counting.cut_codes = []
    bench.search.tombstones = Tombstones(bench.index, bench.store, counting)
    bench.withdraw("FAQ-0001")
    assert bench.ask("宠物医疗险怎么投保").tombstones
    bench.withdraw("FAQ-0002")
    assert [t.code for t in bench.ask("宠物医疗险怎么投保").tombstones] == ["FAQ-0001"]
    assert counting.cut_codes == ["FAQ-0001", "FAQ-0002"]
    counting.use(["宠物医疗险"])  # after another process has put it into the index already
    bench.ask("宠物医疗险怎么投保")
    assert sorted(counting.cut_codes[2:]) == ["FAQ-0001", "FAQ-0002"]
    bench.withdraw("FAQ-0003")
    bench.ask("宠物医疗险怎么投保")
    assert counting.cut_codes[4:] == ["FAQ-0003"]
