"""The pages of an entry's history: who reads which revision, and what a difference shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb.domain.person import Role
from tests.factories import NOW, Clock, a_content, a_person, published
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, look, of_class, words
from tests.webapp.test_api import conforms
from webapp.wiring import Desk

SignIn = Callable[[Role], Browser]
COORDINATOR = a_person()
DAY = timedelta(days=1)


def revise(desk: Desk, *, publish: bool = True, **fields: object) -> int:
    _, revision = desk.knowledge.submit(COORDINATOR, a_content(**fields), reason="改期限", code="FAQ-0042")
    if publish:
        desk.knowledge.publish(COORDINATOR, "FAQ-0042", revision.number, reason="新规定")
    return revision.number


@pytest.fixture
def revised(desk: Desk, clock: Clock) -> Desk:
    """Revision 1 was the rule, 2 is, 3 is announced, 4 is only handed in."""
    published(desk.store, clock)
    clock.forward(days=10)
    revise(
        desk,
        speakable="百万医疗险的等待期是六十天，意外没有等待期。",
        body="## 说明\n\n自合同生效日起算 60 天。\n\n续保不计。",
    )
    clock.forward(days=1)
    revise(desk, speakable="九十天。", effective_from=clock() + 5 * DAY)
    clock.forward(hours=1)
    revise(desk, speakable="一百天，未定稿。", publish=False)
    desk.sync.drain()
    return desk


@pytest.fixture
def agent(revised: Desk, client_for: SignIn) -> Browser:
    return client_for(Role.AGENT)


@pytest.fixture
def leader(revised: Desk, client_for: SignIn) -> Browser:
    return client_for(Role.TEAM_LEADER)


def diff(client: Browser, **parameters: object) -> Page:
    named = {name.rstrip("_"): value for name, value in parameters.items()}
    response = client.get("/entries/FAQ-0042/diff", query_string=named)
    assert response.status_code == 200
    return look(response)


def test_a_difference_names_the_change_and_marks_the_words(agent: Browser) -> None:
    page = diff(agent, from_=1, to=2)
    assert words(page, of_class("change-line")).startswith("口径：“三十天”改为“六十天”")
    speakable = page.xpath("//section[@aria-labelledby='field-speakable']")[0]
    assert [e.text for e in speakable.xpath(".//del")] == ["三十天"]
    assert [e.text for e in speakable.xpath(".//ins")] == ["六十天"]


def test_side_by_side_shows_the_older_text_left_and_the_newer_right(agent: Browser) -> None:
    body = diff(agent, from_=1, to=2).xpath("//section[@aria-labelledby='field-body']")[0]
    changed = body.xpath(".//tr[.//del]/td")
    assert [" ".join(cell.text_content().split()) for cell in changed] == [
        "3", "自合同生效日起算 30 天。", "3", "自合同生效日起算 60 天。",
    ]  # fmt: skip


def test_inline_shows_both_in_one_line(agent: Browser) -> None:
    body = diff(agent, from_=1, to=2, view="inline").xpath("//section[@aria-labelledby='field-body']")[0]
    (changed,) = body.xpath(".//tr[.//del]")
    assert [cell.text_content() for cell in changed] == ["3", "3", "自合同生效日起算 30 天60 天。"]


def test_rendered_the_change_stands_in_the_finished_text(agent: Browser) -> None:
    page = diff(agent, from_=1, to=2, text="rendered")
    old, new = page.xpath("//article")
    assert [e.text for e in old.xpath(".//del")] == ["30 天"]
    assert [e.text for e in new.xpath(".//ins")] == ["60 天", "续保不计。"]
    assert old.xpath(".//h2")[0].text_content() == "说明"
    (both,) = diff(agent, from_=1, to=2, text="rendered", view="inline").xpath("//article")
    assert "自合同生效日起算 30 天60 天。" in " ".join(both.text_content().split())


def test_the_way_of_showing_is_kept_from_one_pair_to_the_next(leader: Browser) -> None:
    page = diff(leader, from_=2, to=3, text="rendered", view="inline")
    assert page.xpath("//a[@rel='prev']/@href") == ["/entries/FAQ-0042/diff?from=1&to=2&view=inline&text=rendered"]
    assert page.xpath("//a[@rel='next']/@href") == ["/entries/FAQ-0042/diff?from=3&to=4&view=inline&text=rendered"]


def test_without_numbers_the_rule_is_compared_with_the_latest(leader: Browser, agent: Browser) -> None:
    assert words(diff(leader), "//h1") == "第 2 版 → 第 4 版"
    assert words(diff(agent), "//h1") == "第 2 版 → 第 3 版"


def test_equal_revisions_say_so(agent: Browser) -> None:
    assert "同一个版本" in words(diff(agent, from_=2, to=2), "//main")


@pytest.mark.parametrize("pair", [{"from": 4}, {"to": 4}, {"from": 9}, {"to": "x"}, {"from": "1234567"}])
def test_an_agent_is_told_nothing_of_a_revision_that_never_was_the_rule(
    agent: Browser, pair: dict[str, object]
) -> None:
    response = agent.get("/entries/FAQ-0042/diff", query_string=pair)
    assert response.status_code == 404
    assert "一百天" not in response.get_data(as_text=True)
    # Not in the list to choose from either.
    assert [o.get("value") for o in diff(agent, from_=1, to=2).xpath("//select[@id='to']/option")] == ["3", "2", "1"]


def test_a_revision_closed_to_the_role_stays_closed(desk: Desk, clock: Clock, client_for: SignIn) -> None:
    published(desk.store, clock, roles=(Role.SHIFT_LEADER,), speakable="只给值班长看。")
    clock.forward(days=1)
    revise(desk)
    leader = client_for(Role.TEAM_LEADER)
    for path in ("diff?from=1&to=2", "blame?revision=1", "diff"):
        response = leader.get(f"/entries/FAQ-0042/{path}")
        assert response.status_code == 404, path
    for path in ("", "?revision=1", "?as_of=2026-11-21T12:00", "/history", "/blame"):
        assert "只给值班长看" not in leader.get(f"/entries/FAQ-0042{path}").get_data(as_text=True), path
    assert leader.get("/entries/FAQ-0042?revision=1").status_code == 404
    assert "只给值班长看" in client_for(Role.COORDINATOR).get("/entries/FAQ-0042/diff").get_data(as_text=True)


def test_the_history_tells_who_did_what_when_and_why(leader: Browser, revised: Desk, clock: Clock) -> None:
    clock.forward(hours=1)
    revised.knowledge.withdraw(COORDINATOR, "FAQ-0042", reason="停售", replaced_by="")
    page = look(leader.get("/entries/FAQ-0042/history"))
    events = [" ".join(e.text_content().split()) for e in page.xpath(of_class("event"))]
    assert events[0] == "2026年12月2日 11:00 下线 a-coordinator 停售"
    assert events[1].startswith("2026年12月2日 10:00 提交 第 4 版 a-coordinator 改期限")
    assert "发布 第 3 版 2026年12月7日 09:00起生效 a-coordinator 新规定" in events[2]
    assert len(events) == 8


def test_the_history_shows_the_periods_with_their_differences_from_today(leader: Browser) -> None:
    page = look(leader.get("/entries/FAQ-0042/history"))
    rows = [" ".join(r.text_content().split()) for r in page.xpath("//tbody/tr")]
    assert rows[0].startswith("将来 第 3 版 2026年12月7日 09:00起")
    assert rows[1] == "今天 第 2 版 2026年12月1日 09:00起，至2026年12月7日 09:00止"
    assert rows[2].startswith("以前 第 1 版 2026年11月21日 09:00起，至2026年12月1日 09:00止 口径：“三十天”改为“六十天”")
    assert len(page.xpath("//*[name()='rect']")) == 3


def test_blame_names_the_revision_of_each_line(leader: Browser) -> None:
    page = look(leader.get("/entries/FAQ-0042/blame?revision=2"))
    body = page.xpath("//section[@aria-labelledby='blame-body']")[0]
    runs = [" ".join(r.text_content().split()) for r in body.xpath(".//li")]
    assert [r.split()[0:3] for r in runs] == [["第", "1", "版"], ["第", "2", "版"]]
    assert "自合同生效日起算 60 天。续保不计。" in runs[1]
    assert "新编" in runs[0] and "改期限" in runs[1]


@pytest.mark.parametrize("path", ["history", "blame"])
def test_history_and_blame_are_for_those_who_write(agent: Browser, path: str) -> None:
    assert agent.get(f"/entries/FAQ-0042/{path}").status_code == 403


@pytest.mark.parametrize("path", ["history", "blame", "diff"])
def test_an_entry_that_is_not_there_has_no_history(leader: Browser, path: str) -> None:
    assert leader.get(f"/entries/FAQ-9999/{path}").status_code == 404


# --- the page of the entry


def entry(client: Browser, **parameters: object) -> Page:
    return look(client.get("/entries/FAQ-0042", query_string=parameters))


def test_an_agent_sees_todays_the_upcoming_and_the_earlier_rule_with_their_periods(agent: Browser) -> None:
    page = entry(agent)
    rules = [" ".join(r.text_content().split()) for r in page.xpath(of_class("rule"))]
    assert rules[0].startswith("将来 2026年12月7日 09:00起 看第 3 版 · 与今天的差别")
    assert rules[1].startswith("今天 2026年12月1日 09:00起，至2026年12月7日 09:00止 第 2 版，就是本页")
    assert rules[2].startswith(
        "以前 2026年11月21日 09:00起，至2026年12月1日 09:00止 看第 1 版 · 与今天的差别 口径：“三十天”"
    )
    assert "一百天" not in page.text_content()


def test_the_link_to_an_earlier_rule_shows_it_marked_as_not_todays(agent: Browser) -> None:
    (address,) = entry(agent).xpath("//li[contains(@class, 'rule-earlier')]//a[starts-with(text(), '看第')]/@href")
    page = look(agent.get(address))
    assert "三十天" in words(page, of_class("speakable"))
    assert "当时的口径，不是今天的规定" in words(page, of_class("card"))
    banner = words(page, of_class("banner-stop"))
    assert "不是今天的规定 今天已改。口径：“三十天”改为“六十天”" in banner
    assert page.xpath("//div[contains(@class, 'banner-stop')]//a/@href") == [
        "/entries/FAQ-0042/diff?from=1&to=2", "/entries/FAQ-0042",
    ]  # fmt: skip
    assert agent.get("/entries/FAQ-0042/diff?from=1&to=2").status_code == 200


def test_a_rule_that_still_holds_is_not_called_another_days(agent: Browser) -> None:
    page = entry(agent, as_of="2026-12-02T09:30:00+08:00")
    assert not page.xpath(of_class("banner-stop"))
    assert "今天仍是这样" in words(page, of_class("banner-note"))


def test_the_upcoming_rule_is_told_from_todays(agent: Browser) -> None:
    page = entry(agent, as_of="2026-12-08")
    assert "今天还是旧规定" in words(page, of_class("banner-stop"))
    assert "/entries/FAQ-0042/diff?from=2&to=3" in page.xpath("//div[contains(@class, 'banner-stop')]//a/@href")


def test_an_earlier_rule_of_a_withdrawn_entry_says_that_nothing_holds_today(
    agent: Browser, revised: Desk, clock: Clock
) -> None:
    clock.forward(hours=1)
    revised.knowledge.withdraw(COORDINATOR, "FAQ-0042", reason="停售", replaced_by="")
    assert "今天已下线" in words(entry(agent, as_of="2026-11-22"), of_class("banner-stop"))


def test_an_entry_with_one_rule_has_no_periods_to_show(desk: Desk, client_for: SignIn, clock: Clock) -> None:
    published(desk.store, clock)
    desk.sync.drain()
    assert not entry(client_for(Role.AGENT)).xpath(of_class("rule"))


def test_the_moment_a_rule_began_is_asked_for_exactly(desk: Desk, client_for: SignIn, clock: Clock) -> None:
    published(desk.store, clock)
    clock.at = NOW + timedelta(days=1, microseconds=345_678)
    revise(desk, speakable="六十天。")
    clock.forward(days=1)
    revise(desk, speakable="九十天。")
    desk.sync.drain()
    agent = client_for(Role.AGENT)
    links = entry(agent).xpath("//li[contains(@class, 'rule-earlier')]//a[starts-with(text(), '看第')]/@href")
    assert ["六十天。" in agent.get(a).get_data(as_text=True) for a in links] == [True, False]


# --- search of another moment


def test_a_hit_of_another_moment_says_that_it_is_different_today(agent: Browser) -> None:
    page = look(agent.get("/search", query_string={"q": "百万医疗险等待期", "as_of": "2026-11-22"}))
    assert words(page, of_class("hit-then")) == "今天已改"
    assert "今天已改 · 看差别" in words(page, of_class("card-then"))
    assert "/entries/FAQ-0042/diff?from=1&to=2" in page.xpath("//p[contains(@class, 'card-then')]/a/@href")


def test_a_hit_of_an_entry_withdrawn_since_says_so(agent: Browser, revised: Desk, clock: Clock) -> None:
    clock.forward(hours=1)
    revised.knowledge.withdraw(COORDINATOR, "FAQ-0042", reason="停售", replaced_by="")
    page = look(agent.get("/search/fragment", query_string={"q": "百万医疗险等待期", "as_of": "2026-11-22"}))
    assert words(page, of_class("hit-then")) == "今天已下线"
    assert "/entries/FAQ-0042" in page.xpath("//p[contains(@class, 'card-then')]/a/@href")


def test_a_search_of_now_says_nothing_of_other_moments(agent: Browser) -> None:
    page = look(agent.get("/search", query_string={"q": "百万医疗险等待期"}))
    assert page.xpath(of_class("hit"))
    assert not page.xpath(of_class("hit-then")) and not page.xpath(of_class("card-then"))


def test_programs_are_told_what_is_different_today(agent: Browser, token_for) -> None:
    answer = agent.get("/api/v1/search?q=百万医疗险等待期&as_of=2026-11-22", headers=token_for(Role.AGENT))
    conforms(answer, "/api/v1/search")
    told = answer.get_json()
    assert told["hits"][0]["today"] == {
        "state": "changed", "revision": 2, "url": "/entries/FAQ-0042/diff?from=1&to=2",
    }  # fmt: skip
    assert agent.get("/api/v1/search?q=百万医疗险等待期").get_json()["hits"][0]["today"] is None


def test_programs_are_told_the_change_of_an_entry(agent: Browser) -> None:
    answer = agent.get("/api/v1/entries/FAQ-0042?as_of=2026-11-22")
    conforms(answer, "/api/v1/entries/{code}")
    then = answer.get_json()
    assert then["revision"] == 1
    assert then["today"]["state"] == "changed"
    assert then["today"]["change"].startswith("口径：“三十天”改为“六十天”")
    assert agent.get("/api/v1/entries/FAQ-0042").get_json()["today"] is None
    same = agent.get("/api/v1/entries/FAQ-0042?as_of=2026-12-02").get_json()["today"]
    assert same == {"state": "same", "revision": 2, "url": "/entries/FAQ-0042", "change": ""}
