from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Person, Role
from kb.services.bulletins import Bulletins
from kb.services.knowledge import Knowledge
from kb.services.receipts import Receipts
from tests.factories import NOW, a_content, a_person, published

ZONE = ZoneInfo("Asia/Shanghai")
COORDINATOR = a_person(Role.COORDINATOR, "wang", 41)
LEADER = a_person(Role.SHIFT_LEADER, "zhou", 44)
TODAY = date(2026, 11, 21)
SIXTY = "百万医疗险的等待期是六十天，意外没有等待期。"


@pytest.fixture
def bulletins(store, clock):
    return Bulletins(store, clock, ZONE)


@pytest.fixture
def receipts(store, clock):
    return Receipts(store, clock, ZONE)


@pytest.fixture
def knowledge(store, clock):
    return Knowledge(store, clock)


@pytest.fixture
def people(store):
    """Two agents and their leader in 一组, one agent in 二组, one who has left."""
    found = {}
    with store.write() as uow:
        for login, role, team in (
            ("ann", Role.AGENT, "一组"), ("bai", Role.AGENT, "一组"), ("cao", Role.AGENT, "二组"),
            ("gone", Role.AGENT, "一组"), ("leader", Role.TEAM_LEADER, "一组"),
        ):  # fmt: skip
            found[login] = uow.people.add(Person(0, login, f"{login} 某", role, team=team), "x")
        uow.people.disable("gone", NOW)
        uow.commit()
    return found


@pytest.fixture
def listed(bulletins, knowledge, store, clock):
    """List 2: FAQ-0001 changed, with a question; FAQ-0002 removed; SCR-0001 new, for shift leaders only."""
    for number in (1, 2):
        published(store, clock, f"FAQ-000{number}", title=f"第 {number} 个问题")
    bulletins.start(COORDINATOR, 0, reason="开始")
    clock.forward(hours=1)
    change(knowledge, "FAQ-0001", title="第 1 个问题", speakable=SIXTY)
    knowledge.withdraw(COORDINATOR, "FAQ-0002", reason="停办")
    published(store, clock, "SCR-0001", title="应急", roles=(Role.SHIFT_LEADER,))
    return issue(bulletins)


def change(knowledge, code, **fields):
    _, revision = knowledge.submit(COORDINATOR, a_content(**fields), reason="改", code=code)
    knowledge.publish(COORDINATOR, code, revision.number, reason="新规")


def issue(bulletins):
    return bulletins.issue(COORDINATOR, bulletins.draft(COORDINATOR).version, reason="发")


def right(bulletin, code="FAQ-0001"):
    return bulletin.item(code).question.right


# --- confirming


def test_a_right_answer_confirms_with_time_and_revision(receipts, listed, people, clock):
    clock.forward(minutes=3)
    receipt = receipts.confirm(people["ann"], 2, "FAQ-0001", right(listed))
    assert (receipt.confirmed, receipt.right, receipt.revision, receipt.at) == (True, True, 2, clock.at)
    assert receipts.confirm(people["ann"], 2, "FAQ-0002").revision is None


def test_confirming_twice_changes_nothing(receipts, listed, people, clock):
    first = receipts.confirm(people["ann"], 2, "FAQ-0001", right(listed))
    clock.forward(minutes=9)
    assert receipts.confirm(people["ann"], 2, "FAQ-0001", 1 - right(listed)) == first


def test_a_wrong_answer_is_told_and_kept_and_confirms_nothing_until_it_is_put_right(
    receipts, bulletins, listed, people
):
    ann = people["ann"]
    wrong = receipts.confirm(ann, 2, "FAQ-0001", 1 - right(listed))
    assert (wrong.confirmed, wrong.right, wrong.answer, wrong.expected) == (False, False, "三十天", "六十天")
    assert "FAQ-0001" in [item.code for _, item in bulletins.unread(ann).items]
    assert not receipts.confirm(ann, 2, "FAQ-0001", 1 - right(listed)).confirmed
    again = receipts.confirm(ann, 2, "FAQ-0001", right(listed))
    assert (again.confirmed, again.right, again.answer) == (True, False, "三十天")
    assert [item.code for _, item in bulletins.unread(ann).items] == ["FAQ-0002"]


@pytest.mark.parametrize("answer", [None, -1, 2])
def test_a_question_wants_an_answer(receipts, listed, people, answer):
    with pytest.raises(Invalid, match="检查题"):
        receipts.confirm(people["ann"], 2, "FAQ-0001", answer)
    assert receipts.of_person(people["ann"], 2) == {}


def test_everything_without_a_question_is_confirmed_at_once(receipts, listed, people):
    assert [r.code for r in receipts.confirm_all(people["ann"], 2)] == ["FAQ-0002"]
    assert receipts.confirm_all(people["ann"], 2) == []
    assert set(receipts.of_person(people["ann"], 2)) == {"FAQ-0002"}


def test_what_somebody_may_not_see_cannot_be_confirmed(receipts, listed, people):
    for number, code in ((2, "SCR-0001"), (2, "FAQ-0099"), (9, "FAQ-0001")):
        with pytest.raises(NotFound):
            receipts.confirm(people["ann"], number, code)


def test_programs_confirm_nothing(receipts, listed):
    with pytest.raises(NotAllowed):
        receipts.confirm(Person(0, "token:x", "x", Role.AGENT), 2, "FAQ-0002")


