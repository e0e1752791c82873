"""Import and intake as a coordinator meets them in a browser."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from kb.domain.person import Role
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.contexts import act_at_once
from tests.browser.readable import check_readable
from tests.factories import Clock, a_person
from webapp.wiring import Desk

_numbers = itertools.count(1)
COORDINATOR = Role.COORDINATOR


def table(rows: int = 3, *, first: int = 0) -> bytes:
    """A CSV with codes that no other test uses."""
    run = next(_numbers)
    lines = [f"FAQ-B{run:02d}{n:05d},浏览器里的第{n}个问题,口径{n}。" for n in range(first, first + rows)]
    return ("编号,标题,口径\n" + "\n".join([*lines, "错的编号,标题,口径"]) + "\n").encode()


def upload(page: Page, data: bytes, name: str = "甲.csv") -> None:
    page.set_input_files("#files", {"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_label("立即发布").check()
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator("ol.rows")).to_be_visible()


def test_a_file_is_looked_at_a_row_left_out_and_the_rest_landed(open_page: Open, desk_for_browsers: Desk) -> None:
    page = open_page("/import", role=COORDINATOR)
    upload(page, table())
    expect(page.locator("[data-row]")).to_have_count(4)
    page.locator("[name=take]").nth(1).uncheck()
    expect(page.locator("[data-taken-said]")).to_have_text("将导入 2 条")
    page.reload()
    expect(page.locator("[name=take]").nth(1)).not_to_be_checked()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_label("原因")).to_be_focused()
    page.get_by_label("原因").fill("浏览器里导入")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已导入")
    expect(page.locator(".notice")).to_contain_text("新增 2 条")


def test_a_row_left_out_before_the_script_came_is_left_out_all_the_same(open_page: Open) -> None:
    page = open_page("/import", role=COORDINATOR)
    upload(page, table())
    held: list[Route] = []
    page.route("**/js/importing.js*", lambda route: held.append(route))
    act_at_once(page)
    with page.expect_request("**/js/importing.js*"):
        page.goto(page.url, wait_until="commit")
    page.locator("[name=take]").nth(1).uncheck()
    held[0].continue_()
    expect(page.locator("[data-taken-said]")).to_have_text("将导入 2 条")


def test_changes_open_in_their_place_by_mouse_and_key(open_page: Open) -> None:
    page = open_page("/import", role=COORDINATOR)
    upload(page, "编号,标题,口径\nFAQ-0043,住院医疗险的等待期是多少天,住院医疗险的等待期是九十天。\n".encode())
    link = page.locator("[data-open-row]").first
    link.click()
    expect(page.locator(".row-fields del").filter(has_text="六十天")).to_be_visible()
    expect(link).to_have_attribute("aria-expanded", "true")
    link.press("Space")
    expect(page.locator(".row-fields")).to_be_hidden()


def test_a_dropped_file_is_chosen_and_named(open_page: Open) -> None:
    page = open_page("/import", role=COORDINATOR)
    transfer = page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['编号,标题'], '拖来的.csv')); return t; }"
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.locator("[data-chosen-said]")).to_contain_text("已选 1 个文件")
    expect(page.locator("[data-chosen-said]")).to_contain_text("拖来的.csv")


def test_too_much_is_said_before_it_is_sent(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/import", role=COORDINATOR)
    with (tmp_path / "大.csv").open("wb") as large:
        large.truncate(21 * 2**20)
    page.set_input_files("#files", tmp_path / "大.csv")
    expect(page.locator("[data-upload-said]")).to_have_text("一次最多上传 20 MB，请分几次。")
    page.get_by_role("button", name="上传并预览").click()
    expect(page).to_have_url(re.compile("/import$"))


def test_the_import_works_without_a_script(open_page: Open) -> None:
    page = open_page("/import", role=COORDINATOR, java_script_enabled=False)
    upload(page, table(rows=60))
    expect(page.locator(".row")).to_have_count(50)
    page.locator("[name=take]").nth(0).uncheck()
    page.get_by_role("button", name="保存本页的取舍").click()
    expect(page.locator("[data-left-said]")).to_have_text("略过 1 条")
    page.get_by_role("link", name="下一页").click()
    page.get_by_label("原因").fill("没有脚本")
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator(".notice")).to_contain_text("新增 59 条")


def test_a_long_file_shows_that_it_is_being_read(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.importing.work.QUICK", 0.0)
    page = open_page("/import", role=COORDINATOR)
    page.set_input_files("#files", {"name": "长.csv", "mimeType": "text/csv", "buffer": table(rows=3_000)})
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator(".working")).to_contain_text("正在")
    expect(page.locator("ol.rows")).to_be_visible(timeout=30_000)
    expect(page.locator(".kinds a[aria-current]")).to_contain_text("3,001")


def file(desk: Desk, clock: Clock, **changed: object) -> int:
    values = {"department": "理赔部", "title": f"时效调整{next(_numbers)}", "text": "车险理赔改为七天。"}
    leader = a_person(Role.TEAM_LEADER, login="demo-team_leader")
    return desk.intake.file(leader, **(values | changed)).intake.number  # type: ignore[arg-type]


def test_the_clock_of_a_notice_goes_on_while_the_page_is_open(open_page: Open, desk_for_browsers: Desk) -> None:
    number = file(desk_for_browsers, desk_for_browsers.clock)  # type: ignore[arg-type]
    page = open_page(f"/intake/{number}", role=COORDINATOR, own=True)
    clock = page.locator(".clock")
    expect(clock).to_have_text("剩 24 小时 0 分")
    page.clock.install()
    page.reload()
    page.clock.fast_forward("20:30:00")
    page.clock.run_for(11_000)
    expect(clock).to_have_text("剩 3 小时 29 分")
    expect(clock).to_have_class(re.compile("clock-soon"))
    page.clock.fast_forward("05:00:00")
    page.clock.run_for(11_000)
    expect(clock).to_have_class(re.compile("clock-late"))
    expect(clock).to_contain_text("已超时 1 小时")


def test_a_notice_is_taken_by_one_and_the_other_hears_so(open_page: Open, desk_for_browsers: Desk) -> None:
    number = file(desk_for_browsers, desk_for_browsers.clock)  # type: ignore[arg-type]
    one = open_page(f"/intake/{number}", role=COORDINATOR)
    other = open_page(f"/intake/{number}", role=Role.ADMINISTRATOR)
    one.get_by_role("button", name="接手").click()
    expect(one.locator(".state")).to_have_text("处理中")
    other.get_by_role("button", name="接手").click()
    expect(other.locator("#step-mistake")).to_contain_text("已由 demo-coordinator 接手")
    expect(other.locator(".notice")).to_contain_text("演示coordinator 正在处理")


PAGES = {"import": "/import", "intake": "/intake", "new notice": "/intake/new", "late": "/intake?show=overdue"}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_the_pages_fit_a_narrow_screen(open_page: Open, path: str) -> None:
    page = open_page(path, role=COORDINATOR, size=NARROW, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_preview_and_notice_break_no_rule_of_wcag(open_page: Open, desk_for_browsers: Desk) -> None:
    page = open_page("/import", role=COORDINATOR, size=WIDE, reduced_motion="reduce")
    upload(page, table() + "POL-B0001,待审批的,x\nFAQ-0043,住院医疗险的等待期是多少天,九十天。\n".encode())
    page.locator("[data-open-row]").last.click()
    expect(page.locator(".row-fields")).to_be_visible()
    number = file(desk_for_browsers, desk_for_browsers.clock)  # type: ignore[arg-type]
    check_readable(page)
    for path in (*PAGES.values(), f"/intake/{number}"):
        page.goto(path)
        check_readable(page)
