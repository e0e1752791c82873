from __future__ import annotations

import pytest

from indexer.budget import Budget
from indexer.forgiveness.keeper import Keeper
from indexer.forgiveness.values import Step
from indexer.memory_index import MemoryIndex
from indexer.port import Filters
from indexer.search import Search, SearchRequest
from indexer.sync import Sync
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.knowledge import Knowledge
from kb.services.learning import Learning, Wording
from tests.factories import a_person, published


@pytest.fixture
def search(store, clock, tokenizer, tmp_path):
    published(store, clock, "FAQ-0042")
    published(
        store,
        clock,
        "FAQ-0043",
        title="犹豫期是多少天",
        asked_as=("犹豫期退保",),
        speakable="等待期之外另有犹豫期。",
        body="",
        product="",
    )
    published(
        store,
        clock,
        "FAQ-0044",
        title="追尾怎么报案",
        asked_as=(),
        speakable="先报警。",
        body="",
        product="",
        category="",
        tags=(),
        conditions="",
        exceptions="",
    )
    index = MemoryIndex(tokenizer)
    Sync(store, index, tmp_path / "index.lock").drain()
    return Search(index, store, tokenizer, clock)


def ask(search, query, code="", **more):
    return search.explain(SearchRequest(query, Role.AGENT, **more), code)


def test_the_parts_of_a_hit_add_up_to_its_score(search):
    question = "医疗险的等待期多少天"
    explained = ask(search, question)
    assert [hit.code for hit in explained.hits] == ["FAQ-0042", "FAQ-0043"]
    by_term = {(t.kind, t.text): t for t in explained.terms}
    found, _ = search.index.search(
        search.tokenizer.query(question).weights, at=search.clock(), role=Role.AGENT, filters=Filters(), limit=9
    )
    for hit, engine in zip(explained.hits, found, strict=True):
        assert hit.by_terms == pytest.approx(engine.score)
        assert sum(part.share for part in hit.parts) == pytest.approx(1)
        assert all((part.kind, part.text) in by_term for part in hit.parts)
    hits = search.run(SearchRequest(question, Role.AGENT)).hits
    assert [hit.score for hit in explained.hits] == [hit.score for hit in hits]


def test_tokens_terms_and_fields_are_shown(search):
    explained = ask(search, "请问等待期多少天")
    assert explained.tokens == ("请问", "等待期", "多少", "天")
    assert explained.dropped == ("请问",)
    assert (explained.step, explained.repairs) == (Step.EXACT, ())
    part = next(p for p in explained.hits[0].parts if (p.kind, p.text) == ("w", "等待期"))
    assert part.fields == ("names", "speakable", "about")
    assert sum(t.share for t in explained.terms) == pytest.approx(1)


def test_an_entry_is_told_about_wherever_it_stands(search):
    wanted = ask(search, "等待期", "FAQ-0043", limit=1).wanted
    assert (wanted.hit.rank, wanted.obstacles) == (2, ())
    assert wanted.cut[1] == ("犹豫期退保", ("犹豫期", "退保"))


@pytest.mark.parametrize(
    ("query", "filters", "sentence"),
    [
        ("等待期", Filters(), "问题与条目没有相同的词"),
        ("追尾", Filters(products=frozenset({"百万医疗险"})), "筛选条件"),
    ],
)
def test_what_is_in_the_way_is_said(search, query, filters, sentence):
    wanted = ask(search, query, "FAQ-0044", filters=filters).wanted
    assert wanted.hit.rank == 0
    assert sentence in wanted.obstacles[0]


def test_an_entry_out_of_force_and_an_unknown_one(search, store, clock):
    Knowledge(store, clock).withdraw(a_person(), "FAQ-0044", reason="停办")
    assert "没有生效" in ask(search, "追尾", "FAQ-0044").wanted.obstacles[0]
    assert ask(search, "追尾", "FAQ-0999").wanted is None


def test_the_entry_is_told_with_what_was_learned_the_likest_first(search, store, clock):
    said = [Wording("FAQ-0043", phrasing, Source.SOLUTION) for phrasing in ("几天能退", "反悔期是多少天", "说不要就不要")]
    Learning(store, clock).learn(a_person(), said)
    texts = [text for text, _ in ask(search, "反悔期有多少天", "FAQ-0043").wanted.cut]
    assert texts[:2] == ["犹豫期是多少天", "反悔期是多少天"]
    assert sorted(texts[2:]) == ["几天能退", "犹豫期退保", "说不要就不要"]


def test_repairs_to_tell_of_are_looked_for_no_longer_than_a_question_may_take(search):
    keeper = Keeper(lambda _: False)
    search.forgiving = lambda at: keeper.over(search.index.collection, at)
    assert [str(repair) for _, repairs in ask(search, "等侍期多久").offered for repair in repairs] == ["等侍期 → 等待期"]
    search.budget = lambda: Budget(0)
    assert ask(search, "等侍期多久").offered == ()


def test_a_library_without_an_entry_is_explained_too(store, clock, tokenizer):
    explained = ask(Search(MemoryIndex(tokenizer), store, tokenizer, clock), "等待期多久")
    assert (explained.tokens, explained.terms, explained.hits) == (("等待期", "多久"), (), ())
