from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from kb.domain.content import Kind
from kb.domain.errors import Conflict, NotAllowed, NotFound
from kb.domain.person import Role
from kb.domain.review import Stage
from kb.services.knowledge import Knowledge
from kb.services.people import SYSTEM
from kb.services.rules import Rulebook
from kb.services.workflow import Workflow
from tests.factories import NOW, a_content, a_person, published

BY, DIRECTOR = a_person(login="li"), a_person(Role.DIRECTOR, "zhao")


@pytest.fixture
def knowledge(store, clock):
    return Knowledge(store, clock)


@pytest.fixture
def workflow(store, clock):
    return Workflow(store, clock, UTC)


def test_a_policy_is_published_after_its_approval_and_the_old_one_holds_meanwhile(store, clock, knowledge, workflow):
    published(store, clock, "POL-0001", kind=Kind.POLICY, speakable="旧")
    _, revision = knowledge.submit(BY, a_content(kind=Kind.POLICY, speakable="新"), reason="改", code="POL-0001")
    with pytest.raises(Conflict, match="还差 1 人审批"):
        knowledge.publish(BY, "POL-0001", revision.number, reason="上线")
    assert knowledge.read(BY, "POL-0001").dated.revision.content.speakable == "旧"
    workflow.approve(DIRECTOR, "POL-0001", 2, "同意")
    knowledge.publish(BY, "POL-0001", revision.number, reason="上线")
    assert knowledge.read(BY, "POL-0001").dated.revision.content.speakable == "新"
    assert workflow.standpoint(BY, "POL-0001").stages == {1: Stage.ENDED, 2: Stage.PUBLISHED}


def test_the_machine_itself_publishes_without_approval(store, clock, knowledge):
    knowledge.submit(BY, a_content(kind=Kind.POLICY), reason="新", code="POL-0001")
    assert knowledge.publish(SYSTEM, "POL-0001", 1, reason="初始化").number == 1


def test_what_waits_says_where_it_stands(store, clock, knowledge, workflow):
    for code, kind in (("POL-0001", Kind.POLICY), ("FAQ-0001", Kind.FAQ), ("POL-0002", Kind.POLICY)):
        knowledge.submit(BY, a_content(kind=kind, title=code), reason="新", code=code)
    workflow.send_back(DIRECTOR, "POL-0002", 1, "缺条款号")
    workflow.comment(DIRECTOR, "POL-0001", 1, "看一下第三段")
    assert {w.code: (w.stage, w.comments) for w in workflow.waiting(BY)} == {
        "POL-0001": (Stage.SUBMITTED, 1), "FAQ-0001": (Stage.APPROVED, 0), "POL-0002": (Stage.RETURNED, 0),
    }  # fmt: skip
    knowledge.publish(BY, "FAQ-0001", 1, reason="上线")
    assert "FAQ-0001" not in {w.code for w in workflow.waiting(BY)}


def test_what_is_closed_to_a_role_does_not_wait_for_it(knowledge, workflow):
    knowledge.submit(BY, a_content(roles=("director",)), reason="新", code="FAQ-0001")
    leader = a_person(Role.TEAM_LEADER)
    assert workflow.waiting(leader) == []
    for act in (lambda: workflow.standpoint(leader, "FAQ-0001"), lambda: workflow.comment(leader, "FAQ-0001", 1, "好")):
        with pytest.raises(NotFound):
            act()


def test_entries_come_up_for_review_before_their_day(store, clock, workflow):
    day = NOW.date()
    for code, days in (("FAQ-0001", -3), ("FAQ-0002", 14), ("FAQ-0003", 15)):
        published(store, clock, code, title=code, review_by=day + timedelta(days=days))
    assert [d.code for d in workflow.due_for_review(BY)] == ["FAQ-0001", "FAQ-0002"]


def test_restoring_does_not_push_aside_what_waits(store, clock, knowledge, workflow):
    published(store, clock, "POL-0001", kind=Kind.POLICY, speakable="一")
    knowledge.submit(BY, a_content(kind=Kind.POLICY, speakable="二"), reason="改", code="POL-0001")
    with pytest.raises(Conflict, match="第 2 版还在等"):
        knowledge.restore(BY, "POL-0001", 1, reason="回退")
    workflow.send_back(DIRECTOR, "POL-0001", 2, "不改了")
    assert knowledge.restore(BY, "POL-0001", 1, reason="回退").number == 3


def test_approval_rules_are_changed_by_those_who_answer_for_them(store, clock, knowledge):
    rulebook = Rulebook(store, clock)
    with pytest.raises(NotAllowed):
        rulebook.save(BY, {"approvals": {}}, reason="省事", based_on=0)
    saved = rulebook.save(DIRECTOR, {"approvals": {Kind.FAQ: 1}}, reason="收紧", based_on=0)
    assert (saved.number, rulebook.current()) == (1, saved)
    with pytest.raises(Conflict, match="第 1 版"):
        rulebook.save(BY, {"promises": ("包赔",)}, reason="加词", based_on=0)
    rulebook.save(BY, {"promises": ("包赔",)}, reason="加词", based_on=1)
    assert rulebook.current().approvals == {Kind.FAQ: 1}
    with pytest.raises(Conflict, match="没有变化"):
        rulebook.save(BY, {"promises": ("包赔",)}, reason="再来", based_on=2)
    knowledge.submit(BY, a_content(), reason="新", code="FAQ-0001")
    with pytest.raises(Conflict, match="审批"):
        knowledge.publish(BY, "FAQ-0001", 1, reason="上线")


def test_a_person_at_a_page_imports_policies_to_be_approved_and_the_machine_publishes_them(store, clock):
    from kb.exchange.rows import Row
    from kb.services.importing import Importing

    rows = [Row("POL-0001", a_content(kind=Kind.POLICY), "一.md", 1), Row("FAQ-0001", a_content(), "二.md", 1)]
    report = Importing(store, clock).run(BY, rows, publish=True)
    assert (report.new, report.waiting) == (["POL-0001", "FAQ-0001"], ["POL-0001"])
    report = Importing(store, clock).run(SYSTEM, rows, publish=True)
    assert (report.changed, report.waiting) == (["POL-0001"], [])


def test_each_person_is_told_how_much_waits_for_them(store, clock, knowledge, workflow):
    published(store, clock, "FAQ-0009", title="复审", review_by=NOW.date())
    knowledge.submit(BY, a_content(kind=Kind.POLICY), reason="新", code="POL-0001")
    knowledge.submit(BY, a_content(), reason="新", code="FAQ-0001")
    knowledge.submit(BY, a_content(kind=Kind.POLICY, title="退"), reason="新", code="POL-0002")
    workflow.send_back(DIRECTOR, "POL-0002", 1, "重写")
    assert workflow.to_do(DIRECTOR) == 1  # POL-0001 to approve
    assert workflow.to_do(BY) == 4  # to approve, to publish, to mend, to review
    assert workflow.to_do(a_person(Role.TEAM_LEADER)) == 0
    assert workflow.to_do(a_person(Role.AGENT)) == 0
