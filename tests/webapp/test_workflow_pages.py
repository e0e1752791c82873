"""What waits, verdicts, releases and the rules of publishing, in the browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb.domain.content import Kind
from kb.domain.person import Role
from kb.domain.release import ReleaseState
from kb.services.people import SYSTEM
from tests.factories import NOW, Clock, a_content, a_person, published
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import look, of_class, words
from webapp.wiring import Desk

SignIn = Callable[[Role], Browser]
LI = a_person(login="li")


@pytest.fixture
def policy(desk: Desk) -> str:
    """POL-0001 in force, with a second revision that waits for approval."""
    published(desk.store, desk.clock, "POL-0001", kind=Kind.POLICY, title="犹豫期退保", speakable="旧口径")
    desk.knowledge.submit(
        LI, a_content(kind=Kind.POLICY, title="犹豫期退保", speakable="新口径"), reason="监管新规", code="POL-0001"
    )
    return "POL-0001"


def said(browser: Browser) -> str:
    return words(look(browser.get("/work")), of_class("main"))


def test_what_waits_stands_under_what_it_waits_for(desk: Desk, client_for: SignIn, policy: str) -> None:
    director = client_for(Role.DIRECTOR)
    assert "犹豫期退保 POL-0001" in said(director)
    page = look(director.get("/work"))
    assert words(page, "//section[h2[@id='stage-submitted']]//h2").endswith("1")
    director.submit(f"/entries/{policy}/revisions/2/approve", {"text": ""})
    page = look(director.get("/work"))
    assert words(page, "//section[h2[@id='stage-approved']]//li").startswith("犹豫期退保")


def test_an_empty_list_says_so(client_for: SignIn) -> None:
    assert "没有等审批的版本。" in said(client_for(Role.COORDINATOR))


def test_a_policy_goes_from_approval_to_publication_and_the_old_rule_holds_until_then(
    desk: Desk, client_for: SignIn, policy: str
) -> None:
    coordinator, director = client_for(Role.COORDINATOR), client_for(Role.DIRECTOR)
    answer = coordinator.submit(f"/entries/{policy}/publish", {"number": "2", "reason": "上线"}, follow_redirects=True)
    assert "还差 1 人审批" in words(look(answer), of_class("notice"))
    page = look(coordinator.get(f"/entries/{policy}?revision=2"))
    assert "待审批" in words(page, "//section[@id='review']")
    assert not page.xpath("//form[@action='/entries/POL-0001/publish']")
    answer = director.submit(f"/entries/{policy}/revisions/2/approve", {"text": "同意"}, follow_redirects=True)
    assert "某director · " in words(look(answer), of_class("talk"))
    page = look(coordinator.get(f"/entries/{policy}?revision=2"))
    assert page.xpath("//form[@action='/entries/POL-0001/publish']")
    coordinator.submit(f"/entries/{policy}/publish", {"number": "2", "reason": "上线"})
    assert desk.knowledge.read(LI, policy).dated.revision.content.speakable == "新口径"


def test_a_returned_revision_tells_its_author_what_is_wrong(client_for: SignIn, policy: str, desk: Desk) -> None:
    director = client_for(Role.DIRECTOR)
    answer = director.submit(f"/entries/{policy}/revisions/2/return", {"text": " "}, follow_redirects=True)
    assert "请写明意见" in words(look(answer), of_class("notice"))
    director.submit(f"/entries/{policy}/revisions/2/return", {"text": "金额写错了 <b>"})
    page = look(client_for(Role.COORDINATOR).get(f"/entries/{policy}?revision=2"))
    assert words(page, of_class("talk-text")) == "金额写错了 <b>"
    assert "已退回" in words(page, of_class("stage"))


def test_a_team_leader_comments_but_is_offered_no_verdict(client_for: SignIn, policy: str) -> None:
    leader = client_for(Role.TEAM_LEADER)
    page = look(leader.get(f"/entries/{policy}?revision=2"))
    assert words(page, "//section[@id='review']//button") == "只留意见"
    leader.submit(f"/entries/{policy}/revisions/2/comment", {"text": "第二段看不懂"})
    assert "第二段看不懂" in words(look(leader.get(f"/entries/{policy}?revision=2")), of_class("talk"))


def test_agents_see_nothing_of_what_waits(client_for: SignIn, policy: str) -> None:
    page = look(client_for(Role.AGENT).get(f"/entries/{policy}"))
    assert page.xpath("//section[@id='review']") == []
    assert "新口径" not in words(page, of_class("main"))


def test_entries_due_for_review_tell_how_late_they_are(desk: Desk, client_for: SignIn) -> None:
    for code, days in (("FAQ-0001", -3), ("FAQ-0002", 5)):
        published(desk.store, desk.clock, code, title=f"复审 {code}", review_by=NOW.date() + timedelta(days=days))
    text = words(look(client_for(Role.COORDINATOR).get("/work")), "//section[h2[@id='due-heading']]")
    assert "复审 FAQ-0001 FAQ-0001 信息协调岗 2026年11月18日 已过 3 天" in text
    assert "还有 5 天" in text


def test_a_release_is_opened_filled_published_and_undone(desk: Desk, client_for: SignIn, policy: str) -> None:
    coordinator = client_for(Role.COORDINATOR)
    published(desk.store, desk.clock, "FAQ-0002", title="要停的", speakable="旧")
    at = coordinator.submit("/releases", {"title": "十二月调整"}).location
    coordinator.submit(f"{at}/items", {"publish": "POL-0001:2"})
    coordinator.submit(f"{at}/items", {"withdraw": "faq-0002", "replaced_by": ""})
    page = look(coordinator.get(at))
    assert "还差 1 人审批" in words(page, of_class("stuck"))
    assert not page.xpath("//form[contains(@action, '/publish')]")
    desk.workflow.approve(a_person(Role.DIRECTOR), "POL-0001", 2)
    coordinator.submit(f"{at}/publish", {"reason": "新规"})
    assert desk.releases.get(SYSTEM, 1).state is ReleaseState.PUBLISHED
    assert desk.knowledge.read(LI, "FAQ-0002").dated is None
    coordinator.submit(f"{at}/undo", {"reason": "报错了"})
    assert desk.knowledge.read(LI, "FAQ-0002").dated.revision.content.speakable == "旧"
    assert "整体撤回：报错了" in words(look(coordinator.get(at)), of_class("main"))


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("/releases", {"title": " "}, "请写发布包的名称"),
        ("/releases/1/items", {}, "请至少选择一条"),
        ("/releases/1/items", {"publish": "FAQ-0042:x"}, "请写明要发布第几版"),
        ("/releases/1/items", {"withdraw": "FAQ-9999"}, "没有编号为 FAQ-9999"),
        ("/releases/1/items", {"withdraw": "乱写"}, "不合要求"),
        ("/releases/1/items/FAQ-0042/remove", {}, "里没有 FAQ-0042"),
        ("/releases/1/publish", {"reason": "空"}, "还没有条目"),
        ("/releases/1/undo", {"reason": "空"}, "还没有发布"),
    ],
)
def test_a_mistake_with_a_release_is_one_sentence(
    desk: Desk, client_for: SignIn, path: str, data: dict[str, str], sentence: str
) -> None:
    desk.releases.open(SYSTEM, "一")
    answer = client_for(Role.COORDINATOR).submit(path, data, follow_redirects=True)
    assert answer.status_code == 200
    assert sentence in words(look(answer), of_class("notice"))


def test_a_release_that_is_not_there_is_not_found(client_for: SignIn) -> None:
    assert client_for(Role.COORDINATOR).get("/releases/7").status_code == 404


def test_rules_are_changed_by_those_who_may_and_read_by_those_who_write(
    desk: Desk, client_for: SignIn, clock: Clock
) -> None:
    director, coordinator, leader = (client_for(r) for r in (Role.DIRECTOR, Role.COORDINATOR, Role.TEAM_LEADER))
    counts = {f"approvals-{kind}": "0" for kind in Kind}
    form = {**counts, "approvals-faq": "2", "four-eyes-faq": "1", "based_on": "0", "reason": "收紧"}
    assert director.submit("/rules/approval", form).status_code == 303
    assert desk.rulebook.current().needed(Kind.FAQ) == 2
    wording = {
        "promises": "包赔\n包赔\n",
        "shifts": "白班\n夜班",
        "review_ahead": "7",
        "intake_hours": "8",
        "reason": "改",
    }
    assert coordinator.submit("/rules/wording", {**wording, "based_on": "1"}).status_code == 303
    assert desk.rulebook.current().promises == ("包赔",)
    page = look(leader.get("/rules"))
    assert not page.xpath("//form//textarea")
    assert "包赔" in words(page, of_class("facts"))


CALLS = {
    "solution_minutes": "6", "owed_most": "2", "solution_least": "5", "flag_hours": "12", "gap_after": "4",
    "gap_hours": "48", "gap_urgent_hours": "8", "policy_shapes": "PA########\n\n", "reason": "旺季", "based_on": "0",
}  # fmt: skip


def test_limits_after_calls_are_changed_and_read(desk: Desk, client_for: SignIn) -> None:
    assert client_for(Role.COORDINATOR).submit("/rules/calls", CALLS).status_code == 303
    rules = desk.rulebook.current()
    assert (rules.solution_minutes, rules.gap_after, rules.gap_urgent_hours) == (6, 4, 8)
    assert rules.policy_shapes == ("PA########",)
    assert "PA########" in words(look(client_for(Role.TEAM_LEADER).get("/rules")), of_class("facts"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"gap_after": "1"}, "2 到 1000"),
        ({"gap_hours": "soon"}, "整数"),
        ({"policy_shapes": "PA#"}, "至少要有 8 个 #"),
    ],
)
def test_a_mistake_in_the_limits_stands_at_its_field(
    client_for: SignIn, change: dict[str, str], sentence: str
) -> None:
    answer = client_for(Role.COORDINATOR).submit("/rules/calls", {**CALLS, **change})
    page = look(answer)
    assert answer.status_code == 400
    assert sentence in words(page, f"//p[.//*[@name='{next(iter(change))}']]" + of_class("error"))
    assert page.xpath("//input[@id='gap_urgent_hours']/@value") == ["8"]


def test_a_new_shift_is_given_with_its_start(desk: Desk, client_for: SignIn) -> None:
    form = {"promises": "", "review_ahead": "7", "intake_hours": "8", "reason": "加一班", "based_on": "0",
            "shifts": "早班\n中班\n晚班\n夜班", "shift_starts": "08:00\n14:00\n20:00"}  # fmt: skip
    coordinator = client_for(Role.COORDINATOR)
    assert "每个班次都要写开始时间" in words(look(coordinator.submit("/rules/wording", form)), of_class("error"))
    assert coordinator.submit("/rules/wording", form | {"shift_starts": "08:00\n14:00\n20:00\n02:00"}).status_code == 303
    assert desk.rulebook.current().shift_starts == ("08:00", "14:00", "20:00", "02:00")


@pytest.mark.parametrize(
    ("change", "sentence", "status"),
    [
        ({"intake_hours": "x"}, "整数", 400),
        ({"intake_hours": "9999"}, "1 到 720", 400),
        ({"shifts": " "}, "至少写一个班次", 400),
        ({"reason": ""}, "请写明原因", 400),
        ({"based_on": "5"}, "请刷新", 409),
    ],
)
def test_a_mistake_in_the_rules_keeps_what_was_typed(
    client_for: SignIn, change: dict[str, str], sentence: str, status: int
) -> None:
    form = {
        "promises": "我写的承诺",
        "shifts": "白班",
        "review_ahead": "7",
        "intake_hours": "8",
        "reason": "改",
        "based_on": "0",
    }
    answer = client_for(Role.COORDINATOR).submit("/rules/wording", {**form, **change})
    assert answer.status_code == status
    page = look(answer)
    assert sentence in words(page, of_class("error"))
    assert words(page, "//textarea[@id='promises']") == "我写的承诺"
