"""Closing out calls in a real browser: by keys alone, in two windows, without a line, after the login ran out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from kb.domain.person import Role
from kb.domain.solutions import FollowUp, SolutionKind
from tests.browser.call_floor import Floor, a_floor
from tests.browser.conftest import NARROW
from tests.browser.readable import check_readable

SAID, FORM = "[data-said-text]", "#calls [data-solution]"


@pytest.fixture(scope="module")
def _floor(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, chromium: Browser
) -> Iterator[Callable[[], Floor]]:
    with a_floor(tmp_path_factory.mktemp("floor"), migrated_sqlite, chromium) as floor:
        yield floor


@pytest.fixture
def floor(_floor: Callable[[], Floor]) -> Iterator[Floor]:
    found = _floor()
    yield found
    found.contexts.give_back()
    said, found.said = found.said, []
    assert said == []


def ready(page: Page) -> Page:
    """The page's scripts have run."""
    expect(page.locator("body")).to_have_class(re.compile("has-script"))
    expect(page.locator(":root")).to_have_css("--calls", re.compile(".+"))
    return page


def says_opened(response: Response) -> bool:
    """The server has it that an entry was opened in the call."""
    return response.url.endswith("/calls/act") and '"open"' in (response.request.post_data or "")


def test_a_call_with_a_search_and_an_opened_entry_is_closed_out_with_two_keys(floor: Floor) -> None:
    seat = floor.seat()
    page = ready(seat.page())
    page.keyboard.press("Alt+b")
    expect(page.locator("#calls .strip-call")).to_contain_text("通话中")
    number = int(page.locator(".strip").get_attribute("data-call") or 0)
    page.keyboard.type("百万医疗险等待期多少天")
    # The answer to what was typed on the way is the same card, and Enter opens only that of the whole question.
    expect(page.locator(".results")).to_have_attribute("data-question", "百万医疗险等待期多少天")
    expect(page.locator("[data-shown] [data-card]")).to_have_attribute("data-code", "FAQ-0042")
    with page.expect_response(says_opened):  # listening before the page that says so is asked for
        page.keyboard.press("Enter")
        page.wait_for_url("**/entries/FAQ-0042**")
        ready(page)
    page.keyboard.press("Alt+b")
    expect(page.locator(FORM)).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_have_text("已记下。")
    expect(page.locator(FORM)).to_have_count(0)
    assert seat.solutions(number) == [("used", "百万医疗险等待期多少天", "")]


def test_a_call_that_the_telephony_system_ends_brings_the_bar_without_taking_the_focus(floor: Floor) -> None:
    seat = floor.seat()
    page = ready(seat.page())
    page.keyboard.type("等待")
    number = seat.ended_call()
    expect(page.locator(FORM)).to_be_visible(timeout=6_000)
    page.keyboard.type("期")
    expect(page.locator("#q")).to_have_value("等待期")
    expect(page.locator(f"{FORM} [name=asked]")).to_have_value("等待期多少天")
    expect(page.locator(f"{FORM} [name=code]")).to_have_value("FAQ-0042")
    expect(page.locator("[data-clock]")).to_contain_text("剩 ")
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_have_text("已记下。")
    expect(page.locator("#q")).to_be_focused()
    assert len(seat.solutions(number)) == 1


