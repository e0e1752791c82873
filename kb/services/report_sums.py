"""The kept sums of days, brought up to date before they are read; and whose calls a person may see figures of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, tzinfo

from kb.domain.errors import N_, Conflict
from kb.domain.person import Person, Role
from kb.domain.report import Part
from kb.domain.use import Case, Ground, Sums, ground_of, sums_of, topics_of
from kb.ports import Block, Store, UnitOfWork


def refresh(store: Store, zone: tzinfo, first: date, last: date) -> None:
    """Count those blocks of the days anew whose rows have changed since: while calls come in that is one or two.

    Counts in a reader's snapshot, so that no writer waits for it; what changes meanwhile is for the next reader.
    """
    with store.read() as uow:
        stale = list(uow.reports.stale(first, last))
    for day in stale:
        with store.read() as uow:
            behind = uow.reports.stale(day, day).get(day, {})
            ground = ground_of(uow.rules.all(), zone)
            blocks = [_count(uow, day, number, changes, ground) for number, changes in behind.items()]
        if blocks:  # else somebody was quicker
            with store.write() as uow:
                uow.reports.keep(day, blocks)
                uow.commit()


def _count(uow: UnitOfWork, day: date, number: int, changes: int, ground: Ground) -> Block:
    topics: dict[str | None, Sums] = {None: Counter()}

    def walked() -> Iterator[Case]:
        for case in uow.reports.block(day, number):
            found = [name for name, _ in topics_of(case)]
            for team in (None, case.call.team):
                topics.setdefault(team, Counter()).update(found)
            yield case

    parts = [Part.of(day, who, counts) for who, counts in sums_of(walked(), ground).items()]
    return Block(number, changes, parts, topics)


def team_of(person: Person) -> str | None:
    """The team to which this person's eyes are bound; None: no bound.

    Raises:
        Conflict: a team leader who leads no team.
    """
    if person.role is not Role.TEAM_LEADER:
        return None
    if not person.team:
        raise Conflict(N_("您还没有编入班组，看不到班组的数字，请联系系统管理员。"))
    return person.team
