from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from kb.domain.calls import ActKind, Call
from kb.domain.person import Person, Role
from kb.domain.solutions import FollowUp, SolutionKind
from kb.services.people import SYSTEM
from tests.factories import Clock, published
from tests.webapp.conftest import Browser, login_of
from tests.webapp.desk_pages import Page, look, words
from webapp.wiring import Desk

ClientFor = Callable[[Role], Browser]
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def agent(client_for: ClientFor, desk: Desk) -> Browser:
    published(desk.store, desk.clock)
    return client_for(Role.AGENT)


@pytest.fixture
def call(agent: Browser, desk: Desk, clock: Clock) -> Call:
    """A call that has ended, in which FAQ-0042 was opened."""
    who = agent_of(desk)
    desk.calls.open(who, line="理赔热线")
    desk.calls.act(who, ActKind.SEARCH, text="等待期多久", hits=2)
    desk.calls.act(who, ActKind.OPEN, code="FAQ-0042", revision=1)
    clock.forward(minutes=3)
    return desk.calls.end(who)


def agent_of(desk: Desk) -> Person:
    return next(person for person in desk.people.all(SYSTEM) if person.login == login_of(Role.AGENT))


def strip_of(page: Page) -> Page:
    return page.xpath("//*[@data-mark]")[0]


def save(browser: Browser, call: Call, **fields: str) -> TestResponse:
    values = {"kind": "used", "code": "FAQ-0042", "asked": "等待期多久", "key": "k-1", "problem_type": "咨询"}
    return browser.submit(f"/calls/{call.number}/solution", values | fields, headers=FETCH)


def test_every_page_of_an_agent_shows_the_strip_and_nobody_else_is_bothered(
    agent: Browser, client_for: ClientFor
) -> None:
    assert strip_of(look(agent.get("/"))).get("data-mark") == "0"
    assert not look(client_for(Role.DIRECTOR).get("/")).xpath("//*[@data-mark]")


def test_a_call_begins_and_ends_and_is_owed(agent: Browser, desk: Desk) -> None:
    agent.submit("/calls/open")
    strip = strip_of(look(agent.get("/")))
    number = strip.get("data-call")
    assert number and strip.get("data-mark") == f"{number}.0.0"
    assert agent.submit("/calls/end", {"number": number}).status_code == 303
    strip = strip_of(look(agent.get("/")))
    assert (strip.get("data-call"), strip.get("data-owed")) == ("", number)
    assert strip.get("data-mark") == desk.calls.marks()[login_of(Role.AGENT)] == f"0.1.{number}"


def test_the_pulse_knows_the_calls_of_whoever_shows_their_own_token(agent: Browser, call: Call) -> None:
    address = look(agent.get("/")).xpath("//*[@data-pulse]")[0].get("data-pulse")
    assert agent.get(address).text.endswith(f" calls:0.1.{call.number}")
    assert login_of(Role.AGENT) not in address


def test_what_a_page_says_was_done_is_kept_with_the_call_and_masked(agent: Browser, desk: Desk) -> None:
    agent.submit("/calls/open")
    acts = [
        {"kind": "search", "text": "手机13800138000能改吗", "hits": 3}, {"kind": "copy", "code": "FAQ-0042", "revision": 1},
        {"kind": "dance"}, {"kind": "open", "code": "???"}, 17,
    ]  # fmt: skip
    headers = {**FETCH, "X-CSRFToken": agent.csrf_token(), "Content-Type": "application/json"}
    assert agent.post("/calls/act", data=json.dumps({"acts": acts}), headers=headers).status_code == 204
    who = agent_of(desk)
    kept = desk.calls.acts(who, desk.calls.current(who).number)
    assert [(act.kind, act.text, act.code, act.hits) for act in kept] == [
        ("search", "手机＊＊＊能改吗", "", 3), ("copy", "", "FAQ-0042", None),
    ]  # fmt: skip


@pytest.mark.parametrize("body", ["", "[]", "{", '{"acts": 3}', '{"acts": {"kind": "search"}}'])
def test_a_message_of_acts_that_makes_no_sense_is_no_error(agent: Browser, body: str) -> None:
    headers = {"X-CSRFToken": agent.csrf_token(), "Content-Type": "application/json"}
    assert agent.post("/calls/act", data=body, headers=headers).status_code == 204


def test_the_bar_is_filled_from_the_call(agent: Browser, call: Call) -> None:
    page = look(agent.get(f"/calls/{call.number}/form"))
    value = lambda name: page.xpath(f"//*[@name='{name}']")[0].get("value")  # noqa: E731
    assert (value("asked"), value("code"), value("product")) == ("等待期多久", "FAQ-0042", "百万医疗险")
    assert page.xpath("//select[@name='problem_type']/option[@selected]")[0].get("value") == "健康险/等待期"
    assert page.xpath("//*[@name='kind'][@checked]")[0].get("value") == "used"
    assert "三十天" in words(page, "//textarea[@name='text_improved']")