def test_a_receipt_cannot_be_altered(receipts, listed, people, store):
    receipts.confirm_all(people["ann"], 2)
    with pytest.raises(DBAPIError), store.engine.begin() as connection:
        connection.execute(text("UPDATE receipts SET at = at"))


def test_whoever_confirms_the_later_list_is_asked_no_more_about_the_earlier(
    receipts, bulletins, knowledge, listed, people
):
    ann = people["ann"]
    change(knowledge, "FAQ-0001", title="第 1 个问题", body="又改了", speakable=SIXTY)
    assert issue(bulletins).number == 3
    receipts.confirm(ann, 3, "FAQ-0001")
    receipts.confirm_all(ann, 2)
    assert bulletins.unread(ann).items == ()
    assert next(m for m in receipts.board(COORDINATOR, 2).teams[0].members if m.login == "ann").is_done


# --- the board, reminders, sign-offs


def test_the_board_shows_by_team_who_has_and_who_has_not(receipts, listed, people, clock):
    receipts.confirm_all(people["ann"], 2)
    receipts.confirm(people["ann"], 2, "FAQ-0001", 1 - right(listed))
    board = receipts.board(COORDINATOR, 2)
    assert [(t.team, [m.login for m in t.members]) for t in board.teams] == [
        ("一组", ["ann", "bai", "leader"]),
        ("二组", ["cao"]),
    ]
    ann = board.teams[0].members[0]
    assert (ann.total, ann.confirmed, ann.missing, ann.wrong, ann.last_at) == (2, 1, ("FAQ-0001",), 1, clock.at)
    assert (board.total, board.done, board.misread) == (4, 0, {"FAQ-0001": 1})
    receipts.confirm(people["ann"], 2, "FAQ-0001", right(listed))
    board = receipts.board(COORDINATOR, 2)
    assert (board.done, board.teams[0].done, board.misread) == (1, 1, {"FAQ-0001": 1})
    assert [m.login for m in board.teams[0].members] == ["bai", "leader", "ann"]


def test_a_team_leader_sees_and_reminds_the_own_team_only(receipts, listed, people):
    leader = people["leader"]
    assert [t.team for t in receipts.board(leader, 2).teams] == ["一组"]
    with pytest.raises(NotAllowed):
        receipts.remind(leader, 2, ["cao"])
    assert receipts.remind(leader, 2, ["bai"]) == ["bai"]


def test_an_agent_sees_no_board(receipts, listed, people):
    with pytest.raises(NotAllowed):
        receipts.board(people["ann"], 2)
    with pytest.raises(NotAllowed):
        receipts.remind(people["ann"], 2, ["bai"])


def test_who_has_confirmed_is_not_reminded_and_nobody_twice_in_five_minutes(receipts, listed, people, clock):
    receipts.confirm_all(people["ann"], 2)
    receipts.confirm(people["ann"], 2, "FAQ-0001", right(listed))
    assert receipts.remind(LEADER, 2, team="一组") == ["bai", "leader"]
    assert receipts.remind(LEADER, 2) == ["cao"]
    clock.forward(minutes=5)
    assert receipts.remind(LEADER, 2, ["bai"]) == ["bai"]
    assert [(r.bulletin, r.by, r.at) for r in receipts.reminders(people["bai"])] == [(2, "zhou", clock.at)]
    receipts.confirm_all(people["bai"], 2)
    receipts.confirm(people["bai"], 2, "FAQ-0001", right(listed))
    assert receipts.reminders(people["bai"]) == []


def test_a_shift_is_signed_off_once(receipts, listed, clock, store):
    signed = receipts.sign_off(LEADER, 2, TODAY, "早班", "都听到了")
    assert (signed.by, signed.note, signed.at) == ("zhou", "都听到了", clock.at)
    clock.forward(minutes=1)
    assert receipts.sign_off(LEADER, 2, TODAY, "早班") == signed
    with pytest.raises(Conflict, match="zhou"):
        receipts.sign_off(a_person(Role.SHIFT_LEADER, "qian", 45), 2, TODAY, "早班")
    receipts.sign_off(LEADER, 2, TODAY, "中班")
    assert [s.shift for s in receipts.sign_offs(COORDINATOR, 2)] == ["早班", "中班"]
    with store.read() as uow:
        assert [row.action for row in uow.audit.rows(3)][:2] == ["sign_off", "sign_off"]


@pytest.mark.parametrize(
    ("day", "shift"), [(TODAY, "午睡班"), (TODAY - timedelta(days=1), "早班"), (TODAY + timedelta(days=1), "早班")]
)
def test_a_shift_that_does_not_fit_is_refused(receipts, listed, day, shift):
    with pytest.raises(Invalid):
        receipts.sign_off(LEADER, 2, day, shift)


def test_only_who_announces_signs_off(receipts, listed, people):
    with pytest.raises(NotAllowed):
        receipts.sign_off(people["leader"], 2, TODAY, "早班")


# --- openings


def test_the_first_opening_after_a_change_tells_which_revision_was_seen(receipts, people, clock, store):
    ann = people["ann"]
    assert receipts.opened(ann, "FAQ-0001", 1) is None
    assert receipts.opened(ann, "FAQ-0001", 1) == 1
    assert receipts.opened(ann, "FAQ-0001", 3) == 1
    assert receipts.opened(ann, "FAQ-0001", 3) == 3
    assert receipts.opened(people["bai"], "FAQ-0001", 3) is None
    assert receipts.opened(Person(0, "token:x", "x", Role.AGENT), "FAQ-0001", 3) is None
