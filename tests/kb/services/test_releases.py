from __future__ import annotations

from datetime import timedelta

import pytest

from kb.domain.content import Kind
from kb.domain.entry import Action
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Role
from kb.domain.release import ReleaseItem, ReleaseState
from kb.services.knowledge import Knowledge
from kb.services.releases import Releases
from tests.factories import NOW, a_content, a_person, published

BY = a_person()


@pytest.fixture
def knowledge(store, clock):
    return Knowledge(store, clock)


@pytest.fixture
def releases(store, clock):
    return Releases(store, clock)


def handed_in(knowledge, code, **fields) -> ReleaseItem:
    code, revision = knowledge.submit(BY, a_content(**fields), reason="改", code=code)
    return ReleaseItem(code, Action.PUBLISH, revision.number)


def in_force(store, at) -> dict[str, str]:
    with store.read() as uow:
        return {d.code: d.revision.content.speakable for d in uow.entries.all_in_force(at)}


def jobs(store) -> int:
    with store.read() as uow:
        return uow.jobs.last()


def test_everything_of_a_release_is_in_force_at_once(store, clock, knowledge, releases):
    published(store, clock, "FAQ-0001", speakable="旧")
    published(store, clock, "FAQ-0002", speakable="要停的")
    items = [
        handed_in(knowledge, "FAQ-0001", speakable="新"),
        handed_in(knowledge, "FAQ-0003", speakable="全新"),
        ReleaseItem("FAQ-0002", Action.WITHDRAW, None, "FAQ-0003"),
    ]
    release = releases.open(BY, "十二月调整", items)
    assert in_force(store, clock())["FAQ-0001"] == "旧"
    done = releases.publish(BY, release.number, reason="新规")
    assert in_force(store, clock()) == {"FAQ-0001": "新", "FAQ-0003": "全新"}
    assert done.state is ReleaseState.PUBLISHED
    assert [item.publication for item in done.items] == [2, 1, 2]
    assert releases.get(BY, release.number) == done


def test_undoing_puts_back_what_held_before_as_new_revisions(store, clock, knowledge, releases):
    published(store, clock, "FAQ-0001", speakable="旧")
    published(store, clock, "FAQ-0002", speakable="要停的")
    items = [
        handed_in(knowledge, "FAQ-0001", speakable="新"),
        handed_in(knowledge, "FAQ-0003", speakable="全新"),
        ReleaseItem("FAQ-0002", Action.WITHDRAW),
    ]
    before = in_force(store, clock())
    number = releases.open(BY, "十二月调整", items).number
    clock.forward(minutes=1)
    releases.publish(BY, number, reason="新规")
    clock.forward(hours=1)
    undone = releases.undo(BY, number, reason="费率报错了")
    assert in_force(store, clock()) == before
    assert undone.state is ReleaseState.UNDONE
    assert in_force(store, clock() - timedelta(minutes=1))["FAQ-0001"] == "新"  # what the rule was stays provable
    assert knowledge.read(BY, "FAQ-0001").entry.latest.restored_from == 1


def test_undoing_brings_back_an_announced_rule_too(store, clock, knowledge, releases):
    published(store, clock, "FAQ-0001", speakable="今天的")
    announced = handed_in(knowledge, "FAQ-0001", speakable="下月的", effective_from=NOW + timedelta(days=30))
    knowledge.publish(BY, "FAQ-0001", announced.revision, reason="预告")
    number = releases.open(BY, "停售", [ReleaseItem("FAQ-0001", Action.WITHDRAW)]).number
    clock.forward(hours=1)
    releases.publish(BY, number, reason="停售")
    assert in_force(store, clock()) == in_force(store, NOW + timedelta(days=40)) == {}
    releases.undo(BY, number, reason="弄错了")
    assert in_force(store, clock()) == {"FAQ-0001": "今天的"}
    assert in_force(store, NOW + timedelta(days=40)) == {"FAQ-0001": "下月的"}


