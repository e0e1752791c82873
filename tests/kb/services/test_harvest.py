"""The coordinators' queue: what waits, what comes of it, and that each author hears of it once."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest

from kb.domain.entry import Action
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.harvest import Sort
from kb.domain.learning import KEPT_MOST, Source, heard
from kb.domain.person import Role
from kb.domain.release import ReleaseItem
from kb.domain.solutions import Outcome, SolutionKind
from kb.services.drafts import Drafts
from kb.services.harvest import Harvest
from kb.services.knowledge import Knowledge
from kb.services.outcomes import tell_flag
from kb.services.releases import Releases
from kb.services.solutions import Solutions
from tests.factories import NOW, a_content, a_person, published
from tests.solving import WANG, ZHAO, added, flagged, improved, used

LI, AGENT = a_person(login="li"), a_person(Role.AGENT)


@pytest.fixture
def harvest(store, clock):
    published(store, clock, "FAQ-0042", title="等待期", asked_as=("多久能用",))
    published(store, clock, "FAQ-0043", title="犹豫期", asked_as=())
    return Harvest(store, clock)


def told(store, person):
    with store.read() as uow:
        return [one.text.format(**one.values) for one in uow.notifications.of(person.login)]


def kept(store, *solutions):
    with store.read() as uow:
        return [(s.outcome, s.outcome_code) for s in uow.harvest.many([one.number for one in solutions])]


def audited(store):
    with store.read() as uow:
        return uow.audit.rows(1)[0]


def test_a_used_wording_waits_unless_its_entry_has_it_already(harvest, store, clock):
    for asked in ("几天能赔", "几天能赔", "等待期？", "多久能用", ""):
        used(store, clock, asked)
    (group,) = harvest.queue(LI).groups
    assert (group.sort, group.code, group.times, [w.asked for w in group.wordings]) == (
        Sort.LEARN, "FAQ-0042", 2, ["几天能赔"],
    )  # fmt: skip


def test_agents_do_not_see_the_queue(harvest):
    for forbidden in (lambda: harvest.queue(AGENT), lambda: harvest.learn(AGENT, [1], "FAQ-0042")):
        with pytest.raises(NotAllowed):
            forbidden()
    assert harvest.overdue(AGENT) == 0


def test_accepted_wordings_are_searched_and_each_author_is_told_once(harvest, store, clock):
    mine = [used(store, clock, "几天能赔"), used(store, clock, "几天能赔"), used(store, clock, "什么时候开始管")]
    theirs = used(store, clock, "几天能赔", by=ZHAO)
    assert harvest.learn(LI, [s.number for s in (*mine, theirs)], "faq-0042") == 4
    with store.read() as uow:
        assert uow.learned.used() == {"FAQ-0042": ("几天能赔", "什么时候开始管")}
        assert uow.jobs.after(0)[-1].code == "FAQ-0042"
    assert kept(store, *mine, theirs) == [(Outcome.PHRASING, "FAQ-0042")] * 4
    assert told(store, WANG) == ["您记录的“什么时候开始管”等 3 条已收为 FAQ-0042 的相似问，以后这样问也能搜到。"]
    assert told(store, ZHAO) == ["您记录的“几天能赔”已收为 FAQ-0042 的相似问，以后这样问也能搜到。"]
    assert (audited(store).action, audited(store).subject) == ("solutions.phrasing", "FAQ-0042")
    assert harvest.queue(LI).groups == []


def test_a_new_question_may_turn_out_to_be_a_phrasing_of_an_entry(harvest, store, clock):
    one = added(store, clock, "冷静期有几天")
    harvest.learn(LI, [one.number], "FAQ-0043")
    assert kept(store, one) == [(Outcome.PHRASING, "FAQ-0043")]


def test_of_a_group_all_is_kept_or_nothing(harvest, store, clock):
    good, bad = used(store, clock, "几天能赔"), used(store, clock, "赔")
    with pytest.raises(Invalid, match="“赔”不能收为相似问"):
        harvest.learn(LI, [good.number, bad.number], "FAQ-0042")
    with pytest.raises(NotFound):
        harvest.learn(LI, [good.number], "FAQ-0999")
    assert kept(store, good, bad) == [(Outcome.WAITING, "")] * 2
    assert told(store, WANG) == []


def test_the_second_coordinator_hears_that_a_colleague_was_first(harvest, store, clock):
    one, other = used(store, clock, "几天能赔"), used(store, clock, "什么时候开始管")
    harvest.decline(LI, [one.number], "说法太笼统")
    with pytest.raises(Conflict):
        harvest.learn(LI, [one.number], "FAQ-0042")
    assert harvest.learn(LI, [one.number, other.number], "FAQ-0042") == 1
    assert kept(store, one, other) == [(Outcome.DECLINED, ""), (Outcome.PHRASING, "FAQ-0042")]


def test_declining_needs_a_reason_which_the_author_is_told(harvest, store, clock):
    one = added(store, clock, "宠物能不能投保")
    with pytest.raises(Invalid):
        harvest.decline(LI, [one.number], "  ")
    harvest.decline(LI, [one.number], "没有这类产品，客户 13812345678 已回访")
    assert told(store, WANG)[0].startswith("您记录的“宠物能不能投保”没有采纳：没有这类产品")
    assert "13812345678" not in told(store, WANG)[0]


def test_a_correction_is_begun_as_a_draft_and_counts_when_it_is_handed_in(harvest, store, clock):
    flag, better = flagged(store, clock, "应为九十天"), improved(store, clock, "等待期九十天。", by=ZHAO)
    drafts = Drafts(store, clock)
    id = harvest.write(LI, [flag.number, better.number], drafts, {"title": "等待期"}, code="FAQ-0042", based_on=1)
    assert kept(store, flag, better) == [(Outcome.WAITING, "")] * 2
    assert [draft.id for draft in harvest.open(LI, flag.number).drafts] == [id]
    drafts.hand_in(LI, id, a_content(title="等待期", speakable="等待期九十天。"), version=1, reason="据座席意见")
    assert kept(store, flag, better) == [(Outcome.CORRECTION, "FAQ-0042")] * 2
    assert told(store, ZHAO) == ["您对 FAQ-0042 提的意见已采纳，更正已经写好，发布后生效。谢谢您指出来。"]
    assert audited(store).action == "solutions.correction"


def test_the_authors_of_a_correction_hear_once_more_when_it_is_in_force(harvest, store, clock):
    flag = flagged(store, clock, "应为九十天", by=ZHAO)
    drafts, knowledge = Drafts(store, clock), Knowledge(store, clock)
    id = harvest.write(LI, [flag.number], drafts, {"title": "等待期"}, code="FAQ-0042", based_on=1)
    clock.forward(hours=1)
    drafts.hand_in(LI, id, a_content(title="等待期", speakable="等待期九十天。"), version=1, reason="据座席意见")
    knowledge.withdraw(LI, "FAQ-0042", reason="核对中")
    knowledge.publish(LI, "FAQ-0042", 1, reason="先用原文")  # the text before it: nothing came of it yet
    assert len(told(store, ZHAO)) == 1
    knowledge.publish(LI, "FAQ-0042", 2, reason="更正")
    knowledge.withdraw(LI, "FAQ-0042", reason="再核对")
    knowledge.publish(LI, "FAQ-0042", 2, reason="核对无误")
    assert told(store, ZHAO) == [
        "FAQ-0042 已按您的意见更正并生效，请照现在的条目答复。",
        "您对 FAQ-0042 提的意见已采纳，更正已经写好，发布后生效。谢谢您指出来。",
    ]


def test_the_authors_of_a_new_entry_in_a_release_hear_when_it_can_be_found(harvest, store, clock):
    made = [added(store, clock, "宠物能不能投保"), added(store, clock, "宠物可以投保吗")]
    drafts, releases = Drafts(store, clock), Releases(store, clock)
    id = harvest.write(LI, [one.number for one in made], drafts, {"title": "宠物投保"})
    starts = NOW + timedelta(days=2)
    code, _ = drafts.hand_in(LI, id, a_content(title="宠物投保", effective_from=starts), version=1, reason="常问")
    number = releases.open(LI, "宠物险上线", [ReleaseItem(code, Action.PUBLISH, 1)]).number
    assert releases.problems(LI, number) == {}
    releases.publish(LI, number, reason="上线")
    assert told(store, WANG)[0] == f"由您记录的“宠物可以投保吗”等 2 条写成的 {code} 已经发布，到生效时间就能搜到。"


def test_a_new_entry_comes_of_a_group_when_its_draft_is_handed_in(harvest, store, clock):
    made = [added(store, clock, "宠物能不能投保"), added(store, clock, "宠物可以投保吗")]
    drafts = Drafts(store, clock)
    id = harvest.write(LI, [one.number for one in made], drafts, {"title": "宠物能不能投保"})
    code, _ = drafts.hand_in(LI, id, a_content(title="宠物能不能投保"), version=1, reason="新编")
    assert kept(store, *made) == [(Outcome.ENTRY, code)] * 2
    assert told(store, WANG) == [f"您记录的“宠物可以投保吗”等 2 条已写成条目 {code}，发布后就能搜到。"]


def test_when_the_draft_is_thrown_away_its_solutions_wait_again(harvest, store, clock):
    one = added(store, clock, "宠物能不能投保")
    drafts = Drafts(store, clock)
    drafts.discard(LI, harvest.write(LI, [one.number], drafts, {"title": "宠物"}))
    opened = harvest.open(LI, one.number)
    assert (opened.drafts, [s.number for s in opened.solutions]) == ([], [one.number])


def test_a_correction_made_elsewhere_is_said_to_be_done(harvest, store, clock):
    flag, new = flagged(store, clock, "应为九十天"), added(store, clock, "宠物能不能投保")
    with pytest.raises(Invalid):
        harvest.corrected(LI, [flag.number, new.number])
    harvest.corrected(LI, [flag.number])
    assert kept(store, flag, new) == [(Outcome.CORRECTION, "FAQ-0042"), (Outcome.WAITING, "")]
    assert told(store, WANG) == ["您对 FAQ-0042 提的意见已采纳，条目已更正。谢谢您指出来。"]


def test_flags_have_a_clock_and_are_counted_when_it_has_run_out(harvest, store, clock):
    used(store, clock, "几天能赔")
    used(store, clock, "几天能赔")
    flag = flagged(store, clock, "应为九十天")
    assert [g.sort for g in harvest.queue(LI).groups] == [Sort.LEARN, Sort.CORRECT]
    clock.forward(hours=24, seconds=1)
    assert [g.sort for g in harvest.queue(LI).groups] == [Sort.CORRECT, Sort.LEARN]
    assert harvest.overdue(LI) == 1
    harvest.decline(LI, [flag.number], "条款就是三十天")
    assert harvest.overdue(LI) == 0


def test_a_phrasing_taken_back_is_searched_no_more_and_all_who_said_it_hear(harvest, store, clock):
    made = [used(store, clock, "几天能赔"), used(store, clock, "几天能赔？", by=ZHAO)]
    harvest.learn(LI, [one.number for one in made], "FAQ-0042")
    assert harvest.take_back(LI, made[0].number, "问的是别的险") == 2
    with store.read() as uow:
        assert uow.learned.used() == {}
    assert kept(store, *made) == [(Outcome.DECLINED, "")] * 2
    assert told(store, ZHAO)[0] == "您记录的“几天能赔？”没有采纳：问的是别的险"
    assert harvest.queue(LI).groups == []
    with pytest.raises(Conflict):
        harvest.take_back(LI, made[0].number, "再来一次")


def test_what_was_declined_can_be_put_back_into_the_queue(harvest, store, clock):
    one = added(store, clock, "宠物能不能投保")
    harvest.decline(LI, [one.number], "看错了")
    assert harvest.reopen(LI, one.number).outcome is Outcome.WAITING
    assert harvest.reopen(LI, one.number).outcome_reason == ""
    assert [g.number for g in harvest.queue(LI).groups] == [one.number]
    harvest.learn(LI, [one.number], "FAQ-0042")
    with pytest.raises(Conflict):
        harvest.reopen(LI, one.number)


def test_a_group_is_opened_by_any_of_its_solutions_with_the_entrys_other_groups_beside(harvest, store, clock):
    first, second = used(store, clock, "几天能赔"), used(store, clock, "什么时候开始管", by=ZHAO)
    flag = flagged(store, clock, "应为九十天")
    opened = harvest.open(LI, second.number)
    assert (opened.title, [s.number for s in opened.solutions]) == ("等待期", [second.number, first.number])
    assert [(g.sort, g.number) for g in opened.beside] == [(Sort.CORRECT, flag.number)]
    harvest.learn(LI, [first.number], "FAQ-0042")
    with pytest.raises(NotFound):
        harvest.open(LI, first.number)


def test_a_day_later_used_ones_in_known_words_wait_no_more_and_nobody_is_told(harvest, store, clock):
    known, new = used(store, clock, "多久能用"), used(store, clock, "几天能赔")
    clock.forward(hours=23)
    assert harvest.tidy() == 0
    clock.forward(hours=1, seconds=1)
    assert harvest.tidy() == 1
    assert kept(store, known, new) == [(Outcome.KNOWN, ""), (Outcome.WAITING, "")]
    assert told(store, WANG) == []


def test_receivers_are_told_of_a_flag_once_also_when_it_became_one_later(harvest, store, clock):
    solutions = Solutions(store, clock, on_flag=partial(tell_flag, ["https://desk.example/hook"]))
    one = used(store, clock, "等待期到底几天")
    solutions.edit(WANG, one.number, based_on=1, kind=SolutionKind.FLAGGED, text="应为九十天")
    solutions.edit(WANG, one.number, based_on=2, text="应为九十天，见条款")
    with store.read() as uow:
        (message,) = uow.deliveries.recent(9)
    assert (message.event, json.loads(message.body)["code"], json.loads(message.body)["text"]) == (
        "flag", "FAQ-0042", "应为九十天",
    )  # fmt: skip


def test_a_draft_begun_after_one_was_thrown_away_has_nothing_to_do_with_its_solutions(harvest, store, clock):
    one = added(store, clock, "宠物能不能投保")
    drafts = Drafts(store, clock)
    drafts.discard(LI, harvest.write(LI, [one.number], drafts, {"title": "宠物"}))
    other = drafts.begin(LI, "", {"title": "电子发票"}, based_on=0)
    drafts.hand_in(LI, other.id, a_content(title="电子发票"), version=1, reason="新编")
    assert kept(store, one) == [(Outcome.WAITING, "")]
    assert told(store, WANG) == []


def test_nobody_is_told_of_what_they_did_themselves_and_a_full_entry_takes_no_more(harvest, store, clock):
    own = used(store, clock, "几天能赔", by=LI)
    harvest.learn(LI, [own.number], "FAQ-0042")
    assert told(store, LI) == []
    with store.write() as uow:
        full = [heard("FAQ-0043", f"第{n}种说法", source=Source.IMPORT, by="li", at=clock()) for n in range(KEPT_MOST)]
        uow.learned.put(full)
        uow.commit()
    one = used(store, clock, "能反悔几天", "FAQ-0043")
    with pytest.raises(Conflict, match="FAQ-0043 学到的说法已满"):
        harvest.learn(LI, [one.number], "FAQ-0043")
    assert kept(store, one) == [(Outcome.WAITING, "")]
