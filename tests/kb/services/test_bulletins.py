from __future__ import annotations

import json
import multiprocessing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kb.domain.bulletin import ITEMS_MOST, Cause, Change, CheckQuestion
from kb.domain.bulletin_edits import Edits, ItemEdit
from kb.domain.entry import Action
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Person, Role
from kb.domain.release import ReleaseItem
from kb.services.bulletins import Bulletins
from kb.services.knowledge import Knowledge
from kb.services.releases import Releases
from kb.storage import open_store
from tests.factories import NOW, Clock, a_content, a_person, published

ZONE = ZoneInfo("Asia/Shanghai")
COORDINATOR = a_person(Role.COORDINATOR, "wang", 41)
OTHER = a_person(Role.COORDINATOR, "li", 42)
AGENT = a_person(Role.AGENT, "ann", 43)


@pytest.fixture
def bulletins(store, clock):
    return Bulletins(store, clock, ZONE)


@pytest.fixture
def knowledge(store, clock):
    return Knowledge(store, clock)


@pytest.fixture
def known(store, clock, bulletins):
    """A library of three entries that was taken as the starting point."""
    for number in (1, 2, 3):
        published(store, clock, f"FAQ-000{number}", title=f"第 {number} 个问题")
    bulletins.start(COORDINATOR, 0, reason="开始")
    clock.forward(hours=1)


def change(knowledge, code, reason="新规定", **fields):
    _, revision = knowledge.submit(COORDINATOR, a_content(**fields), reason="改", code=code)
    knowledge.publish(COORDINATOR, code, revision.number, reason=reason)


def issue(bulletins, reason="每日清单", **more):
    return bulletins.issue(COORDINATOR, bulletins.draft(COORDINATOR).version, reason=reason, **more)


def told(items):
    return {item.code: item.change for item in items}


# --- the first list and the starting point


def test_the_first_list_says_so_and_tells_of_everything(bulletins, store, clock):
    published(store, clock, "FAQ-0001")
    draft = bulletins.draft(COORDINATOR)
    assert (draft.first, draft.total, draft.too_many, told(draft.items)) == (True, 1, False, {"FAQ-0001": Change.NEW})


def test_a_library_is_taken_as_the_starting_point_by_a_list_without_items(bulletins, known, knowledge, clock):
    start = bulletins.get(AGENT, 1)
    assert (start.is_start, start.known, start.items) == (True, 3, ())
    assert bulletins.draft(COORDINATOR).items == ()
    change(knowledge, "FAQ-0002", title="第 2 个问题", body="改了")
    assert told(bulletins.draft(COORDINATOR).items) == {"FAQ-0002": Change.CHANGED}
    issue(bulletins)
    with pytest.raises(Conflict, match="无需作为起点"):
        bulletins.start(COORDINATOR, bulletins.draft(COORDINATOR).version, reason="再来")


def test_more_entries_than_a_list_takes_are_not_read_but_can_be_taken_as_known(bulletins, store, clock):
    with store.write() as uow:
        from kb.domain.entry import Entry

        for number in range(ITEMS_MOST + 1):
            entry = Entry(f"FAQ-{number:05d}")
            entry.submit(a_content(title=f"问题 {number}"), by=COORDINATOR, at=NOW, reason="导入")
            entry.publish(1, by=COORDINATOR, at=NOW, reason="导入")
            uow.entries.add(entry)
        uow.commit()
    draft = bulletins.draft(COORDINATOR)
    assert (draft.too_many, draft.items, draft.total) == (True, (), ITEMS_MOST + 1)
    with pytest.raises(Conflict, match="作为起点"):
        issue(bulletins)
    urgent = issue(bulletins, urgent_codes=["FAQ-00007"])
    assert told(urgent.items) == {"FAQ-00007": Change.NEW}
    assert bulletins.start(COORDINATOR, 1, reason="旧库").known == ITEMS_MOST
    assert bulletins.draft(COORDINATOR).total == 0


# --- computed


