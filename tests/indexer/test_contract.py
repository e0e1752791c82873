"""What every engine behind the port promises. One suite, every engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.port import Document, Filters, SearchIndex, Stored
from indexer.tokens import Tokenizer
from kb.domain.content import Kind
from kb.domain.person import Role
from tests.factories import NOW
from tests.indexer.documents import AFTER, BEFORE, a_document, plain

EVERYTHING = Filters()


@pytest.fixture
def ask(index: SearchIndex, tokenizer: Tokenizer) -> Callable[..., list[str]]:
    def codes(question: str, *, role: Role = Role.AGENT, filters: Filters = EVERYTHING, at=NOW, limit=10) -> list[str]:
        terms = tokenizer.query(question).weights
        return [f.code for f in index.search(terms, at=at, role=role, filters=filters, limit=limit)[0]]

    return codes


def put(index: SearchIndex, *documents: Document, applied: int = 7) -> None:
    by_code: dict[str, list[Document]] = {}
    for document in documents:
        by_code.setdefault(document.code, []).append(document)
    index.replace(by_code, applied=applied)


def test_an_empty_index_finds_nothing(index: SearchIndex, tokenizer: Tokenizer) -> None:
    index.rebuild([], applied=5)
    found = index.search(tokenizer.query("等待期").terms, at=NOW, role=Role.AGENT, filters=Filters(), limit=10)
    assert found == ([], 0)
    assert index.applied() == 5
    assert list(index.stored()) == []
    assert index.names() == frozenset()


def test_what_was_put_in_is_found_with_its_revision(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, a_document("FAQ-0042", 3), plain("POL-0007", "车辆年检"))
    assert ask("等待期多久") == ["FAQ-0042"]
    assert index.applied() == 7


@pytest.mark.parametrize("field", ["title", "speakable", "body", "product", "conditions", "exceptions", "category"])
def test_every_field_is_searched(index: SearchIndex, ask: Callable[..., list[str]], field: str) -> None:
    put(index, plain("FAQ-0001", **({"title": "甲"} | {field: "水暖管爆裂"})), plain("FAQ-0002", "车辆年检"))
    assert ask("水暖管爆裂") == ["FAQ-0001"]


def test_tags_phrasings_and_codes_are_searched(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, plain("FAQ-0001", "甲", tags=("非常规",)), plain("FAQ-0002", "乙", asked_as=("多久生效",)))
    assert ask("非常规") == ["FAQ-0001"]
    assert ask("多久生效") == ["FAQ-0002"]
    assert ask("faq-0002")[0] == "FAQ-0002"


def test_a_title_weighs_more_than_a_body(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, plain("FAQ-0001", "理赔流程", "退保手续"), plain("FAQ-0002", "退保手续", "理赔流程"))
    assert ask("退保手续") == ["FAQ-0002", "FAQ-0001"]


def test_the_best_phrasing_counts_and_not_their_sum(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    many = tuple(f"保单{number}怎么补发" for number in "一二三四五六七八")
    put(index, plain("FAQ-0001", "甲", asked_as=many), plain("FAQ-0002", "乙", asked_as=("保单去哪儿打印",)))
    assert ask("保单去哪儿打印")[0] == "FAQ-0002"


def test_the_moment_decides_to_the_microsecond(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, a_document(revision=3, starts=BEFORE, ends=NOW), a_document(revision=4, starts=NOW, ends=AFTER))
    assert ask("等待期", at=BEFORE - timedelta(microseconds=1)) == []
    assert ask("等待期", at=BEFORE) == ["FAQ-0042"]
    assert ask("等待期", at=AFTER - timedelta(microseconds=1)) == ["FAQ-0042"]
    assert ask("等待期", at=AFTER) == []


@pytest.mark.parametrize(("offset", "revision"), [(-1, 3), (0, 4)])
def test_only_the_revision_of_the_moment_is_found(
    index: SearchIndex, tokenizer: Tokenizer, offset: int, revision: int
) -> None:
    put(index, a_document(revision=3, starts=BEFORE, ends=NOW), a_document(revision=4, starts=NOW, ends=AFTER))
    at = NOW + timedelta(microseconds=offset)
    found, total = index.search(
        tokenizer.query("等待期").terms, at=at, role=Role.AGENT, filters=Filters(), limit=10
    )
    assert [f.revision for f in found] == [revision]
    assert total == 1


def test_a_restricted_entry_is_found_by_its_roles_only(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, a_document(roles=(Role.SHIFT_LEADER, Role.TRAINER)))
    seeing = {role for role in Role if ask("等待期", role=role)}
    assert seeing == {Role.SHIFT_LEADER, Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR}


def test_a_hidden_entry_moves_no_score(index: SearchIndex, tokenizer: Tokenizer) -> None:
    def score() -> float:
        found, _ = index.search(tokenizer.query("等待期").terms, at=NOW, role=Role.AGENT, filters=Filters(), limit=1)
        return found[0].score

    put(index, plain("FAQ-0001", "等待期多久"), plain("FAQ-0002", "车辆年检"))
    before = score()
    put(index, plain("FAQ-0003", "等待期多久", roles=(Role.DIRECTOR,)), applied=8)
    assert score() == pytest.approx(before, rel=1e-12)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"FAQ-0001", "POL-0002", "FAQ-0003"}),
        (Filters(kinds=frozenset({Kind.POLICY})), {"POL-0002"}),
        (Filters(kinds=frozenset({Kind.POLICY, Kind.FAQ})), {"FAQ-0001", "POL-0002", "FAQ-0003"}),
        (Filters(products=frozenset({"交强险"})), {"FAQ-0001"}),
        (Filters(products=frozenset({"交强险", "家庭财产险"})), {"FAQ-0001", "FAQ-0003"}),
        (Filters(products=frozenset({"没有的产品"})), set()),
        (Filters(category="车险"), {"FAQ-0001", "POL-0002"}),
        (Filters(category="车险/交强险"), {"FAQ-0001"}),
        (Filters(category="车"), set()),
        (Filters(kinds=frozenset({Kind.FAQ}), category="车险"), {"FAQ-0001"}),
    ],
)
def test_filters_keep_what_they_name(
    index: SearchIndex, ask: Callable[..., list[str]], filters: Filters, expected: set[str]
) -> None:
    put(
        index,
        plain("FAQ-0001", "退保手续", kind=Kind.FAQ, product="交强险", category="车险/交强险"),
        plain("POL-0002", "退保手续", kind=Kind.POLICY, product="商业险", category="车险"),
        plain("FAQ-0003", "退保手续", kind=Kind.FAQ, product="家庭财产险", category="财产险/家庭"),
    )
    assert set(ask("退保手续", filters=filters)) == expected


def test_equal_scores_are_ordered_by_code_whatever_the_limit(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, *(plain(f"FAQ-{n:04d}", "退保手续") for n in (5, 3, 9, 1, 7)))
    put(index, plain("FAQ-0002", "退保手续"), applied=8)
    assert ask("退保", limit=4) == ["FAQ-0001", "FAQ-0002", "FAQ-0003", "FAQ-0005"]


def test_the_total_counts_beyond_the_limit(index: SearchIndex, tokenizer: Tokenizer) -> None:
    put(index, *(plain(f"FAQ-{n:04d}", "退保手续") for n in range(1, 8)), plain("FAQ-0009", "年检"))
    found, total = index.search(tokenizer.query("退保").terms, at=NOW, role=Role.AGENT, filters=Filters(), limit=3)
    assert (len(found), total) == (3, 7)


def test_a_hit_tells_which_terms_matched_where(index: SearchIndex, tokenizer: Tokenizer) -> None:
    put(index, plain("FAQ-0001", "等待期", "犹豫期"))
    found, _ = index.search(("w等待期", "w犹豫期", "w年检"), at=NOW, role=Role.AGENT, filters=Filters(), limit=1)
    assert found[0].terms == found[0].words == {"names": ["w等待期"], "body": ["w犹豫期"]}
    assert 0 < found[0].coverage < 1
    found, _ = index.search(("w等待期", "b待期", "c期"), at=NOW, role=Role.AGENT, filters=Filters(), limit=1)
    assert (found[0].terms, found[0].words) == ({"names": ["w等待期", "b待期"]}, {"names": ["w等待期"]})


def test_a_term_given_twice_counts_once(index: SearchIndex) -> None:
    put(index, plain("FAQ-0001", "等待期"))
    search = lambda *terms: index.search(terms, at=NOW, role=Role.AGENT, filters=Filters(), limit=1)  # noqa: E731
    assert search("w等待期", "w等待期") == search("w等待期")


def test_a_term_may_weigh_more_than_another(index: SearchIndex) -> None:
    put(index, plain("FAQ-0001", "退保"), plain("FAQ-0002", "续保"))
    for heavy, light, first in (("w退保", "w续保", "FAQ-0001"), ("w续保", "w退保", "FAQ-0002")):
        terms = {heavy: 1.0, light: 0.5}
        found, total = index.search(terms, at=NOW, role=Role.AGENT, filters=Filters(), limit=1)
        assert (found[0].code, total) == (first, 2)


def test_a_shared_character_is_no_match_but_decides_between_matches(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    others = [plain(f"FAQ-00{n}", "甲") for n in range(10, 30)]
    put(index, plain("FAQ-0001", "理赔流程"), plain("FAQ-0002", "理赔进展"), plain("FAQ-0003", "程序"), *others)
    assert ask("理赔程度") == ["FAQ-0001", "FAQ-0002"]


def test_replacing_drops_what_was_there(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, plain("FAQ-0001", "退保手续"), plain("FAQ-0002", "年检"))
    put(index, plain("FAQ-0001", "续保手续"), applied=8)
    assert ask("退保") == []
    assert ask("续保") == ["FAQ-0001"]
    assert ask("年检") == ["FAQ-0002"]


def test_no_documents_for_a_code_remove_it(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, plain("FAQ-0001", "退保手续"), plain("FAQ-0002", "退保手续"))
    index.replace({"FAQ-0001": [], "FAQ-0099": []}, applied=8)
    assert ask("退保") == ["FAQ-0002"]
    assert [s.code for s in index.stored()] == ["FAQ-0002"]


def test_a_rebuild_forgets_what_is_not_given(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    put(index, plain("FAQ-0001", "退保手续"))
    index.rebuild(iter([plain("FAQ-0002", "退保手续"), plain("FAQ-0003", "年检")]), applied=12)
    assert ask("退保") == ["FAQ-0002"]
    assert index.applied() == 12


def test_the_index_tells_what_it_holds(index: SearchIndex) -> None:
    first, second = a_document(revision=3, ends=NOW), a_document(revision=4, starts=NOW, title="新的说法")
    put(index, first, second)
    expected = {Stored(d.code, d.revision, d.content.digest, d.starts, d.ends) for d in (first, second)}
    assert set(index.stored()) == expected
    assert index.faults() == []


def test_products_tags_and_short_titles_are_names(index: SearchIndex) -> None:
    put(index, a_document(product="e生保 2.0", tags=("意外",), title="短标题"), plain("FAQ-0001", "这个标题太长了不是名字"))
    assert index.names() == {"e生保 2.0", "意外", "短标题"}


def test_a_second_opening_sees_the_same(make_index: Callable[[], SearchIndex], ask: Callable[..., list[str]]) -> None:
    put(make_index(), plain("FAQ-0001", "退保手续"), applied=9)
    other = make_index()
    assert other.applied() == 9
    assert [s.code for s in other.stored()] == ["FAQ-0001"]
    assert not other.outdated()


codes = st.sampled_from([f"FAQ-{n:04d}" for n in range(6)])
words = st.lists(st.sampled_from(["退保", "续保", "年检", "理赔", "等待期", "犹豫期", "险", "2.5", "80%"]), min_size=1, max_size=5)
changes = st.lists(st.tuples(codes, st.none() | words), max_size=12)


@given(changes=changes, question=words)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_changes_gives_what_a_rebuild_gives(
    index: SearchIndex, tokenizer: Tokenizer, changes: list[tuple[str, list[str] | None]], question: list[str]
) -> None:
    index.rebuild([], applied=1)
    held: dict[str, Document] = {}
    for number, (code, said) in enumerate(changes, 2):
        documents = [plain(code, "".join(said), " ".join(reversed(said)))] if said else []
        index.replace({code: documents}, applied=number)
        held |= {code: documents[0]} if documents else {}
        if not documents:
            held.pop(code, None)

    def answer() -> list[tuple[str, float]]:
        terms = tokenizer.query("".join(question)).weights
        found, _ = index.search(terms, at=NOW, role=Role.AGENT, filters=Filters(), limit=10)
        return [(f.code, round(f.score, 9)) for f in found]

    changed = answer()
    index.rebuild(held.values(), applied=99)
    assert changed == answer()


def test_many_moments_can_be_asked_one_after_the_other(index: SearchIndex, ask: Callable[..., list[str]]) -> None:
    days = [NOW + timedelta(days=n) for n in range(40)]
    index.replace({"FAQ-0042": [a_document(revision=n + 1, starts=a, ends=b) for n, (a, b) in enumerate(pairwise(days))]}, applied=7)
    for at in [*days[:-1], *days[:-1:7]]:
        assert ask("等待期", at=at) == ["FAQ-0042"]
    assert ask("等待期", at=days[-1]) == []
