"""The page of an entry: what is the rule, what was, and who may see and change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kb.domain.person import Role
from tests.factories import Clock, a_content, a_person, published
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import furnish, look, of_class, words
from webapp.wiring import Desk

SignIn = Callable[[Role], Browser]
COORDINATOR = a_person()


@pytest.fixture
def agent(desk: Desk, client_for: SignIn) -> Browser:
    furnish(desk)
    return client_for(Role.AGENT)


@pytest.fixture
def coordinator(agent: Browser, client_for: SignIn) -> Browser:
    return client_for(Role.COORDINATOR)


def page_of(client: Browser, code: str, **parameters: str):
    return look(client.get(f"/entries/{code}", query_string=parameters))


def test_an_entry_shows_its_answer_its_text_and_its_validity(agent: Browser) -> None:
    page = page_of(agent, "FAQ-0042")
    assert words(page, "//h1") == "百万医疗险的等待期是多少天"
    assert "百万医疗险的等待期是三十天" in words(page, of_class("card"))
    assert "第 1 版 2026年11月21日生效 2026年11月21日更新" in words(page, of_class("card-meta"))
    assert "自合同生效日起算 30 天。" in words(page, of_class("prose"))
    assert "2026年11月21日 09:00" in words(page, of_class("facts"))


def test_the_contents_lead_to_the_headings(agent: Browser) -> None:
    page = page_of(agent, "PRO-0007")
    targets = page.xpath("//aside//nav//a/@href")
    assert [t.removeprefix("#") for t in targets] == page.xpath("//article//h2/@id")
    assert len(targets) == 2


def test_links_to_entries_open_them_and_broken_ones_are_marked(agent: Browser) -> None:
    page = page_of(agent, "PRO-0007")
    assert page.xpath("//article//a/@href") == ["/entries/FAQ-0042"]
    assert words(page, of_class("link-broken")) == "没有"
    assert "百万医疗险的等待期是多少天" in words(page, "//aside")


def test_entries_of_the_same_product_and_category_are_related(agent: Browser, desk: Desk) -> None:
    published(desk.store, desk.clock, "FAQ-0050", title="百万医疗险等待期内生病怎么办", asked_as=())
    desk.sync.drain()
    assert page_of(agent, "FAQ-0042").xpath("//section[@aria-labelledby='related-heading']//a/@href") == [
        "/entries/FAQ-0050"
    ]


@pytest.mark.parametrize("code", ["FAQ-9999", "NOT-0003", "nonsense", "FAQ-00421"])
def test_what_is_closed_to_the_role_looks_like_what_does_not_exist(agent: Browser, code: str) -> None:
    response = agent.get(f"/entries/{code}")
    assert response.status_code == 404
    shown = words(look(response), "//main")
    assert shown.replace(code, "…") == words(look(agent.get("/entries/FAQ-7777")), "//main").replace("FAQ-7777", "…")


def test_a_code_in_small_letters_is_the_same_entry(agent: Browser) -> None:
    assert words(page_of(agent, "faq-0042"), "//h1") == "百万医疗险的等待期是多少天"


def test_a_withdrawn_entry_says_when_why_and_what_instead_but_not_its_text(agent: Browser, desk: Desk, clock: Clock) -> None:
    clock.forward(hours=2)
    desk.knowledge.withdraw(COORDINATOR, "FAQ-0042", reason="产品停售", replaced_by="FAQ-0043")
    response = agent.get("/entries/FAQ-0042")
    banner = words(look(response), of_class("banner"))
    assert "已下线，不再使用 2026年11月21日 11:00下线。原因：产品停售" in banner
    assert look(response).xpath("//main//p[@class='banner-next']/a/@href") == ["/entries/FAQ-0043"]
    assert "三十天" not in response.get_data(as_text=True)


def test_an_editor_reads_the_old_text_with_a_warning(coordinator: Browser, desk: Desk) -> None:
    desk.knowledge.withdraw(COORDINATOR, "FAQ-0042", reason="产品停售")
    page = page_of(coordinator, "FAQ-0042")
    assert not page.xpath(of_class("card"))
    assert "三十天" in words(page, of_class("old"))
    assert "不要念给来电者" in words(page, of_class("old"))


def test_an_expired_entry_says_until_when_it_was_the_rule(
    agent: Browser, client_for: SignIn, desk: Desk, clock: Clock
) -> None:
    ends = datetime(2026, 11, 22, 16, tzinfo=UTC)  # midnight in Shanghai: the 22nd was its last day
    published(desk.store, desk.clock, "NOT-0009", title="双十一活动", speakable="活动价九折。", effective_to=ends)
    assert "有效至2026年11月22日" in words(page_of(agent, "NOT-0009"), of_class("card-meta"))
    clock.forward(days=3)
    response = client_for(Role.AGENT).get("/entries/NOT-0009")
    assert "已过有效期" in words(look(response), of_class("banner"))
    assert "有效至2026年11月22日" in words(look(response), of_class("banner"))
    assert "九折" not in response.get_data(as_text=True)


def test_what_is_only_announced_is_not_read_out_yet(agent: Browser, desk: Desk) -> None:
    starts = datetime(2026, 12, 31, 16, tzinfo=UTC)
    published(desk.store, desk.clock, "POL-0009", title="新规定", speakable="改为四十五天。", effective_from=starts)
    response = agent.get("/entries/POL-0009")
    assert "2027年1月1日 00:00起生效，在那之前不要使用" in words(look(response), of_class("banner"))
    assert "四十五天" not in response.get_data(as_text=True)
    assert "四十五天" in agent.get("/entries/POL-0009?as_of=2027-01-02").get_data(as_text=True)


def test_an_announced_change_is_told_beside_todays_rule(agent: Browser, desk: Desk) -> None:
    starts = datetime(2026, 12, 31, 16, tzinfo=UTC)
    published(desk.store, desk.clock, "FAQ-0042", speakable="明年起四十五天。", effective_from=starts)
    page = page_of(agent, "FAQ-0042")
    assert "第 2 版将于2027年1月1日 00:00生效" in words(page, of_class("banner"))
    assert "三十天" in words(page, of_class("card"))


@pytest.mark.usefixtures("agent")
def test_an_earlier_moment_shows_the_rule_of_then(client_for: SignIn, desk: Desk, clock: Clock) -> None:
    clock.forward(days=2)
    agent = client_for(Role.AGENT)
    published(desk.store, desk.clock, "FAQ-0042", speakable="现在是四十五天。")
    now, then = page_of(agent, "FAQ-0042"), page_of(agent, "FAQ-0042", as_of="2026-11-22")
    assert "四十五天" in words(now, of_class("card"))
    assert "三十天" in words(then, of_class("card"))
    assert "这是 2026年11月22日 00:00 的规定" in words(then, of_class("banner"))


def test_history_and_old_revisions_are_for_those_who_write(
    agent: Browser, coordinator: Browser, desk: Desk, clock: Clock
) -> None:
    clock.forward(hours=1)
    published(desk.store, desk.clock, "FAQ-0042", speakable="现在是四十五天。")
    assert "第 2 版 由 某coordinator 提交 新编" in words(page_of(coordinator, "FAQ-0042"), of_class("history"))
    old = page_of(coordinator, "FAQ-0042", revision="1")
    assert "三十天" in words(old, of_class("old"))
    assert "这是第 1 版，现行的是第 2 版" in words(old, of_class("banner"))
    assert not page_of(agent, "FAQ-0042").xpath(of_class("history"))
    page = look(agent.get("/entries/FAQ-0042?revision=1"))
    assert "四十五天" in words(page, of_class("card"))  # the rule of today, whatever revision the address names
    assert page.xpath(of_class("old")) == []


@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "9" * 30])
def test_a_revision_that_is_not_there_is_not_found(coordinator: Browser, number: str) -> None:
    assert coordinator.get(f"/entries/FAQ-0042?revision={number}").status_code == 404


def test_a_coordinator_publishes_the_revision_that_waits(coordinator: Browser, agent: Browser, desk: Desk) -> None:
    desk.knowledge.submit(COORDINATOR, a_content(speakable="改为四十五天。"), reason="监管要求", code="FAQ-0042")
    page = page_of(coordinator, "FAQ-0042")
    assert page.xpath("//form[@action='/entries/FAQ-0042/publish']//input[@name='number']/@value") == ["2"]
    response = coordinator.submit("/entries/FAQ-0042/publish", {"number": "2", "reason": "已核对"})
    assert response.location == "/entries/FAQ-0042"
    assert "第 2 版已发布。" in words(page_of(coordinator, "FAQ-0042"), of_class("notice"))
    assert "四十五天" in words(page_of(agent, "FAQ-0042"), of_class("card"))


def test_a_coordinator_withdraws_and_publishes_again(coordinator: Browser, agent: Browser) -> None:
    coordinator.submit("/entries/FAQ-0042/withdraw", {"reason": "停售", "replaced_by": "faq-0043"})
    assert "停售" in words(page_of(agent, "FAQ-0042"), of_class("banner"))
    coordinator.submit("/entries/FAQ-0042/publish", {"number": "1", "reason": "恢复销售"})
    assert "三十天" in words(page_of(agent, "FAQ-0042"), of_class("card"))


def test_a_coordinator_restores_an_old_revision_as_a_new_one(coordinator: Browser, desk: Desk) -> None:
    published(desk.store, desk.clock, "FAQ-0042", speakable="现在是四十五天。")
    coordinator.submit("/entries/FAQ-0042/restore", {"number": "1", "reason": "改错了"})
    page = page_of(coordinator, "FAQ-0042")
    assert "第 1 版已恢复为第 3 版，发布后生效。" in words(page, of_class("notice"))
    assert "四十五天" in words(page, of_class("card"))


@pytest.mark.parametrize(
    ("verb", "form", "sentence"),
    [
        ("withdraw", {"reason": " "}, "请写明原因"),
        ("withdraw", {"reason": "停售", "replaced_by": "FAQ-8888"}, "替代条目 FAQ-8888 不存在"),
        ("withdraw", {"reason": "停售", "replaced_by": "FAQ-0042"}, "替代条目不能是它自己"),
        ("publish", {"reason": "再发", "number": "1"}, "已经发布"),
        ("restore", {"reason": "恢复", "number": "1"}, "内容相同，无需恢复"),
    ],
    ids=["no reason", "no such replacement", "itself", "published already", "nothing to restore"],
)
def test_what_cannot_be_done_is_said_on_the_page(
    coordinator: Browser, verb: str, form: dict[str, str], sentence: str
) -> None:
    response = coordinator.submit(f"/entries/FAQ-0042/{verb}", form)
    assert response.status_code == 303
    assert sentence in words(page_of(coordinator, "FAQ-0042"), of_class("notice-trouble"))


def test_only_those_who_publish_are_offered_to(agent: Browser, client_for: SignIn) -> None:
    for role in (Role.AGENT, Role.TEAM_LEADER, Role.DIRECTOR):
        assert not page_of(client_for(role), "FAQ-0042").xpath("//form[contains(@action, '/entries/')]")


def test_an_entry_without_an_index_is_still_readable(agent: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.domain.errors import N_, Unavailable

    def fail(_request: object) -> None:
        raise Unavailable(N_("索引暂时无法读取，请稍后再试。"))

    monkeypatch.setattr(desk.search, "run", fail)
    assert "三十天" in words(page_of(agent, "FAQ-0042"), of_class("card"))


def test_hostile_text_in_an_entry_stays_text(agent: Browser, desk: Desk) -> None:
    evil = '"><script>alert(1)</script>'
    published(
        desk.store, desk.clock, "CASE-0005", title=evil, speakable=evil, body=evil, conditions=evil, tags=(evil,),
        asked_as=(evil,), product=evil, category=evil, owner=evil,
    )  # fmt: skip
    page = page_of(agent, "CASE-0005")
    assert not [s for s in page.xpath("//script") if not s.get("src")]
    assert words(page, "//h1") == evil


def test_a_link_to_an_entry_closed_to_the_role_looks_broken_and_does_not_tell_its_title(
    agent: Browser, client_for: SignIn, desk: Desk
) -> None:
    published(desk.store, desk.clock, "FAQ-0060", title="排班在哪看", body="看 [这里](kb:NOT-0003)。", asked_as=())
    assert words(page_of(agent, "FAQ-0060"), of_class("link-broken")) == "这里"
    assert "内部排班公告" not in agent.get("/entries/FAQ-0060").get_data(as_text=True)
    assert page_of(client_for(Role.SHIFT_LEADER), "FAQ-0060").xpath("//article//a/@href") == ["/entries/NOT-0003"]
