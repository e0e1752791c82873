"""今日更新 as everybody reads it: what is still to be confirmed, any days, files, the feed, the interface for programs."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from lxml import etree

from kb.domain.bulletin_edits import Edits, ItemEdit
from kb.domain.person import Role
from tests.factories import Clock
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import look, of_class, words
from tests.webapp.lists import COORDINATOR, change, issue, take_as_known
from tests.webapp.schema import breaches
from webapp.api import openapi
from webapp.wiring import Desk

SCRIPT = {"X-Requested-With": "fetch"}
TO_CONFIRM = "//ul[@data-items-to-confirm]/li"


@pytest.fixture
def agent(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.AGENT)


@pytest.fixture
def issued(desk: Desk, clock: Clock) -> Desk:
    """List 1 took the library as known, list 2 tells of the changes."""
    take_as_known(desk)
    clock.forward(hours=1)
    change(desk)
    issue(desk)
    return desk


def test_the_page_shows_what_is_to_be_confirmed_and_how_much(issued: Desk, agent: Browser) -> None:
    page = look(agent.get("/bulletins"))
    assert words(page, "//*[@data-left]") == "还剩 3 条"
    titles = [words(item, ".//h3") for item in page.xpath(TO_CONFIRM)]
    assert sorted(titles) == ["住院医疗险怎么报销", "百万医疗险的等待期是多少天", "车险事故怎么报案"]


def test_each_change_is_a_word_beside_its_colour(issued: Desk, agent: Browser) -> None:
    page = look(agent.get("/bulletins"))
    assert sorted(words(item, ".//*[contains(@class, 'mark-change')]") for item in page.xpath(TO_CONFIRM)) == [
        "变更",
        "新增",
        "移除",
    ]


def test_a_change_says_what_it_is_and_leads_to_the_difference(issued: Desk, agent: Browser) -> None:
    page = look(agent.get("/bulletins"))
    changed = page.xpath("//li[@id='item-2-FAQ-0042']")[0]
    assert "“三十天”改为“六十天”" in words(changed, ".//p[@class='item-summary']")
    address = changed.xpath(".//a[@data-diff]/@href")[0]
    assert address == "/entries/FAQ-0042/diff?from=1&to=2"
    assert agent.get(address).status_code == 200


def test_a_removed_entry_says_why_and_what_holds_instead(issued: Desk, agent: Browser) -> None:
    text = words(look(agent.get("/bulletins")), "//li[@id='item-2-FAQ-0043']")
    assert "原因：产品停售" in text
    assert "请改用：FAQ-0042" in text


def test_what_a_role_may_not_see_is_not_on_its_list(
    issued: Desk, agent: Browser, client_for: Callable[[Role], Browser]
) -> None:
    paths = ["/bulletins", "/bulletins/2", "/bulletins/2/print", "/bulletins/2.md", "/bulletins?day=2026-11-21"]
    paths += [
        "/bulletins?since=2026-11-01&until=2026-11-30",
        "/bulletins/feed.atom",
        "/bulletins/notices",
        "/api/v1/bulletins/2",
    ]
    for path in paths:
        assert "内部排班" not in agent.get(path).text, path
    assert "内部排班" in client_for(Role.SHIFT_LEADER).get("/bulletins").text


def test_confirming_without_a_script_takes_the_item_away(issued: Desk, agent: Browser) -> None:
    response = agent.submit("/bulletins/2/confirm", {"code": "PRO-0007", "next": "/bulletins"}, follow_redirects=True)
    page = look(response)
    assert words(page, of_class("notice-done")) == "已确认，谢谢。"
    assert len(page.xpath(TO_CONFIRM)) == 2


def test_a_wrong_answer_does_not_confirm_and_tells_the_right_one(issued: Desk, agent: Browser) -> None:
    question = issued.bulletins.get(COORDINATOR, 2).item("FAQ-0042").question  # type: ignore[union-attr]
    assert question is not None
    wrong, right = (str(n) for n in (1 - question.right, question.right))
    first = agent.submit("/bulletins/2/confirm", {"code": "FAQ-0042", "answer": wrong}, headers=SCRIPT).json
    assert (first["counts"], first["expected"], first["left"]) == (False, question.options[question.right], 3)
    again = agent.submit("/bulletins/2/confirm", {"code": "FAQ-0042", "answer": right}, headers=SCRIPT).json
    assert (again["counts"], again["left"]) == (True, 2)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/bulletins/2/confirm", {"code": "FAQ-0042"}, 400),
        ("/bulletins/2/confirm", {"code": "FAQ-0042", "answer": "9"}, 400),
        ("/bulletins/2/confirm", {"code": "FAQ-0042", "answer": "甲"}, 400),
        ("/bulletins/2/confirm", {"code": "NOT-0003"}, 404),
        ("/bulletins/2/confirm", {"code": ""}, 404),
        ("/bulletins/99/confirm", {"code": "FAQ-0042"}, 404),
    ],
)
def test_what_cannot_be_confirmed_is_one_sentence(
    issued: Desk, agent: Browser, path: str, sent: dict[str, str], status: int
) -> None:
    assert agent.submit(path, sent).status_code == status


def test_after_everything_is_confirmed_the_page_calms(issued: Desk, agent: Browser, clock: Clock) -> None:
    for item in issued.bulletins.get(COORDINATOR, 2).items:
        answer = str(item.question.right) if item.question else ""
        agent.submit("/bulletins/2/confirm", {"code": item.code, "answer": answer})
    assert words(look(agent.get("/bulletins")), of_class("calm-text")) == "今天的更新您都已确认。"
    clock.forward(hours=24)
    agent = _again(agent, issued)
    assert words(look(agent.get("/bulletins")), of_class("calm-text")) == "今天没有更新，昨天的 3 条您都已确认。"


def _again(client: Browser, desk: Desk) -> Browser:
    """Signed in anew: the session ended in the night."""
    _, secret = desk.people.sign_in_as("a-agent")
    with client.session_transaction() as session:
        session["secret"] = secret
    return client


def test_emphasised_and_urgent_items_stand_first(desk: Desk, agent: Browser, clock: Clock) -> None:
    take_as_known(desk)
    change(desk)
    draft = desk.bulletins.draft(COORDINATOR)
    edits = Edits(items={"FAQ-0043": ItemEdit(emphasis=True)})
    desk.bulletins.edit(COORDINATOR, draft.version, edits)
    issue(desk, "PRO-0007")
    clock.forward(minutes=5)
    issue(desk)
    items = [item.get("id") for item in look(agent.get("/bulletins")).xpath(TO_CONFIRM)]
    assert items[:2] == ["item-2-PRO-0007", "item-3-FAQ-0043"]


def test_days_weeks_and_ranges_can_be_called_up(issued: Desk, agent: Browser) -> None:
    assert "第 2 期" in agent.get("/bulletins?day=2026-11-21").text
    assert "这一天没有签发清单" in agent.get("/bulletins?day=2026-11-20").text
    assert (
        words(look(agent.get("/bulletins?since=2026-11-16&until=2026-11-22")), of_class("item-title")).count("等待期")
        == 1
    )
    assert "这段时间没有更新" in agent.get("/bulletins?since=2026-10-01&until=2026-10-31").text


@pytest.mark.parametrize(
    "days",
    [
        "day=morgen",
        "since=2026-11-22&until=2026-11-01",
        "day=0001-01-01",
        "since=2020-01-01&until=2026-11-21",
        "day=2026-11-21T09",
    ],
)
def test_days_that_are_none_are_refused_in_a_sentence(issued: Desk, agent: Browser, days: str) -> None:
    assert agent.get(f"/bulletins?{days}").status_code == 400


def test_a_list_shows_its_number_and_seal(issued: Desk, agent: Browser) -> None:
    page = look(agent.get("/bulletins/2"))
    bulletin = issued.bulletins.get(COORDINATOR, 2)
    assert bulletin.hash in words(page, of_class("seal"))
    assert bulletin.previous_hash in words(page, of_class("seal"))
    assert agent.get("/bulletins/77").status_code == 404


def test_a_list_can_be_taken_away_as_markdown_and_as_a_workbook(issued: Desk, agent: Browser) -> None:
    text = agent.get("/bulletins/2.md")
    assert text.headers["Content-Disposition"] == "attachment; filename=bulletin-2-2026-11-21.md"
    assert "移除：住院医疗险怎么报销" in text.text
    book = openpyxl.load_workbook(io.BytesIO(agent.get("/bulletins/2.xlsx").data))
    rows = list(book.worksheets[0].values)
    assert [row[2] for row in rows[1:]] == [
        item.code for item in issued.bulletins.get(COORDINATOR, 2).items if item.code != "NOT-0003"
    ]
    assert agent.get("/bulletins/span.md?since=2026-11-01&until=2026-11-30").text.count("## ") == 3
    assert agent.get("/bulletins/span.xlsx").status_code == 400


def test_the_feed_holds_only_what_everybody_may_see(issued: Desk, client_for: Callable[[Role], Browser]) -> None:
    feed = etree.fromstring(client_for(Role.SHIFT_LEADER).get("/bulletins/feed.atom").data)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert [e.findtext(f"{atom}title").partition(" · ")[0] for e in entries] == ["第 2 期", "第 1 期"]
    said = entries[0].findtext(f"{atom}content")
    assert "百万医疗险的等待期是多少天" in said
    assert "内部排班" not in said


def test_a_feed_reader_signs_in_with_a_token_and_nobody_without(
    issued: Desk, anonymous: Browser, token_for: Callable[[Role], dict[str, str]]
) -> None:
    assert anonymous.get("/bulletins/feed.atom", headers=token_for(Role.AGENT)).status_code == 200
    assert anonymous.get("/bulletins/feed.atom", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert anonymous.get("/bulletins/feed.atom").status_code == 303
    assert anonymous.get("/bulletins", headers=token_for(Role.AGENT)).status_code == 303


def test_programs_get_what_the_description_says(
    issued: Desk, anonymous: Browser, token_for: Callable[[Role], dict[str, str]]
) -> None:
    headers, document = token_for(Role.AGENT), openapi.document()
    lists = anonymous.get("/api/v1/bulletins?limit=5&since=2026-11-21", headers=headers).json
    one = anonymous.get("/api/v1/bulletins/2", headers=headers).json
    for name, value in (("Bulletins", lists), ("Bulletin", one)):
        assert breaches(document, {"$ref": f"#/components/schemas/{name}"}, value) == []
    assert [b["number"] for b in lists["bulletins"]] == [2, 1]
    assert sorted(i["code"] for i in one["items"]) == ["FAQ-0042", "FAQ-0043", "PRO-0007"]
    assert anonymous.get("/api/v1/bulletins?since=gestern", headers=headers).status_code == 400
    assert anonymous.get("/api/v1/bulletins?day=2026-11-21", headers=headers).status_code == 400