def test_a_call_in_which_nothing_was_opened_starts_as_a_new_solution(agent: Browser, desk: Desk) -> None:
    who = agent_of(desk)
    desk.calls.open(who)
    page = look(agent.get(f"/calls/{desk.calls.end(who).number}/form"))
    assert page.xpath("//*[@name='kind'][@checked]")[0].get("value") == "added"


def test_saving_twice_with_one_key_keeps_one(agent: Browser, call: Call, desk: Desk) -> None:
    first, again = save(agent, call), save(agent, call)
    assert first.json and first.json["solution"] == again.json["solution"]
    who = agent_of(desk)
    assert [one.code for one in desk.solutions.of_call(who, call.number)] == ["FAQ-0042"]
    assert strip_of(look(agent.get("/"))).get("data-owed") == ""


def test_another_content_with_the_same_key_is_not_lost_in_silence(agent: Browser, call: Call, desk: Desk) -> None:
    save(agent, call)
    refused = save(agent, call, asked="甲状腺结节能投保吗")
    assert refused.status_code == 409
    assert refused.json and refused.json["error"]["again"] is True
    assert "还没有保存" in refused.json["error"]["message"]
    values = {"kind": "used", "code": "FAQ-0042", "asked": "甲状腺结节能投保吗", "key": "k-1"}
    page = agent.submit(f"/calls/{call.number}/solution", values)
    assert page.status_code == 409
    [key] = look(page).xpath("//input[@name='key']/@value")
    assert key != "k-1"
    assert look(page).xpath("//*[@name='asked']")[0].get("value") == "甲状腺结节能投保吗"
    agent.submit(f"/calls/{call.number}/solution", values | {"key": key})
    assert len(desk.solutions.of_call(agent_of(desk), call.number)) == 2


def test_what_was_masked_is_said(agent: Browser, call: Call, desk: Desk) -> None:
    answer = save(
        agent, call, kind="added", asked="改手机", text_added="回电13800138000，王建国先生", result="已改", text_flagged="不算",
    ).json  # fmt: skip
    assert answer and "已隐去：手机号 1 处" in answer["said"]
    one = desk.solutions.get(agent_of(desk), answer["solution"])
    assert (one.text, one.result, one.code) == ("回电＊＊＊，王建国先生", "已改", "")


def test_personal_data_is_told_before_anything_is_kept(agent: Browser) -> None:
    told = agent.submit("/calls/check", {"text": "王建国先生，电话13800138000"}, headers=FETCH).json
    assert told and told["warned"]
    assert "手机号 1 处" in told["said"] and "姓名 1 处" in told["said"]
    assert agent.submit("/calls/check", {"text": "等待期三十天"}, headers=FETCH).json == {"said": "", "warned": False}


def test_fifty_thousand_characters_are_refused_in_a_sentence(agent: Browser, call: Call) -> None:
    response = save(agent, call, kind="added", text_added="长" * 50_000)
    assert response.status_code == 413
    assert response.json and "最多 4000 个字，现有 50000 个" in response.json["error"]["message"]
    assert response.json["error"]["field"] == "text"


def test_an_entry_that_was_withdrawn_meanwhile_offers_what_stands_in_its_place(
    agent: Browser, call: Call, desk: Desk
) -> None:
    published(desk.store, desk.clock, "FAQ-0043", title="新等待期")
    coordinator = desk.people.add(SYSTEM, "c-1", "协调", Role.COORDINATOR, "right-horse-42")
    desk.knowledge.withdraw(coordinator, "FAQ-0042", reason="改版", replaced_by="FAQ-0043")
    error = save(agent, call).json["error"]
    assert (error["withdrawn"], error["replaced_by"], error["title"]) == (True, "FAQ-0043", "新等待期")
    page = look(agent.get(f"/calls/{call.number}/form"))
    assert page.xpath("//*[@data-replace]/@data-replace") == ["FAQ-0043"]
    assert save(agent, call, anyway="yes").status_code == 200


def test_a_better_text_is_shown_as_a_difference(agent: Browser) -> None:
    page = look(
        agent.submit(
            "/calls/compare",
            {"code": "faq-0042", "text": "百万医疗险的等待期是六十天，意外没有等待期。"},
            headers=FETCH,
        )
    )
    assert (words(page, "//del"), words(page, "//ins")) == ("三十天", "六十天")


