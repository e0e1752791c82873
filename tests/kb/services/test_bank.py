"""The question bank as trainers keep it, and how it follows the entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.domain.entry import Action
from kb.domain.errors import Conflict, Invalid, KbError, NotAllowed, NotFound
from kb.domain.exams.lifecycle import Step
from kb.domain.exams.question import Question, QuestionContent, QuestionState, QuestionType, Source
from kb.domain.person import Role
from kb.domain.release import ReleaseItem
from kb.ports import BankFilter
from kb.services.bank import Bank
from kb.services.knowledge import Knowledge
from kb.services.people import SYSTEM
from kb.services.releases import Releases
from kb.storage import Database
from tests.factories import Clock, a_content, a_person, published

CHEN = a_person(Role.TRAINER, login="chen", id=5)
WANG = a_person(Role.DIRECTOR, login="wang", id=6)
LI = a_person(Role.COORDINATOR, login="li", id=7)
QUOTE = "自合同生效日起算 30 天"
READY = QuestionState.READY


@pytest.fixture
def bank(store: Database, clock: Clock) -> Bank:
    published(store, clock)
    return Bank(store, clock)


def a_question(**changed: object) -> QuestionContent:
    values: dict[str, object] = {
        "type": QuestionType.SINGLE, "stem": "百万医疗险的等待期自合同生效日起算多少天？", "options": ("30 天", "60 天", "90 天"),
        "key": (0,), "explanation": "见条目。", "point": "等待期", "source": Source(code="FAQ-0042", text=QUOTE),
    }  # fmt: skip
    return QuestionContent(**(values | changed))  # type: ignore[arg-type]


def ready(bank: Bank, **changed: object) -> Question:
    made = bank.add(CHEN, a_question(**changed), reason="新编")
    bank.move(WANG, [made.number], Step.REVIEW)
    bank.move(CHEN, [made.number], Step.RELEASE)
    return bank.get(CHEN, made.number)


def republish(store: Database, clock: Clock, code: str = "FAQ-0042", **fields: object) -> int:
    knowledge = Knowledge(store, clock)
    _, revision = knowledge.submit(LI, a_content(**fields), reason="修订", code=code)
    knowledge.publish(LI, code, revision.number, reason="修订")
    return revision.number


def test_a_question_is_anchored_at_the_sentence_that_was_quoted(bank: Bank) -> None:
    made = bank.add(CHEN, a_question(source=Source(code="faq-0042", text="自合同生效日起算30天")), reason="新编")
    body = a_content().body
    assert made.content.source == Source(
        code="FAQ-0042",
        revision=1,
        part="body",
        start=body.index(QUOTE),
        end=body.index(QUOTE) + len(QUOTE),
        text=QUOTE,
    )
    place = bank.open(CHEN, made.number).place
    assert place is not None and (place.quoted, place.following, place.now_revision) == (QUOTE, "。", 1)


@pytest.mark.parametrize(
    ("source", "field", "said"),
    [
        (Source(code="FAQ-0777", text=QUOTE), "source", "不存在"),
        (Source(code="FAQ-0042", text="等待期九十天"), "quote", "没有这句原文"),
        (Source(code="FAQ-0042", revision=7, text=QUOTE), "source", "没有第 7 版"),
        (Source(code="nonsense", text=QUOTE), "source", "编号"),
    ],
)
def test_a_source_that_is_not_where_it_says_is_refused(bank: Bank, source: Source, field: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        bank.add(CHEN, a_question(source=source), reason="新编")
    assert caught.value.field == field


def test_an_entry_closed_to_the_role_is_no_source(bank: Bank, store: Database, clock: Clock) -> None:
    published(store, clock, "FAQ-0050", title="内部", roles=(Role.SHIFT_LEADER,), body="只给值班长看的 30 天。")
    with pytest.raises(Invalid, match="不能查看"):
        bank.add(CHEN, a_question(source=Source(code="FAQ-0050", text="30 天")), reason="新编")


def test_somebody_else_reviews_before_it_is_ready(bank: Bank) -> None:
    made = bank.add(CHEN, a_question(), reason="新编")
    refused = bank.move(CHEN, [made.number], Step.REVIEW).refused
    assert [type(one.error) for one in refused] == [NotAllowed]
    assert isinstance(bank.move(CHEN, [made.number], Step.RELEASE).refused[0].error, Conflict)
    assert bank.move(WANG, [made.number], Step.REVIEW).numbers == [made.number]
    assert isinstance(bank.move(WANG, [made.number], Step.RELEASE).refused[0].error, NotAllowed)
    assert bank.move(CHEN, [made.number], Step.RELEASE).numbers == [made.number]
    assert bank.get(CHEN, made.number).state is READY
    actions = [row.action for row in bank.open(CHEN, made.number).history]
    assert actions == ["bank.add", "bank.review", "bank.release"]


def test_of_many_those_that_can_go_through_and_the_others_are_told(bank: Bank) -> None:
    first, second = ready(bank), bank.add(CHEN, a_question(stem="另一道：等待期多少天？"), reason="新编")
    done = bank.move(CHEN, [second.number, first.number, 99], Step.RETIRE, reason="不再考")
    assert done.numbers == [second.number, first.number]
    assert [(one.which, type(one.error)) for one in done.refused] == [(99, NotFound)]
    again = bank.move(CHEN, [first.number], Step.RETIRE, reason="不再考")
    assert "停用" in str(again.refused[0].error.message) or isinstance(again.refused[0].error, Conflict)
    assert isinstance(bank.move(CHEN, [first.number], Step.RESTORE).numbers[0], int)


def test_retiring_needs_a_reason(bank: Bank) -> None:
    made = ready(bank)
    (refused,) = bank.move(CHEN, [made.number], Step.RETIRE).refused
    assert isinstance(refused.error, Invalid) and bank.get(CHEN, made.number).state is READY


def test_an_edit_makes_a_version_that_must_be_reviewed_again(bank: Bank, store: Database) -> None:
    made = ready(bank)
    changed = replace(made.content, options=("30 天", "45 天", "90 天"))
    after = bank.edit(CHEN, made.number, changed, based_on=1, reason="换干扰项")
    assert (after.version, after.state) == (2, QuestionState.DRAFT)
    with store.read() as uow:
        old = uow.bank.version(made.number, 1)
    assert old is not None and old.content == made.content
    with pytest.raises(Conflict, match="第 2 版"):
        bank.edit(WANG_AS_TRAINER, made.number, made.content, based_on=1, reason="改回")
    with pytest.raises(Conflict, match="没有变化"):
        bank.edit(CHEN, made.number, changed, based_on=2, reason="再存一次")


WANG_AS_TRAINER = a_person(Role.TRAINER, login="zhao", id=8)


def test_of_many_new_ones_all_or_only_the_good_ones_are_kept(bank: Bank) -> None:
    contents = [a_question(), a_question(key=(0, 1)), a_question(stem="第三道题：等待期是多少天？")]
    nothing = bank.add_many(CHEN, contents, reason="导入")
    assert nothing.numbers == [] and [one.which for one in nothing.refused] == [1]
    assert bank.page(CHEN, BankFilter()).total == 0
    some = bank.add_many(CHEN, contents, reason="导入", all_or_none=False)
    assert len(some.numbers) == 2 and "单选题只能有一个正确答案，现有 2 个。" in str(some.refused[0].error)
    assert [q.content.stem for q in bank.export(CHEN, some.numbers)] == [contents[0].stem, contents[2].stem]


def test_an_agent_sees_nothing_of_the_bank(bank: Bank) -> None:
    agent = a_person(Role.AGENT)
    for ask in (
        lambda: bank.page(agent, BankFilter()), lambda: bank.open(agent, 1), lambda: bank.stale(agent),
        lambda: bank.export(agent), lambda: bank.add(agent, a_question(), reason="x"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            ask()


def test_a_changed_fact_makes_exactly_its_questions_stale_and_tells_the_trainers(
    bank: Bank, store: Database, clock: Clock
) -> None:
    from kb.services.people import People

    People(store, clock, session_hours=8).add(SYSTEM, "chen", "陈", Role.TRAINER, "right-horse-42")
    fact = ready(bank)
    other = ready(bank, stem="续保有没有等待期？", type=QuestionType.TRUE_FALSE, options=(), key=(1,), source=Source(
        code="FAQ-0042", text="续保没有等待期。"))  # fmt: skip
    clock.forward(hours=1)
    number = republish(store, clock, body="## 说明\n\n自合同生效日起算 60 天。")
    found = bank.get(CHEN, fact.number)
    assert found.state is QuestionState.STALE and found.lapse is not None
    assert (found.lapse.revision, found.lapse.since) == (number, clock())
    assert "60 天" in found.lapse.text
    assert bank.get(CHEN, other.number).state is READY
    ((listed, place),) = bank.stale(CHEN)
    assert listed.number == fact.number and place is not None
    assert (place.quoted, place.revision, place.now_revision) == (QUOTE, 1, number) and "60 天" in place.now
    with store.read() as uow:
        assert [q.number for q in uow.bank.ready(clock())] == [other.number]
        assert [n.values["count"] for n in uow.notifications.of("chen")] == [1]


def test_another_wording_leaves_the_questions_alone(bank: Bank, store: Database, clock: Clock) -> None:
    made = ready(bank)
    clock.forward(hours=1)
    republish(store, clock, body="## 说明\n\n请注意：自合同生效日起算 30 天。\n\n谢谢。")
    assert bank.get(CHEN, made.number).state is READY


def test_an_announced_change_counts_from_its_own_moment(bank: Bank, store: Database, clock: Clock) -> None:
    made = ready(bank)
    starts = clock() + timedelta(days=9)
    republish(store, clock, body="## 说明\n\n自合同生效日起算 60 天。", effective_from=starts)
    assert bank.get(CHEN, made.number).state is READY
    with store.read() as uow:
        assert [q.number for q in uow.bank.ready(starts)] == []
    clock.at = starts
    assert bank.get(CHEN, made.number).state is QuestionState.STALE


def test_one_click_says_that_it_still_holds(bank: Bank, store: Database, clock: Clock) -> None:
    made = ready(bank)
    number = republish(store, clock, body="## 说明\n\n自合同成立日起算 60 天。")
    with pytest.raises(Conflict, match="刚刚被改过"):
        bank.confirm(CHEN, made.number, based_on=9)
    held = bank.confirm(CHEN, made.number, based_on=1)
    assert (held.state, held.version, held.content.source.revision) == (READY, 2, number)
    assert "60 天" in held.content.source.text
    assert held.content.digest == made.content.digest
    with pytest.raises(Conflict, match="没有在等待复核"):
        bank.confirm(CHEN, made.number, based_on=2)


def test_a_mended_question_is_anchored_at_what_holds_now(bank: Bank, store: Database, clock: Clock) -> None:
    made = ready(bank)
    number = republish(store, clock, body="## 说明\n\n自合同生效日起算 60 天。")
    mended = replace(made.content, key=(1,), source=Source(code="FAQ-0042", text="自合同生效日起算 60 天"))
    after = bank.edit(CHEN, made.number, mended, based_on=1, reason="等待期改为 60 天")
    assert (after.state, after.content.source.revision, after.lapse) == (QuestionState.DRAFT, number, None)


def test_when_its_entry_is_withdrawn_it_retires_with_the_reason_and_comes_back_with_it(
    bank: Bank, store: Database, clock: Clock
) -> None:
    made = ready(bank)
    clock.forward(hours=1)
    Knowledge(store, clock).withdraw(LI, "FAQ-0042", reason="产品停售")
    gone = bank.get(CHEN, made.number)
    assert gone.state is QuestionState.RETIRED and gone.lapse is not None and gone.lapse.text == "产品停售"
    clock.forward(hours=1)
    knowledge = Knowledge(store, clock)
    revision = knowledge.submit(LI, a_content(title="医疗险等待期是多少天"), reason="恢复销售", code="FAQ-0042")[1]
    knowledge.publish(LI, "FAQ-0042", revision.number, reason="恢复销售")
    assert bank.get(CHEN, made.number).state is READY


def test_an_entry_whose_validity_ends_leaves_its_questions_to_be_looked_at(
    bank: Bank, store: Database, clock: Clock
) -> None:
    published(store, clock, "FAQ-0061", body="活动期间减免 20 元。", effective_to=clock() + timedelta(days=3))
    made = ready(bank, source=Source(code="FAQ-0061", text="减免 20 元"))
    assert made.state is READY
    clock.forward(days=3)
    assert bank.get(CHEN, made.number).state is QuestionState.STALE
    with pytest.raises(Conflict, match="没有生效的版本"):
        bank.confirm(CHEN, made.number, based_on=1)


def test_a_release_and_its_undoing_are_followed(bank: Bank, store: Database, clock: Clock) -> None:
    made = ready(bank)
    knowledge, releases = Knowledge(store, clock), Releases(store, clock)
    _, revision = knowledge.submit(
        LI, a_content(body="## 说明\n\n自合同生效日起算 60 天。"), reason="修订", code="FAQ-0042"
    )
    release = releases.open(LI, "调整", [ReleaseItem(code="FAQ-0042", action=Action.PUBLISH, revision=revision.number)])
    releases.publish(LI, release.number, reason="调整")
    assert bank.get(CHEN, made.number).state is QuestionState.STALE
    clock.forward(hours=1)
    releases.undo(LI, release.number, reason="发错了")
    assert bank.get(CHEN, made.number).state is READY


def test_a_question_without_a_place_waits_whatever_changed(bank: Bank, store: Database, clock: Clock) -> None:
    made = ready(bank, source=Source(code="FAQ-0042"))
    republish(store, clock, tags=("等待期", "医疗"))
    assert bank.get(CHEN, made.number).state is READY
    republish(store, clock, body="## 说明\n\n自合同生效日起算 30 天。谢谢。")
    assert bank.get(CHEN, made.number).state is QuestionState.STALE


def test_a_question_that_asks_nearly_the_same_is_shown(bank: Bank) -> None:
    first = ready(bank)
    found = bank.like(CHEN, a_question(stem="百万医疗险的等待期自合同生效日起算是多少天？"))
    assert [(question.number, share >= 0.8) for question, share in found] == [(first.number, True)]
    assert (
        bank.like(CHEN, a_question(stem="车险报案要在多久之内？", source=Source(), options=("48 小时", "24 小时")))
        == []
    )


def test_errors_of_many_are_sentences(bank: Bank) -> None:
    done = bank.add_many(CHEN, [a_question(stem=""), a_question(options=("30 天", "30 天。"))], reason="导入")
    assert all(isinstance(one.error, KbError) and str(one.error) for one in done.refused)
