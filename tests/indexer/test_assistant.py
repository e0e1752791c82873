from __future__ import annotations

import pytest

from indexer.assistant import is_clear, is_founded, is_named, is_nameless, question_for
from indexer.port import Filters
from indexer.results import Hit
from kb.domain.content import Audience, Kind
from tests.factories import NOW, a_content


def hit(score: float, product: str = "", category: str = "", kind: Kind = Kind.FAQ) -> Hit:
    return Hit(
        code=f"FAQ-{int(score * 100):04d}", title="标题", kind=kind, product=product, category=category,
        audience=Audience.CALLER, speakable="", conditions="", exceptions="", snippet=[], title_marks=[], score=score,
        why=[], revision=1, starts=NOW, ends=None, updated_at=NOW,
    )  # fmt: skip


def test_a_hit_is_clear_when_it_leads_and_covers_the_question() -> None:
    assert is_clear([hit(9.0), hit(5.0)], 0.9)
    assert is_clear([hit(9.0)], 0.9)
    assert not is_clear([hit(9.0), hit(8.9)], 0.9)
    assert not is_clear([hit(9.0), hit(1.0)], 0.1)
    assert not is_clear([], 1.0)


OF_LOANS = {"w保单贷款": 6.0, "w贷款": 2.5, "w保单": 0.4, "w利率": 4.0, "b贷款": 2.5}


def test_what_leads_with_little_of_the_question_is_no_answer() -> None:
    held = ["w贷款", "w利率"]
    assert is_founded(12.0, OF_LOANS, held, Filters())
    assert not is_founded(8.0, OF_LOANS, held, Filters())


def test_one_word_must_say_nearly_everything() -> None:
    assert not is_founded(12.0, OF_LOANS, ["w保单贷款", "w贷款", "w保单"], Filters())  # 贷款 says nothing new, 保单 nothing
    assert is_founded(20.0, OF_LOANS, ["w保单贷款", "w贷款", "w保单"], Filters())
    assert not is_founded(12.0, OF_LOANS, ["b贷款"], Filters())


def test_within_one_product_less_is_enough() -> None:
    held = ["w贷款", "w利率"]
    assert is_founded(8.0, OF_LOANS, held, Filters(products=frozenset({"甲险"})))
    assert not is_founded(4.0, OF_LOANS, held, Filters(products=frozenset({"甲险"})))


def test_in_a_crowd_a_small_lead_is_chance() -> None:
    alone = [hit(9.0), *[hit(7.0)] * 5]
    crowd = [hit(9.0), *[hit(7.0)] * 40]
    far_ahead = [hit(90.0), *[hit(20.0)] * 40]
    assert is_clear(alone, 0.9)
    assert not is_clear(crowd, 0.9)
    assert is_clear(far_ahead, 0.9)


def test_passages_of_the_product_that_the_question_names_are_no_crowd() -> None:
    hits = [hit(9.0, "百万医疗险"), *[hit(7.0, "百万医疗险")] * 40]
    assert is_clear(hits, 0.9, "百万医疗险等待期多久")
    assert not is_clear(hits, 0.9, "等待期多久")


def test_the_product_is_asked_for_when_products_compete() -> None:
    clarify = question_for([hit(9, "甲险"), hit(8.9, "乙险"), hit(8.8, "甲险")], "等待期", Filters())
    assert clarify is not None
    assert (clarify.field, clarify.options) == ("product", [("甲险", 2), ("乙险", 1)])


def test_hits_far_behind_do_not_compete() -> None:
    assert question_for([hit(9, "甲险"), hit(2, "乙险")], "等待期", Filters()) is None


def test_at_most_four_options_the_likeliest_first() -> None:
    hits = [hit(9 - n / 100, f"{name}险") for n, name in enumerate("甲乙丙丁戊己")]
    clarify = question_for(hits, "等待期", Filters())
    assert clarify is not None
    assert [value for value, _ in clarify.options] == ["甲险", "乙险", "丙险", "丁险"]


