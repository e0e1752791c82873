"""The coordinators' pages of solutions: queue, group, what is made of it, and one solution."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.person import Role
from kb.domain.solutions import Outcome, Solution
from tests.factories import Clock
from tests.solving import WANG, ZHAO, added, flagged, improved, used
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import furnish, look, of_class, words
from webapp.wiring import Desk


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.COORDINATOR)


@pytest.fixture(autouse=True)
def entries(desk: Desk) -> None:
    furnish(desk)


def outcomes(desk: Desk, *solutions: Solution) -> list[tuple[Outcome, str]]:
    with desk.store.read() as uow:
        return [(one.outcome, one.outcome_code) for one in uow.harvest.many([s.number for s in solutions])]


def act(browser: Browser, group: Solution, what: str, *picks: Solution, **more: str):
    """What the form of the group's page sends when these rows are ticked."""
    page = look(browser.get(f"/solutions/group/{group.number}"))
    shown = page.xpath("//input[@name='shown']/@value")[0]
    data = {"pick": [str(one.number) for one in picks], "shown": shown, **more}
    return browser.submit(f"/solutions/group/{group.number}/{what}", data)


def hits(browser: Browser, question: str) -> list[str]:
    return [hit["code"] for hit in browser.get("/api/v1/search", query_string={"q": question}).json["hits"]]


def test_the_queue_shows_groups_with_counts_and_says_so_when_there_are_none(
    coordinator: Browser, desk: Desk, clock: Clock
) -> None:
    assert "没有要处理的记录" in words(look(coordinator.get("/solutions")), of_class("sol-none"))
    for _ in range(3):
        used(desk.store, clock, "小毛病几天后能用")
    flagged(desk.store, clock, "应为九十天")
    added(desk.store, clock, "宠物能不能投保")
    added(desk.store, clock, "宠物可以投保吗")
    page = look(coordinator.get("/solutions"))
    assert [words(row, "." + of_class("sol-times")) for row in page.xpath(of_class("sol-group"))] == [
        "3 次",
        "2 次",
        "1 次",
    ]
    assert [words(row, "." + of_class("sol-title")) for row in page.xpath(of_class("sol-group"))] == [
        "百万医疗险的等待期是多少天", "宠物能不能投保", "百万医疗险的等待期是多少天",
    ]  # fmt: skip
    assert words(page, of_class("kinds-count")) == "3 1 1 1"
    only = look(coordinator.get("/solutions?show=add"))
    assert words(only, of_class("sol-title")) == "宠物能不能投保"


def test_a_flag_past_its_time_is_first_and_counted_in_the_bar(
    coordinator: Browser, client_for: Callable[[Role], Browser], desk: Desk, clock: Clock
) -> None:
    used(desk.store, clock, "小毛病几天后能用")
    used(desk.store, clock, "小毛病几天后能用")
    flagged(desk.store, clock, "应为九十天")
    assert look(coordinator.get("/solutions")).xpath(of_class("nav-late")) == []
    clock.forward(hours=26)
    page = look(client_for(Role.COORDINATOR).get("/solutions"))
    assert words(page, of_class("nav-late")) == "1条有误超时"
    assert words(page.xpath(of_class("sol-group"))[0], ".//time") == "已超时 2 小时 0 分"


def test_the_callers_words_hit_as_soon_as_the_group_is_accepted(coordinator: Browser, desk: Desk, clock: Clock) -> None:
    one, again = (
        used(desk.store, clock, "动手术要熬几天", "PRO-0007"),
        used(desk.store, clock, "动手术要熬几天", "PRO-0007"),
    )
    assert hits(coordinator, "动手术要熬几天")[:1] != ["PRO-0007"]
    page = look(coordinator.get(f"/solutions/group/{again.number}"))
    assert words(page, of_class("sol-rank")) == "现在搜：前十没有它"
    assert words(page, of_class("sol-speakable")) == "请您先保护好现场，出险后四十八小时内报案。"
    response = act(coordinator, one, "learn", one)
    assert (response.status_code, response.headers["Location"]) == (303, "/solutions")
    assert "2 条说法已收进 PRO-0007" in words(look(coordinator.get("/solutions")), "//main")
    assert hits(coordinator, "动手术要熬几天")[0] == "PRO-0007"
    assert outcomes(desk, one, again) == [(Outcome.PHRASING, "PRO-0007")] * 2


