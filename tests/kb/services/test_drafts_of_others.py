from __future__ import annotations

import pytest

from kb.domain.errors import NotAllowed, NotFound
from kb.domain.person import Role
from kb.ports import Store
from kb.services.drafts import Drafts
from tests.factories import Clock, a_person, published


@pytest.fixture
def drafts(store: Store, clock: Clock) -> Drafts:
    published(store, clock, "FAQ-0042")
    published(store, clock, "NOT-0003", roles=(Role.SHIFT_LEADER,))
    return Drafts(store, clock)


def test_looking_begins_nothing_and_finds_ones_own_draft(drafts: Drafts) -> None:
    me = a_person()
    opened = drafts.look(me, "faq-0042")
    assert (opened.draft.id, opened.draft.code, opened.draft.based_on) == (0, "FAQ-0042", 1)
    assert drafts.mine(me) == []
    begun = drafts.begin(me, "FAQ-0042", {"title": "改"}, based_on=1)
    assert drafts.look(me, "FAQ-0042").draft == begun
    assert [d.id for d in drafts.look(a_person(Role.TRAINER), "FAQ-0042").others] == [begun.id]


def test_an_entry_closed_to_the_role_is_not_looked_at(drafts: Drafts) -> None:
    with pytest.raises(NotFound):
        drafts.look(a_person(Role.TRAINER), "NOT-0003")
    with pytest.raises(NotAllowed):
        drafts.look(a_person(Role.AGENT), "FAQ-0042")


def test_what_others_write_is_told_as_far_as_one_may_see_it(drafts: Drafts, clock: Clock) -> None:
    me, trainer = a_person(), a_person(Role.TRAINER)
    drafts.begin(me, "NOT-0003", {"title": "关着的条目"}, based_on=1)
    drafts.begin(me, "", {"title": "将要关上的", "roles": ["director"]}, based_on=0)
    clock.forward(minutes=1)
    seen = drafts.begin(me, "", {"title": "新的"}, based_on=0)
    clock.forward(minutes=1)
    newer = drafts.begin(me, "FAQ-0042", {"title": "改"}, based_on=1)
    assert drafts.of_others(trainer) == [newer, seen]
    assert drafts.of_others(me) == []
