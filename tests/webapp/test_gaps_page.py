"""知识缺口: one key on the search page, the board with its clocks, and the answer that its askers are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.gaps import GapState
from kb.domain.person import Role
from kb.domain.rules import DEFAULT_RULES
from tests.factories import Clock, a_person
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, furnish, look, of_class, words
from webapp.wiring import Desk

LI = a_person(Role.COORDINATOR, login="li")
CHEN, LIN = a_person(Role.AGENT, login="chen"), a_person(Role.AGENT, login="lin")
QUESTION = "宠物险能不能投保两只"
SCRIPT = {"X-Requested-With": "fetch"}
SignIn = Callable[[Role], Browser]


@pytest.fixture
def agent(client_for: SignIn, desk: Desk) -> Browser:
    furnish(desk)
    return client_for(Role.AGENT)


@pytest.fixture
def coordinator(client_for: SignIn, desk: Desk) -> Browser:
    furnish(desk)
    return client_for(Role.COORDINATOR)


def send(desk: Desk, text: str = QUESTION, **more: object) -> int:
    return desk.gaps.send(CHEN, text, **more).gap.number  # type: ignore[arg-type]


def titles(page: Page) -> list[str]:
    return [words(link, ".") for link in page.xpath("//a[@data-gap-open]")]


def state(desk: Desk, number: int = 1) -> tuple[GapState, str, str]:
    gap = desk.gaps.get(LI, number)
    return gap.state, gap.assignee, gap.code


# --- sending


@pytest.mark.parametrize("q", [QUESTION, "百万医疗险等待期"], ids=["nothing found", "something found"])
def test_the_search_page_offers_to_send_the_question(agent: Browser, desk: Desk, q: str) -> None:
    form = look(agent.get("/search", query_string={"q": q})).xpath("//form[@data-gap-form]")[0]
    assert (form.get("action"), form.fields["text"]) == ("/gaps", q)
    answer = agent.submit("/gaps", {"text": q, "product": "宠物险", "urgent": "1"})
    assert (answer.status_code, answer.location) == (303, f"/search?q={answer.location.split('=')[1]}")
    assert "已报给信息协调岗，第 1 号知识缺口；有结果会告诉您。" in agent.get(answer.location).text
    gap = desk.gaps.get(LI, 1)
    assert (gap.text, gap.product, gap.urgent) == (q, "宠物险", True)


def test_a_script_is_told_what_came_of_it(agent: Browser, client_for: SignIn, desk: Desk) -> None:
    first = agent.submit("/gaps", {"text": QUESTION}, headers=SCRIPT)
    assert first.get_json() == {"number": 1, "urgent": False, "said": "已报给信息协调岗，第 1 号知识缺口；有结果会告诉您。"}
    again = agent.submit("/gaps", {"text": QUESTION, "urgent": "1"}, headers=SCRIPT).get_json()
    assert (again["urgent"], again["said"][:4]) == (True, "您已报过")
    other = client_for(Role.SHIFT_LEADER).submit("/gaps", {"text": QUESTION}, headers=SCRIPT).get_json()
    assert "这个问题已经报过，第 1 号知识缺口" in other["said"]
    assert desk.gaps.get(LI, 1).times == 2


def test_what_says_nothing_is_refused_with_a_sentence(agent: Browser) -> None:
    answer = agent.submit("/gaps", {"text": "？"}, headers=SCRIPT)
    assert (answer.status_code, answer.get_json()) == (400, {"said": "请写下来电者的问题，至少两个字。"})
    page = agent.get(agent.submit("/gaps", {"text": "？"}).location)
    assert "请写下来电者的问题" in page.text


def test_personal_data_is_hidden_and_the_agent_told(agent: Browser, desk: Desk) -> None:
    said = agent.submit("/gaps", {"text": "13812345678 的客户问宠物险"}, headers=SCRIPT).get_json()["said"]
    assert said.endswith("其中的个人信息已隐去。")
    assert "13812345678" not in desk.gaps.get(LI, 1).text


def test_who_takes_no_calls_is_not_asked_to_send(client_for: SignIn, agent: Browser) -> None:
    page = look(client_for(Role.DIRECTOR).get("/search", query_string={"q": QUESTION}))
    assert page.xpath("//form[@data-gap-form]") == []
    past = look(agent.get("/search", query_string={"q": QUESTION, "as_of": "2026-11-20"}))
    assert past.xpath("//form[@data-gap-form]") == []


def test_three_searches_without_a_result_make_a_gap(client_for: SignIn, desk: Desk, agent: Browser) -> None:
    for role in (Role.AGENT, Role.TEAM_LEADER, Role.SHIFT_LEADER):
        client_for(role).get("/search", query_string={"q": "潜艇"})
    assert [(gap.text, gap.times) for gap in desk.gaps.waiting(LI)] == [("潜艇", 3)]


# --- the board


def test_the_board_says_what_an_empty_one_is_for(coordinator: Browser) -> None:
    page = look(coordinator.get("/gaps"))
    assert f"搜了 {DEFAULT_RULES.gap_after} 次都没有结果的，会出现在这里" in words(page, of_class("intake-rows"))
    for show in ("overdue", "pressing", "mine", "closed", "nonsense"):
        assert coordinator.get("/gaps", query_string={"show": show}).status_code == 200


def test_the_board_shows_what_is_late_first_and_the_header_counts_it(
    client_for: SignIn, desk: Desk, clock: Clock
) -> None:
    send(desk, "不急的问题", product="宠物险")
    clock.forward(hours=71)
    send(desk, "紧急的问题", urgent=True)
    clock.forward(hours=3)
    coordinator = client_for(Role.COORDINATOR)
    page = look(coordinator.get("/gaps"))
    assert titles(page) == ["不急的问题", "紧急的问题"]
    clocks = [words(one, ".") for one in page.xpath(of_class("clock"))]
    assert clocks == ["已超时 2 小时 0 分", "剩 21 小时 0 分"]
    assert words(page, "//header" + of_class("nav-late")) == "1个缺口超时"
    assert titles(look(coordinator.get("/gaps?show=overdue"))) == ["不急的问题"]
    assert titles(look(coordinator.get("/gaps?show=pressing"))) == ["紧急的问题"]
    assert titles(look(coordinator.get("/gaps", query_string={"product": "宠物险"}))) == ["不急的问题"]
    assert titles(look(coordinator.get("/gaps", query_string={"product": "没有"}))) == []


def test_who_may_not_publish_looks_and_does_nothing(client_for: SignIn, desk: Desk) -> None:
    send(desk)
    leader = client_for(Role.TEAM_LEADER)
    for address in ("/gaps", "/gaps/1"):
        page = look(leader.get(address))
        assert page.xpath("//main//form[contains(@action, '/gaps/1/')]") == []
        assert QUESTION in words(page, "//main")


# --- one gap


def test_a_gap_is_taken_handed_on_and_put_back(coordinator: Browser, desk: Desk) -> None:
    number = send(desk)
    assert coordinator.submit(f"/gaps/{number}/take").status_code == 303
    assert state(desk) == (GapState.TAKEN, "a-coordinator", "")
    assert titles(look(coordinator.get("/gaps?show=mine"))) == [QUESTION]
    stale = coordinator.submit(f"/gaps/{number}/hand", {"to": "", "seen": "somebody"})
    assert (stale.status_code, words(look(stale), "//*[@id='step-mistake']")) == (
        409, "缺口 1 刚刚换了经办人，请刷新后再转交。",
    )  # fmt: skip
    assert coordinator.submit(f"/gaps/{number}/hand", {"to": "", "seen": "a-coordinator"}).status_code == 303
    assert state(desk) == (GapState.OPEN, "", "")


def test_an_entry_found_on_the_page_answers_it(coordinator: Browser, client_for: SignIn, desk: Desk) -> None:
    asker = client_for(Role.AGENT)
    asker.submit("/gaps", {"text": "医疗险买了能马上用不"})
    page = look(coordinator.get("/gaps/1", query_string={"find": "医疗险等待期"}))
    codes = page.xpath("//ul[@class='gap-hits']//input[@name='code']/@value")
    assert "FAQ-0042" in codes
    answer = coordinator.submit("/gaps/1/answer", {"code": "FAQ-0042"})
    assert answer.status_code == 303 and state(desk) == (GapState.ANSWERED, "a-coordinator", "FAQ-0042")
    page = look(coordinator.get(answer.location))
    assert "告诉 1 人" in words(page, of_class("happened"))
    with desk.store.read() as uow:
        (told,) = uow.notifications.of("a-agent")
    assert told.address == "/entries/FAQ-0042"
    hits = look(asker.get("/search", query_string={"q": "医疗险买了能马上用不"})).xpath("//a[@data-hit]/@data-code")
    assert hits[0] == "FAQ-0042"


@pytest.mark.parametrize(
    ("step", "sent", "status", "part", "sentence"),
    [
        ("answer", {"code": ""}, 400, "answer", "请写明由哪个条目解答"),
        ("answer", {"code": "FAQ-9999"}, 404, "answer", "没有编号为 FAQ-9999 的条目。"),
        ("decline", {"reason": " "}, 400, "decline", "请写明不收录的原因"),
        ("hand", {"to": "nobody", "seen": ""}, 400, "step", "请从列表中选择同事。"),
    ],
)
def test_a_mistake_is_a_sentence_where_it_was_made(
    coordinator: Browser, desk: Desk, step: str, sent: dict[str, str], status: int, part: str, sentence: str
) -> None:
    send(desk)
    answer = coordinator.submit(f"/gaps/1/{step}", sent)
    assert answer.status_code == status
    assert sentence in words(look(answer), f"//*[@id='{part}-mistake']")
    assert desk.gaps.get(LI, 1).is_open


def test_an_entry_that_is_not_published_does_not_answer(coordinator: Browser, desk: Desk) -> None:
    send(desk)
    location = coordinator.submit("/gaps/1/write", {"kind": "faq"}).location
    assert location.startswith("/edit/draft/")
    assert QUESTION in coordinator.get(location).text
    assert "接着写" in coordinator.get("/gaps/1").text


def test_declining_closes_it_with_the_reason(coordinator: Browser, desk: Desk) -> None:
    send(desk)
    assert coordinator.submit("/gaps/1/decline", {"reason": "不属于本公司业务"}).status_code == 303
    page = look(coordinator.get("/gaps/1"))
    assert "不属于本公司业务" in words(page, of_class("facts"))
    assert page.xpath("//form[contains(@action, '/gaps/1/')]") == []
    assert titles(look(coordinator.get("/gaps?show=closed"))) == [QUESTION]
    again = coordinator.submit("/gaps/1/take")
    assert (again.status_code, "已经办结" in words(look(again), "//*[@id='step-mistake']")) == (409, True)


def test_a_gap_that_is_not_there_is_a_clear_404(coordinator: Browser) -> None:
    assert "没有第 7 号知识缺口" in coordinator.get("/gaps/7").text
    for step in ("take", "write", "answer", "decline", "hand"):
        data = {"code": "FAQ-0042", "reason": "x", "to": "", "seen": ""}
        assert coordinator.submit(f"/gaps/7/{step}", data).status_code == 404


# --- the week


def test_the_week_is_listed_with_the_gaps_of_its_questions(client_for: SignIn, desk: Desk, clock: Clock) -> None:
    desk.questions.record(LIN, "船险多少钱")
    number = send(desk)
    desk.gaps.send(LIN, QUESTION)
    page = look(client_for(Role.TEAM_LEADER).get("/gaps/top"))
    rows = [words(row, ".") for row in page.xpath("//tbody/tr")]
    assert rows[0].startswith(f"{QUESTION} 2 2") and rows[0].endswith(f"第 {number} 号")
    assert rows[1].startswith("船险多少钱 1 1") and rows[1].endswith("还没有")
    clock.forward(days=8)
    assert "问到的都有答案" in client_for(Role.TEAM_LEADER).get("/gaps/top").text
    assert QUESTION in client_for(Role.TEAM_LEADER).get("/gaps/top?week=1").text
    assert client_for(Role.TEAM_LEADER).get("/gaps/top?week=nonsense").status_code == 200
