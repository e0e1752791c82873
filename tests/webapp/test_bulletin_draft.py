"""The coordinator's pages: prepare, order, leave out, issue, at once, start, correct."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.person import Role
from tests.factories import Clock
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import look, of_class, words
from tests.webapp.lists import COORDINATOR, change, issue, take_as_known
from webapp.bulletins.drafting import moved
from webapp.wiring import Desk

SCRIPT = {"X-Requested-With": "fetch"}
TROUBLE = "//main//*[@role='alert']"


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.COORDINATOR)


@pytest.fixture
def changed(desk: Desk, clock: Clock) -> Desk:
    take_as_known(desk)
    clock.forward(hours=1)
    change(desk)
    return desk


def version(desk: Desk) -> int:
    return desk.bulletins.draft(COORDINATOR).version


def codes(desk: Desk) -> list[str]:
    return [item.code for item in desk.bulletins.draft(COORDINATOR).items]


def item(desk: Desk, code: str) -> object:
    return next(i for i in desk.bulletins.draft(COORDINATOR).items if i.code == code)


def test_the_draft_lists_what_changed_with_a_suggested_question(changed: Desk, coordinator: Browser) -> None:
    page = look(coordinator.get("/bulletins/draft"))
    assert [li.get("data-code") for li in page.xpath("//li[@data-code]")] == codes(changed)
    form = page.xpath("//li[@data-code='FAQ-0042']//form[@data-save]")[0]
    assert {form.fields["option0"], form.fields["option1"]} == {"三十天", "六十天"}
    assert form.xpath(".//input[@name='asks']/@checked")


def test_an_empty_draft_says_so(desk: Desk, coordinator: Browser) -> None:
    take_as_known(desk)
    assert "没有新的变化要告知" in coordinator.get("/bulletins/draft").text


def test_saving_a_form_as_it_stands_is_no_edit(changed: Desk, coordinator: Browser) -> None:
    before = changed.bulletins.draft(COORDINATOR).items
    for code in codes(changed):
        form = look(coordinator.get("/bulletins/draft")).xpath(f"//li[@data-code='{code}']//form[@data-save]")[0]
        coordinator.submit(form.action, dict(form.form_values()))
    after = changed.bulletins.draft(COORDINATOR)
    assert after.items == before
    assert dict(after.edits.items) == {}


def test_words_emphasis_and_question_are_kept(changed: Desk, coordinator: Browser) -> None:
    sent = {
        "version": version(changed), "summary": "等待期变长", "read_aloud": "请注意：\r\n等待期变长。", "emphasis": "1", "asks": "1",
        "question": "等待期多少天？", "option0": "三十", "option1": "", "option2": "六十", "right": "2",
    }  # fmt: skip
    response = coordinator.submit("/bulletins/draft/items/FAQ-0042", sent, headers=SCRIPT)
    assert response.json["version"] == version(changed) == sent["version"] + 1  # type: ignore[operator]
    kept = item(changed, "FAQ-0042")
    assert (kept.summary, kept.read_aloud, kept.emphasis) == ("等待期变长", "请注意：\n等待期变长。", True)  # type: ignore[attr-defined]
    assert (kept.question.options, kept.question.right) == (("三十", "六十"), 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "sent",
    [
        {"asks": "1", "question": "几天？", "option0": "三十", "right": "0"},
        {"asks": "1", "question": "几天？", "option0": "三", "option1": "六"},
        {"out": "1"},
    ],
    ids=["one option", "no right one", "left out without a reason"],
)
def test_what_is_not_complete_is_told_and_nothing_typed_is_lost(
    changed: Desk, coordinator: Browser, sent: dict[str, str]
) -> None:
    data = {"version": version(changed), "summary": "写到一半", **sent}
    response = coordinator.submit("/bulletins/draft/items/FAQ-0042", data)
    assert response.status_code == 400
    page = look(response)
    assert words(page, TROUBLE)
    assert page.xpath("//li[@data-code='FAQ-0042']//input[@name='summary']/@value") == ["写到一半"]
    assert coordinator.submit("/bulletins/draft/items/FAQ-0042", data, headers=SCRIPT).json["said"]


def test_two_coordinators_never_overwrite_each_other(changed: Desk, coordinator: Browser) -> None:
    stale = version(changed)
    coordinator.submit("/bulletins/draft/items/FAQ-0042", {"version": stale, "summary": "甲写的"})
    late = {"version": stale, "summary": "乙写的"}
    answer = coordinator.submit("/bulletins/draft/items/FAQ-0042", late, headers=SCRIPT)
    assert answer.status_code == 409
    assert answer.json["theirs"]["summary"] == "甲写的"
    assert answer.json["version"] == version(changed)
    assert "某coordinator" in answer.json["by"]
    page = coordinator.submit("/bulletins/draft/items/FAQ-0042", late)
    assert page.status_code == 409
    assert "乙写的" in page.text
    assert item(changed, "FAQ-0042").summary == "甲写的"  # type: ignore[attr-defined]


def test_items_move_up_down_and_to_the_top(changed: Desk, coordinator: Browser) -> None:
    first, second, third, *rest = codes(changed)
    coordinator.submit("/bulletins/draft/order", {"version": version(changed), "code": third, "to": "up"})
    assert codes(changed) == [first, third, second, *rest]
    coordinator.submit("/bulletins/draft/order", {"version": version(changed), "code": second, "to": "top"})
    assert codes(changed) == [second, first, third, *rest]


@pytest.mark.parametrize(
    ("code", "to", "before", "after"),
    [
        ("A", "up", "", "ABC"),
        ("C", "down", "", "ABC"),
        ("A", "down", "", "BAC"),
        ("C", "top", "", "CAB"),
        ("A", "", "C", "BAC"),
        ("A", "", "?", "BCA"),
    ],
)
def test_moving_stays_within_the_list(code: str, to: str, before: str, after: str) -> None:
    assert moved(list("ABC"), code, to, before) == list(after)


def test_an_item_left_out_is_named_with_its_reason_and_can_come_back(changed: Desk, coordinator: Browser) -> None:
    coordinator.submit(
        "/bulletins/draft/items/PRO-0007", {"version": version(changed), "out": "1", "left_out": "只是错别字"}
    )
    assert "PRO-0007" not in codes(changed)
    assert "只是错别字" in words(look(coordinator.get("/bulletins/draft")), of_class("draft-left"))
    coordinator.submit("/bulletins/draft/items/PRO-0007", {"version": version(changed), "reset": "1"})
    assert "PRO-0007" in codes(changed)


def test_the_preview_issues_what_was_looked_at(changed: Desk, coordinator: Browser) -> None:
    form = look(coordinator.get("/bulletins/draft/preview")).xpath("//form[.//input[@name='mark']]")[0]
    response = coordinator.submit(form.action, {**dict(form.form_values()), "reason": "每日清单"})
    assert response.headers["Location"] == "/bulletins/2"
    assert len(changed.bulletins.get(COORDINATOR, 2).items) == 4
    again = coordinator.submit(form.action, {**dict(form.form_values()), "reason": "再来一次"})
    assert again.status_code == 409
    assert words(look(again), TROUBLE)


def test_what_changed_since_the_preview_is_not_issued_unseen(changed: Desk, coordinator: Browser) -> None:
    form = look(coordinator.get("/bulletins/draft/preview")).xpath("//form[.//input[@name='mark']]")[0]
    changed.knowledge.withdraw(COORDINATOR, "PRO-0007", reason="发错了")
    response = coordinator.submit(form.action, {**dict(form.form_values()), "reason": "每日清单"})
    assert response.status_code == 409
    assert changed.bulletins.latest(COORDINATOR).number == 1  # type: ignore[union-attr]


def test_one_item_is_issued_at_once_and_the_rest_waits(changed: Desk, coordinator: Browser) -> None:
    sent = {"version": version(changed), "code": "FAQ-0042", "reason": "监管要求"}
    assert coordinator.submit("/bulletins/draft/urgent", sent).status_code == 303
    bulletin = changed.bulletins.get(COORDINATOR, 2)
    assert (bulletin.urgent, [i.code for i in bulletin.items]) == (True, ["FAQ-0042"])
    assert "FAQ-0042" not in codes(changed)
    assert len(codes(changed)) == 3
    assert coordinator.submit("/bulletins/draft/urgent", sent).status_code == 409


def test_the_first_list_takes_the_library_as_known(desk: Desk, coordinator: Browser) -> None:
    change_nothing_yet = desk.bulletins.draft(COORDINATOR)
    assert change_nothing_yet.first
    from tests.factories import published

    published(desk.store, desk.clock)
    assert "以现有知识为起点" in coordinator.get("/bulletins/draft").text
    response = coordinator.submit("/bulletins/draft/start", {"version": version(desk), "reason": "开始"})
    assert response.headers["Location"] == "/bulletins/1"
    assert "以当时的 1 条知识为起点" in coordinator.get("/bulletins/1").text


def test_a_correction_is_a_further_list_and_the_first_says_so(changed: Desk, coordinator: Browser) -> None:
    issue(changed)
    before = changed.bulletins.get(COORDINATOR, 2)
    sent = {
        "code": "FAQ-0042",
        "summary": "等待期由三十天改为六十天",
        "read_aloud": "等待期六十天。",
        "reason": "写错了",
    }
    response = coordinator.submit("/bulletins/2/correct", sent)
    assert response.headers["Location"] == "/bulletins/3"
    assert changed.bulletins.get(COORDINATOR, 2) == before
    assert "第 3 期" in words(look(coordinator.get("/bulletins/2")), of_class("bulletin-note"))
    assert coordinator.submit("/bulletins/2/correct", {**sent, "reason": ""}).status_code in (400, 409)
    assert coordinator.get("/bulletins/99/correct").status_code == 404


def test_a_reason_is_needed_to_issue(changed: Desk, coordinator: Browser) -> None:
    for path in ("/bulletins/draft/issue", "/bulletins/draft/urgent"):
        response = coordinator.submit(path, {"version": version(changed), "code": "FAQ-0042", "reason": " "})
        assert response.status_code == 400
        assert "请写明原因" in response.text


def test_a_long_draft_comes_in_pages_and_a_saved_item_is_shown_again(
    changed: Desk, coordinator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.bulletins.drafting.EDITED_MOST", 3)
    last = codes(changed)[-1]
    assert len(look(coordinator.get("/bulletins/draft")).xpath("//li[@data-code]")) == 3
    sent = {"version": version(changed), "summary": "改过"}
    response = coordinator.submit(f"/bulletins/draft/items/{last}", sent)
    assert response.headers["Location"] == f"/bulletins/draft?page=2#item-{last}"
    assert look(coordinator.get("/bulletins/draft?page=2")).xpath("//li[@data-code]/@data-code") == [last]
