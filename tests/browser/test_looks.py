"""Readable by everybody: contrast and structure in both themes, nothing cut off on a narrow screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from kb.domain.person import Role
from tests.browser.conftest import NARROW, PRODUCTS, QUESTION, WIDE, Open
from tests.browser.readable import check_readable

PAGES = {
    "empty": ("/", Role.AGENT),
    "answer": (f"/search?q={QUESTION}", Role.AGENT),
    "assistant": (f"/search?q={PRODUCTS}", Role.AGENT),
    "nothing": ("/search?q=xyzzy", Role.AGENT),
    "filtered out": ("/search?q=等待期&kind=notice&call=20261121-0042&as_of=2027-01-01", Role.AGENT),
    "entry": ("/entries/PRO-0007", Role.AGENT),
    "entry of an editor": ("/entries/FAQ-0042", Role.COORDINATOR),
    "drafts": ("/edit", Role.COORDINATOR),
    "editor": ("/edit/FAQ-0042", Role.COORDINATOR),
    "editor of a new entry": ("/edit/new?kind=policy", Role.COORDINATOR),
    "questions": ("/questions", Role.COORDINATOR),
    "dictionary": ("/lexicon", Role.COORDINATOR),
    "state of the dictionary": ("/lexicon/1", Role.COORDINATOR),
    "golden questions": ("/golden", Role.COORDINATOR),
    "golden question": ("/golden/question?query=等待期多久", Role.COORDINATOR),
    "golden run": ("/golden/runs/2", Role.COORDINATOR),
    "people": ("/people", Role.ADMINISTRATOR),
    "audit": ("/audit", Role.ADMINISTRATOR),
    "not found": ("/entries/FAQ-7777", Role.AGENT),
    "password": ("/password", Role.AGENT),
}
ON_EVERY_PAGE = pytest.mark.parametrize(("path", "role"), PAGES.values(), ids=PAGES.keys())


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


@ON_EVERY_PAGE
def test_no_page_breaks_a_rule_of_wcag(open_page: Open, path: str, role: Role) -> None:
    page = open_page(path, role=role, reduced_motion="reduce")
    unfold(page)
    check_readable(page)


@ON_EVERY_PAGE
def test_no_page_scrolls_sideways_on_a_narrow_screen(open_page: Open, path: str, role: Role) -> None:
    page = open_page(path, role=role, size=NARROW, has_touch=True, is_mobile=True)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_answer_is_seen_without_scrolling_and_is_the_largest_text(open_page: Open, size: tuple[int, int]) -> None:
    page = open_page(f"/search?q={QUESTION}", size=size)
    answer = page.locator("[data-shown] .speakable")
    expect(answer).to_be_in_viewport(ratio=1)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((e) => e.offsetParent && e.textContent.trim() && !e.closest('.unseen'))
                 .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.className])"""
    )
    assert max(sizes)[1] == "speakable"


def test_what_is_touched_is_large_enough_for_a_thumb(open_page: Open) -> None:
    page = open_page(f"/search?q={PRODUCTS}", size=NARROW, has_touch=True, is_mobile=True)
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main select, main a.hit-link, main a.choice, main a.button')]
                 .filter((e) => e.offsetParent && getComputedStyle(e).clipPath === 'none')
                 .map((e) => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 80)]).filter(([h]) => h < 44)"""
    )
    assert small == []


def test_the_skip_link_leads_past_the_header(open_page: Open) -> None:
    page = open_page("/entries/FAQ-0042")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_printed_entry_leaves_out_what_only_a_screen_needs(open_page: Open) -> None:
    page = open_page("/entries/FAQ-0042", role=Role.COORDINATOR)
    page.emulate_media(media="print")
    for hidden in (".header", ".crumbs", ".card-actions", ".history"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".speakable")).to_be_visible()
