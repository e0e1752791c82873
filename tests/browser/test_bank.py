"""The question bank as a trainer meets it in a browser: proposals by keys, one question written without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from kb.domain.exams.question import QuestionContent, QuestionType, Source
from kb.domain.person import Role
from kb.ports import BankFilter
from kb.services.people import SYSTEM
from tests.browser.conftest import NARROW, Open
from tests.browser.readable import check_readable
from webapp.wiring import Desk

TRAINER = Role.TRAINER
ENTRY = "/bank/proposals?scope=entries&codes=FAQ-0042"


def settled(page: Page) -> Page:
    """The page once its script has run: the keys are wired."""
    page.wait_for_load_state("load")
    return page


def test_proposals_are_taken_and_rejected_by_keys_alone(open_page: Open, desk_for_browsers: Desk) -> None:
    page = settled(open_page(ENTRY, role=TRAINER))
    before = desk_for_browsers.bank.page(SYSTEM, BankFilter()).total
    offers = page.locator("[data-offer]")
    expect(offers.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(offers.first).to_have_class(re.compile("is-current"))
    page.keyboard.press("a")
    expect(offers.first).to_have_class(re.compile("is-done"))
    expect(page.locator("#announcer")).to_contain_text("已采纳")
    expect(offers.nth(1)).to_have_class(re.compile("is-current"))
    page.keyboard.press("r")
    page.keyboard.type("不值得考")
    page.keyboard.press("Enter")
    expect(offers.nth(1)).to_have_class(re.compile("is-done"))
    expect(page.locator("#announcer")).to_contain_text("已退掉")
    assert desk_for_browsers.bank.page(SYSTEM, BankFilter()).total == before + 1
    page.reload()
    expect(page.locator("[data-offer].is-done")).to_have_count(0)


def test_rejecting_without_a_reason_sends_nothing(open_page: Open) -> None:
    page = settled(open_page(ENTRY, role=TRAINER))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator("[data-offer].is-done")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("[data-offer]").first).to_be_focused()


def test_a_question_is_written_without_a_mouse(open_page: Open) -> None:
    page = settled(open_page("/bank/new", role=TRAINER))
    page.get_by_label("题干").fill("浏览器里写的题：等待期多少天？")
    page.get_by_label("A", exact=True).fill("30 天")
    page.get_by_label("B", exact=True).fill("60 天")
    page.get_by_label("A 正确").focus()
    page.keyboard.press("Space")
    page.get_by_label("B", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Q-")
    expect(page.locator(".is-right")).to_contain_text("30 天")


def test_ticking_all_says_how_many(open_page: Open, one: int) -> None:
    page = settled(open_page("/bank", role=TRAINER))
    count = page.locator(".bank-row").count()
    page.get_by_role("button", name="本页全选").click()
    expect(page.locator("[data-ticked]")).to_have_text(f"已勾选 {count} 道")


@pytest.fixture
def one(desk_for_browsers: Desk) -> int:
    """The number of a question that is kept."""
    rows = desk_for_browsers.bank.page(SYSTEM, BankFilter()).rows
    if rows:
        return rows[0].number
    content = QuestionContent(
        type=QuestionType.SINGLE, stem="医疗险的等待期是多少天？", options=("30 天", "60 天"), key=(0,), point="等待期",
        source=Source(code="FAQ-0042"),
    )  # fmt: skip
    return desk_for_browsers.bank.add(SYSTEM, content, reason="新编").number


PAGES = [
    "/bank",
    "/bank/{one}",
    "/bank/{one}/edit",
    "/bank/new?type=short",
    "/bank/new?type=true_false",
    "/bank/stale",
    ENTRY,
]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_bank_breaks_a_rule_of_wcag(open_page: Open, one: int, path: str) -> None:
    page = open_page(path.format(one=one), role=TRAINER, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    check_readable(page)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_bank_scrolls_sideways(open_page: Open, one: int, path: str) -> None:
    page = open_page(path.format(one=one), role=TRAINER, size=NARROW, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
