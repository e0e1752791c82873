"""From the trainer to the director and back: what is approved is frozen, and a changed source asks for approval again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed
from kb.domain.exams.paper import Paper, PaperState
from kb.domain.person import Role
from kb.services.examinations import Examinations
from kb.services.knowledge import Knowledge
from kb.services.paper_approval import PaperApproval
from kb.services.paper_sources import usable
from kb.services.papers import Papers
from kb.services.sittings import Plan, Sittings
from kb.storage import Database
from tests.factories import NOW, Clock, a_person
from tests.kb.services.paper_bank import (
    DIRECTOR,
    OLD,
    TRAINER,
    an_approved_paper,
    blueprint,
    furnish,
    republish,
    services,
)


@pytest.fixture
def papers(store: Database, clock: Clock) -> Papers:
    furnish(store, clock)
    with store.write() as uow:
        for person in (TRAINER, DIRECTOR):
            uow.people.add(replace(person, id=0), "x")
        uow.commit()
    return services(store, clock)[0]


@pytest.fixture
def approval(papers: Papers, store: Database, clock: Clock) -> PaperApproval:
    return services(store, clock)[1]


def told(store: Database, login: str) -> list[str]:
    with store.read() as uow:
        return [one.text.format(**one.values) for one in uow.notifications.of(login)]


def a_line_of(paper: Paper, code: str = OLD) -> str:
    """``n4`` when the paper asks about the fourth sentence of that entry."""
    items = [item for form in paper.forms for item in form.items if item.content.source.code == code]
    return f"n{items[0].question}"


def test_the_director_is_told_approves_and_the_trainer_is_told(
    papers: Papers, approval: PaperApproval, store: Database
) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    handed_in = approval.submit(TRAINER, made.number, version=made.version)
    assert told(store, "wang") == [f"第 {made.number} 份试卷《11月考试》等您审批。"]
    approved = approval.approve(DIRECTOR, made.number, seen=handed_in.hash)
    assert told(store, "chen") == [f"第 {made.number} 份试卷《11月考试》已批准，可以安排考试。"]
    with store.read() as uow:
        assert uow.papers.approved(made.number) == approved == usable(uow, made.number, NOW)
    history = papers.open(TRAINER, made.number).history
    assert [row.action for row in history] == ["paper.build", "paper.submit", "paper.approve"]
    assert history[1].detail["hash"] == history[2].detail["hash"] == approved.hash


def test_a_paper_altered_behind_everybodys_back_is_not_approved_nor_sat(
    papers: Papers, approval: PaperApproval, store: Database, clock: Clock
) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    handed_in = approval.submit(TRAINER, made.number, version=made.version)
    other = replace(handed_in, forms=(handed_in.forms[1], handed_in.forms[0]))
    with store.write() as uow:
        uow.papers.put(other)
        uow.commit()
    with pytest.raises(Conflict, match="不一样"):
        approval.approve(DIRECTOR, made.number, seen=handed_in.hash)
    with store.write() as uow:
        uow.papers.put(replace(other, state=PaperState.APPROVED))
        uow.commit()
    with store.read() as uow, pytest.raises(Conflict, match="批准时的不一样"):
        usable(uow, made.number, NOW)


def test_a_director_who_read_an_older_state_reads_again(papers: Papers, approval: PaperApproval) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    old = approval.submit(TRAINER, made.number, version=made.version)
    opened = approval.reopen(TRAINER, made.number, version=old.version)
    new = papers.choices(TRAINER, made.number, "A", 0)[2][0].item.question
    swapped = papers.swap(TRAINER, made.number, "A", 0, new, version=opened.version)
    approval.submit(TRAINER, made.number, version=swapped.version)
    with pytest.raises(Conflict, match="不一样"):
        approval.approve(DIRECTOR, made.number, seen=old.hash)


def test_it_is_returned_with_remarks_mended_and_comes_again(
    papers: Papers, approval: PaperApproval, store: Database
) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    approval.submit(TRAINER, made.number, version=made.version)
    with pytest.raises(Invalid):
        approval.send_back(DIRECTOR, made.number, remarks=" ")
    back = approval.send_back(DIRECTOR, made.number, remarks="单选太多")
    assert (back.state, back.remarks) == (PaperState.RETURNED, "单选太多")
    assert "退回修改" in told(store, "chen")[0]
    assert approval.submit(TRAINER, made.number, version=back.version).state is PaperState.SUBMITTED


def test_a_paper_that_is_out_of_balance_is_not_handed_in(papers: Papers, approval: PaperApproval) -> None:
    """Question 4 is harder than all others."""
    made = next(one for seed in range(9) if 4 not in (one := papers.build(TRAINER, blueprint(), seed=seed)).questions)
    after = papers.swap(TRAINER, made.number, "A", 0, 4, version=made.version)
    assert [str(one) for one in papers.open(TRAINER, made.number).faults] == [
        "两卷的平均难度相差 0.025，要求不超过 0.01。"
    ]
    with pytest.raises(Conflict, match="平均难度相差"):
        approval.submit(TRAINER, made.number, version=after.version)


def test_a_changed_fact_blocks_an_approved_paper_and_tells_both(
    approval: PaperApproval, store: Database, clock: Clock
) -> None:
    paper = an_approved_paper(store, clock)
    clock.forward(hours=1)
    republish(store, clock, **{a_line_of(paper): "这一项保障每年最高赔99万元。"})
    with store.read() as uow, pytest.raises(Conflict, match="来源变了"):
        usable(uow, paper.number, clock.at)
    assert approval.follow() == 1
    assert approval.follow() == 0
    with store.read() as uow:
        found = uow.papers.find(paper.number)
        assert found is not None and found.state is PaperState.BLOCKED
        assert uow.papers.approved(paper.number) is None
    for login in ("chen", "wang"):
        assert told(store, login)[0].endswith("有题目的来源变了，要改好并重新批准。")


def test_a_blocked_paper_is_mended_and_approved_again(
    papers: Papers, approval: PaperApproval, store: Database, clock: Clock
) -> None:
    paper = an_approved_paper(store, clock)
    clock.forward(hours=1)
    republish(store, clock, **{a_line_of(paper): "这一项保障每年最高赔99万元。"})
    approval.follow()
    blocked = papers.open(TRAINER, paper.number)
    [finding] = [one for one in blocked.findings if one.blocks]
    again = approval.reopen(TRAINER, paper.number, version=blocked.paper.version)
    with pytest.raises(Conflict, match=f"{finding.form} 卷第 {finding.place + 1} 题：来源 FAQ-0042 的内容变了"):
        approval.submit(TRAINER, paper.number, version=again.version)
    new = papers.choices(TRAINER, paper.number, finding.form, finding.place)[2][0].item.question
    after = papers.swap(TRAINER, paper.number, finding.form, finding.place, new, version=again.version)
    handed_in = approval.submit(TRAINER, paper.number, version=after.version)
    assert approval.approve(DIRECTOR, paper.number, seen=handed_in.hash).state is PaperState.APPROVED


def test_a_withdrawn_source_blocks_too(approval: PaperApproval, store: Database, clock: Clock) -> None:
    an_approved_paper(store, clock)
    clock.forward(hours=1)
    Knowledge(store, clock).withdraw(a_person(), OLD, reason="停售")
    assert approval.follow() == 1


def test_other_words_only_warn_once_and_can_be_approved_again(
    papers: Papers, approval: PaperApproval, store: Database, clock: Clock
) -> None:
    paper = an_approved_paper(store, clock)
    clock.forward(hours=1)
    republish(store, clock, n9="第9项保障，每年最高赔9万元。")
    assert approval.follow() == 1 and approval.follow() == 0
    opened = papers.open(DIRECTOR, paper.number)
    assert opened.paper.state is PaperState.APPROVED
    assert opened.findings and not any(one.blocks for one in opened.findings)
    assert "请看一看是否要重新批准" in told(store, "wang")[0]
    with store.read() as uow:
        assert usable(uow, paper.number, clock.at).number == paper.number
    approval.approve(DIRECTOR, paper.number, seen=paper.hash)
    assert papers.open(DIRECTOR, paper.number).findings == []
    assert approval.follow() == 0


def test_papers_of_long_ago_are_left_alone(approval: PaperApproval, store: Database, clock: Clock) -> None:
    an_approved_paper(store, clock)
    clock.forward(days=70)
    republish(store, clock, **{f"n{n}": f"第{n}项保障每年最高赔99万元。" for n in range(1, 10)})
    assert approval.follow() == 0


def test_only_the_director_approves_and_returns(papers: Papers, approval: PaperApproval) -> None:
    made = papers.build(TRAINER, blueprint(), seed=3)
    handed_in = approval.submit(TRAINER, made.number, version=made.version)
    for person in (TRAINER, a_person(Role.ADMINISTRATOR), a_person(Role.SHIFT_LEADER)):
        with pytest.raises(NotAllowed):
            approval.approve(person, made.number, seen=handed_in.hash)
        with pytest.raises(NotAllowed):
            approval.send_back(person, made.number, remarks="x")


def test_a_paper_that_is_archived_stays_so(approval: PaperApproval, store: Database, clock: Clock) -> None:
    paper = an_approved_paper(store, clock)
    away = approval.archive(TRAINER, paper.number, version=paper.version)
    assert away.state is PaperState.ARCHIVED
    with pytest.raises(Conflict):
        approval.reopen(TRAINER, paper.number, version=away.version)
    with store.read() as uow, pytest.raises(Conflict, match="不能用来考试"):
        usable(uow, paper.number, clock.at + timedelta(days=1))


def test_a_change_that_nobody_has_noticed_yet_keeps_a_batch_from_being_planned_and_from_beginning(
    approval: PaperApproval, store: Database, clock: Clock
) -> None:
    paper = an_approved_paper(store, clock)
    with store.write() as uow:
        zhou = uow.people.add(a_person(Role.AGENT, login="zhou", id=0), "x")
        uow.commit()
    leader, plan = (
        a_person(Role.SHIFT_LEADER, login="zhao", id=8),
        Plan(paper=paper.number, opens_at=clock.at, closes_at=clock.at + timedelta(hours=4), people="zhou"),
    )
    Sittings(store, clock, UTC).plan(leader, plan)
    clock.forward(hours=1)
    republish(store, clock, **{a_line_of(paper): "这一项保障每年最高赔99万元。"})
    with pytest.raises(Conflict, match="来源变了"):
        Sittings(store, clock, UTC).plan(leader, replace(plan, closes_at=clock.at + timedelta(hours=9)))
    with store.read() as uow:
        [sitting] = uow.sittings.of_person("zhou")
    with pytest.raises(Conflict, match="来源变了"):
        Examinations(store, clock).start(zhou, sitting.number)


def test_a_paper_that_everybody_has_sat_asks_nobody_to_approve_it_again(
    approval: PaperApproval, store: Database, clock: Clock
) -> None:
    paper = an_approved_paper(store, clock)
    plan = Plan(
        paper=paper.number, opens_at=clock(), closes_at=clock() + timedelta(hours=2), people="wang", minutes=60
    )
    Sittings(store, clock, UTC).plan(a_person(Role.SHIFT_LEADER), plan)
    clock.forward(hours=3)
    republish(store, clock, **{a_line_of(paper): "这一项已改。"})
    assert approval.follow() == 0
    with store.read() as uow:
        assert uow.papers.all()[0].state is PaperState.APPROVED