def test_a_list_tells_new_changed_and_removed_with_reason_and_replacement(bulletins, known, knowledge, store, clock):
    published(store, clock, "FAQ-0004", title="新问题")
    change(knowledge, "FAQ-0001", title="第 1 个问题", speakable="百万医疗险的等待期是六十天，意外没有等待期。")
    knowledge.withdraw(COORDINATOR, "FAQ-0003", reason="产品停售", replaced_by="FAQ-0004")
    clock.forward(minutes=1)
    new, changed, removed = issue(bulletins).items
    assert (new.code, new.change, new.revision, new.before) == ("FAQ-0004", Change.NEW, 1, None)
    assert (changed.code, changed.before, changed.revision) == ("FAQ-0001", 1, 2)
    assert (changed.summary, changed.reason, changed.by) == ("口径：“三十天”改为“六十天”", "新规定", "wang")
    assert changed.question == CheckQuestion(
        "第 1 个问题：百万医疗险的等待期是____，意外没有等待期", ("三十天", "六十天"), 1
    )
    assert (removed.code, removed.reason, removed.replaced_by, removed.replaced_title) == (
        "FAQ-0003", "产品停售", "FAQ-0004", "新问题",
    )  # fmt: skip
    assert bulletins.draft(COORDINATOR).items == ()


def test_what_came_and_went_between_two_lists_is_shown_as_settled_and_covered(
    bulletins, known, knowledge, store, clock
):
    published(store, clock, "FAQ-0008")
    knowledge.withdraw(COORDINATOR, "FAQ-0008", reason="弄错了")
    assert bulletins.draft(COORDINATOR).settled == ("FAQ-0008",)
    with pytest.raises(Conflict, match="没有需要告知的变化"):
        issue(bulletins)
    change(knowledge, "FAQ-0001", title="换个问题")
    assert issue(bulletins).settled == ("FAQ-0008",)
    assert bulletins.draft(COORDINATOR).settled == ()


def test_what_was_changed_and_put_back_between_two_lists_is_settled(bulletins, known, knowledge, store, clock):
    releases = Releases(store, clock)
    knowledge.submit(COORDINATOR, a_content(speakable="新口径"), reason="改", code="FAQ-0001")
    number = releases.open(COORDINATOR, "包", [ReleaseItem("FAQ-0001", Action.PUBLISH, 2)]).number
    clock.forward(hours=1)
    releases.publish(COORDINATOR, number, reason="上线")
    assert [item.code for item in bulletins.draft(COORDINATOR).items] == ["FAQ-0001"]
    clock.forward(hours=1)
    releases.undo(COORDINATOR, number, reason="撤回")
    draft = bulletins.draft(COORDINATOR)
    assert (draft.items, draft.settled) == ((), ("FAQ-0001",))


def test_an_expiry_is_told_without_a_publication(bulletins, known, knowledge, clock):
    change(knowledge, "FAQ-0001", title="活动", effective_to=clock.at + timedelta(days=2))
    issue(bulletins)
    clock.forward(days=2, seconds=-1)
    assert bulletins.draft(COORDINATOR).items == ()
    clock.forward(seconds=1)
    (item,) = issue(bulletins).items
    assert (item.change, item.cause, item.reason) == (Change.REMOVED, Cause.EXPIRY, "有效期届满")
    clock.forward(days=1)
    assert bulletins.draft(COORDINATOR).items == ()


def test_an_announced_rule_is_told_twice(bulletins, known, knowledge, clock):
    change(
        knowledge, "FAQ-0001", title="第 1 个问题", body="新规", effective_from=datetime(2026, 11, 30, 16, tzinfo=UTC)
    )
    (first,) = issue(bulletins).items
    assert first.announced and first.summary.startswith("12月1日起生效；正文")
    clock.forward(days=5)
    assert bulletins.draft(COORDINATOR).items == ()
    clock.at = datetime(2026, 11, 30, 16, tzinfo=UTC)
    (again,) = issue(bulletins).items
    assert (again.cause, again.before, again.revision, again.announced) == (Cause.START, 1, 2, False)


