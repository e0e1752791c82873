"""From call to knowledge in a real browser: a call closed out with two keys, a new solution without the caller's number,
a caller's wording that the coordinator takes up, and the next one who asks like that answered at once.

``KB_WALK_PICTURES=FOLDER`` keeps a picture of each station.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from kb.domain.person import Role
from tests.browser.call_floor import Seat, a_floor
from tests.browser.test_closeout import FORM, SAID, ready, says_opened

PICTURES = os.environ.get("KB_WALK_PICTURES", "")
WORDING = "保费交了隔多长时间生病能给钱"


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(500)
        page.screenshot(path=f"{PICTURES}/walk-{name}.png")


def in_a_call(page: Page, question: str) -> int:
    """Begin a call, ask, open what answers, end the call: by keys alone. Returns the call's number."""
    page.keyboard.press("Alt+b")
    expect(page.locator(".strip-call")).to_contain_text("通话中")
    number = int(page.locator(".strip").get_attribute("data-call") or 0)
    page.keyboard.type(question)
    expect(page.locator("[data-shown] [data-card]")).to_have_attribute("data-code", "FAQ-0042")
    keep_picture(page, f"{number}-search")
    with page.expect_response(says_opened):  # listening before the page that says so is asked for
        page.keyboard.press("Enter")
        page.wait_for_url("**/entries/FAQ-0042**")
        ready(page)
    page.keyboard.press("Alt+b")
    expect(page.locator(FORM)).to_be_visible()
    keep_picture(page, f"{number}-ended")
    return number


def hits_of(seat: Seat, question: str) -> list[str]:
    page = ready(seat.page())
    page.keyboard.type(question)
    expect(page.locator("#results [data-question]")).to_have_attribute("data-question", question)
    keep_picture(page, "asked-" + ("after" if page.locator("[data-hit]").count() else "before"))
    codes = page.locator("[data-hit]").evaluate_all("(hits) => hits.map((hit) => hit.dataset.code)")
    page.close()  # else its question, told after a rest, would belong to a call that begins meanwhile
    return [str(code) for code in codes]


def test_what_an_agent_records_becomes_what_the_next_one_finds(
    tmp_path: Path, migrated_sqlite: Path, chromium: Browser
) -> None:
    with a_floor(tmp_path, migrated_sqlite, chromium) as get:
        floor = get()
        agent = floor.seat()
        assert hits_of(agent, WORDING)[:1] != ["FAQ-0042"]

        page = ready(agent.page())
        number = in_a_call(page, "百万医疗险等待期多少天")
        page.keyboard.press("Alt+s")
        page.keyboard.press("Enter")
        expect(page.locator(SAID)).to_have_text("已记下。")
        keep_picture(page, "two-keys")
        assert agent.solutions(number) == [("used", "百万医疗险等待期多少天", "")]

        page.goto("/")
        number = in_a_call(ready(page), "百万医疗险的等待期")
        page.keyboard.press("Alt+s")
        page.locator(f"{FORM} [name=asked]").fill(WORDING)
        page.keyboard.press("Enter")
        expect(page.locator(SAID)).to_have_text("已记下。")

        page.keyboard.press("Alt+b")
        expect(page.locator(".strip-call")).to_be_visible()
        page.keyboard.press("Alt+b")
        expect(page.locator(FORM)).to_be_visible()
        number = int(page.locator(FORM).get_attribute("data-solution") or 0)
        page.keyboard.press("Alt+s")
        page.keyboard.type("骑手送餐时摔伤赔不赔")
        page.locator(f"{FORM} [name=text_added]").fill("请理赔核实后回电，电话 138-0013-8000")
        expect(page.locator("[data-privacy]")).to_contain_text("手机号 1 处")
        keep_picture(page, "new-solution")
        page.keyboard.press("Enter")
        expect(page.locator(SAID)).to_contain_text("已隐去：手机号 1 处")
        keep_picture(page, "masked")
        assert agent.solutions(number) == [("added", "骑手送餐时摔伤赔不赔", "请理赔核实后回电，电话 ＊＊＊")]

        coordinator = floor.seat(Role.COORDINATOR).page("/solutions")
        keep_picture(coordinator, "queue")
        coordinator.locator(".sol-group", has_text=WORDING).get_by_role("link").first.click()
        expect(coordinator.locator(".sol-asked", has_text=WORDING)).to_be_visible()
        keep_picture(coordinator, "group")
        coordinator.get_by_role("button", name="收为相似问").click()
        expect(coordinator.get_by_text("现在就能搜到")).to_be_visible()
        keep_picture(coordinator, "promoted")

        assert hits_of(agent, WORDING)[0] == "FAQ-0042"
        assert floor.said == []
