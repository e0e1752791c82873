"""Questions proposed from the entries: where from, judged once, ranked by what trainers keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from kb.domain.calls import Act, ActKind
from kb.domain.content import Kind
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.exams.question import QuestionState, QuestionType
from kb.domain.person import Role
from kb.services.bank import Bank
from kb.services.examinations import Examinations
from kb.services.knowledge import Knowledge
from kb.services.proposing import Proposing, Scope, Wanted, month_of
from kb.storage import Database
from tests.exam_factories import a_paper, held, people
from tests.factories import NOW, Clock, a_content, a_person, published

CHEN = a_person(Role.TRAINER, login="chen", id=5)
THE_ENTRY = Wanted(scope=Scope.ENTRIES, codes=("FAQ-0042",))


@pytest.fixture
def proposing(store: Database, clock: Clock) -> Proposing:
    published(store, clock)
    published(store, clock, "FAQ-0043", title="住院医疗险的等待期是多少天", product="住院医疗险",
              speakable="住院医疗险的等待期是六十天。", body="自合同生效日起算 60 天。", conditions="", exceptions="")  # fmt: skip
    return Proposing(store, clock, UTC, Bank(store, clock))


def test_every_proposal_stands_in_the_entry_and_can_be_kept_as_it_is(proposing: Proposing, store: Database) -> None:
    (group,) = proposing.batch(CHEN, THE_ENTRY).groups
    assert group.code == "FAQ-0042" and group.offers
    for offer in group.offers:
        source = offer.proposal.content.source
        assert getattr(a_content(), source.part)[source.start : source.end] == source.text
        kept = proposing.accept(CHEN, group.code, offer.digest)
        assert kept.content.source == source and kept.rule == offer.proposal.rule
    assert proposing.batch(CHEN, THE_ENTRY).groups == []


def test_word_for_word_it_counts_as_reviewed_and_changed_it_is_a_draft(proposing: Proposing) -> None:
    (group,) = proposing.batch(CHEN, THE_ENTRY).groups
    first, second = group.offers[:2]
    assert proposing.accept(CHEN, "FAQ-0042", first.digest).state is QuestionState.REVIEWED
    changed = replace(second.proposal.content, stem=f"请问：{second.proposal.content.stem}")
    kept = proposing.accept(CHEN, "FAQ-0042", second.digest, content=changed)
    assert (kept.state, kept.content.stem) == (QuestionState.DRAFT, changed.stem)
    assert {rate.rule: (rate.accepted, rate.judged) for rate in proposing.rates(CHEN)}[first.proposal.rule][0] >= 1


def test_what_was_rejected_does_not_come_again(proposing: Proposing, store: Database) -> None:
    (group,) = proposing.batch(CHEN, THE_ENTRY).groups
    offer = group.offers[0]
    with pytest.raises(Invalid, match="原因"):
        proposing.reject(CHEN, "FAQ-0042", offer.digest, reason=" ")
    proposing.reject(CHEN, "FAQ-0042", offer.digest, reason="不值得考")
    assert offer.digest not in {o.digest for g in proposing.batch(CHEN, THE_ENTRY).groups for o in g.offers}
    for again in (lambda: proposing.reject(CHEN, "FAQ-0042", offer.digest, reason="又退"),
                  lambda: proposing.accept(CHEN, "FAQ-0042", offer.digest)):  # fmt: skip
        with pytest.raises(Conflict, match="已经处理过"):
            again()


def test_what_the_entry_offers_no_more_cannot_be_accepted(proposing: Proposing, store: Database, clock: Clock) -> None:
    (group,) = proposing.batch(CHEN, THE_ENTRY).groups
    Knowledge(store, clock).withdraw(a_person(), "FAQ-0042", reason="停售")
    with pytest.raises(Conflict, match="已有变化"):
        proposing.accept(CHEN, "FAQ-0042", group.offers[0].digest)


def test_verdicts_move_the_ranking(proposing: Proposing) -> None:
    (group,) = proposing.batch(CHEN, THE_ENTRY).groups
    rule = group.offers[0].proposal.rule
    best = {o.proposal.rule: o.proposal.score for o in reversed(group.offers)}
    for offer in [o for o in group.offers if o.proposal.rule == rule][:-1] or group.offers[:1]:
        proposing.reject(CHEN, "FAQ-0042", offer.digest, reason="不值得考")
    after = [o for g in proposing.batch(CHEN, THE_ENTRY).groups for o in g.offers]
    left = [o.proposal.score for o in after if o.proposal.rule == rule]
    assert all(score < best[rule] for score in left)


def test_the_month_has_what_came_into_force_in_it_the_latest_first(
    proposing: Proposing, store: Database, clock: Clock
) -> None:
    clock.forward(days=40)
    published(store, clock, "FAQ-0044", title="理赔多久到账", body="审核通过后 5 个工作日到账。", category="理赔")
    codes = lambda wanted: [group.code for group in proposing.all(CHEN, wanted)]  # noqa: E731
    assert codes(Wanted()) == ["FAQ-0044"]
    assert set(codes(Wanted(month=date(2026, 11, 1)))) == {"FAQ-0042", "FAQ-0043"}
    assert codes(Wanted(month=date(2026, 10, 1))) == []


def test_what_agents_opened_most_comes_first(proposing: Proposing, store: Database, clock: Clock) -> None:
    with store.write() as uow:
        for kind, code in ((ActKind.OPEN, "FAQ-0043"), (ActKind.COPY, "FAQ-0043"), (ActKind.OPEN, "FAQ-0042"),
                           (ActKind.SEARCH, "FAQ-0042"), (ActKind.OPEN, "FAQ-0999")):  # fmt: skip
            uow.calls.add_act(Act(person="agent", call=None, at=NOW - timedelta(hours=1), kind=kind, code=code))
        uow.commit()
    found = [(group.code, group.times) for group in proposing.all(CHEN, Wanted(scope=Scope.OPENED))]
    assert found == [("FAQ-0043", 2), ("FAQ-0042", 1)]


def test_a_category_holds_what_lies_below_it(proposing: Proposing, store: Database, clock: Clock) -> None:
    published(store, clock, "FAQ-0044", title="理赔多久到账", body="审核通过后 5 个工作日到账。", category="健康险理赔")
    found = [group.code for group in proposing.all(CHEN, Wanted(scope=Scope.CATEGORY, category="健康险"))]
    assert found == ["FAQ-0042", "FAQ-0043"]


def test_a_batch_goes_on_where_the_last_one_ended(proposing: Proposing) -> None:
    both = Wanted(scope=Scope.ENTRIES, codes=("FAQ-0042", "FAQ-0043"))
    first = proposing.batch(CHEN, both, size=1)
    assert ([g.code for g in first.groups], first.entries, first.after) == (["FAQ-0042"], 2, 1)
    second = proposing.batch(CHEN, both, start=1, size=1)
    assert ([g.code for g in second.groups], second.after) == (["FAQ-0043"], None)


def test_an_entry_closed_to_the_trainer_is_not_proposed_from(
    proposing: Proposing, store: Database, clock: Clock
) -> None:
    published(
        store, clock, "NOT-0003", kind=Kind.NOTICE, title="内部", body="排班提前 3 天公布。", roles=(Role.SHIFT_LEADER,)
    )
    assert proposing.batch(CHEN, Wanted(scope=Scope.ENTRIES, codes=("NOT-0003",))).groups == []


def test_an_unknown_entry_is_named(proposing: Proposing) -> None:
    with pytest.raises(NotFound, match="FAQ-0777"):
        proposing.batch(CHEN, Wanted(scope=Scope.ENTRIES, codes=("FAQ-0042", "FAQ-0777")))


def test_an_agent_gets_no_proposals(proposing: Proposing) -> None:
    for ask in (lambda who: proposing.batch(who, THE_ENTRY), lambda who: proposing.rates(who)):
        with pytest.raises(NotAllowed):
            ask(a_person(Role.AGENT))


def test_a_month_begins_and_ends_on_the_clocks_of_the_centre() -> None:
    since, until = month_of(date(2026, 12, 31), UTC)
    assert (since.date(), until.date()) == (date(2026, 12, 1), date(2027, 1, 1))


def test_what_examinees_got_wrong_most_comes_first_with_how_often(
    proposing: Proposing, store: Database, clock: Clock
) -> None:
    agents = people(store, 3)
    clock.forward(hours=1)  # the month of the paper is this one
    paper = a_paper((QuestionType.SINGLE, QuestionType.TRUE_FALSE))
    other = replace(paper.forms[0].items[1].content.source, code="FAQ-0043")
    forms = tuple(
        replace(form, items=(form.items[0], replace(one, content=replace(one.content, source=other))))
        for form in paper.forms
        for one in form.items[1:]
    )
    paper = replace(paper, forms=forms)
    held(store, clock, replace(paper, hash=paper.fingerprint))
    exams = Examinations(store, clock)
    clock.forward(hours=1)
    for agent in agents:
        number = exams.own(agent)[0].sitting.number
        exams.start(agent, number)
        single, truth = exams.take(agent, number).form.items
        exams.save(agent, number, single.question, [0], int(clock().timestamp() * 1000), shown=False)
        if agent is not agents[0]:
            exams.save(agent, number, truth.question, [1], int(clock().timestamp() * 1000), shown=False)
        exams.hand_in(agent, number)
    found = [(group.code, group.times) for group in proposing.all(CHEN, Wanted(scope=Scope.FAILED))]
    assert found == [("FAQ-0042", 3), ("FAQ-0043", 1)]
    clock.forward(days=120)
    assert list(proposing.all(CHEN, Wanted(scope=Scope.FAILED))) == []
