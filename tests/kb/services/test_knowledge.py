from __future__ import annotations

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Role
from kb.services.knowledge import Knowledge
from tests.factories import NOW, a_content, a_person, published

COORDINATOR, AGENT = a_person(Role.COORDINATOR), a_person(Role.AGENT)


@pytest.fixture
def knowledge(store, clock):
    return Knowledge(store, clock)


def test_a_new_entry_gets_the_next_code_of_its_kind(knowledge):
    codes = [
        knowledge.submit(COORDINATOR, a_content(title=t, kind=k), reason="新编")[0]
        for t, k in (("甲", "faq"), ("乙", "faq"), ("丙", "policy"))
    ]
    assert codes == ["FAQ-0001", "FAQ-0002", "POL-0001"]


def test_publishing_writes_revision_publication_job_and_audit_row_together(knowledge, store):
    code, revision = knowledge.submit(COORDINATOR, a_content(), reason="新编")
    knowledge.publish(COORDINATOR, code, revision.number, reason="上线")
    with store.read() as uow:
        entry = uow.entries.get(code)
        assert len(entry.revisions) == len(entry.publications) == 1
        assert [job.code for job in uow.jobs.after(0)] == [code]
        assert [row.action for row in uow.audit.rows()] == ["publish", "submit"]


def test_a_refused_step_leaves_no_trace(knowledge, store, clock):
    code = published(store, clock)
    with pytest.raises(Conflict):
        knowledge.publish(COORDINATOR, code, 1, reason="再来一次")
    with pytest.raises(NotAllowed):
        knowledge.withdraw(AGENT, code, reason="试试")
    with store.read() as uow:
        assert len(uow.audit.rows()) == 2 and uow.jobs.last() == 1


def test_reading_gives_what_is_in_force_as_of_the_moment(knowledge, store, clock):
    code = published(store, clock, title="旧规则")
    clock.forward(hours=3)
    published(store, clock, title="新规则")
    assert knowledge.read(AGENT, code).dated.revision.content.title == "新规则"
    assert knowledge.read(AGENT, code, at=NOW).dated.revision.content.title == "旧规则"


def test_an_agent_does_not_see_what_waits_and_a_coordinator_does(knowledge, store, clock):
    code = published(store, clock, title="现行")
    knowledge.submit(COORDINATOR, a_content(title="草稿"), reason="改", code=code)
    assert knowledge.read(AGENT, code).waiting is None
    assert knowledge.read(COORDINATOR, code).waiting.content.title == "草稿"


def test_an_entry_never_published_looks_unknown_to_an_agent(knowledge):
    code, _ = knowledge.submit(COORDINATOR, a_content(), reason="新编")
    with pytest.raises(NotFound) as unpublished:
        knowledge.read(AGENT, code)
    with pytest.raises(NotFound) as unknown:
        knowledge.read(AGENT, "FAQ-9999")
    assert str(unpublished.value).replace(code, "FAQ-9999") == str(unknown.value)


@pytest.mark.parametrize("code", ["", "../../etc/passwd", "FAQ-0042'--", "半\ud83d"])
def test_what_is_no_code_is_simply_not_found(knowledge, code):
    with pytest.raises(NotFound):
        knowledge.read(AGENT, code)


def test_an_entry_for_other_roles_looks_unknown(knowledge, store, clock):
    code = published(store, clock, roles=(Role.SHIFT_LEADER,))
    with pytest.raises(NotFound):
        knowledge.read(AGENT, code)
    assert knowledge.read(a_person(Role.SHIFT_LEADER), code).dated


def test_an_entry_closed_to_a_role_since_stays_closed_for_an_earlier_moment(knowledge, store, clock):
    code = published(store, clock)
    clock.forward(hours=1)
    published(store, clock, roles=(Role.DIRECTOR,))
    with pytest.raises(NotFound):
        knowledge.read(AGENT, code, at=NOW)


def test_a_withdrawn_entry_tells_why_and_what_replaces_it(knowledge, store, clock):
    code = published(store, clock, "FAQ-0042")
    published(store, clock, "FAQ-0043", title="替代它的条目")
    knowledge.withdraw(COORDINATOR, code, reason="条款改版", replaced_by="FAQ-0043")
    view = knowledge.read(AGENT, code)
    assert (view.dated, view.ended.reason, view.ended.replaced_by) == (None, "条款改版", "FAQ-0043")


def test_a_replacement_that_does_not_exist_is_refused(knowledge, store, clock):
    code = published(store, clock)
    with pytest.raises(Invalid, match="不存在"):
        knowledge.withdraw(COORDINATOR, code, reason="停售", replaced_by="FAQ-9999")
    assert knowledge.read(AGENT, code).dated


def test_replacements_may_not_go_in_a_circle(knowledge, store, clock):
    for code in ("FAQ-0001", "FAQ-0002", "FAQ-0003"):
        published(store, clock, code, title=f"条目 {code}")
    knowledge.withdraw(COORDINATOR, "FAQ-0001", reason="并入", replaced_by="FAQ-0002")
    knowledge.withdraw(COORDINATOR, "FAQ-0002", reason="并入", replaced_by="FAQ-0003")
    with pytest.raises(Invalid, match="循环"):
        knowledge.withdraw(COORDINATOR, "FAQ-0003", reason="并入", replaced_by="FAQ-0001")


def test_restoring_leaves_the_rule_as_it_is_until_published(knowledge, store, clock):
    code = published(store, clock, title="旧规则")
    clock.forward(hours=1)
    published(store, clock, title="新规则")
    revision = knowledge.restore(COORDINATOR, code, 1, reason="新规则有误")
    assert knowledge.read(AGENT, code).dated.revision.content.title == "新规则"
    knowledge.publish(COORDINATOR, code, revision.number, reason="恢复")
    assert knowledge.read(AGENT, code).dated.revision.content.title == "旧规则"