def test_without_a_script_the_form_is_a_page_and_keeps_what_was_typed(agent: Browser, call: Call) -> None:
    path = f"/calls/{call.number}/solution"
    key = look(agent.get(f"/calls/{call.number}")).xpath("//*[@name='key']")[0].get("value")
    response = agent.submit(
        path, {"kind": "flagged", "code": "FAQ-0042", "asked": "等待期", "text_flagged": "", "key": key}
    )
    page = look(response)
    assert response.status_code == 400
    assert "请写一句哪里不对" in words(page, "//*[@role='alert']")
    assert page.xpath("//*[@name='asked']")[0].get("value") == "等待期"
    assert page.xpath("//*[@name='key']")[0].get("value") == key
    done = agent.submit(path, {"kind": "used", "code": "FAQ-0042", "asked": "等待期", "key": key})
    assert (done.status_code, done.headers["Location"]) == (303, "/calls/mine")


def test_a_silent_call_is_exempt_with_its_reason_and_not_after_it_was_recorded(agent: Browser, call: Call) -> None:
    exempt = lambda reason: agent.submit(f"/calls/{call.number}/exempt", {"reason": reason}, headers=FETCH)  # noqa: E731
    assert exempt("tired").status_code == 400
    assert exempt("silent").json["said"] == "已免记：无声来电。"
    assert "免记：无声来电" in words(look(agent.get("/calls/mine")), "//main")
    save(agent, call)
    assert exempt("internal").status_code == 409


def test_promises_stand_with_the_overdue_first_and_are_done_with_a_note(
    agent: Browser, call: Call, desk: Desk, clock: Clock
) -> None:
    who = agent_of(desk)
    for hours, note in ((5, "回电说结果"), (1, "寄保单")):
        desk.solutions.record(
            who, call.number, key=note, kind=SolutionKind.USED, code="FAQ-0042", asked="等待期", follow_up=FollowUp.OPEN,
            follow_due=clock() + timedelta(hours=hours), follow_note=note,
        )  # fmt: skip
    clock.forward(hours=2)
    page = look(agent.get("/calls/mine"))
    assert [e.text_content() for e in page.xpath("//*[@class='promise-what']")] == ["寄保单", "回电说结果"]
    assert "1" in words(page, "//*[contains(@class, 'strip-link')]//*[@class='nav-late']")
    number = page.xpath("//*[@class='promise']/@id")[0].removeprefix("promise-")
    refused = agent.submit(f"/calls/solutions/{number}/followed", {"note": " "})
    assert refused.status_code == 400 and "请写一句跟进的结果" in words(look(refused), "//*[@role='alert']")
    assert agent.submit(f"/calls/solutions/{number}/followed", {"note": "已寄出"}).status_code == 303
    assert [e.text_content() for e in look(agent.get("/calls/mine")).xpath("//*[@class='promise-what']")] == [
        "回电说结果"
    ]


def test_a_solution_is_changed_into_a_new_version_and_two_changes_do_not_meet(agent: Browser, call: Call) -> None:
    number = save(agent, call).json["solution"]
    path = f"/calls/solutions/{number}"
    changed = {
        "kind": "flagged",
        "code": "FAQ-0042",
        "asked": "等待期",
        "text_flagged": "续保也写三十天",
        "based_on": "1",
    }
    assert agent.submit(path, changed).status_code == 303
    page = look(agent.get(path))
    assert "续保也写三十天" in words(page, "//textarea[@name='text_flagged']") and "第 1 版" in words(page, "//ol")
    late = agent.submit(path, changed | {"text_flagged": "别的"})
    assert late.status_code == 409 and "别的" in words(look(late), "//textarea[@name='text_flagged']")


def test_who_owes_too_many_needs_the_shift_leaders_leave(agent: Browser, client_for: ClientFor, desk: Desk) -> None:
    who = agent_of(desk)
    for _ in range(4):
        desk.calls.open(who)
        desk.calls.end(who)
    refused = agent.submit("/calls/open", headers=FETCH)
    assert refused.status_code == 409 and "4 通来电没有补记" in refused.json["error"]["message"]
    leader = client_for(Role.SHIFT_LEADER)
    assert "4 通" in words(look(leader.get("/calls/owing")), "//tbody")
    leader.submit("/calls/owing/grant", {"login": login_of(Role.AGENT)})
    assert "已准许" in words(look(leader.get("/calls/owing")), "//tbody")
    assert agent.submit("/calls/open", headers=FETCH).status_code == 200


def test_anothers_call_is_as_if_there_were_none(agent: Browser, call: Call, client_for: ClientFor) -> None:
    other = client_for(Role.TEAM_LEADER)
    for path in (f"/calls/{call.number}", f"/calls/{call.number}/form"):
        assert other.get(path).status_code == 404
    assert save(other, call).status_code == 404


def test_titles_that_a_role_may_not_see_are_not_told(agent: Browser, desk: Desk) -> None:
    published(desk.store, desk.clock, "NOT-0003", title="内部排班公告", roles=("shift_leader",))
    assert agent.get("/calls/entry/NOT-0003").status_code == 404
    assert "排班" not in agent.get("/calls/entry/NOT-0003").text
    assert agent.get("/calls/entry/faq-0042").json["title"] == "百万医疗险的等待期是多少天"