def test_the_day_of_a_list_is_the_day_at_the_call_centre(bulletins, known, knowledge, clock):
    for hour, minute, day in ((15, 59, 21), (16, 0, 22)):
        clock.at = datetime(2026, 11, 21, hour, minute, tzinfo=UTC)
        change(knowledge, "FAQ-0001", title=f"问题 {hour}")
        assert issue(bulletins).day == date(2026, 11, day)


def test_a_clock_that_jumps_back_neither_loses_nor_repeats_anything(bulletins, known, knowledge, clock):
    change(knowledge, "FAQ-0001", title="甲")
    first = issue(bulletins)
    clock.forward(hours=-5)
    change(knowledge, "FAQ-0002", title="乙")
    second = issue(bulletins)
    assert told(second.items) == {"FAQ-0002": Change.CHANGED}
    assert second.until >= first.until and second.issued_at >= first.issued_at
    clock.forward(hours=10)
    assert bulletins.draft(COORDINATOR).items == ()


def test_what_was_recorded_while_the_clock_was_ahead_is_told_as_in_force(bulletins, known, knowledge, clock):
    clock.forward(hours=5)
    change(knowledge, "FAQ-0001", title="甲")
    clock.forward(hours=-5)
    (item,) = issue(bulletins).items
    assert (item.change, item.announced) == (Change.CHANGED, False)


# --- edited


def test_edits_are_issued_as_the_coordinator_wrote_them(bulletins, known, knowledge, clock):
    for code in ("FAQ-0001", "FAQ-0002", "FAQ-0003"):
        change(knowledge, code, title=f"{code} 改")
    edit = ItemEdit(
        read_aloud="请特别注意。", emphasis=True, asks=True, question=CheckQuestion("对吗", ("对", "错"), 0)
    )
    items = {"FAQ-0003": edit, "FAQ-0001": ItemEdit(left_out="只改了错字")}
    draft = bulletins.edit(
        COORDINATOR,
        0 + bulletins.draft(COORDINATOR).version,
        Edits(title="周一更新", note="班前宣导", order=("FAQ-0003",), items=items),
    )
    assert draft.edited_by == "wang"
    frozen = issue(bulletins, mark=draft.mark)
    assert (frozen.title, frozen.note, [i.code for i in frozen.items]) == (
        "周一更新",
        "班前宣导",
        ["FAQ-0003", "FAQ-0002"],
    )
    assert (frozen.items[0].read_aloud, frozen.items[0].emphasis, frozen.items[0].question) == (
        "请特别注意。",
        True,
        edit.question,
    )
    assert [(out.code, out.reason) for out in frozen.left_out] == [("FAQ-0001", "只改了错字")]
    assert bulletins.get(AGENT, frozen.number).left_out == ()
    assert bulletins.draft(COORDINATOR).items == () and bulletins.draft(COORDINATOR).edits == Edits()


def test_two_coordinators_do_not_overwrite_each_other(bulletins, known, knowledge):
    change(knowledge, "FAQ-0001", title="甲")
    version = bulletins.draft(OTHER).version
    bulletins.edit_item(COORDINATOR, version, "FAQ-0001", ItemEdit(emphasis=True))
    with pytest.raises(Conflict, match="wang"):
        bulletins.edit_item(OTHER, version, "FAQ-0001", ItemEdit(left_out="不要"))
    with pytest.raises(Conflict, match="wang"):
        bulletins.issue(OTHER, version, reason="发")
    assert bulletins.draft(OTHER).items[0].emphasis


def test_an_edit_does_not_outlive_the_change_that_it_was_made_for(bulletins, known, knowledge):
    change(knowledge, "FAQ-0001", title="甲", body="六十天")
    bulletins.edit_item(
        COORDINATOR, bulletins.draft(COORDINATOR).version, "FAQ-0001", ItemEdit(read_aloud="现在是六十天")
    )
    change(knowledge, "FAQ-0001", title="甲", body="九十天")
    draft = bulletins.draft(COORDINATOR)
    assert draft.outdated == ("FAQ-0001",)
    assert "六十天" not in draft.items[0].read_aloud


