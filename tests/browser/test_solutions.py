"""From solution to knowledge in a browser: by keyboard alone, and what its author sees of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from kb.domain.person import Role
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.readable import check_readable
from tests.solving import WANG, added, flagged, improved, used
from webapp.wiring import Desk

COORDINATOR = Role.COORDINATOR
ME = replace(WANG, login="demo-agent")


def test_with_three_keys_the_callers_words_are_learned_and_the_author_hears(
    open_page: Open, desk_for_browsers: Desk
) -> None:
    store, clock = desk_for_browsers.store, desk_for_browsers.clock
    for _ in range(9):
        used(store, clock, "擦碰了要先跟谁讲", "PRO-0007", by=ME)
    page = open_page("/solutions?show=learn", role=COORDINATOR)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="车险事故怎么报案")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/solutions/group/*")  # with its scripts run
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.keyboard.press("p")
    expect(page.locator(".notice")).to_contain_text("9 条说法已收进 PRO-0007")

    agent = open_page("/", role=Role.AGENT)
    agent.keyboard.type("擦碰了要先跟谁讲")
    expect(agent.locator("[data-card]")).to_contain_text("请您先保护好现场")
    expect(agent.locator(".nav [data-mine]")).to_contain_text(re.compile(r"\d+\s*条新通知"))
    agent.keyboard.press("Alt+m")
    expect(agent.get_by_role("heading", level=1)).to_have_text("我的记录")
    expect(agent.locator(".mine-told li").first).to_contain_text(
        "您记录的“擦碰了要先跟谁讲”等 9 条已收为 PRO-0007 的相似问"
    )
    expect(agent.locator("[data-seen]")).to_be_hidden()
    agent.reload()
    expect(agent.locator(".mine-new")).to_have_count(0)


def test_declining_by_key_asks_for_the_reason_first_and_enter_sends_it(
    open_page: Open, desk_for_browsers: Desk
) -> None:
    one = added(desk_for_browsers.store, desk_for_browsers.clock, "能不能代写朋友圈文案", by=ME)
    page = open_page(f"/solutions/group/{one.number}", role=COORDINATOR)
    page.keyboard.press("d")
    expect(page.get_by_label("不采纳的原因")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/solutions/group/{one.number}")
    page.keyboard.type("与业务无关，深入打扰客户")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("1 条未采纳")


def test_letters_in_a_field_are_text_and_nothing_ticked_means_nothing_to_do(
    open_page: Open, desk_for_browsers: Desk
) -> None:
    one = added(desk_for_browsers.store, desk_for_browsers.clock, "能不能订盒饭送到工位", by=ME)
    page = open_page(f"/solutions/group/{one.number}", role=COORDINATOR)
    page.get_by_label("条目编号").fill("")
    page.get_by_label("条目编号").press_sequentially("pdeca")
    expect(page).to_have_url(f"/solutions/group/{one.number}")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("[data-picked]")).to_have_text("0")
    expect(page.get_by_role("button", name="写成新条目")).to_be_disabled()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("回到队列")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_url("/solutions")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_pages_fit_the_window_and_break_no_rule_of_wcag(
    open_page: Open, desk_for_browsers: Desk, size: tuple[int, int]
) -> None:
    store, clock = desk_for_browsers.store, desk_for_browsers.clock
    long = "一段没有空格的很长很长的话" * 8 + "abcdefghijklmnopqrstuvwxyz" * 4
    made = [
        flagged(store, clock, long, by=ME), improved(store, clock, long, by=ME), added(store, clock, long, text=long, by=ME),
    ]  # fmt: skip
    paths = ["/solutions", "/mine", "/entries/FAQ-0042", f"/solutions/{made[0].number}"]
    paths += [f"/solutions/group/{one.number}" for one in made]
    page = open_page("/solutions", role=COORDINATOR, size=size)
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        if size == WIDE:
            check_readable(page)
