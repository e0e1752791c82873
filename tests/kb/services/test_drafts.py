from __future__ import annotations

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from kb.domain.person import Role
from kb.services.drafts import Drafts
from kb.services.knowledge import Knowledge
from tests.factories import a_content, a_person, published

LI, WANG = a_person(login="li", id=1), a_person(login="wang", id=2)


@pytest.fixture
def drafts(store, clock):
    return Drafts(store, clock)


def test_a_draft_keeps_what_was_typed_however_unfinished(drafts):
    draft = drafts.begin(LI, "", {"title": "", "body": "写到一半 |"}, based_on=0)
    saved = drafts.save(LI, draft.id, {"title": "\ud83d半个字", "roles": ["agent"]}, version=draft.version)
    assert drafts.open(LI, draft.id).draft == saved
    assert saved.fields == {"title": "?半个字", "roles": ["agent"]}


def test_beginning_again_gives_the_draft_that_is_there(store, clock, drafts):
    published(store, clock, "FAQ-0042")
    first = drafts.begin(LI, "FAQ-0042", {"title": "甲"}, based_on=1)
    assert drafts.begin(LI, "faq-0042", {"title": "乙"}, based_on=1) == first
    assert drafts.begin(WANG, "FAQ-0042", {"title": "丙"}, based_on=1).id != first.id
    assert [d.author for d in drafts.open(LI, first.id).others] == ["wang"]


def test_two_windows_do_not_overwrite_each_other(drafts):
    draft = drafts.begin(LI, "", {"title": "甲"}, based_on=0)
    drafts.save(LI, draft.id, {"title": "第一个窗口"}, version=1)
    with pytest.raises(Conflict, match="另一个窗口"):
        drafts.save(LI, draft.id, {"title": "第二个窗口"}, version=1)
    assert drafts.open(LI, draft.id).draft.fields == {"title": "第一个窗口"}


def test_the_second_of_two_people_is_told_and_loses_nothing(store, clock, drafts):
    published(store, clock, "FAQ-0042")
    mine, theirs = (drafts.begin(p, "FAQ-0042", {"title": p.login}, based_on=1) for p in (LI, WANG))
    drafts.hand_in(WANG, theirs.id, a_content(speakable="王的"), version=1, reason="改")
    assert drafts.open(LI, mine.id).is_behind
    with pytest.raises(Conflict, match="wang 已提交第 2 版"):
        drafts.hand_in(LI, mine.id, a_content(speakable="李的"), version=1, reason="改")
    merged = drafts.save(LI, mine.id, {"title": "合并"}, version=1, based_on=2)
    code, revision = drafts.hand_in(LI, mine.id, a_content(speakable="两人的"), version=merged.version, reason="合并")
    assert (code, revision.number) == ("FAQ-0042", 3)
    with pytest.raises(NotFound):
        drafts.open(LI, mine.id)


def test_a_new_entry_gets_the_next_code_when_it_is_handed_in(store, drafts):
    draft = drafts.begin(LI, "", {}, based_on=0)
    code, revision = drafts.hand_in(LI, draft.id, a_content(), version=1, reason="新", overrides={"promise": "法规用语"})
    assert (code, revision.number) == ("FAQ-0001", 1)
    with store.read() as uow:
        assert uow.audit.rows(1)[0].detail["overrides"] == {"promise": "法规用语"}


def test_a_draft_is_its_authors_alone(drafts):
    draft = drafts.begin(LI, "", {}, based_on=0)
    for act in (
        lambda: drafts.open(WANG, draft.id),
        lambda: drafts.save(WANG, draft.id, {}, version=1),
        lambda: drafts.discard(WANG, draft.id),
        lambda: drafts.hand_in(WANG, draft.id, a_content(), version=1, reason="偷"),
    ):
        with pytest.raises(NotFound, match="没有这份草稿"):
            act()
    drafts.discard(LI, draft.id)
    assert drafts.mine(LI) == []


def test_an_entry_closed_to_the_role_cannot_be_edited_by_it(store, clock, drafts):
    published(store, clock, "FAQ-0042", roles=("director",))
    with pytest.raises(NotFound):
        drafts.begin(a_person(Role.TEAM_LEADER), "FAQ-0042", {}, based_on=1)


def test_those_who_only_read_have_no_drafts(drafts):
    with pytest.raises(NotAllowed):
        drafts.begin(a_person(Role.AGENT), "", {}, based_on=0)


def test_what_cannot_be_kept_is_refused_in_a_sentence(drafts):
    with pytest.raises(TooLarge, match="最多"):
        drafts.begin(LI, "", {"body": "字" * 400_001}, based_on=0)
    with pytest.raises(Invalid):
        drafts.begin(LI, "", {"body": 7}, based_on=0)


def test_handing_in_a_draft_that_a_newer_save_replaced_is_refused(store, clock, drafts):
    draft = drafts.begin(LI, "", {"title": "甲"}, based_on=0)
    drafts.save(LI, draft.id, {"title": "乙"}, version=1)
    with pytest.raises(Conflict, match="另一个窗口"):
        drafts.hand_in(LI, draft.id, a_content(), version=1, reason="新")
    assert Knowledge(store, clock).read  # nothing was handed in:
    with store.read() as uow:
        assert uow.entries.find("FAQ-0001") is None
