"""The history of an entry in a real browser: keys, width, both themes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kb.domain.content import Content, Kind
from kb.domain.person import Role
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.readable import check_readable
from tests.factories import NOW, a_person
from webapp.wiring import Desk

CODE = "SCR-0900"
BODY = "\n".join(
    ["## 说明", "", "请在 {days} 天内来取。", *(f"- 第 {n} 条照旧" for n in range(1, 15)), "| 甲 | {days} 天 |"]
)


@pytest.fixture(scope="module", autouse=True)
def revised(desk_for_browsers: Desk) -> None:
    """An entry of its own, with nothing that the questions of other tests would find: a rule, one announced, one that
    waits."""
    desk, by = desk_for_browsers, a_person()
    for days, publish, starts in ((30, True, None), (60, True, NOW + timedelta(days=9)), (90, False, None)):
        content = Content(
            title="伞架托运",
            kind=Kind.SCRIPT,
            speakable=f"{days} 天内来取。",
            body=BODY.format(days=days),
            effective_from=starts,
        )
        _, made = desk.knowledge.submit(by, content, reason="改期限", code=CODE)
        if publish:
            desk.knowledge.publish(by, CODE, made.number, reason="新规定")
    desk.sync.drain()


def test_keys_change_how_the_difference_is_shown_and_walk_through_the_changes(open_page: Open) -> None:
    page = open_page(f"/entries/{CODE}/diff?from=1&to=2", role=Role.COORDINATOR)
    expect(page.locator(".rows-side").first).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator(".rows-inline").first).to_be_visible()
    page.wait_for_load_state()  # a key counts once the new page's scripts have run
    page.keyboard.press("r")
    expect(page.locator(".rendered-inline ins").first).to_have_text("60 天")
    page.wait_for_load_state()
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_have_text("第 2 版 → 第 3 版")
    expect(page.locator(".rendered-inline del").first).to_have_text("60 天")
    page.wait_for_load_state()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(f"/entries/{CODE}$"))


def test_unchanged_lines_open_without_a_script(open_page: Open) -> None:
    page = open_page(f"/entries/{CODE}/diff?from=1&to=2", role=Role.COORDINATOR)
    hidden = page.get_by_text("第 7 条照旧").first
    expect(hidden).to_be_hidden()
    page.locator(".fold summary").focus()
    page.keyboard.press("Enter")
    expect(hidden).to_be_visible()


def test_narrow_the_older_line_stands_above_the_newer(open_page: Open) -> None:
    page = open_page(f"/entries/{CODE}/diff?from=1&to=2", role=Role.COORDINATOR, size=NARROW)
    body = page.locator("section[aria-labelledby=field-body]")
    gone, come = body.locator("del").first.bounding_box(), body.locator("ins").first.bounding_box()
    assert gone and come and gone["y"] + gone["height"] <= come["y"] + 1


@pytest.mark.parametrize("path", ["diff?from=1&to=2", "diff?from=1&to=2&view=inline&text=rendered", "history", "blame"])
def test_the_pages_break_no_rule_and_fit_a_narrow_screen(open_page: Open, path: str) -> None:
    page = open_page(
        f"/entries/{CODE}/{path}", role=Role.COORDINATOR, size=WIDE, reduced_motion="reduce"
    )
    check_readable(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