def test_nothing_is_issued_that_was_not_looked_at(bulletins, known, knowledge):
    change(knowledge, "FAQ-0001", title="甲")
    draft = bulletins.draft(COORDINATOR)
    change(knowledge, "FAQ-0002", title="乙")
    with pytest.raises(Conflict, match="查看之后"):
        bulletins.issue(COORDINATOR, draft.version, reason="发", mark=draft.mark)


# --- urgent


def test_urgent_items_go_at_once_and_the_rest_stays(bulletins, known, knowledge, clock):
    change(knowledge, "FAQ-0001", title="急事", effective_to=clock.at + timedelta(hours=2))
    change(knowledge, "FAQ-0002", title="不急")
    bulletins.edit_item(COORDINATOR, bulletins.draft(COORDINATOR).version, "FAQ-0002", ItemEdit(emphasis=True))
    assert bulletins.latest_urgent_number() == 0
    urgent = issue(bulletins, urgent_codes=["FAQ-0001"])
    assert (urgent.urgent, urgent.title, told(urgent.items)) == (True, "11月21日紧急通知", {"FAQ-0001": Change.CHANGED})
    assert bulletins.latest_urgent_number() == urgent.number
    rest = bulletins.draft(COORDINATOR)
    assert told(rest.items) == {"FAQ-0002": Change.CHANGED} and rest.items[0].emphasis
    clock.forward(hours=3)
    assert told(bulletins.draft(COORDINATOR).items) == {"FAQ-0001": Change.REMOVED, "FAQ-0002": Change.CHANGED}
    issue(bulletins, urgent_codes=["FAQ-0001"])  # an expiry told at once is not told again
    assert told(issue(bulletins).items) == {"FAQ-0002": Change.CHANGED}


def test_an_urgent_list_of_what_did_not_change_is_refused(bulletins, known, knowledge):
    change(knowledge, "FAQ-0001", title="甲")
    with pytest.raises(Conflict, match="FAQ-0003"):
        issue(bulletins, urgent_codes=["FAQ-0001", "FAQ-0003"])


# --- issued


def test_an_issued_list_cannot_be_altered(bulletins, known, knowledge, store):
    change(knowledge, "FAQ-0001", title="甲")
    issue(bulletins)
    for statement in ("UPDATE bulletins SET issued_by='x'", "DELETE FROM bulletins", "DELETE FROM bulletin_coverage"):
        with pytest.raises(DBAPIError), store.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_list_that_was_altered_behind_the_triggers_is_found(bulletins, known, knowledge, store):
    for number in (1, 2):
        change(knowledge, f"FAQ-000{number}", title=f"改 {number}")
        issue(bulletins)
    with store.read() as uow:
        assert uow.bulletins.broken_at() is None
    with store.engine.begin() as connection:
        is_sqlite = store.engine.dialect.name == "sqlite"
        trigger = "bulletins_no_update" if is_sqlite else "bulletins_append_only ON bulletins"
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE bulletins SET content = replace(content, '改 1', '改 9') WHERE number = 2"))
    with store.read() as uow:
        assert uow.bulletins.broken_at() == 2


def test_a_correction_is_a_further_list(bulletins, known, knowledge):
    change(knowledge, "FAQ-0001", title="甲")
    change(knowledge, "FAQ-0002", title="乙")
    wrong = issue(bulletins)
    put_right = bulletins.correct(COORDINATOR, wrong.number, {"FAQ-0002": ItemEdit(read_aloud="更正")}, reason="念错了")
    assert (put_right.number, put_right.corrects, [i.read_aloud for i in put_right.items]) == (3, 2, ["更正"])
    assert bulletins.get(AGENT, 2).item("FAQ-0002").read_aloud != "更正"
    assert bulletins.corrections(AGENT, 2) == (3,) and bulletins.corrections(AGENT, 3) == ()
    span = bulletins.between(AGENT, wrong.day, wrong.day)
    assert [(i.code, i.read_aloud == "更正") for i in span.items] == [("FAQ-0001", False), ("FAQ-0002", True)]
    with pytest.raises(Conflict, match="没有改动"):
        bulletins.correct(COORDINATOR, 2, {"FAQ-0001": ItemEdit()}, reason="又")
    with pytest.raises(Conflict, match="再次说明"):
        bulletins.correct(COORDINATOR, 2, {"FAQ-0002": ItemEdit(read_aloud="再")}, reason="又")
    with pytest.raises(NotFound):
        bulletins.correct(COORDINATOR, 2, {"FAQ-0099": ItemEdit(read_aloud="再")}, reason="又")


