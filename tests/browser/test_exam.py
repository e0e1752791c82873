"""Taking a paper in a real browser: by keyboard, over a dropped line and a reload, in two tabs, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from kb.domain.exams.question import QuestionType
from kb.domain.person import Person, Role
from kb.services.people import SYSTEM
from kb.services.sittings import Plan
from tests.browser.conftest import NARROW, Open
from tests.exam_factories import OBJECTIVE_TYPES, SHIFT_LEADER, a_paper, keep
from webapp.wiring import Desk

_numbers = count(1)


@pytest.fixture
def sitting(desk_for_browsers: Desk) -> Iterator[int]:
    """A paper of its own that the agent can take now: all objective types and a written answer."""
    desk = desk_for_browsers
    paper = keep(desk.store, a_paper([*OBJECTIVE_TYPES, QuestionType.SHORT]))
    now = desk.clock()
    plan = Plan(
        paper=paper,
        title=f"浏览器考试 {next(_numbers)}",
        people="demo-agent",
        opens_at=now,
        closes_at=now + timedelta(hours=3),
    )
    desk.sittings.plan(SHIFT_LEADER, plan)
    yield desk.examinations.own(agent(desk))[0].sitting.number


def agent(desk: Desk) -> Person:
    return next(person for person in desk.people.all(SYSTEM) if person.login == "demo-agent")


def begun(open_page: Open, number: int, **more: object) -> Page:
    page = open_page(f"/exam/{number}", **more)
    page.click(".exam-start")
    expect(page.locator("[data-step='1']")).to_be_visible()
    return page


def kept(desk: Desk, number: int) -> dict[int, tuple[int | str, ...]]:
    return dict(desk.examinations.take(agent(desk), number).answers)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("已保存")


def test_the_keyboard_alone_answers_and_goes_on(open_page: Open, desk_for_browsers: Desk, sitting: int) -> None:
    page = begun(open_page, sitting)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    for key in ("1", "3", "3", "Enter"):  # a second time takes a choice back
        page.keyboard.press(key)
    for key in ("2", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("30天")
    page.keyboard.press("Enter")
    for key in ("4", "1", "2", "3"):
        page.keyboard.press(key)
    expect(page.locator("[data-count]")).to_have_text("已答 5 / 6 题")
    saved(page)
    answers = kept(desk_for_browsers, sitting)
    assert [len(answers[n]) for n in (101, 102, 103, 104, 105)] == [1, 1, 1, 2, 4]
    assert answers[104] == ("30天", "")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#q4")).to_be_visible()


def test_what_is_answered_without_a_line_is_sent_when_it_is_back_even_after_a_reload(
    open_page: Open, desk_for_browsers: Desk, sitting: int
) -> None:
    page = begun(open_page, sitting)
    page.keyboard.press("1")
    saved(page)
    before = kept(desk_for_browsers, sitting)[101]
    page.route("**/answers", lambda route: route.abort())
    page.keyboard.press("3")
    expect(page.locator("[data-saved]")).to_contain_text("没有连上")
    assert kept(desk_for_browsers, sitting)[101] == before
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#q1 input").nth(2)).to_be_checked()
    page.unroute("**/answers")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert kept(desk_for_browsers, sitting)[101] != before


def test_an_expired_session_keeps_the_answers_and_says_what_to_do(open_page: Open, sitting: int) -> None:
    page = begun(open_page, sitting)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.press("1")
    expect(page.locator("[data-saved]")).to_contain_text("登录已过期")
    page.context.add_cookies(cookies)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)


def test_two_tabs_show_the_same_answer_and_the_latest_counts(
    open_page: Open, desk_for_browsers: Desk, sitting: int
) -> None:
    page = begun(open_page, sitting)
    other = page.context.new_page()
    other.goto(f"/exam/{sitting}")
    expect(other.locator("[data-step='1']")).to_be_visible()
    page.keyboard.press("1")
    saved(page)
    expect(other.locator("#q1 input").nth(0)).to_be_checked()
    other.locator("#q1 label").nth(3).click()
    saved(other)
    expect(page.locator("#q1 input").nth(3)).to_be_checked()
    assert len(kept(desk_for_browsers, sitting)[101]) == 1


def test_handing_in_asks_first_and_waits_for_what_is_on_its_way(
    open_page: Open, desk_for_browsers: Desk, sitting: int
) -> None:
    page = begun(open_page, sitting)
    page.locator("[data-to='6']").click()
    page.keyboard.type("先安抚，再说明时限。")
    page.click("[data-hand-in]")
    expect(page.locator("[data-sure-text]")).to_have_text("还有 5 题没有答，确定交卷吗？")
    page.click("[data-sure] button[value=yes]")
    page.wait_for_url("**/result")
    expect(page.locator("h1")).to_contain_text("浏览器考试")
    with desk_for_browsers.store.read() as uow:
        answers = uow.sittings.answers([sitting])[sitting]
    assert [tuple(one.value) for one in answers if one.question == 106] == [("先安抚，再说明时限。",)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_goes_sideways_and_nothing_distracts(open_page: Open, sitting: int, scheme: str) -> None:
    page = begun(open_page, sitting, size=NARROW, color_scheme=scheme)
    for n in range(6):
        page.locator(f"[data-to='{n + 1}']").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    expect(page.locator(".header")).to_be_hidden()


@pytest.mark.parametrize("path", ["/sittings", "/sittings/new", "/sittings/1", "/results", "/exam"])
def test_the_organisers_pages_fit_a_phone(open_page: Open, sitting: int, path: str) -> None:
    page = open_page(path, role=Role.SHIFT_LEADER, size=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_what_could_not_be_sent_before_the_end_is_sent_later_and_the_shift_leader_counts_it(
    open_page: Open, desk_for_browsers: Desk, sitting: int
) -> None:
    clock = desk_for_browsers.clock
    page = begun(open_page, sitting)
    page.keyboard.press("1")
    saved(page)
    page.route("**/answers", lambda route: route.abort())
    page.keyboard.press("3")
    expect(page.locator("[data-saved]")).to_contain_text("没有连上")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/exam")
    before = clock()
    try:
        clock.forward(minutes=62)
        page.unroute("**/answers")
        page.goto(f"/exam/{sitting}")
        expect(page.locator("main")).to_contain_text("答题时间已到")
        expect(page.locator("[data-leftover]")).to_contain_text("刚补交了 1 个答案")
        page.get_by_role("button", name="交卷，看结果").click()
        expect(page.locator("main")).to_contain_text("又到达了 1 个答案")
        batch = desk_for_browsers.examinations.get(agent(desk_for_browsers), sitting).batch.number
        leader = open_page(f"/sittings/{batch}", role=Role.SHIFT_LEADER)
        leader.get_by_role("link", name="1 个答案超时").click()
        expect(leader.locator("main")).to_contain_text("截止前已作答")
        leader.get_by_label("原因").fill("机房断网")
        leader.get_by_role("button", name="计入并重新计分").click()
        expect(leader.locator("main")).to_contain_text("已计入 1 个答案")
        page.reload()
        expect(page.locator("main")).not_to_contain_text("又到达了")
    finally:
        clock.at = before
