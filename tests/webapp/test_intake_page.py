"""收件: file a notice, take it, hand it on, write it, answer it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb.domain.intake import IntakeState
from kb.domain.person import Role
from tests.factories import NOW, Clock, a_person
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, furnish, look, of_class, words
from webapp.intake import times
from webapp.wiring import Desk

NOTICE = {"department": "理赔部", "title": "时效调整", "text": "车险理赔改为七天。"}
LI = a_person(Role.COORDINATOR, login="li")


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    furnish(desk)
    return client_for(Role.COORDINATOR)


@pytest.fixture
def leader(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.TEAM_LEADER)


def file(client: Browser, **changed: str) -> str:
    """File a notice; returns its address."""
    response = client.submit("/intake", NOTICE | changed)
    assert response.status_code == 303, words(look(response), of_class("error"))
    return str(response.location)


def titles(page: Page) -> list[str]:
    return [words(title, ".") for title in page.xpath("//p[@class='intake-title']")]


def state(desk: Desk, number: int = 1) -> tuple[IntakeState, str]:
    with desk.store.read() as uow:
        one = uow.intake.find(number)
    assert one is not None
    return one.state, one.assignee


@pytest.mark.parametrize(
    ("left", "said", "urgency"),
    [
        (timedelta(hours=3, minutes=20, seconds=59), "剩 3 小时 20 分", "soon"),
        (timedelta(hours=4, seconds=1), "剩 4 小时 0 分", "calm"),
        (timedelta(minutes=5), "剩 5 分", "soon"),
        (timedelta(days=2, hours=3), "剩 2 天 3 小时", "calm"),
        (timedelta(seconds=-1), "已超时 0 分", "late"),
        (-timedelta(hours=2, minutes=5), "已超时 2 小时 5 分", "late"),
        (-timedelta(days=3), "已超时 3 天 0 小时", "late"),
    ],
)
def test_the_clock_says_how_long_is_left(app: object, left: timedelta, said: str, urgency: str) -> None:
    with app.test_request_context():  # type: ignore[attr-defined]
        assert (times.clock(left), times.urgency(left)) == (said, urgency)


def test_a_notice_is_filed_and_waits_with_its_clock(coordinator: Browser, leader: Browser) -> None:
    page = look(leader.get(file(leader, received_at="2026-11-21T08:00", reference="LP-118")))
    assert words(page, of_class("clock")) == "剩 23 小时 0 分"
    facts = words(page, of_class("facts"))
    assert "LP-118" in facts and "2026-11-21 08:00" in facts and "2026-11-22 08:00" in facts
    assert page.xpath("//form[contains(@action, '/take')]") == []
    waiting = look(coordinator.get("/intake"))
    assert titles(waiting) == ["时效调整"]
    due = NOW + timedelta(hours=23)
    assert waiting.xpath("//time/@data-due") == [str(int(due.timestamp() * 1000))]


def test_personal_data_is_masked_and_the_page_says_so(leader: Browser) -> None:
    address = file(leader, text="客户 13812345678 来电")
    page = look(leader.get(address))
    assert "其中的个人信息已隐去。" in words(page, of_class("notice"))
    assert "13812345678" not in leader.get(address).text


def test_the_same_reference_is_filed_once(leader: Browser) -> None:
    first = file(leader, reference="LP-118")
    assert file(leader, reference="LP-118") == first
    assert "这件来文已经登记过，是第 1 件。" in leader.get(first).text
    response = leader.submit("/intake", NOTICE | {"reference": "LP-118", "text": "另一件"})
    assert (response.status_code, words(look(response), "//*[@id='reference-mistake']")) == (
        409, "编号“LP-118”已经用于来文 1，内容不同。",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"department": " "}, "department", "请写明提交部门。"),
        ({"title": ""}, "title", "标题不能为空。"),
        ({"text": "长" * 20_001}, "text", "“内容”最多 20000 个字，现有 20001 个。"),
        ({"received_at": "昨天"}, "received_at", "看不懂时间“昨天”"),
        ({"received_at": "2026-11-21T10:00"}, "received_at", "收到时间不能晚于现在。"),
        ({"due_at": "2026-11-20T10:00"}, "due_at", "答复期限必须晚于收到时间。"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_field_beside_what_was_typed(
    leader: Browser, changed: dict[str, str], field: str, sentence: str
) -> None:
    response = leader.submit("/intake", NOTICE | changed)
    page = look(response)
    assert response.status_code in (400, 413)
    assert sentence in words(page, f"//*[@id='{field}-mistake']")
    assert page.get_element_by_id("department").get("value") == (NOTICE | changed)["department"]


def test_the_queue_is_sorted_by_what_is_due_first_and_counts_what_is_late(
    coordinator: Browser, leader: Browser, clock: Clock
) -> None:
    file(leader, title="不急", due_at="2026-11-25T09:00")
    file(leader, title="急", due_at="2026-11-21T11:00")
    assert look(coordinator.get("/intake")).xpath(of_class("nav-late")) == []
    clock.forward(hours=3)
    page = look(coordinator.get("/intake"))
    assert titles(page) == ["急", "不急"]
    assert [words(c, ".") for c in page.xpath("//time")] == ["已超时 1 小时 0 分", "剩 3 天 21 小时"]
    assert words(page, of_class("nav-late")) == "1件超时"
    assert titles(look(coordinator.get("/intake?show=overdue"))) == ["急"]
    assert look(leader.get("/intake")).xpath(of_class("nav-late")) == []


def test_one_sees_only_what_one_filed_unless_one_oversees(leader: Browser, client_for: Callable[[Role], Browser]) -> None:
    address = file(leader)
    shift = client_for(Role.SHIFT_LEADER)
    assert shift.get(address).status_code == 404
    page = look(shift.get("/intake"))
    assert titles(page) == [] and words(page, of_class("kinds-count")) == "0 0 0"
    assert titles(look(client_for(Role.DIRECTOR).get("/intake"))) == ["时效调整"]


def test_the_second_to_take_it_hears_who_was_first(coordinator: Browser, leader: Browser, desk: Desk) -> None:
    address = file(leader)
    desk.intake.take(LI, 1)
    response = coordinator.submit(f"{address}/take")
    assert (response.status_code, words(look(response), "//*[@id='step-mistake']")) == (
        409, "来文 1 已由 li 接手；要自己处理，请先转交给自己。",
    )  # fmt: skip
    assert state(desk) == (IntakeState.TAKEN, "li")


def test_it_is_taken_handed_to_oneself_and_put_back(coordinator: Browser, leader: Browser, desk: Desk) -> None:
    address = file(leader)
    desk.intake.take(LI, 1)
    coordinator.submit(f"{address}/hand", {"to": "a-coordinator", "seen": "li"})
    assert state(desk) == (IntakeState.TAKEN, "a-coordinator")
    coordinator.submit(f"{address}/hand", {"to": "", "seen": "a-coordinator"})
    assert state(desk) == (IntakeState.WAITING, "")
    assert coordinator.submit(f"{address}/hand", {"to": "a-coordinator", "seen": "li"}).status_code == 409


def test_writing_leads_to_the_editor_with_the_text_in_a_draft(coordinator: Browser, leader: Browser, desk: Desk) -> None:
    address = file(leader)
    first, again = (coordinator.submit(f"{address}/write", {"kind": "policy"}).location for _ in range(2))
    [draft] = desk.drafts.mine(a_person(Role.COORDINATOR, login="a-coordinator"))
    assert first == again == f"/edit/draft/{draft.id}"
    assert (draft.fields["title"], draft.fields["body"], draft.fields["kind"]) == ("时效调整", "车险理赔改为七天。", "policy")
    assert "接着写" in coordinator.get(address).text


def test_it_is_answered_with_an_entry_and_the_sender_sees_it(coordinator: Browser, leader: Browser) -> None:
    address = file(leader)
    response = coordinator.submit(f"{address}/finish", {"code": "FAQ-7777", "outcome": "写好了"})
    page = look(response)
    assert (response.status_code, words(page, "//*[@id='finish-mistake']")) == (404, "没有编号为 FAQ-7777 的条目。")
    assert page.get_element_by_id("finish-outcome").get("value") == "写好了"
    assert coordinator.submit(f"{address}/finish", {"code": "faq-0042", "outcome": "写好了"}).status_code == 303
    page = look(leader.get(address))
    assert words(page, of_class("clock")) == "按时办结"
    assert "FAQ-0042" in words(page, of_class("facts")) and "写好了" in words(page, of_class("facts"))
    assert words(page, of_class("happened")).endswith("某coordinator 办结来文：FAQ-0042")
    assert titles(look(leader.get("/intake?show=closed"))) == ["时效调整"]


def test_it_is_declined_with_a_reason_and_never_opened_again(coordinator: Browser, leader: Browser, desk: Desk) -> None:
    address = file(leader)
    response = coordinator.submit(f"{address}/decline", {"outcome": " "})
    assert (response.status_code, words(look(response), "//*[@id='decline-mistake']")) == (
        400, "请写明不采纳的原因，提交部门会看到。",
    )  # fmt: skip
    coordinator.submit(f"{address}/decline", {"outcome": "已有条目"})
    assert state(desk)[0] is IntakeState.DECLINED
    for step in ("take", "hand", "write", "decline"):
        response = coordinator.submit(f"{address}/{step}", {"to": "", "seen": "", "outcome": "x"})
        assert response.status_code == 409
        assert "已经办结，不能再改" in words(look(response), "//*[@id='step-mistake']")


def test_what_a_department_writes_is_never_markup(coordinator: Browser, leader: Browser) -> None:
    address = file(leader, title="<script>alert(1)</script>", text="<img src=x>", department="<b>")
    for path in ("/intake", address):
        text = coordinator.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text and "<b>" not in text


def test_a_notice_that_is_not_there_is_not_found(coordinator: Browser) -> None:
    assert coordinator.get("/intake/99").status_code == 404
    assert coordinator.submit("/intake/99/take").status_code == 404