def test_one_that_cannot_be_published_stops_all_and_is_named(store, clock, knowledge, releases):
    items = [
        handed_in(knowledge, "FAQ-0001", speakable="好的"),
        handed_in(knowledge, "POL-0001", kind=Kind.POLICY, speakable="没审批"),
    ]
    number = releases.open(BY, "混合", items).number
    before = jobs(store)
    with pytest.raises(Conflict, match="POL-0001"):
        releases.publish(BY, number, reason="新规")
    assert in_force(store, clock()) == {}
    assert jobs(store) == before
    assert list(releases.problems(BY, number)) == ["POL-0001"]
    assert releases.get(BY, number).state is ReleaseState.OPEN


def test_what_changed_after_the_release_is_not_overwritten_by_undoing_it(store, clock, knowledge, releases):
    number = releases.open(BY, "一", [handed_in(knowledge, "FAQ-0001", speakable="新")]).number
    releases.publish(BY, number, reason="新规")
    later = handed_in(knowledge, "FAQ-0001", speakable="更新的")
    knowledge.publish(BY, "FAQ-0001", later.revision, reason="又改")
    with pytest.raises(Conflict, match="FAQ-0001 之后又有"):
        releases.undo(BY, number, reason="撤")
    assert in_force(store, clock()) == {"FAQ-0001": "更新的"}


def test_a_release_is_published_once_and_undone_once(knowledge, releases):
    number = releases.open(BY, "一", [handed_in(knowledge, "FAQ-0001")]).number
    with pytest.raises(Conflict, match="还没有发布"):
        releases.undo(BY, number, reason="撤")
    releases.publish(BY, number, reason="新规")
    with pytest.raises(Conflict, match="已经发布"):
        releases.publish(BY, number, reason="再来")
    with pytest.raises(Conflict, match="已经发布"):
        releases.put(BY, number, [ReleaseItem("FAQ-0001", Action.WITHDRAW)])
    releases.undo(BY, number, reason="撤")
    with pytest.raises(Conflict, match="已经撤回"):
        releases.undo(BY, number, reason="再撤")


def test_an_entry_stands_once_in_a_release_and_can_be_taken_out(store, clock, knowledge, releases):
    published(store, clock, "FAQ-0001")
    item = handed_in(knowledge, "FAQ-0001", speakable="新")
    number = releases.open(BY, "一", [item]).number
    changed = releases.put(BY, number, [ReleaseItem("faq-0001", Action.WITHDRAW)])
    assert [(i.code, i.action) for i in changed.items] == [("FAQ-0001", Action.WITHDRAW)]
    assert releases.remove(BY, number, "FAQ-0001").items == ()
    with pytest.raises(NotFound, match="里没有 FAQ-0001"):
        releases.remove(BY, number, "FAQ-0001")
    with pytest.raises(Conflict, match="还没有条目"):
        releases.publish(BY, number, reason="空的")


@pytest.mark.parametrize(
    ("item", "error"),
    [
        (ReleaseItem("FAQ-0009", Action.PUBLISH, 1), NotFound),
        (ReleaseItem("FAQ-0001", Action.PUBLISH, 9), NotFound),
        (ReleaseItem("FAQ-0001", Action.PUBLISH, None), Invalid),
        (ReleaseItem("FAQ-0001", Action.WITHDRAW, None, "FAQ-0009"), NotFound),
    ],
)  # fmt: skip
def test_what_does_not_exist_does_not_get_into_a_release(store, clock, releases, item, error):
    published(store, clock, "FAQ-0001")
    with pytest.raises(error):
        releases.open(BY, "一", [item])
    assert releases.all(BY) == []


def test_a_replacement_may_come_with_the_same_release_but_no_circle(store, clock, knowledge, releases):
    for code in ("FAQ-0001", "FAQ-0002"):
        published(store, clock, code, title=code)
    circle = [
        ReleaseItem("FAQ-0001", Action.WITHDRAW, None, "FAQ-0002"),
        ReleaseItem("FAQ-0002", Action.WITHDRAW, None, "FAQ-0001"),
    ]
    number = releases.open(BY, "圈", circle).number
    with pytest.raises(Invalid, match="循环"):
        releases.publish(BY, number, reason="停")
    assert len(in_force(store, clock())) == 2


@pytest.mark.parametrize("role", [Role.AGENT, Role.SHIFT_LEADER, Role.DIRECTOR])
def test_releases_are_for_those_who_publish(releases, role):
    with pytest.raises(NotAllowed):
        releases.open(a_person(role), "一")