def test_what_is_not_ticked_or_came_later_stays_in_the_queue(coordinator: Browser, desk: Desk, clock: Clock) -> None:
    one, other = used(desk.store, clock, "小毛病几天后能用"), used(desk.store, clock, "啥时候开始管用")
    data = {"pick": str(one.number), "shown": str(other.number)}
    late = used(desk.store, clock, "小毛病几天后能用", by=ZHAO)
    response = coordinator.submit(f"/solutions/group/{one.number}/learn", data)
    assert response.headers["Location"] == f"/solutions/group/{other.number}"
    assert outcomes(desk, one, other, late) == [
        (Outcome.PHRASING, "FAQ-0042"),
        (Outcome.WAITING, ""),
        (Outcome.WAITING, ""),
    ]


def test_a_better_text_opens_in_the_editor_in_place_of_what_is_read_aloud(
    coordinator: Browser, desk: Desk, clock: Clock
) -> None:
    better = improved(desk.store, clock, "等待期三十天，意外伤害不用等。")
    response = act(coordinator, better, "correct", better)
    page = look(coordinator.get(response.headers["Location"]))
    assert page.get_element_by_id("speakable").text.strip() == "等待期三十天，意外伤害不用等。"
    assert page.get_element_by_id("title").get("value") == "百万医疗险的等待期是多少天"
    assert "改进：等待期三十天，意外伤害不用等。" in words(page, "//details[contains(@class, 'notice')]")
    assert outcomes(desk, better) == [(Outcome.WAITING, "")]
    again = look(coordinator.get(f"/solutions/group/{better.number}"))
    assert "您已经开始写了，草稿还在。" in words(again, of_class("notice"))


def test_a_new_entry_is_prefilled_from_the_group(coordinator: Browser, desk: Desk, clock: Clock) -> None:
    first = added(desk.store, clock, "宠物能不能投保", text="暂时没有宠物险。")
    added(desk.store, clock, "宠物能不能投保", text="登记需求：\n1. 问品种\n2. 记电话")
    other = added(desk.store, clock, "宠物可以投保吗", by=ZHAO)
    response = act(coordinator, first, "entry", first, other, kind="procedure")
    page = look(coordinator.get(response.headers["Location"]))
    assert page.get_element_by_id("title").get("value") == "宠物能不能投保"
    assert page.get_element_by_id("asked_as").text.strip() == "宠物可以投保吗"
    assert "登记需求：" in page.get_element_by_id("body").text
    assert page.xpath("//select[@id='kind']/option[@selected]/@value") == ["procedure"]


def test_a_new_question_is_kept_as_phrasing_of_the_entry_that_answers_it(
    coordinator: Browser, desk: Desk, clock: Clock
) -> None:
    one = added(desk.store, clock, "车撞了找谁说")
    refused = act(coordinator, one, "learn", one)
    assert refused.status_code == 400
    response = act(coordinator, one, "learn", one, code="pro-0007")
    assert response.status_code == 303
    assert outcomes(desk, one) == [(Outcome.PHRASING, "PRO-0007")]


