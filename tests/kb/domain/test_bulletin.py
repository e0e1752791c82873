from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kb.domain.bulletin import Bulletin, BulletinItem, Change, CheckQuestion, LeftOut, Upcoming
from kb.domain.bulletin_edits import Edits, ItemEdit, overlaid
from kb.domain.bulletin_seal import bulletin_from_dict, hash_of, hash_of_dict, sealed, to_dict
from kb.domain.bulletin_words import local_day, suggested_question, to_read_aloud, what_changed
from kb.domain.content import Kind
from kb.domain.errors import Invalid, TooLarge
from kb.domain.person import Role
from tests.factories import NOW, a_content

ZONE = ZoneInfo("Asia/Shanghai")
QUESTION = CheckQuestion("等待期是____", ("30 天", "60 天"), 1)


def an_item(code: str = "FAQ-0042", **fields: object) -> BulletinItem:
    values: dict[str, object] = {
        "change": Change.CHANGED, "title": "等待期多久", "kind": Kind.FAQ, "product": "百万医疗险", "revision": 3,
        "before": 2, "publications": (4, 5), "summary": "口径：“30 天”改为“60 天”", "reason": "监管要求", "by": "wang",
        "at": NOW, "starts": NOW, "ends": NOW + timedelta(days=9), "speakable": "等待期六十天。", "read_aloud": "请注意。",
        "question": QUESTION, "title_before": "等待期多长",
    }  # fmt: skip
    return BulletinItem(code=code, **(values | fields))  # type: ignore[arg-type]


def a_bulletin(**fields: object) -> Bulletin:
    values: dict[str, object] = {
        "number": 7, "day": NOW.date(), "urgent": False, "title": "今日更新", "note": "请宣导", "items": (an_item(),),
        "left_out": (LeftOut("FAQ-0001", "错字", Change.CHANGED, (2,), "只改了错字"),), "settled": ("FAQ-0002",),
        "until": NOW, "issued_at": NOW + timedelta(seconds=1), "issued_by": "li", "reason": "每日清单",
    }  # fmt: skip
    return Bulletin(**(values | fields))  # type: ignore[arg-type]


# --- what a list says


