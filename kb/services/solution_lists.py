"""Solutions to be read: by their authors, who want to know what came of them; by leaders; by programs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kb.domain.errors import N_, NotAllowed, NotFound
from kb.domain.harvest import sees
from kb.domain.notifications import Notification
from kb.domain.person import Permission, Person, Role, may_see
from kb.domain.solutions import Outcome, Solution
from kb.ports import Store, UnitOfWork
from kb.ports.harvest import Wanted

NOTICES_MOST, FLAGS_MOST = 50, 20


@dataclass(frozen=True, slots=True)
class Mine:
    """What came of one's solutions: how many of each outcome, and what one was told, newest first."""

    outcomes: dict[Outcome, int]
    notifications: list[Notification]

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Seen:
    """A solution, its versions (number, moment, values; oldest first), and the titles of the entries that it names, as far as the
    reader may read them."""

    solution: Solution
    versions: list[tuple[int, datetime, dict[str, object]]]
    titles: dict[str, str]


class SolutionLists:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def mine(self, person: Person) -> Mine:
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            return Mine(uow.harvest.outcomes(person.login), uow.notifications.of(person.login, NOTICES_MOST))

    def unseen(self, person: Person) -> int:
        """What this person was told and has not seen."""
        if not person.may(Permission.RECORD):
            return 0
        with self._store.read() as uow:
            return uow.notifications.count_unseen(person.login)

    def see(self, person: Person) -> None:
        person.require(Permission.RECORD)
        with self._store.write() as uow:
            uow.notifications.see(person.login, self._clock())
            uow.commit()

    def get(self, person: Person, number: int) -> Seen:
        """Raises ``NotFound`` for what is not there or not for this person's eyes."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            found = uow.solutions.find(number)
            if found is None or not sees(person, found):
                raise NotFound(N_("没有第 {number} 条记录。"), number=number)
            titles = _titles(uow, person, {found.code, found.outcome_code} - {""})
            return Seen(found, uow.solutions.versions(number), titles)

    def page(self, person: Person, wanted: Wanted, *, before: int | None = None, limit: int = 50) -> list[Solution]:
        """Those of ``wanted`` that this person may see, newest first, below the number ``before``."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            return uow.harvest.page(_within_reach(person, wanted), before=before, limit=limit)

    def titles(self, person: Person, solutions: list[Solution]) -> dict[str, str]:
        """Titles of the entries that these name, as far as this person may read them."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            return _titles(uow, person, {code for one in solutions for code in (one.code, one.outcome_code) if code})

    def flags(self, person: Person, code: str) -> list[Solution]:
        """Open flags of an entry, for those who write; none for others."""
        if not person.may(Permission.SUBMIT):
            return []
        with self._store.read() as uow:
            return uow.harvest.flags(code, FLAGS_MOST)

    def behind(self, person: Person, draft: int) -> list[Solution]:
        """The solutions from which a draft of this person's is being written."""
        if not person.may(Permission.PUBLISH):
            return []
        with self._store.read() as uow:
            return uow.harvest.of_draft(draft)

    def export(self, person: Person, wanted: Wanted, file: str) -> Iterator[Solution]:
        """All of ``wanted``, oldest first, streamed. That somebody took them out is in the audit log before the first.

        Raises:
            NotAllowed: the person may not export.
        """
        person.require(Permission.EXPORT)
        with self._store.write() as uow:
            detail = {"file": file, "since": _day(wanted.since), "until": _day(wanted.until)}
            uow.audit.add(at=self._clock(), by=person.login, action="solutions.export", subject="", detail=detail)
            uow.commit()
        return self._stream(wanted)

    def _stream(self, wanted: Wanted) -> Iterator[Solution]:
        with self._store.read() as uow:
            yield from uow.harvest.all(wanted)


def _titles(uow: UnitOfWork, person: Person, codes: Collection[str]) -> dict[str, str]:
    roles = uow.bulletins.roles_now(codes)
    return {code: title for code, title in uow.harvest.titles(codes).items() if may_see(person.role, roles.get(code, ()))}


def _within_reach(person: Person, wanted: Wanted) -> Wanted:
    if person.may(Permission.PUBLISH) or (person.may(Permission.SEE_REPORTS) and person.role is not Role.TEAM_LEADER):
        return wanted
    if person.role is Role.TEAM_LEADER and person.team and wanted.person != person.login:
        if wanted.team not in ("", person.team):
            raise NotAllowed(N_("您只能看本组的记录。"))
        return replace(wanted, team=person.team)
    if wanted.person not in ("", person.login):
        raise NotAllowed(N_("您只能看自己的记录。"))
    return replace(wanted, person=person.login)


def _day(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
