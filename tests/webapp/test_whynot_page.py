"""The page that tells why an entry does not come up, and mends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.search import SearchRequest
from kb.domain.golden import GoldenQuestion
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.learning import Wording
from tests.factories import a_content, a_person, published
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import furnish, look, of_class, words
from webapp.wiring import Desk

Q, CODE = "蹭了一下咋整", "PRO-0007"


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    furnish(desk)
    return client_for(Role.COORDINATOR)


def rank(desk: Desk, query: str, code: str = CODE) -> int:
    codes = [hit.code for hit in desk.search.run(SearchRequest(query, Role.AGENT)).hits]
    return codes.index(code) + 1 if code in codes else 0


def test_the_form_comes_empty_and_asks_for_both(coordinator: Browser) -> None:
    page = look(coordinator.get("/why-not"))
    assert [i.get("name") for i in page.xpath("//form[@method='get']//input[@required]")] == ["q", "code"]


def test_it_shows_how_both_are_cut_the_place_and_what_is_missing(coordinator: Browser) -> None:
    page = look(coordinator.get("/why-not", query_string={"q": "等待期蹭了", "code": "faq-0043"}))
    assert "第 2 位" in words(page, of_class("whynot-now"))
    facts = words(page, of_class("explain-facts"))
    assert "住院医疗险" in facts
    assert "蹭" in facts


def test_marks_of_direction_that_nobody_sees_do_not_turn_the_page_round(coordinator: Browser) -> None:
    page = look(coordinator.get("/why-not", query_string={"q": "\u202e等待\u200b期\u2066", "code": CODE}))
    assert page.xpath("//input[@name='q']/@value")[0] == "等待期"
    assert "\u202e" not in words(page, "//main")


@pytest.mark.parametrize(
    ("code", "status"),
    [("FAQ-9999", 404), ("不是编号", 400), ("NOT-0003", 200)],
    ids=["unknown", "no code", "restricted"],
)
def test_a_code_that_is_none_is_a_sentence(coordinator: Browser, code: str, status: int) -> None:
    assert coordinator.get("/why-not", query_string={"q": Q, "code": code}).status_code == status


def test_a_phrasing_is_learned_and_found_at_once_without_a_new_revision(coordinator: Browser, desk: Desk) -> None:
    assert rank(desk, Q) == 0
    page = look(coordinator.get("/why-not", query_string={"q": Q, "code": CODE}))
    assert "改后 第 1 位" in words(page, of_class("whynot-ranks"))
    response = coordinator.submit("/why-not/phrasing", {"q": Q, "code": CODE, "reason": "来电里听到"})
    assert response.status_code == 303
    assert rank(desk, Q) == 1
    (learned,) = desk.learning.of(a_person(), CODE)
    assert (learned.phrasing, learned.source) == (Q, Source.MEND)
    assert desk.knowledge.read(a_person(), CODE).entry.latest.number == 1
    assert "已经补上过了" in words(look(coordinator.get(response.location)), of_class("whynot-mend"))


def test_a_phrasing_that_was_taken_back_comes_with_the_reason_and_is_restored(coordinator: Browser, desk: Desk) -> None:
    desk.learning.learn(a_person(), [Wording(CODE, Q, Source.SOLUTION)])
    desk.learning.take_back(a_person(), CODE, Q, reason="问的是别的险")
    desk.sync.drain()
    page = look(coordinator.get("/why-not", query_string={"q": Q, "code": CODE}))
    assert "问的是别的险" in words(page, of_class("whynot-mend"))
    coordinator.submit("/why-not/phrasing", {"q": Q, "code": CODE, "reason": "没错"})
    assert rank(desk, Q) == 1


def test_an_entry_that_waits_for_approval_is_mended_all_the_same(coordinator: Browser, desk: Desk) -> None:
    desk.knowledge.submit(a_person(), a_content(title="车险事故怎么报案"), reason="改写", code=CODE)
    assert coordinator.submit("/why-not/phrasing", {"q": Q, "code": CODE}).status_code == 303
    assert rank(desk, Q) == 1


def test_a_synonym_is_previewed_and_added(coordinator: Browser, desk: Desk) -> None:
    typed = {"q": Q, "code": CODE, "said": "蹭了一下", "meant": "事故报案", "word": ""}
    response = coordinator.submit("/why-not/synonym", typed | {"preview": "1"})
    assert "csrf" not in response.location
    page = look(coordinator.get(response.location))
    assert "改后 第 1 位" in words(page, "//*[@aria-labelledby='synonym-heading']")
    assert desk.lexicons.current().number == 0
    assert coordinator.submit("/why-not/synonym", typed).status_code == 303
    assert desk.lexicons.current().synonyms == "蹭了一下 -> 事故报案"


def test_a_word_is_added_and_cut_whole_at_once(coordinator: Browser, desk: Desk) -> None:
    q = "要保护好现场吗"
    page = look(coordinator.get("/why-not", query_string={"q": q, "code": CODE}))
    assert page.xpath("//input[@name='word']/@value") == ["保护好现场"]
    assert coordinator.submit("/why-not/word", {"q": q, "code": CODE, "word": "保护好现场"}).status_code == 303
    assert desk.search.tokenizer.cut("保护好现场") == ["保护好现场"]
    assert desk.search.index.collection.holding(["w保护好现场"]) == {CODE}


def test_a_mend_that_costs_golden_questions_needs_a_yes(coordinator: Browser, desk: Desk) -> None:
    for number in range(60, 65):
        published(desk.store, desk.clock, f"FAQ-00{number}", title="遇上这样的事情咋整呢才好", asked_as=(), speakable="无", body="")
    desk.sync.drain()
    last = desk.search.run(SearchRequest("咋整呢", Role.AGENT)).hits[4].code
    desk.goldens.put(a_person(), [GoldenQuestion("咋整呢", (last,))])
    typed = {"q": "咋整呢", "code": CODE}
    response = coordinator.submit("/why-not/phrasing", typed)
    assert response.status_code == 409
    assert "1 个检验问题会失去答案：咋整呢" in words(look(response), of_class("notice-trouble"))
    assert desk.learning.of(a_person(), CODE) == []
    assert coordinator.submit("/why-not/phrasing", typed | {"agreed": "1"}).status_code == 303


def test_personal_data_is_not_added(coordinator: Browser, desk: Desk) -> None:
    response = coordinator.submit("/why-not/phrasing", {"q": "我的手机13800138000怎么改", "code": CODE})
    assert response.status_code == 400
    assert "个人信息" in words(look(response), of_class("error"))
    assert desk.learning.of(a_person(), CODE) == []
