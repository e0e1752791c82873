"""The search page without a script: everything an agent needs is in the page that the server sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kb.domain.errors import N_, Unavailable
from kb.domain.person import Role
from tests.factories import Clock, a_person
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import furnish, look, of_class, words
from webapp.wiring import Desk

SignIn = Callable[[Role], Browser]


@pytest.fixture
def agent(desk: Desk, client_for: SignIn) -> Browser:
    furnish(desk)
    return client_for(Role.AGENT)


def ask(client: Browser, **parameters: str):
    return look(client.get("/search", query_string=parameters))


def recorded(desk: Desk) -> list[tuple[str, int]]:
    return [(q.text, q.times) for q in desk.questions.most_frequent(a_person())]


@pytest.mark.parametrize("path", ["/", "/search", "/search?q="])
def test_the_empty_page_says_how_to_begin(agent: Browser, path: str) -> None:
    page = look(agent.get(path))
    assert page.xpath("//input[@name='q' and @autofocus]")
    assert "来电者怎么说，就怎么输入" in words(page, of_class("empty"))
    assert not page.xpath(of_class("card"))


def test_a_clear_question_is_answered_by_a_card_with_all_that_limits_the_answer(agent: Browser) -> None:
    page = ask(agent, q="百万医疗险等待期多少天")
    card = page.xpath("//*[@data-shown]//*[@data-card]")[0]
    text = " ".join(card.text_content().split())
    assert card.get("data-code") == "FAQ-0042"
    for said in ("百万医疗险的等待期是三十天，意外没有等待期。", "首次投保。", "续保没有等待期。", "百万医疗险",
                 "第 1 版", "2026年11月21日生效", "2026年11月21日更新", "可告知来电者", "FAQ-0042"):  # fmt: skip
        assert said in text
    assert card.get("data-copy") == "百万医疗险的等待期是三十天，意外没有等待期。\n适用条件：首次投保。\n例外情形：续保没有等待期。"


def test_an_internal_answer_says_so_in_words(agent: Browser) -> None:
    page = ask(agent, q="撞车了怎么报案")
    assert "仅限内部" in words(page, "//*[@data-shown]" + of_class("mark-audience"))


def test_hits_show_what_matched_and_lead_to_their_entries(agent: Browser) -> None:
    page = ask(agent, q="等待期", call="20261121-0042")
    links = page.xpath("//a[@data-hit]")
    assert {a.get("data-code") for a in links} == {"FAQ-0042", "FAQ-0043"}
    assert all(a.get("href") == f"/entries/{a.get('data-code')}?call=20261121-0042" for a in links)
    assert "等待期" in {m.text for m in links[0].xpath(".//mark")}
    assert "问答" in links[0].text_content()


def test_the_assistants_question_narrows_with_plain_links(agent: Browser) -> None:
    page = ask(agent, q="医疗险的等待期是多少天")
    choices = page.xpath("//a[@data-choice]")
    assert {a.get("data-value") for a in choices} == {"百万医疗险", "住院医疗险"}
    narrowed = look(agent.get(next(a.get("href") for a in choices if a.get("data-value") == "住院医疗险")))
    assert {a.get("data-code") for a in narrowed.xpath("//a[@data-hit]")} == {"FAQ-0043"}
    assert words(narrowed, "//a[@data-chip]").startswith("产品：住院医疗险")


def test_what_is_closed_to_the_role_is_not_found(agent: Browser, client_for: SignIn) -> None:
    assert not ask(agent, q="内部排班公告").xpath("//a[@data-code='NOT-0003']")
    assert ask(client_for(Role.SHIFT_LEADER), q="内部排班公告").xpath("//a[@data-code='NOT-0003']")


def test_markup_in_a_question_comes_back_as_text(agent: Browser) -> None:
    page = agent.get("/search", query_string={"q": '"><script>alert(1)</script>'}).get_data(as_text=True)
    assert "<script>alert" not in page


def test_nothing_found_is_said_and_recorded_once_for_each_asking(agent: Browser, desk: Desk) -> None:
    page = ask(agent, q="xyzzy 13800138000")
    assert "没有找到答案" in words(page, of_class("nothing"))
    assert "这个问题已经记下" in words(page, "//*[@data-recorded and not(@hidden)]")
    assert recorded(desk) == [("xyzzy ＊＊＊", 1)]
    ask(agent, q="xyzzy 13800138000")  # the same page again: reloaded, not asked again
    ask(agent, q="plugh")
    ask(agent, q="xyzzy 13800138000")
    assert sorted(recorded(desk)) == [("plugh", 1), ("xyzzy ＊＊＊", 2)]


def test_typing_records_nothing_until_the_script_says_that_the_question_is_finished(
    agent: Browser, desk: Desk
) -> None:
    agent.get("/search/fragment", query_string={"q": "xyzz"})
    assert recorded(desk) == []
    answer = agent.submit("/search/unanswered?q=xyzzy")
    assert answer.get_json() == {"recorded": True}
    assert recorded(desk) == [("xyzzy", 1)]


@pytest.mark.parametrize("more", [{"as_of": "2026-11-20"}, {"product": "家用车商业险"}], ids=str)
def test_what_another_day_or_a_filter_hides_is_no_gap(agent: Browser, desk: Desk, more: dict[str, str]) -> None:
    ask(agent, q="百万医疗险等待期", **more)
    answer = agent.submit("/search/unanswered?" + "&".join(f"{k}={v}" for k, v in {"q": "百万医疗险等待期", **more}.items()))
    assert answer.get_json() == {"recorded": False}
    assert recorded(desk) == []


def test_filters_that_leave_nothing_say_how_much_they_hide_and_can_be_dropped(agent: Browser) -> None:
    page = ask(agent, q="百万医疗险等待期", kind="notice")
    assert "去掉筛选有 2 条" in words(page, of_class("nothing"))
    dropped = look(agent.get(page.xpath("//a[@data-drop]/@href")[0]))
    assert len(dropped.xpath("//a[@data-hit]")) == 2


def test_filters_stay_with_the_person_until_taken_back(agent: Browser, client_for: SignIn) -> None:
    assert agent.submit("/search/filters", {"product": "住院医疗险", "q": "等待期"}).status_code == 303
    page = ask(agent, q="等待期")
    assert {a.get("data-code") for a in page.xpath("//a[@data-hit]")} == {"FAQ-0043"}
    chip = page.xpath("//a[@data-chip][@data-value='住院医疗险']")[0]
    assert chip.get("data-kept") == "yes"
    assert len(look(agent.get(chip.get("href"))).xpath("//a[@data-hit]")) == 2
    assert len(ask(client_for(Role.TRAINER), q="等待期").xpath("//a[@data-hit]")) == 2
    agent.submit("/search/filters", {"product": ""})
    assert len(ask(agent, q="等待期").xpath("//a[@data-hit]")) == 2


def test_keeping_a_filter_leaves_other_preferences_alone(agent: Browser, desk: Desk) -> None:
    person = next(p for p in desk.people.all(a_person(Role.ADMINISTRATOR)) if p.login == "a-agent")
    desk.people.save_preferences(person, {"language": "en"})
    agent.submit("/search/filters", {"kind": "policy"})
    assert desk.people.preferences(person)["language"] == "en"


@pytest.mark.parametrize("stored", [None, 7, "x", {"kind": "faq"}, {"kind": ["nonsense"], "product": [7]}], ids=str)
def test_filters_that_make_no_sense_any_more_are_left_out(agent: Browser, desk: Desk, stored: object) -> None:
    person = next(p for p in desk.people.all(a_person(Role.ADMINISTRATOR)) if p.login == "a-agent")
    desk.people.save_preferences(person, {"filters": stored})
    assert len(ask(agent, q="等待期").xpath("//a[@data-hit]")) == 2


def test_a_screen_pop_opens_filled_in_and_changes_no_standing_filter(agent: Browser) -> None:
    agent.submit("/search/filters", {"product": "住院医疗险"})
    page = ask(agent, q="等待期多久", product="百万医疗险", call="20261121-0042", campaign="x")
    assert page.xpath("//input[@id='q']/@value") == ["等待期多久"]
    assert {a.get("data-code") for a in page.xpath("//a[@data-hit]")} == {"FAQ-0042"}
    assert page.xpath("//a[@data-chip][@data-value='百万医疗险']/@data-kept") == ["no"]
    assert "来电 20261121-0042" in words(page, of_class("tag"))
    assert ask(agent).xpath("//span[@data-chips]/a/@data-value") == ["住院医疗险"]


def test_the_past_is_searched_as_it_was_and_marked(agent: Browser, clock: Clock) -> None:
    page = ask(agent, q="等待期", as_of="2026-11-20")
    assert not page.xpath("//a[@data-hit]")
    assert "按 2026年11月20日 00:00 的规定" in words(page, of_class("tag"))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"q": "等待期", "kind": "verse"}, "没有“verse”这种类型"),
        ({"q": "等待期", "as_of": "yesterday"}, "as_of 应是"),
        ({"q": "等" * 10_001}, "问题最多 10000 个字，现有 10001 个"),
    ],
    ids=["kind", "as_of", "too long"],
)
@pytest.mark.parametrize("path", ["/search", "/search/fragment"])
def test_a_mistake_is_a_sentence_beside_the_box(
    agent: Browser, path: str, parameters: dict[str, str], sentence: str
) -> None:
    response = agent.get(path, query_string=parameters)
    assert 400 <= response.status_code < 500
    assert sentence in words(look(response), of_class("notice"))


@pytest.mark.parametrize(
    "text",
    ["。", "😀😀", "\ud800", "' OR 1=1 --", "title:*", "等" * 1000, "NOT (a AND", "\x00", "   ", "%", "{{7*7}}", "%(n)s"],
)
def test_no_question_breaks_the_page(agent: Browser, text: str) -> None:
    for path in ("/search", "/search/fragment"):
        assert agent.get(path, query_string={"q": text.encode("utf-8", "surrogatepass")}).status_code == 200


@pytest.mark.parametrize("path", ["/search", "/search/fragment"])
def test_a_long_question_is_answered_in_part_and_the_page_says_so(agent: Browser, path: str) -> None:
    note = "//p[@data-partial]"
    whole, part = (look(agent.get(path, query_string={"q": q})) for q in ("等待期多久", "等待期多久" * 2_000))
    assert not whole.xpath(note)
    assert "只查了其中一部分" in words(part, note)
    assert part.xpath("//a[@data-hit]")
    nothing = look(agent.get(path, query_string={"q": "龘" * 10_000}))
    assert "只查了其中一部分" in words(nothing, note)
    assert nothing.xpath("//*[@data-state='nothing']")


def test_a_pasted_page_is_not_said_again_by_every_form_and_link_of_the_page(agent: Browser) -> None:
    page = look(agent.get("/search", query_string={"q": "龘" * 10_000}))
    assert set(page.xpath("//input[@name='next']/@value")) == {"/search"}
    assert max(map(len, page.xpath("//@href"))) < 20_000  # an address of the thousand that are shown, in nine bytes each


def test_an_unreadable_index_is_one_sentence_and_the_question_stays(
    agent: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_request: object) -> None:
        raise Unavailable(N_("索引暂时无法读取，请稍后再试。"))

    monkeypatch.setattr(desk.search, "run", fail)
    response = agent.get("/search", query_string={"q": "等待期"})
    page = look(response)
    assert response.status_code == 503
    assert "索引暂时无法读取" in words(page, of_class("notice"))
    assert page.xpath("//input[@id='q']/@value") == ["等待期"]


def test_an_unknown_product_finds_nothing_and_can_be_taken_away(agent: Browser) -> None:
    page = ask(agent, q="等待期", product="没有的险")
    assert "去掉筛选有 2 条" in words(page, of_class("nothing"))
    assert words(page, "//a[@data-chip]").startswith("产品：没有的险")


def test_a_repair_stands_above_the_answer_and_can_be_taken_back(agent: Browser) -> None:
    page = ask(agent, q="等侍期")
    assert "等侍期 → 等待期" in words(page, of_class("repairs"))
    [back] = page.xpath("//a[@data-undo]/@href")
    assert "等侍期 → 等待期" not in agent.get(back).text


def test_navigation_shows_what_the_role_may_open(agent: Browser, client_for: SignIn) -> None:
    links = "//nav[contains(@class, 'nav')]//a/@href"
    coordinators = {"/work", "/releases", "/questions", "/lexicon", "/golden"}
    of_agent = set(look(agent.get("/")).xpath(links))
    of_administrator = set(look(client_for(Role.ADMINISTRATOR).get("/")).xpath(links))
    assert "/" in of_agent
    assert not of_agent & (coordinators | {"/people", "/audit"})
    assert coordinators | {"/", "/people", "/audit"} <= of_administrator


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("<b>", "auto")])
def test_the_theme_is_kept_and_leads_back(app: Flask, anonymous: Browser, chosen: str, kept: str) -> None:
    response = anonymous.submit("/appearance", {"theme": chosen, "next": "/login?next=/questions"})
    assert response.location == "/login?next=/questions"
    assert look(anonymous.get("/login")).get("data-theme") == kept
    assert anonymous.submit("/appearance", {"theme": chosen, "next": "//evil.example"}).location == "/"


def test_pages_carry_nothing_inline(agent: Browser) -> None:
    page = ask(agent, q="等待期")
    assert not page.xpath("//@style | //@*[starts-with(name(), 'on')] | //style")
    assert all(s.get("src") and not s.text for s in page.xpath("//script"))
    assert not [a for a in page.xpath("//@src | //link/@href") if "//" in a]