def test_lists_are_called_up_by_number_day_and_moment(bulletins, known, knowledge, clock):
    for day in (1, 2):
        change(knowledge, "FAQ-0001", title=f"甲 {day}")
        issue(bulletins)
        clock.forward(days=1)
    assert [b.number for b in bulletins.list(AGENT)] == [3, 2, 1]
    assert [b.number for b in bulletins.list(AGENT, date(2026, 11, 22), date(2026, 11, 22))] == [3]
    assert bulletins.latest(AGENT).number == 3
    assert bulletins.latest(AGENT, as_of=NOW + timedelta(hours=2)).number == 2
    assert bulletins.latest(AGENT, as_of=NOW - timedelta(hours=2)) is None
    with pytest.raises(NotFound):
        bulletins.get(AGENT, 4)


def test_a_range_tells_the_net_effect_in_words_made_anew(bulletins, known, knowledge, store, clock):
    change(knowledge, "FAQ-0001", title="第 1 个问题", speakable="百万医疗险的等待期是六十天，意外没有等待期。")
    published(store, clock, "FAQ-0004", title="只有一天")
    issue(bulletins)
    clock.forward(days=1)
    change(knowledge, "FAQ-0001", title="第 1 个问题", speakable="百万医疗险的等待期是九十天，意外没有等待期。")
    knowledge.withdraw(COORDINATOR, "FAQ-0004", reason="停办")
    issue(bulletins)
    span = bulletins.between(AGENT, date(2026, 11, 21), date(2026, 11, 22))
    (item,) = span.items
    assert (item.before, item.revision, item.summary) == (1, 3, "口径：“三十天”改为“九十天”")
    assert (span.numbers, span.quiet) == ((1, 2, 3), 1)
    assert told(bulletins.between(AGENT, date(2026, 11, 22), date(2026, 11, 22)).items) == {
        "FAQ-0001": Change.CHANGED, "FAQ-0004": Change.REMOVED,
    }  # fmt: skip
    with pytest.raises(Invalid):
        bulletins.between(AGENT, date(2026, 11, 22), date(2026, 11, 21))


def test_restricted_entries_are_in_no_list_of_those_who_may_not_see_them(bulletins, known, knowledge, store, clock):
    published(store, clock, "SCR-0001", title="应急预案", roles=(Role.SHIFT_LEADER,))
    change(knowledge, "FAQ-0001", title="甲")
    frozen = issue(bulletins)
    leader = a_person(Role.SHIFT_LEADER, "zhou", 44)
    for look in (
        lambda p: bulletins.get(p, frozen.number).items,
        lambda p: bulletins.list(p)[0].items,
        lambda p: bulletins.latest(p).items,
        lambda p: bulletins.between(p, frozen.day, frozen.day).items,
        lambda p: [item for _, item in bulletins.unread(p).items],
    ):
        assert set(told(look(AGENT))) == {"FAQ-0001"}
        assert set(told(look(leader))) == {"FAQ-0001", "SCR-0001"}


def test_an_entry_closed_to_a_role_leaves_its_old_lists_and_is_removed_for_it_in_the_new_one(
    bulletins, known, knowledge
):
    change(knowledge, "FAQ-0001", title="第 1 个问题", body="公开的说法")
    old = issue(bulletins)
    assert set(told(bulletins.get(AGENT, old.number).items)) == {"FAQ-0001"}
    change(knowledge, "FAQ-0001", title="内部问题", body="内部的说法", roles=(Role.SHIFT_LEADER,))
    assert bulletins.get(AGENT, old.number).items == () and bulletins.list(AGENT)[0].items == ()
    assert set(told(bulletins.get(COORDINATOR, old.number).items)) == {"FAQ-0001"}
    (seen,) = bulletins.get(AGENT, issue(bulletins).number).items
    assert (seen.change, seen.title) == (Change.REMOVED, "第 1 个问题")
    assert "内部" not in str(seen)


