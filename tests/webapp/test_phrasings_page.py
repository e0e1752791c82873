"""Learned phrasings as coordinators look them over and take them back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.search import SearchRequest
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.learning import Wording
from tests.factories import a_person
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, furnish, look, of_class, words
from webapp.wiring import Desk

LI = a_person(Role.COORDINATOR, login="li")
SAID = "蹭了一下咋整"


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    furnish(desk)
    return client_for(Role.COORDINATOR)


@pytest.fixture
def learned(coordinator: Browser, desk: Desk) -> Desk:
    """Three for the accident, one of them for another entry too."""
    learn(desk, SAID, SAID, "被追尾了")
    learn(desk, "能赔吗", source=Source.IMPORT)
    learn(desk, "能赔吗？", code="FAQ-0042")
    return desk


def learn(desk: Desk, *said: str, code: str = "PRO-0007", source: Source = Source.SOLUTION) -> None:
    desk.learning.learn(LI, [Wording(code, one, source) for one in said])
    desk.sync.drain()


def found(desk: Desk, query: str) -> list[str]:
    return [hit.code for hit in desk.search.run(SearchRequest(query, Role.AGENT)).hits]


def rows(page: Page) -> list[str]:
    return [words(row, ".") for row in page.xpath(of_class("phrasings-row"))]


def said(page: Page) -> set[str]:
    return {words(one, ".") for one in page.xpath(of_class("phrasings-said"))}


def page_of(browser: Browser, **args: str) -> Page:
    return look(browser.get("/phrasings", query_string=args))


def test_each_comes_with_entry_count_source_and_who_confirmed_it(coordinator: Browser, learned: Desk) -> None:
    row = next(row for row in rows(page_of(coordinator)) if SAID in row)
    for part in ("PRO-0007", "车险事故怎么报案", "2 次", "来电解决", "li 确认", "检索中"):
        assert part in row


def test_nothing_learned_yet_says_where_it_comes_from(coordinator: Browser) -> None:
    page = page_of(coordinator)
    assert "还没有学到说法" in words(page, "//main")
    assert page.xpath("//main//a[@href='/solutions']")


def test_they_are_searched_and_filtered(coordinator: Browser, learned: Desk) -> None:
    assert said(page_of(coordinator, q="追尾")) == {"被追尾了"}
    assert said(page_of(coordinator, q="pro-0007", source="import")) == {"能赔吗"}
    assert "没有符合条件的说法" in words(page_of(coordinator, q="没有人这样说"), "//main")
    assert said(page_of(coordinator, show="shared")) == {"能赔吗", "能赔吗？"}
    assert rows(page_of(coordinator, order="times"))[0].startswith(SAID)


@pytest.mark.parametrize(
    "args", [{"show": "x", "source": "x", "code": "不是编号", "page": "99999999999"}, {"page": "-1"}]
)
def test_filters_that_are_none_narrow_nothing(coordinator: Browser, learned: Desk, args: dict[str, str]) -> None:
    assert len(rows(page_of(coordinator, **args))) == 4


def test_the_same_words_of_another_entry_are_pointed_out(coordinator: Browser, learned: Desk) -> None:
    page = page_of(coordinator, code="FAQ-0042")
    assert "同一句也记在：PRO-0007" in words(page, of_class("phrasings-also"))
    assert "学到 1 条（最多留 500 条），检索用其中 1 条（最多用 50 条）" in words(page, of_class("phrasings-entry"))


def test_what_is_taken_back_is_out_of_the_search_at_once_and_told_with_the_reason(
    coordinator: Browser, learned: Desk
) -> None:
    assert found(learned, SAID) == ["PRO-0007"]
    form = {"pick": [f"PRO-0007 {SAID}", "PRO-0007 被追尾了"], "do": "back", "reason": "问的是别的险"}
    response = coordinator.submit("/phrasings/turn?q=PRO-0007", form)
    assert (response.status_code, response.location) == (303, "/phrasings?q=PRO-0007")
    assert found(learned, SAID) == []
    page = look(coordinator.get(response.location))
    assert "2 条说法已收回" in words(page, of_class("notice"))
    assert said(page) == {"能赔吗"}
    gone = next(row for row in rows(page_of(coordinator, show="back")) if SAID in row)
    assert "收回：问的是别的险" in gone


def test_what_was_taken_back_is_put_back(coordinator: Browser, learned: Desk) -> None:
    form = {"pick": f"PRO-0007 {SAID}", "do": "back", "reason": "问的是别的险"}
    coordinator.submit("/phrasings/turn", form)
    coordinator.submit("/phrasings/turn", form | {"do": "put", "reason": "其实没错"})
    assert found(learned, SAID) == ["PRO-0007"]
    row = next(row for row in rows(page_of(coordinator)) if SAID in row)
    assert "恢复：其实没错" in row
    assert "收回：问的是别的险" in row


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"pick": f"PRO-0007 {SAID}", "reason": " "}, 400, "请写明原因"),
        ({"reason": "说得太宽"}, 400, "请至少选一条"),
        ({"pick": "PRO-0007 没学过", "reason": "说得太宽"}, 404, "没有学到过"),
        ({"pick": "哪里都不是", "reason": "说得太宽"}, 400, "编号"),
        ({"pick": f"PRO-0007 {SAID}", "reason": "长" * 600}, 400, "原因最多 500 个字"),
    ],
    ids=["no reason", "nothing ticked", "never learned", "no code", "long reason"],
)
def test_a_mistake_is_a_sentence_and_changes_nothing(
    coordinator: Browser, learned: Desk, form: dict[str, str], status: int, says: str
) -> None:
    response = coordinator.submit("/phrasings/turn", form | {"do": "back"})
    page = look(response)
    assert response.status_code == status
    assert says in words(page, of_class("error"))
    assert found(learned, SAID) == ["PRO-0007"]
    assert page.xpath("//input[@name='pick' and @checked]/@value") == (
        [form["pick"]] if SAID in form.get("pick", "") else []
    )


def test_a_long_list_comes_in_pages(coordinator: Browser, desk: Desk) -> None:
    learn(desk, *(f"第{number}种说法" for number in range(51)))
    assert [len(rows(page_of(coordinator, page=page))) for page in ("1", "2")] == [50, 1]
    assert "排不上" in words(page_of(coordinator, order="times", page="2"), "//main")


def test_it_is_reached_from_the_menu_the_entry_its_editor_and_whynot(coordinator: Browser, learned: Desk) -> None:
    of_entry = "//main//a[@href='/phrasings?code=PRO-0007']"
    assert look(coordinator.get("/why-not")).xpath("//header//a[@href='/phrasings']")
    assert "3 条" in words(look(coordinator.get("/entries/PRO-0007")), of_entry)
    assert "3 条" in words(look(coordinator.get("/edit/PRO-0007")), of_entry)
    mend = look(coordinator.get("/why-not", query_string={"q": "撞车", "code": "PRO-0007"}))
    assert mend.xpath(of_entry)


def test_an_agent_sees_no_link_to_it(client_for: Callable[[Role], Browser], learned: Desk) -> None:
    assert not look(client_for(Role.AGENT).get("/entries/PRO-0007")).xpath("//a[contains(@href, '/phrasings')]")
