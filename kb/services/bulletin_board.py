"""The board of a list: who of the floor has taken note of it, by team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.domain.bulletin import Bulletin
from kb.domain.person import Person, Role
from kb.ports import Opening, ReceiptRecord, Reminder, SignOff
from kb.services.bulletin_reading import counts

CONFIRMING = (Role.AGENT, Role.TEAM_LEADER)  # whose confirmation a list waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """``total``: items that this person may see; ``missing``: codes not confirmed yet; ``wrong``: how often the first
    answer was wrong; ``last_at``: when something was confirmed last."""

    login: str
    name: str
    role: Role
    total: int
    missing: tuple[str, ...]
    wrong: int
    last_at: datetime | None
    reminded_at: datetime | None

    @property
    def confirmed(self) -> int:
        return self.total - len(self.missing)

    @property
    def is_done(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Team:
    """``team`` "" are those who belong to none."""

    team: str
    members: tuple[Member, ...]

    @property
    def done(self) -> int:
        return sum(member.is_done for member in self.members)


@dataclass(frozen=True, slots=True)
class Board:
    """``misread``: of each item with a question, by code, how many answered wrongly at first."""

    bulletin: int
    teams: tuple[Team, ...]
    sign_offs: tuple[SignOff, ...]
    misread: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(len(team.members) for team in self.teams)

    @property
    def done(self) -> int:
        return sum(team.done for team in self.teams)


def floor(people: Iterable[Person], looking: Person) -> list[Person]:
    """Those whose confirmation counts, as far as ``looking`` may see them: a team leader sees the own team."""
    found = [p for p in people if p.disabled_at is None and p.role in CONFIRMING]
    if looking.role is Role.TEAM_LEADER:
        found = [p for p in found if p.login == looking.login or (looking.team and p.team == looking.team)]
    return found


def board_of(
    bulletin: Bulletin, people: Sequence[Person], records: Sequence[ReceiptRecord],
    opened: Mapping[tuple[str, str], Opening], roles_now: Mapping[str, tuple[Role, ...]],
    sign_offs: Sequence[SignOff], reminders: Sequence[Reminder],
) -> Board:  # fmt: skip
    """``records`` of this list and of later ones that tell of the same entries: whoever confirmed a later list knows
    what holds."""
    by_person: dict[str, list[ReceiptRecord]] = {}
    for record in records:
        by_person.setdefault(record.person, []).append(record)
    reminded = {r.person: r.at for r in sorted(reminders, key=lambda r: r.at)}
    codes = {role: [i.code for i in bulletin.seen_by(role, roles_now).items] for role in CONFIRMING}
    teams: dict[str, list[Member]] = {}
    for person in people:
        own = by_person.get(person.login, [])
        member = _member(person, bulletin.number, codes[person.role], own, opened, reminded.get(person.login))
        teams.setdefault(person.team, []).append(member)
    misread: dict[str, int] = {}
    shown = {person.login for person in people}
    for record in records:
        if record.bulletin == bulletin.number and record.right is False and record.person in shown:
            misread[record.code] = misread.get(record.code, 0) + 1
    ordered = sorted(teams.items(), key=lambda pair: (not pair[0], pair[0]))
    found = tuple(Team(t, tuple(sorted(m, key=lambda x: (x.is_done, x.login)))) for t, m in ordered)
    return Board(bulletin.number, found, tuple(sign_offs), misread)


def _member(
    person: Person, number: int, codes: Sequence[str], records: Sequence[ReceiptRecord],
    opened: Mapping[tuple[str, str], Opening], reminded_at: datetime | None,
) -> Member:  # fmt: skip
    counted = [r for r in records if counts(r, _opened_at(opened, r))]
    known = {record.code for record in counted}
    return Member(
        login=person.login, name=person.name, role=person.role, total=len(codes),
        missing=tuple(code for code in codes if code not in known),
        wrong=sum(r.right is False for r in records if r.bulletin == number),
        last_at=max((r.at for r in counted), default=None), reminded_at=reminded_at,
    )  # fmt: skip


def _opened_at(opened: Mapping[tuple[str, str], Opening], record: ReceiptRecord) -> datetime | None:
    opening = opened.get((record.person, record.code))
    return opening.at if opening else None
