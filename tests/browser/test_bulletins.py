"""今日更新 in a browser: one key confirms, urgent items come by themselves, the meeting, the draft, the printed sheet."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kb.domain.person import Role
from kb.services.people import SYSTEM, People
from kb.settings import Settings
from tests.browser.conftest import NARROW, Open, served
from tests.browser.contexts import Contexts
from tests.browser.readable import check_readable
from tests.factories import Clock, published
from tests.webapp.conftest import PASSWORD, cheap_hasher
from tests.webapp.lists import COORDINATOR, issue, take_as_known
from webapp import create_app
from webapp.wiring import Desk

ITEMS = "[data-items-to-confirm] [data-item]"
pytestmark = pytest.mark.xdist_group("bulletins")  # they share one desk


@pytest.fixture(scope="module")
def desk_for_browsers(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Desk]:
    """A desk of its own, with lists 1 (the library as known) and 2 (twelve items): an urgent item would be on every
    page of the other tests."""
    home = tmp_path_factory.mktemp("bulletins") / "home"
    home.mkdir()
    (home / "secret_key").write_text("a key for tests only")
    shutil.copy(migrated_sqlite, home / "kb.sqlite3")
    clock = Clock()
    desk = Desk(Settings(home=home, database_url=f"sqlite:///{home / 'kb.sqlite3'}", demo=True), clock)
    desk.__dict__["people"] = People(desk.store, clock, session_hours=12, hasher=cheap_hasher())
    for role in Role:
        desk.people.add(SYSTEM, f"demo-{role}", f"演示{role}", role, PASSWORD)
    take_as_known(desk)
    clock.forward(minutes=5)
    say(desk, "FAQ-0042", "六十")
    for number in range(50, 61):
        published(
            desk.store,
            clock,
            f"FAQ-00{number}",
            title=f"理赔款多久到账（{number}）",
            speakable="三个工作日内到账，以银行到账时间为准，节假日顺延。",
            asked_as=(),
        )
    issue(desk)
    yield desk
    desk.close()


def say(desk: Desk, code: str, days: str) -> None:
    published(desk.store, desk.clock, code, speakable=f"百万医疗险的等待期是{days}天，意外没有等待期。")


@pytest.fixture(scope="module")
def pulses() -> list[str]:
    """The questions for the pulse that reached the server."""
    return []


@pytest.fixture(scope="module")
def app_for_browsers(desk_for_browsers: Desk, pulses: list[str]) -> Flask:
    app = create_app(desk_for_browsers.settings, desk=desk_for_browsers)
    inner = app.wsgi_app

    def counted(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/pulse":
            pulses.append(environ["PATH_INFO"])
        return inner(environ, start_response)

    app.wsgi_app = counted  # type: ignore[method-assign]
    return app


@pytest.fixture(scope="module")
def address(app_for_browsers: Flask) -> Iterator[str]:
    yield from served(app_for_browsers)


@pytest.fixture(scope="module")
def contexts(chromium: Browser, address: str) -> Iterator[Contexts]:
    contexts = Contexts(chromium, address)
    yield contexts
    contexts.close()


@pytest.fixture(scope="module")
def session_of(app_for_browsers: Flask, desk_for_browsers: Desk) -> Callable[[Role], str]:
    signer = app_for_browsers.session_interface.get_signing_serializer(app_for_browsers)  # type: ignore[attr-defined]

    @cache
    def sign_in(role: Role) -> str:
        _, secret = desk_for_browsers.people.sign_in_as(f"demo-{role}")
        return signer.dumps({"secret": secret})

    return sign_in


def test_without_a_network_nothing_counts_as_confirmed_and_it_is_sent_later(open_page: Open) -> None:
    page = open_page("/bulletins", role=Role.DIRECTOR)
    first = page.locator(ITEMS).first
    expect(first).to_be_focused()
    page.context.set_offline(True)
    if first.locator("[name=answer]").count():
        page.keyboard.press("ArrowDown")
    item = page.locator(f"{ITEMS}:focus")
    place = item.get_attribute("id")
    page.keyboard.press("Enter")
    said = page.locator(f"[id='{place}'] [data-said]")
    expect(said).to_contain_text("网络不通，这一条还没有确认")
    expect(page.locator("[data-left]")).to_have_text("还剩 12 条")
    page.context.set_offline(False)
    expect(said).to_contain_text("已确认")
    expect(page.locator("[data-left]")).to_have_text("还剩 11 条")


def test_a_session_that_ended_is_told_and_the_item_stays(open_page: Open) -> None:
    page = open_page("/bulletins", role=Role.TRAINER)
    page.context.clear_cookies()
    item = page.locator(f"{ITEMS}:not(:has([name=answer]))").first
    item.focus()
    page.keyboard.press("Enter")
    expect(item.locator("[data-said]")).to_contain_text("登录已过期，这一条还没有确认")


def test_one_key_confirms_and_a_digit_answers(open_page: Open) -> None:
    page = open_page("/bulletins")
    items = page.locator(ITEMS)
    expect(items.first).to_be_focused()
    for place in items.evaluate_all("(all) => all.map((item) => item.id)"):
        item = page.locator(f"[id='{place}']")
        expect(item).to_be_focused()
        page.keyboard.press("Enter")
        if item.locator("[name=answer]").count():
            expect(item.locator("[data-said]")).to_have_text("请按数字键选一个答案。")
            options = item.locator("[name=answer]").all_text_contents()
            right = next(n for n, text in enumerate(options, 1) if "六十" in text)
            page.keyboard.press(str(3 - right))
            expect(item.locator("[data-said]")).to_contain_text("正确的是：六十")
            expect(item.locator("[aria-busy]")).to_have_count(0)
            page.keyboard.press(str(right))
        expect(item.locator("[data-said]")).to_contain_text("已确认")
    expect(page.locator("[data-left]")).to_have_text("全部确认完毕")
    expect(page.locator("[data-calm]")).to_contain_text("今天的更新您都已确认。")
    page.reload()
    expect(items).to_have_count(0)
    expect(page.locator("[data-unread]")).to_be_hidden()


def test_an_urgent_item_comes_by_itself_and_takes_neither_focus_nor_text(
    open_page: Open, desk_for_browsers: Desk, pulses: list[str]
) -> None:
    page = open_page()
    other = page.context.new_page()
    other.goto("/entries/FAQ-0042")
    page.bring_to_front()
    page.locator("#q").fill("报销")
    expect(page.locator("[data-bar]")).to_be_hidden()
    page.wait_for_timeout(500)
    say(desk_for_browsers, "FAQ-0042", "九十")
    asked = len(pulses)
    began = time.monotonic()
    issue(desk_for_browsers, "FAQ-0042")
    page.keyboard.type("要", delay=50)
    for tab in (page, other):
        expect(tab.locator("[data-bar]")).to_be_visible()
    took = time.monotonic() - began
    assert len(pulses) - asked <= took / 3 + 2  # two tabs, one question
    expect(page.locator("[data-alert]")).to_have_text("紧急通知：百万医疗险的等待期是多少天。按 Alt 加 N 查看。")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("报销要")
    page.keyboard.press("Alt+n")
    dialog = page.locator("[data-dialog]")
    expect(dialog.locator("[data-item]")).to_be_focused()
    options = dialog.locator("[name=answer]").all_text_contents()
    page.keyboard.press(str(next(n for n, text in enumerate(options, 1) if "九十" in text)))
    expect(dialog).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()
    for tab in (page, other):
        expect(tab.locator("[data-bar]")).to_be_hidden()
    page.goto("/search?q=报销")
    page.wait_for_timeout(500)
    expect(page.locator("[data-bar]")).to_be_hidden()
    expect(page.locator("[data-alert]")).to_have_text("")


def test_a_notice_put_off_stays_away_on_the_next_page_and_is_not_announced_twice(
    open_page: Open, desk_for_browsers: Desk
) -> None:
    published(desk_for_browsers.store, desk_for_browsers.clock, "FAQ-0080", title="系统故障怎么说", asked_as=())
    issue(desk_for_browsers, "FAQ-0080")
    page = open_page("/bulletins", role=Role.TEAM_LEADER)
    expect(page.locator("[data-bar]")).to_be_visible()
    page.goto("/search?q=报销")
    expect(page.locator("[data-bar]")).to_be_visible()
    expect(page.locator("[data-alert]")).to_have_text("")
    page.locator("[data-later]").click()
    page.goto("/entries/FAQ-0042")
    page.wait_for_timeout(500)
    expect(page.locator("[data-bar]")).to_be_hidden()
    expect(page.locator("[data-unread]")).to_be_visible()


def test_the_meeting_goes_on_with_a_key_and_ends_with_a_signature(open_page: Open) -> None:
    page = open_page("/bulletins/2/announce", role=Role.SHIFT_LEADER)
    shown = page.locator("[data-slide]:visible")
    expect(shown).to_have_count(1)
    expect(page.locator("[data-place]")).to_have_text("第 1 条，共 12 条")
    for key in (" ", "ArrowRight", "PageDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator("[data-place]")).to_have_text("第 3 条，共 12 条")
    assert (
        page.locator("[data-slide]:visible .slide-aloud").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
        >= 32
    )
    page.keyboard.press("End")
    page.get_by_role("button", name="宣导完成").click()
    page.wait_for_url("**/bulletins/2/board")
    expect(page.locator("section[aria-labelledby=sign-heading] tbody tr")).to_contain_text(["早班"])


def test_what_is_typed_in_the_draft_is_saved_and_a_conflict_shows_both(
    open_page: Open, desk_for_browsers: Desk
) -> None:
    desk = desk_for_browsers
    say(desk, "FAQ-0042", "四十")
    published(desk.store, desk.clock, "FAQ-0070", title="新产品", asked_as=())
    page = open_page("/bulletins/draft", role=Role.COORDINATOR)
    summary, said = page.locator("#summary-FAQ-0042"), page.locator("#item-FAQ-0042 form[data-save] [data-said]")
    summary.fill("等待期改为四十天")
    expect(said).to_have_text("✓ 已保存")
    draft = desk.bulletins.draft(COORDINATOR)
    assert {i.code: i.summary for i in draft.items}["FAQ-0042"] == "等待期改为四十天"
    desk.bulletins.edit(COORDINATOR, draft.version, draft.edits)
    summary.fill("等待期现为四十天")
    clash = page.locator("#item-FAQ-0042 [data-clash]")
    expect(clash).to_contain_text("现在那里写的是：等待期改为四十天")
    expect(summary).to_have_value("等待期现为四十天")
    clash.get_by_role("button", name="仍保存我写的").click()
    expect(said).to_have_text("✓ 已保存")
    page.locator("#item-FAQ-0042").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_url("**/bulletins/draft#item-FAQ-0042")
    expect(page.locator("[data-code]").first).to_have_attribute("data-code", "FAQ-0042")


def test_it_all_works_without_a_script(open_page: Open, desk_for_browsers: Desk) -> None:
    published(desk_for_browsers.store, desk_for_browsers.clock, "FAQ-0090", title="柜面地址", asked_as=())
    page = open_page("/bulletins/draft", role=Role.COORDINATOR, java_script_enabled=False)
    page.locator("#note").fill("请各班组留意")
    page.locator("form:has(#note) button").click()
    page.get_by_role("link", name="预览并签发").click()
    page.get_by_role("button", name="签发").click()
    expect(page.locator("h1")).to_contain_text(re.compile(r"第 \d 期"))
    expect(page.locator(".bulletin-note")).to_have_text("请各班组留意")
    before = page.locator("form[data-confirm]").count()
    page.locator("form[data-confirm] button").first.click()
    expect(page.locator(".notice")).to_be_visible()
    assert page.locator("form[data-confirm]").count() <= before


def test_twelve_items_are_printed_on_one_page(open_page: Open) -> None:
    page = open_page("/bulletins/2/print")
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert pages == 1


PAGES = {
    "/bulletins": Role.DIRECTOR,
    "/bulletins/2/announce": Role.SHIFT_LEADER,
    "/bulletins/2/announce#13": Role.SHIFT_LEADER,
    "/bulletins/2/board": Role.SHIFT_LEADER,
    "/bulletins/draft": Role.COORDINATOR,
    "/bulletins/draft/preview": Role.COORDINATOR,
}


@pytest.mark.parametrize(("path", "role"), PAGES.items(), ids=PAGES.keys())
def test_no_page_breaks_a_rule_of_wcag_or_scrolls_sideways(
    open_page: Open, desk_for_browsers: Desk, path: str, role: Role
) -> None:
    published(
        desk_for_browsers.store,
        desk_for_browsers.clock,
        f"FAQ-0{100 + list(PAGES).index(path)}",
        title="为了草稿",
        asked_as=(),
    )
    page = open_page(path, role=role, reduced_motion="reduce")
    unfold(page)
    check_readable(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true; })")
