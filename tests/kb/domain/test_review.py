from __future__ import annotations

from dataclasses import replace

import pytest

from kb.domain.content import Kind
from kb.domain.entry import Entry
from kb.domain.errors import Conflict, Invalid, NotAllowed
from kb.domain.person import Role
from kb.domain.review import Review, Stage, Verdict, add_review, approvals, check_approved, stage_of
from kb.domain.rules import Rules
from tests.factories import NOW, a_content, a_person

AUTHOR, OTHER, DIRECTOR = a_person(login="li"), a_person(login="wang"), a_person(Role.DIRECTOR, "zhao")
ONE = Rules(approvals={Kind.POLICY: 1})
FOUR_EYES = Rules(approvals={Kind.POLICY: 1}, four_eyes=frozenset({Kind.POLICY}))
TWO = Rules(approvals={Kind.POLICY: 2})


def a_policy(by=AUTHOR) -> Entry:
    entry = Entry("POL-0001")
    entry.submit(a_content(kind=Kind.POLICY), by=by, at=NOW, reason="新编")
    return entry


def said(entry, reviews, rules, verdict, by, text="看过") -> list[Review]:
    made = add_review(entry, 1, reviews, rules, verdict=verdict, by=by, at=NOW, text=text)
    return [*reviews, made]


def test_a_kind_without_approval_may_be_published_as_soon_as_it_is_handed_in():
    assert stage_of(a_policy(), 1, [], Rules(approvals={}), NOW) is Stage.APPROVED


def test_a_policy_waits_until_somebody_approves():
    entry = a_policy()
    assert stage_of(entry, 1, [], ONE, NOW) is Stage.SUBMITTED
    with pytest.raises(Conflict, match="还差 1 人"):
        check_approved(entry.latest, [], ONE, entry.code)
    reviews = said(entry, [], ONE, Verdict.APPROVE, DIRECTOR)
    assert stage_of(entry, 1, reviews, ONE, NOW) is Stage.APPROVED
    check_approved(entry.latest, reviews, ONE, entry.code)


def test_a_comment_approves_nothing():
    entry = a_policy()
    reviews = said(entry, [], ONE, Verdict.COMMENT, DIRECTOR)
    assert approvals(entry.latest, reviews, ONE) == []


def test_two_approvals_are_of_two_people():
    entry = a_policy()
    reviews = said(entry, [], TWO, Verdict.APPROVE, OTHER)
    with pytest.raises(Conflict, match="已经审批过"):
        said(entry, reviews, TWO, Verdict.APPROVE, OTHER)
    reviews = said(entry, reviews, TWO, Verdict.APPROVE, DIRECTOR)
    assert approvals(entry.latest, reviews, TWO) == ["wang", "zhao"]


def test_with_four_eyes_the_author_does_not_approve():
    entry = a_policy()
    with pytest.raises(NotAllowed, match="作者以外"):
        said(entry, [], FOUR_EYES, Verdict.APPROVE, AUTHOR)
    reviews = said(entry, [], ONE, Verdict.APPROVE, AUTHOR)
    with pytest.raises(Conflict, match="作者本人"):
        check_approved(entry.latest, reviews, FOUR_EYES, entry.code)


def test_a_return_takes_earlier_approvals_back():
    entry = a_policy()
    reviews = said(entry, [], ONE, Verdict.APPROVE, DIRECTOR)
    reviews = said(entry, reviews, ONE, Verdict.RETURN, OTHER, "金额不对")
    assert stage_of(entry, 1, reviews, ONE, NOW) is Stage.RETURNED
    with pytest.raises(Conflict, match="已退回"):
        check_approved(entry.latest, reviews, ONE, entry.code)
    with pytest.raises(Conflict, match="已经退回"):
        said(entry, reviews, ONE, Verdict.RETURN, DIRECTOR)
    assert stage_of(entry, 1, said(entry, reviews, ONE, Verdict.APPROVE, DIRECTOR), ONE, NOW) is Stage.APPROVED


@pytest.mark.parametrize("verdict", [Verdict.COMMENT, Verdict.RETURN])
def test_a_comment_or_a_return_without_words_is_refused(verdict):
    with pytest.raises(Invalid, match="写明意见"):
        said(a_policy(), [], ONE, verdict, DIRECTOR, " \n ")


def test_those_who_may_not_approve_may_comment():
    leader = a_person(Role.TEAM_LEADER)
    with pytest.raises(NotAllowed):
        said(a_policy(), [], ONE, Verdict.APPROVE, leader)
    assert said(a_policy(), [], ONE, Verdict.COMMENT, leader)[0].by == leader.login
    with pytest.raises(NotAllowed):
        said(a_policy(), [], ONE, Verdict.COMMENT, a_person(Role.AGENT))


def test_what_is_published_is_no_longer_up_for_approval():
    entry = a_policy()
    entry.publish(1, by=AUTHOR, at=NOW, reason="上线")
    assert stage_of(entry, 1, [], ONE, NOW) is Stage.PUBLISHED
    with pytest.raises(Conflict, match="不在审批中"):
        said(entry, [], ONE, Verdict.APPROVE, DIRECTOR)
    assert said(entry, [], ONE, Verdict.COMMENT, DIRECTOR)


def test_a_revision_that_a_newer_one_overtook_is_told_apart_from_one_that_ended():
    entry = a_policy()
    entry.submit(a_content(kind=Kind.POLICY, body="改"), by=AUTHOR, at=NOW, reason="改")
    entry.publish(2, by=AUTHOR, at=NOW, reason="上线")
    entry.withdraw(by=AUTHOR, at=NOW, reason="停售")
    assert stage_of(entry, 1, [], ONE, NOW) is Stage.OVERTAKEN
    assert stage_of(entry, 2, [], ONE, NOW) is Stage.ENDED


def test_rules_come_back_from_what_is_stored():
    rules = Rules(approvals={Kind.SCRIPT: 0, Kind.CASE: 2}, four_eyes=frozenset({Kind.NOTICE}), promises=("包过", "包过 "))
    assert Rules.from_dict(rules.to_dict()) == rules
    assert (rules.promises, rules.needed(Kind.NOTICE), rules.needed(Kind.SCRIPT)) == (("包过",), 1, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("approvals", {Kind.FAQ: 9}), ("intake_hours", 0), ("review_ahead", -1), ("shifts", (" ",)), ("promises", tuple(map(str, range(300))))],
)
def test_rules_that_make_no_sense_are_refused_with_their_field(field, value):
    with pytest.raises(Invalid) as caught:
        replace(Rules(), **{field: value})
    assert caught.value.field == field
