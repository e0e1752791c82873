"""Who works at the desk, and the one table of what each role may do. Everything not listed is denied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import N_, NotAllowed


class Role(StrEnum):
    """The seven roles of the call centre's handbook."""

    AGENT = "agent"
    TEAM_LEADER = "team_leader"
    SHIFT_LEADER = "shift_leader"
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: dict[Role, str] = {
    Role.AGENT: N_("座席代表"),
    Role.TEAM_LEADER: N_("业务组长"),
    Role.SHIFT_LEADER: N_("值班长"),
    Role.COORDINATOR: N_("信息协调岗"),
    Role.TRAINER: N_("品管培训岗"),
    Role.DIRECTOR: N_("电话中心主任"),
    Role.ADMINISTRATOR: N_("系统管理员"),
}


class Permission(StrEnum):
    SEARCH = "search"  # search, read and copy what the role may see
    SUBMIT = "submit"  # hand in a revision
    APPROVE = "approve"  # say that a revision may be put in force
    PUBLISH = "publish"  # put in force, withdraw, restore, import; issue the daily list
    ANNOUNCE = "announce"  # hold the pre-shift meeting, sign off, remind
    SEE_RECEIPTS = "see_receipts"  # who has taken note of which list
    MANAGE_RULES = "manage_rules"  # which kinds need approval, and by how many
    EXPORT = "export"  # take the whole published state out
    SEE_QUESTIONS = "see_questions"  # the questions that found nothing
    SEE_AUDIT = "see_audit"
    MANAGE_PEOPLE = "manage_people"  # accounts and tokens
    RECORD = "record"  # take calls, record solutions, send gaps
    CONNECT = "connect"  # open and end anybody's calls, as the telephony system does
    GRANT_CALLS = "grant_calls"  # let somebody who owes solutions open another call by hand
    SEE_REPORTS = "see_reports"  # figures of others: a team leader those of the own team
    KEEP_QUESTIONS = "keep_questions"  # the question bank, papers before they are approved
    REVIEW_QUESTIONS = "review_questions"  # read the bank with its keys, review what somebody else wrote
    APPROVE_PAPERS = "approve_papers"
    HOLD_SITTINGS = "hold_sittings"  # batches, paper scores, scoring by rubric
    SEE_RESULTS = "see_results"  # examination results of others: a team leader those of the own team
    SEE_ITEMS = "see_items"  # how each question of a paper did, with its key
    SIT = "sit"  # take an examination, practise


_EVERYONE = frozenset(Role)

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.SEARCH: _EVERYONE,
    Permission.SUBMIT: frozenset(
        {Role.TEAM_LEADER, Role.SHIFT_LEADER, Role.COORDINATOR, Role.TRAINER, Role.DIRECTOR, Role.ADMINISTRATOR}
    ),
    Permission.APPROVE: frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR}),
    Permission.ANNOUNCE: frozenset({Role.SHIFT_LEADER, Role.COORDINATOR, Role.ADMINISTRATOR}),
    Permission.SEE_RECEIPTS: frozenset(
        {Role.TEAM_LEADER, Role.SHIFT_LEADER, Role.COORDINATOR, Role.TRAINER, Role.DIRECTOR, Role.ADMINISTRATOR}
    ),
    Permission.MANAGE_RULES: frozenset({Role.DIRECTOR, Role.ADMINISTRATOR}),
    Permission.PUBLISH: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Permission.EXPORT: frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR}),
    Permission.SEE_QUESTIONS: frozenset(
        {Role.TEAM_LEADER, Role.SHIFT_LEADER, Role.COORDINATOR, Role.TRAINER, Role.DIRECTOR, Role.ADMINISTRATOR}
    ),
    Permission.SEE_AUDIT: frozenset({Role.DIRECTOR, Role.ADMINISTRATOR}),
    Permission.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Permission.RECORD: frozenset({Role.AGENT, Role.TEAM_LEADER, Role.SHIFT_LEADER, Role.COORDINATOR}),
    Permission.CONNECT: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Permission.GRANT_CALLS: frozenset({Role.SHIFT_LEADER, Role.ADMINISTRATOR}),
    Permission.SEE_REPORTS: frozenset(Role) - {Role.AGENT},
    Permission.KEEP_QUESTIONS: frozenset({Role.TRAINER, Role.ADMINISTRATOR}),
    Permission.REVIEW_QUESTIONS: frozenset({Role.TRAINER, Role.DIRECTOR, Role.ADMINISTRATOR}),
    Permission.APPROVE_PAPERS: frozenset({Role.DIRECTOR}),
    Permission.HOLD_SITTINGS: frozenset({Role.SHIFT_LEADER, Role.TRAINER, Role.ADMINISTRATOR}),
    Permission.SEE_RESULTS: frozenset(Role) - {Role.AGENT, Role.COORDINATOR},
    Permission.SEE_ITEMS: frozenset({Role.SHIFT_LEADER, Role.TRAINER, Role.DIRECTOR, Role.ADMINISTRATOR}),
    Permission.SIT: _EVERYONE,
}

# Who keeps the base must be able to read all of it, whatever ``roles`` an entry names.
READS_EVERYTHING = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Person:
    """An account. ``id`` 0 is not stored yet. A disabled person keeps their name in history and may do nothing.

    ``team`` is the group whose leader looks after them, "" for none.
    """

    id: int
    login: str
    name: str
    role: Role
    disabled_at: datetime | None = None
    team: str = ""

    def may(self, permission: Permission) -> bool:
        return self.disabled_at is None and self.role in PERMISSIONS[permission]

    def require(self, permission: Permission) -> None:
        """Raise ``NotAllowed`` unless this person may."""
        if not self.may(permission):
            raise NotAllowed(N_("您的岗位没有做这一步的权限，请联系系统管理员。"))


def may_see(role: Role, roles: tuple[Role, ...]) -> bool:
    """Whether ``role`` may see an entry restricted to ``roles`` (empty: everyone)."""
    return not roles or role in roles or role in READS_EVERYTHING
