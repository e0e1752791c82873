from __future__ import annotations

from dataclasses import replace

import pytest

from kb.domain.errors import NotAllowed
from kb.domain.person import PERMISSIONS, Permission, Role, may_see
from tests.factories import NOW, a_person

# Written out by hand from the handbook; the table in the code must say the same.
EXPECTED = {
    Role.AGENT: {"search", "record", "sit"},
    Role.TEAM_LEADER: {
        "search", "submit", "see_questions", "see_receipts", "record", "see_reports", "see_results", "sit",
    },
    Role.SHIFT_LEADER: {
        "search", "submit", "see_questions", "see_receipts", "announce", "record", "grant_calls", "see_reports",
        "hold_sittings", "see_results", "see_items", "sit",
    },
    Role.COORDINATOR: {
        "search", "submit", "approve", "publish", "announce", "export", "see_questions", "see_receipts", "record",
        "connect", "see_reports", "sit",
    },
    Role.TRAINER: {
        "search", "submit", "see_questions", "see_receipts", "see_reports", "keep_questions", "review_questions",
        "hold_sittings", "see_results", "see_items", "sit",
    },
    Role.DIRECTOR: {
        "search", "submit", "approve", "manage_rules", "export", "see_questions", "see_receipts", "see_audit",
        "see_reports", "review_questions", "approve_papers", "see_results", "see_items", "sit",
    },
    Role.ADMINISTRATOR: set(map(str, Permission)) - {"record", "approve_papers"},
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_handbook_says_and_nothing_else(role):
    assert {str(p) for p in Permission if a_person(role).may(p)} == EXPECTED[role]


def test_every_permission_stands_in_the_table():
    assert set(PERMISSIONS) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_a_disabled_person_may_do_nothing(permission):
    gone = replace(a_person(Role.ADMINISTRATOR), disabled_at=NOW)
    with pytest.raises(NotAllowed):
        gone.require(permission)


def test_a_restricted_entry_is_seen_by_its_roles_and_by_those_who_keep_the_base():
    seen = {role for role in Role if may_see(role, (Role.SHIFT_LEADER,))}
    assert seen == {Role.SHIFT_LEADER, Role.COORDINATOR, Role.ADMINISTRATOR}