def test_only_coordinators_prepare_and_issue(bulletins, known):
    for step in (
        lambda: bulletins.draft(AGENT), lambda: bulletins.edit(AGENT, 1, Edits()),
        lambda: bulletins.issue(AGENT, 1, reason="发"), lambda: bulletins.start(AGENT, 1, reason="发"),
        lambda: bulletins.correct(AGENT, 1, {}, reason="发"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            step()


def test_issuing_is_in_the_audit_log_with_the_hash(bulletins, known, knowledge, store):
    change(knowledge, "FAQ-0001", title="甲")
    frozen = issue(bulletins, reason="每天的清单")
    with store.read() as uow:
        row = uow.audit.rows(1)[0]
    assert (row.action, row.subject, row.detail["reason"], row.detail["hash"]) == (
        "bulletin",
        "2",
        "每天的清单",
        frozen.hash,
    )


def test_webhooks_are_owed_a_list_in_the_same_transaction_without_what_is_restricted(store, clock, known, knowledge):
    bulletins = Bulletins(store, clock, ZONE, webhooks=["https://a.example/x", "https://b.example/y"])
    published(store, clock, "SCR-0001", title="应急预案", roles=(Role.SHIFT_LEADER,))
    change(knowledge, "FAQ-0001", title="甲")
    issue(bulletins)
    with store.read() as uow:
        owed = uow.deliveries.due(clock.at)
    assert [d.url for d in owed] == ["https://a.example/x", "https://b.example/y"]
    assert [item["code"] for item in json.loads(owed[0].body)["items"]] == ["FAQ-0001"]
    assert "应急预案" not in owed[0].body and "SCR-0001" not in owed[0].body


# --- two machines


def _issue_elsewhere(url, version, ready, results):
    store = open_store(url)
    mine = Bulletins(store, Clock(NOW + timedelta(hours=2)), ZONE)
    ready.wait()
    try:
        results.put(mine.issue(COORDINATOR, version, reason="发").number)
    except Conflict:
        results.put("conflict")
    finally:
        store.close()


def test_of_two_machines_that_issue_at_once_one_does(bulletins, known, knowledge, store, database_url):
    change(knowledge, "FAQ-0001", title="甲")
    version = bulletins.draft(COORDINATOR).version
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(2), context.Queue()
    others = [context.Process(target=_issue_elsewhere, args=(database_url, version, ready, results)) for _ in range(2)]
    for other in others:
        other.start()
    said = {str(results.get(timeout=60)) for _ in others}
    for other in others:
        other.join(60)
    assert said == {"2", "conflict"}
    assert [b.number for b in bulletins.list(COORDINATOR)] == [2, 1]


# --- what somebody missed


@pytest.fixture
def ann(store):
    with store.write() as uow:
        person = uow.people.add(Person(0, "ann", "安某", Role.AGENT, team="一组"), "x")
        uow.commit()
        return person


def test_what_was_missed_is_collected_over_several_lists(bulletins, known, knowledge, clock, ann):
    for day, body in enumerate(("甲", "乙")):
        change(knowledge, "FAQ-0001", title="第 1 个问题", body=body)
        if day == 0:
            change(knowledge, "FAQ-0002", title="第 2 个问题", body="只在第一天")
        issue(bulletins)
        clock.forward(days=1)
    missed = bulletins.unread(ann)
    assert [(number, item.code, item.before, item.revision) for number, item in missed.items] == [
        (3, "FAQ-0001", 1, 3), (2, "FAQ-0002", 1, 2),
    ]  # fmt: skip
    assert missed.since == NOW + timedelta(hours=1)
    clock.forward(days=31)
    assert bulletins.unread(ann).items == ()


def test_a_program_misses_nothing(bulletins, known, knowledge):
    change(knowledge, "FAQ-0001", title="甲")
    issue(bulletins)
    assert bulletins.unread(Person(0, "token:x", "x", Role.AGENT)).items == ()
