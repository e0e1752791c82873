"""The queue of departments' notices."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.content import Kind
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Person, Role
from kb.services.drafts import Drafts
from kb.services.intake import IntakeQueue
from kb.services.people import SYSTEM, People
from kb.services.rules import Rulebook
from kb.storage import Database
from tests.factories import NOW, Clock, a_content, a_person, published

LEADER, OTHER = a_person(Role.TEAM_LEADER, login="zhao"), a_person(Role.SHIFT_LEADER, login="sun")
DIRECTOR = a_person(Role.DIRECTOR, login="zhou")


@pytest.fixture
def queue(store: Database, clock: Clock) -> IntakeQueue:
    return IntakeQueue(store, clock)


@pytest.fixture
def wang(store: Database, clock: Clock) -> Person:
    people = People(store, clock)
    people.add(SYSTEM, "zhao", "赵", Role.TEAM_LEADER, "right-horse-42")
    people.add(SYSTEM, "li", "李", Role.COORDINATOR, "right-horse-42")
    return people.add(SYSTEM, "wang", "王", Role.COORDINATOR, "right-horse-42")


LI = a_person(Role.COORDINATOR, login="li")


def file(queue: IntakeQueue, by: Person = LEADER, **changed: object) -> int:
    values = {"department": "理赔部", "title": "时效调整", "text": "车险理赔改为七天。"}
    return queue.file(by, **(values | changed)).intake.number  # type: ignore[arg-type]


def test_the_queue_shows_the_most_urgent_first(queue: IntakeQueue) -> None:
    slow = file(queue, title="不急", due_at=NOW + timedelta(days=3))
    fast = file(queue, title="急", due_at=NOW + timedelta(hours=1))
    assert [one.number for one in queue.waiting(DIRECTOR)] == [fast, slow]


def test_the_time_limit_is_that_of_the_rules(queue: IntakeQueue, store: Database, clock: Clock, wang: Person) -> None:
    Rulebook(store, clock).save(wang, {"intake_hours": 6}, reason="x", based_on=0)
    assert queue.get(LEADER, file(queue)).due_at == NOW + timedelta(hours=6)


def test_personal_data_is_masked_before_it_is_kept(queue: IntakeQueue) -> None:
    found = queue.file(LEADER, department="理赔部", title="客户 13812345678 投诉", text="身份证 110101199003070010。")
    assert found.masked
    kept = queue.get(LEADER, found.intake.number)
    assert "13812345678" not in kept.title and "＊" in kept.title


def test_sending_it_again_under_its_reference_gives_the_first(queue: IntakeQueue) -> None:
    first = file(queue, reference="LP-2026-118")
    again = queue.file(LEADER, department="理赔部", title="时效调整", text="车险理赔改为七天。", reference="LP-2026-118")
    assert (again.intake.number, again.is_new) == (first, False)
    with pytest.raises(Conflict, match=f"编号“LP-2026-118”已经用于来文 {first}，内容不同。"):
        file(queue, text="另一件", reference="LP-2026-118")
    assert file(queue, by=OTHER, reference="LP-2026-118") != first
    assert len(queue.waiting(DIRECTOR)) == 2


def test_who_does_not_oversee_sees_only_what_they_filed(queue: IntakeQueue) -> None:
    mine, other = file(queue), file(queue, by=OTHER)
    assert [one.number for one in queue.waiting(LEADER)] == [mine]
    with pytest.raises(NotFound, match=f"没有第 {other} 件来文"):
        queue.get(LEADER, other)
    with pytest.raises(NotAllowed):
        queue.waiting(a_person(Role.AGENT))


def test_overdue_ones_are_counted_for_those_who_oversee(queue: IntakeQueue, clock: Clock, wang: Person) -> None:
    file(queue)
    closed = file(queue)
    queue.decline(wang, closed, reason="重复")
    assert queue.overdue(wang) == 0
    clock.forward(hours=25)
    assert (queue.overdue(wang), queue.overdue(DIRECTOR), queue.overdue(LEADER)) == (1, 1, 0)


def test_the_second_to_take_it_hears_who_was_first(queue: IntakeQueue, wang: Person) -> None:
    number = file(queue)
    queue.take(wang, number)
    queue.take(wang, number)
    with pytest.raises(Conflict, match="已由 wang 接手"):
        queue.take(LI, number)
    assert [row.action for row in queue.open(wang, number).history] == ["intake.file", "intake.take"]


def test_it_is_handed_to_a_colleague_and_back_to_the_queue(queue: IntakeQueue, wang: Person) -> None:
    number = file(queue)
    queue.hand_over(wang, number, "li", seen="")
    assert queue.get(wang, number).assignee == "li"
    queue.hand_over(LI, number, "", seen="li")
    assert queue.get(wang, number).assignee == ""
    for nobody in ("zhao", "nobody"):
        with pytest.raises(Invalid):
            queue.hand_over(wang, number, nobody, seen="")
    assert [p.login for p in queue.open(wang, number).colleagues] == ["li", "wang"]


def test_writing_it_begins_one_draft_with_its_text(
    queue: IntakeQueue, store: Database, clock: Clock, wang: Person
) -> None:
    drafts, number = Drafts(store, clock), file(queue)
    id = queue.write(wang, number, Kind.POLICY, drafts)
    assert queue.write(wang, number, Kind.FAQ, drafts) == id
    draft = drafts.open(wang, id).draft
    assert draft.fields["title"] == "时效调整"
    assert (draft.fields["kind"], draft.fields["body"]) == ("policy", "车险理赔改为七天。")
    held = queue.open(wang, number)
    assert (held.intake.assignee, held.intake.draft, held.has_draft) == ("wang", id, True)


def test_who_does_not_have_it_begins_no_draft(queue: IntakeQueue, store: Database, clock: Clock, wang: Person) -> None:
    drafts, number = Drafts(store, clock), file(queue)
    queue.take(wang, number)
    with pytest.raises(Conflict, match="已由 wang 接手"):
        queue.write(LI, number, Kind.FAQ, drafts)
    assert drafts.mine(LI) == []


def test_the_notice_knows_the_entry_that_its_draft_became(
    queue: IntakeQueue, store: Database, clock: Clock, wang: Person
) -> None:
    drafts, number = Drafts(store, clock), file(queue)
    id = queue.write(wang, number, Kind.FAQ, drafts)
    code, _ = drafts.hand_in(wang, id, a_content(), version=1, reason="来文")
    held = queue.open(wang, number)
    assert (held.intake.code, held.intake.is_open, held.has_draft) == (code, True, False)
    assert queue.finish(wang, number, code=code).code == code


def test_finishing_needs_an_entry_that_is_there(
    queue: IntakeQueue, store: Database, clock: Clock, wang: Person
) -> None:
    number = file(queue)
    with pytest.raises(NotFound, match="没有编号为 FAQ-0042 的条目"):
        queue.finish(wang, number, code="faq-0042")
    with pytest.raises(Invalid, match="请填写由它写成的条目编号"):
        queue.finish(wang, number, code=" ")
    published(store, clock, "FAQ-0042")
    done = queue.finish(wang, number, code="faq-0042", outcome="已更新，电话 13812345678")
    assert (done.code, "138" in done.outcome) == ("FAQ-0042", False)
    assert [one.number for one in queue.closed(LEADER)] == [number]
    assert queue.waiting(wang) == []


def test_a_refused_step_leaves_no_trace(queue: IntakeQueue, wang: Person) -> None:
    number = file(queue)
    with pytest.raises(Invalid):
        queue.decline(wang, number, reason=" ")
    assert [row.action for row in queue.open(wang, number).history] == ["intake.file"]
    with pytest.raises(NotFound):
        queue.take(wang, 99)