def test_what_a_filter_has_decided_is_not_asked_again() -> None:
    hits = [hit(9, "甲险", "车险"), hit(8.9, "甲险", "车险"), hit(8.8, "甲险", "健康险"), hit(8.7, "甲险", "健康险")]
    clarify = question_for(hits, "等待期", Filters(products=frozenset({"甲险"})))
    assert clarify is not None
    assert clarify.field == "category"
    assert question_for(hits, "等待期", Filters(products=frozenset({"甲险"}), category="险")) is None


def test_kinds_are_asked_for_when_only_they_differ() -> None:
    hits = [hit(9, "甲险"), hit(8.9, "甲险", kind=Kind.SCRIPT), hit(8.8, "甲险"), hit(8.7, "甲险")]
    clarify = question_for(hits, "等待期", Filters())
    assert clarify is not None
    assert (clarify.field, dict(clarify.options)) == ("kind", {"faq": 3, "script": 1})


def test_a_category_is_not_asked_for_where_each_hit_would_be_an_option() -> None:
    few = [hit(9, category="车险"), hit(8.9, category="健康险")]
    assert question_for(few, "等待期", Filters()) is None
    each = [hit(9 - n / 10, category=f"分类{n}") for n in range(4)]
    assert question_for(each, "等待期", Filters()) is None


def test_a_product_is_asked_for_while_another_one_is_anywhere_near() -> None:
    hits = [hit(9, "甲险"), hit(8.5, ""), hit(6, "乙险")]
    clarify = question_for(hits, "等待期", Filters())
    assert clarify is not None
    assert dict(clarify.options) == {"甲险": 1, "乙险": 1}
    assert question_for([hit(9, "甲险"), hit(5, "乙险")], "等待期", Filters()) is None


def test_an_entry_for_all_products_is_no_option_but_the_question_stands() -> None:
    hits = [hit(9, "甲险"), hit(8.9, ""), hit(8.8, "乙险")]
    clarify = question_for(hits, "等待期", Filters())
    assert clarify is not None
    assert dict(clarify.options) == {"甲险": 1, "乙险": 1}


@pytest.mark.parametrize(
    ("query", "named"),
    [("百万医疗险等待期", True), ("百万医疗的等待期", True), ("医疗险等待期", False), ("等待期", False), ("", False)],
)
def test_a_question_names_a_product_with_most_of_its_name(query: str, named: bool) -> None:
    assert is_named("百万医疗险", query) == named


def test_no_name_is_never_named() -> None:
    assert not is_named("", "等待期")


def test_a_product_that_the_question_names_is_not_asked_for() -> None:
    hits = [hit(9, "百万医疗险"), hit(8.9, "重大疾病险")]
    assert question_for(hits, "百万医疗险等待期", Filters()) is None
    assert question_for(hits, "等待期", Filters()) is not None


CUT = "汽车保险跟着车走，示例一：如果借给别人"


@pytest.mark.parametrize("title", [CUT, f"{CUT}...", f"{CUT}…", CUT.replace("，", "， ")])
def test_a_passage_whose_title_is_only_how_it_begins_has_no_name(title: str) -> None:
    passage = a_content(title=title, body=f"{CUT}的车没有保险，您可以另买。", speakable="", asked_as=())
    assert is_nameless(passage)


@pytest.mark.parametrize(
    "fields",
    [
        {"speakable": "保险跟着车走。"},
        {"asked_as": ("借来的车有保险吗",)},
        {"title": "借来的车有没有保险"},
        {"body": f"# {CUT}\n\n借来的车没有保险，您可以另买。"},
        {"body": CUT},
        {"body": f"{CUT}？"},
        {"body": ""},
    ],
)
def test_a_speakable_answer_a_phrasing_or_a_title_of_its_own_is_a_name(fields: dict[str, object]) -> None:
    values: dict[str, object] = {"title": CUT, "body": f"{CUT}的车没有保险。", "speakable": "", "asked_as": ()}
    assert not is_nameless(a_content(**(values | fields)))
