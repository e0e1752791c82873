"""Questions that nothing answered: how they become gaps, and how their askers hear of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from kb.domain.content import Kind
from kb.domain.draft import Draft
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.gaps import Gap, GapSource, GapState
from kb.domain.golden import GoldenQuestion
from kb.domain.person import Person, Role
from kb.services.calls import Calls
from kb.services.drafts import Drafts
from kb.services.gaps import Gaps
from kb.services.goldens import Goldens
from kb.services.people import SYSTEM, People
from kb.services.questions import Questions
from kb.services.rules import Rulebook
from kb.storage import Database
from tests.factories import NOW, Clock, a_content, a_person, published
from tests.webapp.conftest import cheap_hasher

CHEN, LIN, GAO = (a_person(Role.AGENT, login=login) for login in ("chen", "lin", "gao"))
WANG, LI = a_person(Role.COORDINATOR, login="wang"), a_person(Role.COORDINATOR, login="li")
LEADER = a_person(Role.TEAM_LEADER, login="zhao")
HOOK = "https://hook.test/gaps"
QUESTION = "宠物险能不能投保两只"


@pytest.fixture
def gaps(store: Database, clock: Clock) -> Gaps:
    return Gaps(store, clock, webhooks=[HOOK])


@pytest.fixture
def search(store: Database, clock: Clock) -> Callable[..., None]:
    """A search that found nothing; the next one comes later than anybody types on."""
    questions = Questions(store, clock, webhooks=[HOOK])

    def run(*asked: tuple[Person, str]) -> None:
        for person, text in asked:
            questions.record(person, text)
            clock.forward(minutes=3)

    return run


@pytest.fixture
def accounts(store: Database, clock: Clock) -> None:
    people = People(store, clock, hasher=cheap_hasher())
    for person in (CHEN, LIN, GAO, WANG, LI, LEADER):
        people.add(SYSTEM, person.login, person.login, person.role, "right-horse-42")


def send(gaps: Gaps, person: Person = CHEN, text: str = QUESTION, **more: object) -> Gap:
    return gaps.send(person, text, **more).gap  # type: ignore[arg-type]


def told(store: Database, login: str) -> list[tuple[str, str]]:
    with store.read() as uow:
        return [(one.text.format(**one.values), one.address) for one in uow.notifications.of(login)]


def asked_by(gaps: Gaps, number: int) -> list[str]:
    return [ask.person for ask in gaps.open(WANG, number).asks]


# --- how a gap comes


def test_one_key_makes_a_gap_with_its_clock(gaps: Gaps) -> None:
    sent = gaps.send(CHEN, QUESTION + "？", product="宠物险")
    assert (sent.is_new, sent.counted, sent.masked) == (True, True, False)
    (gap,) = gaps.waiting(LEADER)
    assert (gap.text, gap.product, gap.source, gap.times) == (QUESTION + "？", "宠物险", GapSource.AGENT, 1)
    assert (gap.due_at, gap.state) == (NOW + timedelta(hours=72), GapState.OPEN)


def test_an_urgent_one_has_the_shorter_time(gaps: Gaps) -> None:
    assert send(gaps, urgent=True).due_at == NOW + timedelta(hours=24)


def test_the_times_are_those_of_the_rules(gaps: Gaps, store: Database, clock: Clock) -> None:
    director = a_person(Role.DIRECTOR)
    Rulebook(store, clock).save(director, {"gap_hours": 10, "gap_urgent_hours": 2}, reason="x", based_on=0)
    assert send(gaps).due_at == NOW + timedelta(hours=10)
    assert send(gaps, text="另一个问题", urgent=True).due_at == NOW + timedelta(hours=2)


def test_becoming_urgent_shortens_the_time_from_then_on_and_never_lengthens_it(gaps: Gaps, clock: Clock) -> None:
    send(gaps)
    clock.forward(hours=10)
    assert send(gaps, urgent=True).due_at == NOW + timedelta(hours=34)
    late = send(gaps, text="另一个问题")
    clock.forward(hours=60)
    assert send(gaps, person=LIN, text="另一个问题", urgent=True).due_at == late.due_at


def test_asked_often_it_becomes_pressing(gaps: Gaps, clock: Clock) -> None:
    send(gaps)
    for asker in (LIN, GAO, WANG, LI):
        clock.forward(hours=1)
        assert send(gaps, person=asker).due_at == NOW + timedelta(hours=72)
    clock.forward(hours=1)
    sixth = send(gaps, person=LEADER)
    assert (sixth.times, sixth.due_at) == (6, NOW + timedelta(hours=5 + 24))


def test_personal_data_is_masked_before_it_is_kept(gaps: Gaps, store: Database, clock: Clock) -> None:
    sent = gaps.send(CHEN, "客户13812345678问宠物险", product="卡号6222020012345678")
    assert sent.masked and "13812345678" not in sent.gap.text and "6222" not in sent.gap.product
    Rulebook(store, clock).save(a_person(Role.DIRECTOR), {"policy_shapes": ("PA########",)}, reason="x", based_on=0)
    assert "PA12345678" not in send(gaps, text="保单PA12345678能退吗").text


@pytest.mark.parametrize("text", ["", "  ", "？！", "等", "13812345678"])
def test_what_says_nothing_is_refused(gaps: Gaps, text: str) -> None:
    with pytest.raises(Invalid, match="请写下来电者的问题"):
        send(gaps, text=text)


def test_it_belongs_to_the_call_and_its_product(gaps: Gaps, store: Database, clock: Clock) -> None:
    from datetime import UTC

    call = Calls(store, clock, UTC).open(CHEN, product="宠物险")
    gap = send(gaps)
    assert gap.product == "宠物险"
    assert [ask.call for ask in gaps.open(WANG, gap.number).asks] == [call.number]


def test_who_records_may_send_who_submits_may_look_and_who_publishes_may_work(gaps: Gaps) -> None:
    number = send(gaps).number
    with pytest.raises(NotAllowed):
        gaps.send(a_person(Role.DIRECTOR), QUESTION)
    with pytest.raises(NotAllowed):
        gaps.waiting(CHEN)
    with pytest.raises(NotAllowed):
        gaps.take(LEADER, number)
    with pytest.raises(NotAllowed):
        gaps.decline(LEADER, number, reason="不需要")
    assert gaps.get(LEADER, number).number == number


# --- searches


def test_the_third_search_without_a_result_raises_a_gap_whoever_searched(gaps: Gaps, search: Callable[..., None]) -> None:
    search((CHEN, QUESTION), (LIN, "宠物险，能不能投保两只？"))
    assert gaps.waiting(WANG) == []
    search((CHEN, QUESTION))
    (gap,) = gaps.waiting(WANG)
    assert (gap.source, gap.times, asked_by(gaps, gap.number)) == (GapSource.SEARCHES, 3, ["chen", "lin", "chen"])
    search((GAO, QUESTION))
    (gap,) = gaps.waiting(WANG)
    assert (gap.times, asked_by(gaps, gap.number)) == (4, ["chen", "lin", "chen", "gao"])


def test_what_is_typed_on_the_way_is_one_question_the_longest(
    gaps: Gaps, store: Database, clock: Clock
) -> None:
    questions = Questions(store, clock)
    for person in (CHEN, LIN, GAO):
        for typed in ("宠物", "宠物险", "宠物险犹y", "宠物险犹豫期", "宠物险"):
            questions.record(person, typed)
            clock.forward(seconds=5)
    assert [(gap.text, gap.times) for gap in gaps.waiting(WANG)] == [("宠物险犹豫期", 3)]
    assert "宠物险犹豫期" in [one.text for one in questions.most_frequent(WANG)]
    assert "宠物险犹y" not in [one.text for one in questions.most_frequent(WANG)]


def test_half_words_raise_nothing(gaps: Gaps, search: Callable[..., None]) -> None:
    search(*[(person, text) for text in ("dengd", "等", "q") for person in (CHEN, LIN, GAO)])
    assert gaps.waiting(WANG) == [] and gaps.top(WANG) == []


def test_the_same_person_in_the_same_breath_counts_once(gaps: Gaps, store: Database, clock: Clock) -> None:
    questions = Questions(store, clock)
    for _ in range(5):
        questions.record(CHEN, QUESTION)
        clock.forward(seconds=9)
    assert gaps.waiting(WANG) == []
    sent = gaps.send(CHEN, QUESTION)
    assert (sent.is_new, sent.gap.times) == (True, 1)
    again = gaps.send(CHEN, QUESTION)
    assert (again.is_new, again.counted, again.gap.times) == (False, False, 1)


def test_those_who_fill_the_gaps_and_those_who_take_no_calls_raise_none_by_searching(
    gaps: Gaps, search: Callable[..., None]
) -> None:
    search(*[(person, QUESTION) for person in (WANG, LI, a_person(Role.TRAINER), a_person(Role.DIRECTOR))])
    assert gaps.waiting(WANG) == []
    send(gaps)
    search((WANG, QUESTION))
    assert [gap.times for gap in gaps.waiting(WANG)] == [1]


def test_sending_joins_those_who_searched_before(gaps: Gaps, search: Callable[..., None]) -> None:
    search((CHEN, QUESTION), (LIN, QUESTION))
    gap = send(gaps, person=GAO)
    assert (gap.times, asked_by(gaps, gap.number)) == (3, ["chen", "lin", "gao"])


def test_webhooks_are_told_of_a_new_gap_once(gaps: Gaps, store: Database, search: Callable[..., None]) -> None:
    number = send(gaps, product="宠物险").number
    search((LIN, QUESTION), *[(person, "船险多少钱") for person in (CHEN, LIN, GAO)])
    with store.read() as uow:
        bodies = [json.loads(one.body) for one in uow.deliveries.recent() if (one.event, one.url) == ("gap", HOOK)]
    assert [(body["text"], body["times"]) for body in bodies] == [("船险多少钱", 3), (QUESTION, 1)]
    assert bodies[1]["number"] == number and bodies[1]["product"] == "宠物险"


# --- work


def test_a_gap_is_taken_and_handed_to_a_colleague(gaps: Gaps, accounts: None) -> None:
    number = send(gaps).number
    assert gaps.take(WANG, number).assignee == "wang"
    with pytest.raises(Conflict, match="已由 wang 接手"):
        gaps.take(LI, number)
    assert gaps.hand_over(LI, number, "li", seen="wang").assignee == "li"
    with pytest.raises(Conflict, match="刚刚换了经办人"):
        gaps.hand_over(WANG, number, "wang", seen="wang")
    with pytest.raises(Invalid, match="只能转交给能发布知识的同事"):
        gaps.hand_over(LI, number, "chen", seen="li")
    with pytest.raises(Invalid, match="请从列表中选择同事"):
        gaps.hand_over(LI, number, "nobody", seen="li")
    assert gaps.hand_over(LI, number, "", seen="li").state is GapState.OPEN


def test_a_draft_begun_while_a_colleague_took_the_gap_is_not_left_behind(
    gaps: Gaps, store: Database, clock: Clock
) -> None:
    number = send(gaps).number

    class Overtaken(Drafts):
        def begin(self, person: Person, code: str, fields: Mapping[str, object], *, based_on: int) -> Draft:
            gaps.take(LI, number)
            return super().begin(person, code, fields, based_on=based_on)

    drafts = Overtaken(store, clock)
    with pytest.raises(Conflict):
        gaps.write(WANG, number, Kind.FAQ, drafts)
    assert drafts.mine(WANG) == []
    assert gaps.get(WANG, number).assignee == LI.login


def test_an_entry_is_written_from_it(gaps: Gaps, store: Database, clock: Clock, accounts: None) -> None:
    drafts, number = Drafts(store, clock), send(gaps, product="宠物险").number
    draft = gaps.write(WANG, number, Kind.FAQ, drafts)
    held = drafts.open(WANG, draft).draft
    assert (held.fields["title"], held.fields["product"], held.fields["kind"]) == (QUESTION, "宠物险", "faq")
    assert gaps.write(WANG, number, Kind.FAQ, drafts) == draft
    assert gaps.open(WANG, number).has_draft and gaps.get(WANG, number).state is GapState.TAKEN
    with pytest.raises(Conflict, match="已由 wang 接手"):
        gaps.write(LI, number, Kind.FAQ, drafts)
    code, _ = drafts.hand_in(WANG, draft, a_content(), version=1, reason="新编")
    assert gaps.get(WANG, number).code == code


def test_answering_tells_each_asker_once_and_makes_search_learn(
    gaps: Gaps, store: Database, clock: Clock, accounts: None, search: Callable[..., None]
) -> None:
    code = published(store, clock, "FAQ-0077", title="一张保单保几只宠物")
    search((CHEN, QUESTION), (LIN, QUESTION), (CHEN, QUESTION), (CHEN, QUESTION))
    (gap,) = gaps.waiting(WANG)
    done = gaps.answer(WANG, gap.number, code.lower(), said="另见第三条。")
    assert (done.state, done.code, done.done_by, done.done_at) == (GapState.ANSWERED, code, "wang", clock.at)
    sentence = f"您问的“{QUESTION}”有答案了：一张保单保几只宠物（{code}）。另见第三条。"
    assert told(store, "chen") == told(store, "lin") == [(sentence, f"/entries/{code}")]
    assert told(store, "gao") == []
    with store.read() as uow:
        assert uow.learned.used([code]) == {code: (QUESTION,)}
        assert code in [job.code for job in uow.jobs.after(0)]
    assert [(one.query, one.relevant) for one in Goldens(store, clock).all()] == [(QUESTION, (code,))]
    assert gaps.waiting(WANG) == [] and [one.number for one in gaps.closed(WANG)] == [gap.number]


def test_a_golden_question_keeps_the_answers_that_it_has(gaps: Gaps, store: Database, clock: Clock, accounts: None) -> None:
    Goldens(store, clock).put(WANG, [GoldenQuestion(QUESTION, ("FAQ-0001",), "宠物险")])
    code = published(store, clock, "FAQ-0077")
    gaps.answer(WANG, send(gaps).number, code)
    (kept,) = Goldens(store, clock).all()
    assert (kept.relevant, kept.product) == (("FAQ-0001", code), "宠物险")


def test_what_was_masked_is_no_part_of_what_search_learns(gaps: Gaps, store: Database, clock: Clock, accounts: None) -> None:
    code = published(store, clock, "FAQ-0077")
    gaps.answer(WANG, send(gaps, text="电话13812345678的客户问宠物险").number, code)
    with store.read() as uow:
        assert uow.learned.used([code]) == {code: ("电话 的客户问宠物险",)}


def test_only_an_entry_in_force_that_one_may_see_answers(gaps: Gaps, store: Database, clock: Clock, accounts: None) -> None:
    from kb.services.knowledge import Knowledge

    number, knowledge = send(gaps).number, Knowledge(store, clock)
    with pytest.raises(Invalid, match="请写明由哪个条目解答"):
        gaps.answer(WANG, number, " ")
    with pytest.raises(NotFound, match="没有编号为 FAQ-9999 的条目"):
        gaps.answer(WANG, number, "FAQ-9999")
    code, _ = knowledge.submit(WANG, a_content(), reason="新编", code="FAQ-0088")
    with pytest.raises(Conflict, match="FAQ-0088 现在没有生效"):
        gaps.answer(WANG, number, code)
    withdrawn = published(store, clock, "FAQ-0099")
    knowledge.withdraw(WANG, withdrawn, reason="停售")
    with pytest.raises(Conflict, match="FAQ-0099 现在没有生效"):
        gaps.answer(WANG, number, withdrawn)
    assert gaps.get(WANG, number).is_open and told(store, "chen") == []


def test_an_asker_who_may_not_see_the_entry_learns_no_title(gaps: Gaps, store: Database, clock: Clock, accounts: None) -> None:
    code = published(store, clock, "FAQ-0077", title="值班长专用", roles=(Role.SHIFT_LEADER,))
    gaps.answer(WANG, send(gaps).number, code)
    ((sentence, address),) = told(store, "chen")
    assert "不对您的岗位开放" in sentence and "值班长专用" not in sentence and address == ""


def test_declining_needs_a_reason_and_tells_it(gaps: Gaps, store: Database, accounts: None) -> None:
    number = send(gaps).number
    with pytest.raises(Invalid, match="请写明不收录的原因"):
        gaps.decline(WANG, number, reason="  ")
    gaps.decline(WANG, number, reason="不属于我公司业务，客户电话13812345678")
    ((sentence, address),) = told(store, "chen")
    assert sentence.startswith(f"您问的“{QUESTION}”不收录：不属于我公司业务") and "13812345678" not in sentence
    assert address == ""


def test_a_closed_gap_stays_closed_and_asked_again_it_is_a_new_one_that_names_it(
    gaps: Gaps, store: Database, clock: Clock, accounts: None
) -> None:
    code, first = published(store, clock, "FAQ-0077"), send(gaps)
    gaps.answer(WANG, first.number, code)
    for act in (
        lambda: gaps.answer(WANG, first.number, code),
        lambda: gaps.decline(WANG, first.number, reason="x"),
        lambda: gaps.take(LI, first.number),
    ):
        with pytest.raises(Conflict, match="已经办结"):
            act()
    second = gaps.send(CHEN, QUESTION)  # in the same breath: it did not help
    assert (second.is_new, second.gap.earlier, second.gap.times) == (True, first.number, 1)
    gaps.answer(WANG, second.gap.number, code)
    assert len(told(store, "chen")) == 2


def test_what_is_done_is_audited(gaps: Gaps, store: Database, clock: Clock, accounts: None) -> None:
    code, number = published(store, clock, "FAQ-0077"), send(gaps).number
    send(gaps, person=LIN)
    gaps.take(WANG, number)
    gaps.hand_over(WANG, number, "li", seen="wang")
    gaps.answer(LI, number, code)
    rows = gaps.open(WANG, number).history
    assert [(row.action, row.by) for row in rows] == [
        ("gap.raise", "chen"), ("gap.send", "lin"), ("gap.take", "wang"), ("gap.hand", "wang"), ("gap.answer", "li"),
    ]  # fmt: skip
    assert rows[-1].detail["told"] == 2


@pytest.mark.parametrize("number", [0, 7, 999_999_999])
def test_a_number_that_is_no_gap_is_not_found(gaps: Gaps, number: int) -> None:
    for act in (
        lambda: gaps.get(WANG, number), lambda: gaps.open(WANG, number), lambda: gaps.take(WANG, number),
        lambda: gaps.decline(WANG, number, reason="x"), lambda: gaps.hand_over(WANG, number, "", seen=""),
    ):  # fmt: skip
        with pytest.raises(NotFound, match=f"没有第 {number} 号知识缺口"):
            act()


# --- the list of the week


def test_the_week_lists_what_nothing_answers_most_frequent_first(
    gaps: Gaps, store: Database, clock: Clock, accounts: None, search: Callable[..., None]
) -> None:
    search((CHEN, "上周的问题"), (LIN, "上周的问题"))
    clock.forward(days=7)
    code = published(store, clock, "FAQ-0077")
    answered = send(gaps, text="已经解答的问题")
    gaps.answer(WANG, answered.number, code)
    search((CHEN, "船险多少钱"), (CHEN, QUESTION), (LIN, QUESTION))
    number = send(gaps, person=GAO, product="宠物险").number
    found = [(one.text, one.times, one.people, one.gap) for one in gaps.top(LEADER)]
    assert found == [(QUESTION, 3, 3, number), ("船险多少钱", 1, 1, None)]
    assert [one.text for one in gaps.top(LEADER, weeks_ago=1)] == ["上周的问题"]
    assert len(gaps.top(LEADER, limit=1)) == 1
    with pytest.raises(NotAllowed):
        gaps.top(CHEN)


def test_what_is_late_is_counted_for_those_who_work_on_it(gaps: Gaps, clock: Clock) -> None:
    send(gaps, urgent=True)
    send(gaps, text="另一个问题")
    assert gaps.overdue(WANG) == 0
    clock.forward(hours=24, seconds=1)
    assert (gaps.overdue(WANG), gaps.overdue(LEADER)) == (1, 0)
    assert [gap.is_overdue(clock()) for gap in gaps.waiting(WANG)] == [True, False]
