"""What an agent's own solutions led to, and what the agent was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kb.domain.notifications import Notification
from kb.domain.person import Person, Role
from kb.domain.solutions import Outcome
from tests.factories import Clock, a_person, published
from tests.solving import WANG, added, used
from tests.webapp.conftest import Browser, login_of
from tests.webapp.desk_pages import look, of_class, words
from webapp.wiring import Desk

ME = replace(WANG, login=login_of(Role.AGENT))


@pytest.fixture
def agent(client_for: Callable[[Role], Browser], desk: Desk, clock: Clock) -> Browser:
    published(desk.store, clock, "FAQ-0042", title="等待期")
    return client_for(Role.AGENT)


def recorded(desk: Desk, clock: Clock, person: Person = ME) -> None:
    """One accepted, one declined, one waiting."""
    coordinator = a_person(login="li")
    desk.harvest.learn(coordinator, [used(desk.store, clock, "几天能赔", by=person).number], "FAQ-0042")
    desk.harvest.decline(coordinator, [added(desk.store, clock, "宠物能不能投保", by=person).number], "没有这类产品")
    added(desk.store, clock, "发票丢了怎么补开", by=person)


def test_a_newcomer_is_told_what_will_stand_here(agent: Browser) -> None:
    page = look(agent.get("/mine"))
    assert "还没有记录" in words(page, of_class("mine-rows"))
    assert page.xpath(of_class("nav-todo")) == []


def test_counts_list_and_notifications_tell_what_came_of_them(agent: Browser, desk: Desk, clock: Clock) -> None:
    recorded(desk, clock)
    page = look(agent.get("/mine"))
    assert words(page, of_class("mine-counts")) == "3 全部 1 待处理 1 收为相似问 1 未采纳"
    assert [words(li, ".//p") for li in page.xpath(f"{of_class('mine-told')}/li")] == [
        "新 您记录的“宠物能不能投保”没有采纳：没有这类产品 去看",
        "新 您记录的“几天能赔”已收为 FAQ-0042 的相似问，以后这样问也能搜到。 去看",
    ]
    rows = [words(li, ".") for li in page.xpath(f"{of_class('mine-rows')}/li")]
    assert rows[0].startswith("发票丢了怎么补开 新增 待处理")
    assert rows[1].endswith("原因：没有这类产品")
    assert rows[2].endswith("· 等待期")
    assert words(look(agent.get("/mine?show=declined")), of_class("mine-asked")) == "宠物能不能投保"
    for address in page.xpath(f"{of_class('mine-told')}//a/@href"):
        assert agent.get(address).status_code == 200


def test_what_is_new_is_counted_in_the_bar_until_it_was_seen(agent: Browser, desk: Desk, clock: Clock) -> None:
    recorded(desk, clock)
    assert words(look(agent.get("/")), of_class("nav-todo")) == "2条新通知"
    assert agent.submit("/mine/seen", headers={"X-Requested-With": "fetch"}).status_code == 204
    page = look(agent.get("/mine"))
    assert (page.xpath(of_class("nav-todo")), page.xpath(of_class("mine-new"))) == ([], [])
    assert len(page.xpath(f"{of_class('mine-told')}/li")) == 2
    assert agent.submit("/mine/seen").headers["Location"] == "/mine"


def test_nobody_sees_what_others_were_told(
    agent: Browser, client_for: Callable[[Role], Browser], desk: Desk, clock: Clock
) -> None:
    recorded(desk, clock)
    page = look(client_for(Role.SHIFT_LEADER).get("/mine"))
    assert (page.xpath(of_class("mine-told")), words(page, of_class("mine-counts"))) == ([], "0 全部")
    assert client_for(Role.DIRECTOR).get("/mine").status_code == 403


def test_long_lists_go_on_below(agent: Browser, desk: Desk, clock: Clock) -> None:
    for number in range(52):
        added(desk.store, clock, f"第{number}个问题", by=ME)
    first = look(agent.get("/mine"))
    [older] = first.xpath("//a[@rel='next']/@href")
    assert [words(e, ".") for e in look(agent.get(older)).xpath(of_class("mine-asked"))] == ["第1个问题", "第0个问题"]


def test_a_sentence_of_another_version_breaks_nothing(agent: Browser, desk: Desk, clock: Clock) -> None:
    with desk.store.write() as uow:
        uow.notifications.add([Notification(person=ME.login, at=clock(), text="{later} 什么", values={"sooner": 1})])
        uow.commit()
    assert "有一条新消息" in words(look(agent.get("/mine")), of_class("mine-told"))


def test_used_in_known_words_is_shown_as_such(agent: Browser, desk: Desk, clock: Clock) -> None:
    one = used(desk.store, clock, "等待期？", by=ME)
    clock.forward(hours=11)
    assert desk.harvest.tidy() == 0
    clock.forward(hours=14)
    assert desk.harvest.tidy() == 1
    with desk.store.read() as uow:
        assert uow.harvest.outcomes(ME.login) == {Outcome.KNOWN: 1}
    assert one.outcome is Outcome.WAITING


def test_the_title_of_an_entry_for_others_is_not_told(agent: Browser, desk: Desk, clock: Clock) -> None:
    published(desk.store, clock, "PRO-0007", title="媒体采访应急预案", roles=(Role.SHIFT_LEADER,))
    one = added(desk.store, clock, "记者来了怎么办", by=ME)
    desk.harvest.learn(a_person(login="li"), [one.number], "PRO-0007")
    for address in ("/mine", f"/solutions/{one.number}"):
        page = agent.get(address).text
        assert "记者来了怎么办" in page
        assert "应急预案" not in page
