"""The floor: the pre-shift meeting, the board, reminders, what open pages are told, what changed since the last look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.factories import Clock, published
from tests.webapp.conftest import Browser, browser
from tests.webapp.desk_pages import look, of_class, words
from tests.webapp.lists import COORDINATOR, change, issue, take_as_known
from webapp.wiring import Desk

SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def issued(desk: Desk, clock: Clock) -> Desk:
    take_as_known(desk)
    clock.forward(hours=1)
    change(desk)
    issue(desk)
    return desk


@pytest.fixture
def leader(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.SHIFT_LEADER)


@pytest.fixture
def agent(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    client = client_for(Role.AGENT)
    desk.people.set_team(SYSTEM, "a-agent", "甲组")
    return client


def confirm_everything(desk: Desk, agent: Browser) -> None:
    for item in desk.bulletins.get(COORDINATOR, 2).items:
        answer = str(item.question.right) if item.question else ""
        agent.submit("/bulletins/2/confirm", {"code": item.code, "answer": answer})


def test_the_meeting_has_one_screen_an_item_and_one_to_sign(issued: Desk, leader: Browser) -> None:
    page = look(leader.get("/bulletins/2/announce"))
    assert len(page.xpath("//li[@data-slide]")) == 5
    aloud = [item.read_aloud for item in issued.bulletins.get(COORDINATOR, 2).items]
    assert [words(e, ".") for e in page.xpath(of_class("slide-aloud"))] == [" ".join(text.split()) for text in aloud]
    assert page.xpath("//input[@name='shift']/@value") == ["早班", "中班", "晚班"]


def test_a_shift_is_signed_off_once_and_stands_on_the_board(issued: Desk, leader: Browser) -> None:
    sent = {"shift": "中班", "day": "2026-11-21", "note": "两人请假"}
    assert leader.submit("/bulletins/2/sign-off", sent).headers["Location"] == "/bulletins/2/board"
    leader.submit("/bulletins/2/sign-off", sent)
    table = look(leader.get("/bulletins/2/board")).xpath("//section[@aria-labelledby='sign-heading']//tbody/tr")
    assert len(table) == 1
    assert "中班某shift_leader" in words(table[0], ".")
    assert "两人请假" in words(table[0], ".")


@pytest.mark.parametrize(
    "sent",
    [{"shift": "夜猫班", "day": "2026-11-21"}, {"shift": "早班", "day": "2026-12-24"}, {"shift": "早班", "day": "x"}],
)
def test_a_sign_off_that_cannot_be_is_told(issued: Desk, leader: Browser, sent: dict[str, str]) -> None:
    response = leader.submit("/bulletins/2/sign-off", sent)
    assert response.status_code == 400
    assert words(look(response), "//li[@data-last]//*[@role='alert']")


def test_the_board_shows_by_team_who_has_confirmed(issued: Desk, agent: Browser, leader: Browser) -> None:
    before = look(leader.get("/bulletins/2/board"))
    assert before.xpath("//svg[@role='img']/@aria-label") == ["甲组：1 人中 0 人已确认"]
    confirm_everything(issued, agent)
    after = look(leader.get("/bulletins/2/board"))
    assert after.xpath("//svg[@role='img']/@aria-label") == ["甲组：1 人中 1 人已确认"]
    assert after.xpath("//svg//*[@class='bar-part']/@width") == ["100.0"]


def test_a_reminder_reaches_the_open_page_and_ends_when_all_is_confirmed(
    issued: Desk, agent: Browser, leader: Browser
) -> None:
    assert look(agent.get("/bulletins/notices")).get("data-key") == ""
    leader.submit("/bulletins/2/remind", {"team": "甲组"})
    notice = look(agent.get("/bulletins/notices"))
    assert "某shift_leader提醒您：第 2 期" in words(notice, "//*[@data-line]")
    assert len(notice.xpath("//li[@data-item]")) == 3
    confirm_everything(issued, agent)
    assert look(agent.get("/bulletins/notices")).get("data-key") == ""


def test_a_reminder_moves_the_pulse(issued: Desk, agent: Browser, leader: Browser) -> None:
    assert leader.get("/pulse").text == "urgent:0 list:2 reminder:0"
    leader.submit("/bulletins/2/remind", {"all": "1"})
    assert issued.bulletins.newest() == (0, 2, 1)


def test_only_who_leads_may_remind(issued: Desk, agent: Browser, client_for: Callable[[Role], Browser]) -> None:
    assert client_for(Role.TRAINER).submit("/bulletins/2/remind", {"all": "1"}).status_code == 403
    assert "提醒本组" not in client_for(Role.DIRECTOR).get("/bulletins/2/board").text


def test_an_urgent_item_is_told_with_the_way_to_confirm_it(desk: Desk, agent: Browser) -> None:
    take_as_known(desk)
    change(desk)
    issue(desk, "PRO-0007")
    notice = look(agent.get("/bulletins/notices"))
    assert notice.get("data-key") == "2/PRO-0007"
    assert "紧急通知：车险事故怎么报案" in notice.get("data-alert")
    token = notice.xpath("//form[@data-confirm]//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "code": "PRO-0007"}
    assert agent.post("/bulletins/2/confirm", data=sent, headers=SCRIPT).json["counts"]
    assert look(agent.get("/bulletins/notices")).get("data-key") == ""


def test_the_part_of_an_urgent_list_is_shared_by_a_role_and_signed_for_each(
    desk: Desk, agent: Browser, app: Flask, client_for: Callable[[Role], Browser]
) -> None:
    take_as_known(desk)
    change(desk)
    issue(desk, "NOT-0003", "PRO-0007")
    other = browser(app)
    desk.people.add(SYSTEM, "b-agent", "另一人", Role.AGENT, "right-horse-42")
    with other.session_transaction() as session:
        session["secret"] = desk.people.sign_in_as("b-agent")[1]
    for client in (agent, other):
        part = look(client.get("/bulletins/notices?urgent=2"))
        assert part.get("data-key") == "2/PRO-0007"
        token = part.xpath("//form[@data-confirm]//input[@name='csrf_token']/@value")[0]
        assert client.post("/bulletins/2/confirm", data={"csrf_token": token, "code": "PRO-0007"}).status_code == 303
    leader = look(client_for(Role.SHIFT_LEADER).get("/bulletins/notices?urgent=2"))
    assert set(leader.get("data-key").split()) == {"2/NOT-0003", "2/PRO-0007"}


def test_a_page_without_a_session_is_told_so_and_not_sent_to_the_login(anonymous: Browser) -> None:
    response = anonymous.get("/bulletins/notices", headers=SCRIPT)
    assert response.status_code == 401


def test_a_changed_entry_is_flagged_on_the_first_opening_after_the_change(
    desk: Desk, app: Flask, agent: Browser
) -> None:
    published(desk.store, desk.clock, "FAQ-0042")
    flagged = lambda: words(look(agent.get("/entries/FAQ-0042")), "//*[@data-changed]")  # noqa: E731
    openings = app.extensions["openings"]
    assert flagged() == ""
    openings.flush()
    published(desk.store, desk.clock, "FAQ-0042", speakable="等待期是六十天。")
    said = flagged()
    assert said.startswith("自您上次查看后已更新：您上次看的是第 1 版，现在是第 2 版。")
    openings.flush()
    assert flagged() == ""


def test_a_busy_writer_does_not_keep_the_reader_of_an_entry_waiting(desk: Desk, app: Flask, agent: Browser) -> None:
    published(desk.store, desk.clock, "FAQ-0042")
    with desk.store.write():
        assert agent.get("/entries/FAQ-0042").status_code == 200
    app.extensions["openings"].flush()
    person = next(p for p in desk.people.all(SYSTEM) if p.login == "a-agent")
    assert desk.receipts.seen(person, "FAQ-0042") == 1