@pytest.mark.parametrize(
    ("text", "options", "right"),
    [("", ("甲", "乙"), 0), ("问", ("甲",), 0), ("问", ("甲", "甲"), 0), ("问", ("甲", " "), 0), ("问", ("甲", "乙"), 2),
     ("问", ("甲", "乙", "丙", "丁", "戊"), 0)],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_refused(text: str, options: tuple[str, ...], right: int) -> None:
    with pytest.raises(Invalid):
        CheckQuestion(text, options, right)


def test_who_may_not_see_an_entry_does_not_see_its_item() -> None:
    closed = an_item(roles=(Role.SHIFT_LEADER,), roles_before=(Role.SHIFT_LEADER,))
    assert closed.seen_by(Role.AGENT) is None
    assert closed.seen_by(Role.SHIFT_LEADER) == closed
    assert closed.seen_by(Role.COORDINATOR) == closed


def test_an_entry_opened_to_a_role_is_new_to_it_and_tells_nothing_of_before() -> None:
    seen = an_item(roles_before=(Role.SHIFT_LEADER,)).seen_by(Role.AGENT)
    assert seen is not None
    assert (seen.change, seen.before, seen.summary, seen.question, seen.title_before) == (
        Change.NEW,
        None,
        "",
        None,
        "",
    )


def test_an_entry_closed_to_a_role_is_removed_for_it_and_tells_nothing_of_now() -> None:
    item = an_item(title="内部应急", speakable="内部口径", read_aloud="内部", reason="涉密", roles=(Role.SHIFT_LEADER,))
    seen = item.seen_by(Role.AGENT)
    assert seen is not None
    assert (seen.change, seen.title, seen.revision) == (Change.REMOVED, "等待期多长", None)
    assert not any(word in str(to_dict(seen)) for word in ("内部", "涉密", "60"))


def test_an_entry_closed_since_then_stays_closed_in_old_lists() -> None:
    now = {"FAQ-0042": (Role.SHIFT_LEADER,)}
    assert a_bulletin().seen_by(Role.AGENT, now).items == ()
    assert len(a_bulletin().seen_by(Role.COORDINATOR, now).items) == 1


def test_what_leaves_the_desk_holds_nothing_restricted() -> None:
    restricted = an_item("FAQ-0043", roles_before=(Role.SHIFT_LEADER,))
    public = a_bulletin(items=(an_item(), restricted)).public()
    assert [item.code for item in public.items] == ["FAQ-0042"]
    assert (public.left_out, public.settled) == ((), ())


# --- sealed


def test_a_list_comes_back_as_it_was_written() -> None:
    item = an_item(roles=(Role.AGENT,), upcoming=(Upcoming(4, NOW),), cancelled=(Upcoming(5, NOW),), emphasis=True)
    bulletin = sealed(a_bulletin(items=(item, an_item("FAQ-0043", question=None, revision=None, at=None))), "ab" * 32)
    assert bulletin_from_dict(to_dict(bulletin)) == bulletin


@pytest.mark.parametrize(
    "name", ["number", "title", "note", "items", "until", "issued_by", "previous_hash", "corrects", "urgent"]
)
def test_any_change_shows_in_the_hash(name: str) -> None:
    other = {"number": 8, "title": "别的", "note": "", "items": (an_item(summary="别的"),), "until": NOW + timedelta(seconds=2),
             "issued_by": "zhao", "previous_hash": "00", "corrects": 6, "urgent": True}  # fmt: skip
    bulletin = sealed(a_bulletin(), "ab" * 32)
    assert hash_of(bulletin) == bulletin.hash == hash_of_dict(to_dict(bulletin))
    assert hash_of(replace(bulletin, **{name: other[name]})) != bulletin.hash


# --- words


def test_midnight_is_a_day_and_another_time_is_told() -> None:
    midnight = NOW.replace(hour=16)
    assert (local_day(midnight, ZONE), local_day(NOW, ZONE)) == ("11月22日", "11月21日 09:00")


def test_a_changed_number_becomes_a_question_with_the_sentence_around_it() -> None:
    old = a_content(speakable="先说好消息。等待期是 30 天，意外没有。")
    new = a_content(speakable="先说好消息。等待期是 60 天，意外没有。")
    asked = suggested_question(old, new)
    assert asked is not None
    assert asked.text == "百万医疗险的等待期是多少天：等待期是 ____，意外没有"
    assert asked.options[asked.right] == "60 天" and set(asked.options) == {"30 天", "60 天"}


def test_the_right_option_does_not_always_stand_last() -> None:
    days = [
        suggested_question(a_content(speakable=f"等 {a} 天。"), a_content(speakable=f"等 {b} 天。"))
        for a, b in ((30, 60), (60, 30))
    ]
    assert {asked.right for asked in days if asked} == {0, 1}


def test_a_number_in_the_body_is_asked_for_when_the_answer_has_none() -> None:
    asked = suggested_question(
        a_content(body="## 费用\n\n- 手续费 **20 元**"), a_content(body="## 费用\n\n- 手续费 **15 元**")
    )
    assert asked is not None and asked.text.endswith("：手续费 ____")


@pytest.mark.parametrize(
    ("old", "new"), [("请本人办理。", "请本人到柜面办理。"), ("", "等 60 天。"), ("等 30 天。", "不用等。")]
)
def test_without_one_number_for_another_nothing_is_asked(old: str, new: str) -> None:
    assert suggested_question(a_content(speakable=old), a_content(speakable=new)) is None


def test_what_is_read_aloud_names_the_replacement_by_its_title() -> None:
    gone = an_item(change=Change.REMOVED, replaced_by="FAQ-0001", replaced_title="新的等待期", reason="停售")
    assert to_read_aloud(gone) == "“等待期多久”已移除，原因：停售，请改用“新的等待期”。"


def test_what_is_read_aloud_names_the_most_important_change_and_then_the_answer() -> None:
    item = an_item(summary="口径：“30 天”改为“60 天”；正文：增加“例外”")
    assert to_read_aloud(item) == "“等待期多久”有变化：“30 天”改为“60 天”。现在这样说：等待期六十天。"
    later = an_item(summary="12月1日起生效；口径重写；正文重写", announced=True)
    assert to_read_aloud(later).startswith("“等待期多久”有变化：12月1日起生效，口径重写。")


def test_an_announced_rule_says_from_when() -> None:
    item = an_item(announced=True, upcoming=(Upcoming(4, NOW + timedelta(days=30)),))
    assert what_changed(item, "口径重写", ZONE) == "11月21日 09:00起生效；口径重写；第 4 版12月21日 09:00起生效"


# --- edits


def test_edits_come_back_as_they_were_kept() -> None:
    edit = ItemEdit(summary="改了", read_aloud="两\n行", asks=True, question=QUESTION, emphasis=True, left_out="不必")
    edits = Edits(title="题", note="记", order=("FAQ-0042",), items={"FAQ-0042": edit, "FAQ-0043": ItemEdit()})
    assert Edits.from_dict(edits.to_dict()) == edits
    assert list(edits.items) == ["FAQ-0042"]


def test_items_stand_in_the_order_of_the_coordinator_then_new_changed_removed() -> None:
    items = [an_item("A-1", change=Change.REMOVED), an_item("A-2"), an_item("A-3", change=Change.NEW), an_item("A-4")]
    kept, _, _ = overlaid(items, Edits(order=("A-4", "A-9", "A-1")))
    assert [item.code for item in kept] == ["A-4", "A-1", "A-3", "A-2"]


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    item = an_item()
    kept, _, _ = overlaid([item], Edits(items={"FAQ-0042": ItemEdit(emphasis=True, asks=False)}))
    assert kept == [replace(item, emphasis=True, question=None)]


def test_an_edit_made_for_another_change_does_not_count_and_is_named() -> None:
    edits = Edits(items={"FAQ-0042": ItemEdit(left_out="不必说")}).made_for([an_item()])
    assert overlaid([an_item()], edits)[0] == []
    later = an_item(revision=4)
    assert overlaid([later], edits) == ([later], [], ["FAQ-0042"])


def test_texts_that_are_too_long_are_refused() -> None:
    with pytest.raises(TooLarge):
        ItemEdit(read_aloud="念" * 1_001)
    with pytest.raises(TooLarge):
        Edits(title="题" * 101)