def test_each_way_and_each_exemption_has_one_key(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call()
    page = ready(seat.page())
    expect(page.locator(FORM)).to_be_visible()
    page.keyboard.press("Alt+s")
    page.keyboard.press("3")
    expect(page.locator("[name=text_improved]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("百万医疗险的等待期是六十天，意外没有等待期。")
    expect(page.locator("[data-compare] ins")).to_have_text("六十天")
    page.keyboard.press("Alt+2")
    expect(page.locator("[name=text_flagged]")).to_be_focused()
    page.keyboard.type("少了一种情况")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("续保")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_have_text("已记下。")
    assert seat.solutions(number) == [("flagged", "等待期多少天", "少了一种情况\n续保")]
    silent = seat.ended_call("")
    expect(page.locator(FORM)).to_have_attribute("data-solution", str(silent))
    page.keyboard.press("Alt+s")
    page.keyboard.press("Alt+5")
    expect(page.locator(SAID)).to_have_text("已免记：无声来电。")
    assert not floor.desk.calls.owed(seat.person)


def test_a_call_that_ends_while_another_is_being_recorded_shows_its_bar_too(floor: Floor) -> None:
    seat = floor.seat()
    seat.ended_call()
    page = ready(seat.page())
    expect(page.locator(FORM)).to_be_visible()
    ended: list[int] = []

    def save(route: Route) -> None:
        answer = route.fetch()
        ended.append(seat.ended_call(""))
        route.fulfill(response=answer)

    page.route("**/solution", save)
    page.keyboard.press("Alt+s")
    with page.expect_response("**/solution"):
        page.keyboard.press("Enter")
    expect(page.locator(f"{FORM}[data-solution='{ended[0]}']")).to_be_visible()


def test_a_new_solution_with_a_phone_number_is_kept_without_it(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call("")
    page = ready(seat.page())
    page.keyboard.press("Alt+s")
    expect(page.locator(f"{FORM} [name=asked]")).to_be_focused()
    page.keyboard.type("外卖骑手能投保吗")
    page.locator("[name=text_added]").fill("可以。王建国先生要回电 138 0013 8000")
    expect(page.locator("[data-privacy]")).to_contain_text("手机号 1 处")
    expect(page.locator("[data-privacy]")).to_contain_text("姓名 1 处")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_contain_text("已隐去：手机号 1 处")
    assert seat.solutions(number) == [("added", "外卖骑手能投保吗", "可以。王建国先生要回电 ＊＊＊")]


def test_what_is_saved_without_a_line_is_sent_once_when_it_is_back(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call()
    page = ready(seat.page())
    expect(page.locator(FORM)).to_be_visible()
    seat.context.set_offline(True)
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_contain_text("已留在这台电脑上")
    expect(page.locator("[data-waiting]")).to_have_text("1 条等待提交")
    assert seat.solutions(number) == []
    seat.context.set_offline(False)
    expect(page.locator(SAID)).to_contain_text("现在已经提交")
    assert len(seat.solutions(number)) == 1
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('call-'))") == []


def test_an_answer_that_gets_lost_on_the_way_doubles_nothing(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call()
    page = ready(seat.page())
    lost: list[str] = []

    def lose(route: object) -> None:
        if lost:
            route.continue_()  # type: ignore[attr-defined]
        else:
            lost.append(route.fetch().text())  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]

    page.route("**/solution", lose)
    expect(page.locator(FORM)).to_be_visible()
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_contain_text("现在已经提交")
    assert len(lost) == 1
    assert len(seat.solutions(number)) == 1


def test_what_was_typed_outlives_a_reload(floor: Floor) -> None:
    seat = floor.seat()
    seat.ended_call()
    page = ready(seat.page())
    expect(page.locator(FORM)).to_be_visible()
    page.keyboard.press("Alt+s")
    page.keyboard.press("2")
    page.keyboard.type("少了续保")
    page.reload()
    expect(page.locator("[name=text_flagged]")).to_have_value("少了续保")


def test_a_second_window_shows_that_it_is_done_and_keeps_what_was_typed_there(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call()
    one, other = ready(seat.page()), ready(seat.page("/bulletins"))
    for page in (one, other):
        expect(page.locator(FORM)).to_be_visible()
    other.keyboard.press("Alt+s")
    other.keyboard.press("2")
    other.keyboard.type("没写完的话")
    one.bring_to_front()
    one.keyboard.press("Alt+s")
    one.keyboard.press("Enter")
    expect(one.locator(SAID)).to_have_text("已记下。")
    expect(other.locator(SAID)).to_contain_text("已经在别的窗口补记好")
    expect(other.locator("[name=text_flagged]")).to_have_value("没写完的话")
    expect(other.locator("#calls [data-trouble]")).to_contain_text("还没有保存")
    assert len(seat.solutions(number)) == 1


def test_a_login_that_runs_out_while_typing_loses_nothing(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call()
    page = ready(seat.page())
    expect(page.locator(FORM)).to_be_visible()
    page.keyboard.press("Alt+s")
    page.keyboard.press("2")
    page.keyboard.type("登录过期前写的")
    seat.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_contain_text("登录已过期")
    page.locator("[data-said-link]").click()
    page.locator("[name=login]").fill(seat.person.login)
    page.locator("[name=password]").fill("right-horse-42")
    page.keyboard.press("Enter")
    # A new page leaves three seconds to the window that wrote it, then tries itself.
    expect(page.locator(SAID)).to_contain_text("现在已经提交")
    assert seat.solutions(number) == [("flagged", "等待期多少天", "登录过期前写的")]


def test_fifty_thousand_characters_are_refused_and_stay(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call()
    page = ready(seat.page())
    expect(page.locator(FORM)).to_be_visible()
    page.keyboard.press("Alt+s")
    page.keyboard.press("2")
    page.locator("[name=text_flagged]").fill("长" * 50_000)
    page.keyboard.press("Enter")
    expect(page.locator("#calls [data-trouble]")).to_contain_text("最多 4000 个字")
    assert len(page.locator("[name=text_flagged]").input_value()) == 50_000
    assert seat.solutions(number) == []


def test_an_entry_that_was_withdrawn_is_exchanged_by_one_key(floor: Floor) -> None:
    seat = floor.seat()
    number = seat.ended_call("PRO-0007")
    floor.desk.knowledge.withdraw(floor.system, "PRO-0007", reason="改版", replaced_by="FAQ-0043")
    page = ready(seat.page())
    expect(page.locator("[data-gone]")).to_contain_text("FAQ-0043")
    page.keyboard.press("Alt+s")
    page.keyboard.press("Alt+9")
    expect(page.locator("[data-title]")).to_contain_text("住院医疗险")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_have_text("已记下。")
    assert seat.solutions(number)[0][0] == "used"


def test_too_many_owed_ask_for_leave_and_the_strip_counts_them(floor: Floor) -> None:
    seat, leader = floor.seat(), floor.seat(Role.SHIFT_LEADER)
    for _ in range(4):
        seat.ended_call("")
    page = ready(seat.page())
    expect(page.locator(".strip-count")).to_have_text("4")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+b")
    expect(page.locator(SAID)).to_contain_text("4 通来电没有补记")
    grant = leader.page("/calls/owing")
    grant.locator("tr", has_text=seat.person.name).get_by_role("button").click()
    expect(grant.locator("tr", has_text=seat.person.name)).to_contain_text("已准许")
    ready(grant)
    page.bring_to_front()
    page.keyboard.press("Alt+b")
    expect(page.locator(".strip-call")).to_be_visible()


def test_a_promise_that_comes_due_is_told_on_whatever_page_is_open(floor: Floor) -> None:
    seat = floor.seat()
    floor.desk.solutions.record(
        seat.person, seat.ended_call(), key="k", kind=SolutionKind.USED, code="FAQ-0042", asked="等待期",
        follow_up=FollowUp.OPEN, follow_due=floor.clock() + timedelta(seconds=2), follow_note="回电",
    )  # fmt: skip
    page = ready(seat.page("/bulletins"))
    expect(page.locator(".strip-link .nav-todo")).to_contain_text("1")
    expect(page.locator(SAID)).to_have_text("答应来电者的事到时间了。")
    expect(page.locator("[data-said-link]")).to_have_attribute("href", "/calls/mine")


def test_the_bar_and_the_pages_of_calls_break_no_rule_of_wcag(floor: Floor) -> None:
    seat = floor.seat(reduced_motion="reduce")
    floor.desk.solutions.record(
        seat.person, seat.ended_call(), key="k", kind=SolutionKind.USED, code="FAQ-0042", asked="等待期",
        follow_up=FollowUp.OPEN, follow_due=floor.clock() + timedelta(hours=1), follow_note="回电",
    )  # fmt: skip
    number = seat.ended_call()
    page = ready(seat.page())
    expect(page.locator(FORM)).to_be_visible()
    for key in ("Alt+s", "Alt+2", "Alt+3", "Alt+4"):
        check_readable(page)
        page.keyboard.press(key)
    for path in ("/calls/mine", f"/calls/{number}"):
        check_readable(ready(seat.page(path)))


@pytest.mark.parametrize("path", ["/", "/calls/mine"])
def test_a_narrow_screen_does_not_scroll_sideways_with_the_bar(floor: Floor, path: str) -> None:
    seat = floor.seat(size=NARROW)
    seat.ended_call()
    page = ready(seat.page(path))
    page.keyboard.press("Alt+s")
    expect(page.locator(FORM)).to_be_visible()
    for kind in ("flagged", "improved", "added"):
        page.locator(f".kind-choice:has([value={kind}])").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