def test_declining_asks_for_a_reason_and_keeps_what_was_typed(coordinator: Browser, desk: Desk, clock: Clock) -> None:
    one = flagged(desk.store, clock, "应为九十天")
    refused = act(coordinator, one, "decline", one)
    assert (refused.status_code, words(look(refused), "//*[@role='alert']")) == (400, "请写一句原因，座席会看到。")
    none = act(coordinator, one, "decline", reason="条款写的是三十天")
    assert (none.status_code, words(look(none), "//*[@role='alert']")) == (400, "请至少选一条。")
    assert look(none).get_element_by_id("reason").get("value") == "条款写的是三十天"
    assert act(coordinator, one, "decline", one, reason="条款写的是三十天").status_code == 303
    page = look(coordinator.get(f"/solutions/{one.number}"))
    assert "未采纳" in words(page, "//h2[@id='outcome-heading']/..") and "条款写的是三十天" in words(page, "//main")


def test_a_group_that_a_colleague_has_dealt_with_leads_back_to_the_queue(
    coordinator: Browser, desk: Desk, clock: Clock
) -> None:
    one = used(desk.store, clock, "小毛病几天后能用")
    act(coordinator, one, "learn", one)
    data = {"pick": str(one.number), "shown": str(one.number), "reason": "看错"}
    response = coordinator.submit(f"/solutions/group/{one.number}/decline", data)
    assert response.headers["Location"] == "/solutions"
    assert outcomes(desk, one) == [(Outcome.PHRASING, "FAQ-0042")]
    assert coordinator.get(f"/solutions/group/{one.number}").headers["Location"] == f"/solutions/{one.number}"
    assert coordinator.get("/solutions/group/999").status_code == 404


def test_a_phrasing_is_taken_back_from_the_solutions_page(coordinator: Browser, desk: Desk, clock: Clock) -> None:
    one = used(desk.store, clock, "动手术要熬几天", "PRO-0007")
    act(coordinator, one, "learn", one)
    assert coordinator.submit(f"/solutions/{one.number}/take-back", {"reason": " "}).status_code == 400
    response = coordinator.submit(f"/solutions/{one.number}/take-back", {"reason": "问的是医疗险"})
    assert response.status_code == 303
    assert hits(coordinator, "动手术要熬几天")[:1] != ["PRO-0007"]
    assert coordinator.submit(f"/solutions/{one.number}/reopen").status_code == 303
    assert outcomes(desk, one) == [(Outcome.WAITING, "")]


def test_editors_see_open_flags_on_the_entry_and_agents_do_not(
    coordinator: Browser, client_for: Callable[[Role], Browser], desk: Desk, clock: Clock
) -> None:
    one = flagged(desk.store, clock, "应为九十天", by=WANG)
    for browser, sees in ((client_for(Role.TEAM_LEADER), True), (client_for(Role.AGENT), False)):
        assert ("应为九十天" in words(look(browser.get("/entries/FAQ-0042")), of_class("banner-note"))) is sees
    act(coordinator, one, "decline", one, reason="条款写的是三十天")
    assert look(coordinator.get("/entries/FAQ-0042")).xpath(of_class("banner-note")) == []


def test_somebody_elses_solution_is_not_there_for_an_agent(
    client_for: Callable[[Role], Browser], desk: Desk, clock: Clock
) -> None:
    one = used(desk.store, clock, "小毛病几天后能用", by=WANG)
    assert client_for(Role.AGENT).get(f"/solutions/{one.number}").status_code == 404
    assert client_for(Role.DIRECTOR).get(f"/solutions/{one.number}").status_code == 200


@pytest.mark.parametrize("what", ["learn", "correct", "corrected", "entry", "decline"])
def test_nonsense_in_the_form_is_told_in_a_sentence(coordinator: Browser, desk: Desk, clock: Clock, what: str) -> None:
    one = used(desk.store, clock, "小毛病几天后能用")
    data = {"pick": ["x", "99999999999999999999", "-1", "²"], "shown": "٣", "code": "?", "reason": "好"}
    response = coordinator.submit(f"/solutions/group/{one.number}/{what}", data)
    assert response.status_code == 400
    assert words(look(response), "//*[@role='alert']") == "请至少选一条。"
