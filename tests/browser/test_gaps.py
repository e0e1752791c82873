"""Gaps in a browser: sent with one key, worked on with one key each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from kb.domain.gaps import Gap
from kb.domain.person import Role
from tests.browser.conftest import NARROW, PRODUCTS, WIDE, Open
from tests.factories import a_person
from webapp.wiring import Desk

COORDINATOR, CHEN = a_person(Role.COORDINATOR, login="wang"), a_person(Role.AGENT, login="chen")


def gap(desk: Desk, text: str) -> Gap:
    return next(one for one in desk.gaps.waiting(COORDINATOR) if one.text == text)


def ask(page: Page, text: str) -> None:
    page.locator("#q").fill(text)
    expect(page.locator(f"#results > [data-question='{text}']")).to_be_visible()


def test_alt_g_in_the_box_sends_what_was_asked_and_says_so(open_page: Open, desk_for_browsers: Desk) -> None:
    page = open_page("/")
    ask(page, "潜艇几点开")
    page.keyboard.press("Alt+g")
    said = page.locator("[data-gap-said]")
    expect(said).to_contain_text("已报给信息协调岗")
    expect(page.locator("#q")).to_be_focused()
    assert not gap(desk_for_browsers, "潜艇几点开").urgent
    page.keyboard.press("Alt+Shift+g")
    expect(said).to_contain_text("按紧急处理")
    sent = gap(desk_for_browsers, "潜艇几点开")
    assert (sent.urgent, sent.times) == (True, 1)
    ask(page, "飞艇")
    expect(said).to_be_hidden()


def test_g_outside_the_box_sends_when_hits_were_shown_but_none_fits(open_page: Open, desk_for_browsers: Desk) -> None:
    page = open_page("/")
    ask(page, PRODUCTS)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("g")
    expect(page.locator("[data-gap-said]")).to_contain_text("已报给信息协调岗")
    assert gap(desk_for_browsers, PRODUCTS).times == 1


def test_what_was_not_sent_says_so_and_can_be_sent_again(open_page: Open, desk_for_browsers: Desk) -> None:
    page = open_page("/")
    ask(page, "热气球几点开")
    page.context.set_offline(True)
    page.keyboard.press("Alt+g")
    expect(page.locator("[data-gap-said]")).to_have_text("没有发出去，请再按一次。")
    page.context.set_offline(False)
    page.keyboard.press("Alt+g")
    expect(page.locator("[data-gap-said]")).to_contain_text("已报给信息协调岗")


def test_the_board_is_worked_with_keys(open_page: Open, desk_for_browsers: Desk) -> None:
    first = desk_for_browsers.gaps.send(CHEN, "最急的问题", urgent=True).gap
    page = open_page("/gaps?show=pressing", role=Role.COORDINATOR)
    row = page.locator("[data-gap-row]").filter(has_text="最急的问题")
    row.locator("[data-gap-open]").focus()
    page.keyboard.press("t")
    expect(page.locator(".notice-done")).to_have_text("已由您接手。")
    assert desk_for_browsers.gaps.get(COORDINATOR, first.number).assignee == "demo-coordinator"
    page.goto("/gaps?show=mine")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-gap-open]").first).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[data-gap-find]")).to_be_focused()
    page.locator("[data-gap-find]").fill("住院医疗险等待期")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="用 FAQ-0043 解答").click()
    expect(page.locator(".notice-done")).to_contain_text("已解答")
    expect(page.locator("dd .code")).to_have_text("FAQ-0043")


def test_d_leads_to_the_reason(open_page: Open, desk_for_browsers: Desk) -> None:
    number = desk_for_browsers.gaps.send(CHEN, "无关的问题").gap.number
    page = open_page(f"/gaps/{number}", role=Role.COORDINATOR)
    page.keyboard.press("d")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("不属于本公司业务")
    page.get_by_role("button", name=re.compile("^不收录")).click()
    expect(page.locator(".notice-done")).to_contain_text("不收录")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("path", ["/gaps", "/gaps/top", "/gaps/{number}", "/search?q=火箭几点开"])
def test_nothing_scrolls_sideways(open_page: Open, desk_for_browsers: Desk, size: tuple[int, int], path: str) -> None:
    number = desk_for_browsers.gaps.send(CHEN, "很长" * 90).gap.number
    page = open_page(path.format(number=number), role=Role.COORDINATOR, size=size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
