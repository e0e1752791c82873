"""The kept sums of days, brought up to date before they are read; and whose calls a person may see figures of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, tzinfo

from kb.domain.errors import N_, NotAllowed
from kb.domain.person import Person, Role
from kb.domain.report import Part
from kb.domain.use import Case, Sums, ground_of, sums_of, topics_of
from kb.ports import Store, UnitOfWork


def refresh(store: Store, zone: tzinfo, first: date, last: date) -> None:
    """Count those of the days anew whose rows have changed since. In a reader's snapshot, so that no writer waits for it."""
    with store.read() as uow:
        stale = list(uow.reports.stale(first, last))
    for day in stale:
        with store.read() as uow:
            changes = uow.reports.stale(day, day).get(day)
            if changes is None:
                continue  # somebody else was quicker
            parts, topics = _count(uow, day, zone)
        with store.write() as uow:
            uow.reports.keep(day, changes, parts, topics)
            uow.commit()


def _count(uow: UnitOfWork, day: date, zone: tzinfo) -> tuple[list[Part], dict[str | None, Sums]]:
    ground = ground_of(uow.rules.current(), zone)
    topics: dict[str | None, Sums] = {None: Counter()}

    def walked() -> Iterator[Case]:
        for case in uow.reports.cases(day):
            found = [name for name, _ in topics_of(case)]
            for team in (None, case.call.team):
                topics.setdefault(team, Counter()).update(found)
            yield case

    sums = sums_of(walked(), ground)
    return [Part(day, *who, counts) for who, counts in sums.items()], topics


def team_of(person: Person) -> str | None:
    """The team to which this person's eyes are bound; None: no bound.

    Raises:
        NotAllowed: a team leader who leads no team.
    """
    if person.role is not Role.TEAM_LEADER:
        return None
    if not person.team:
        raise NotAllowed(N_("您还没有编入班组，看不到班组的数字，请联系系统管理员。"))
    return person.team
