"""What stands behind a figure: its rows, found by the same definition that counted them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from itertools import islice

from kb.domain.errors import N_, NotAllowed, NotFound
from kb.domain.person import Permission, Person
from kb.domain.report import Part, Period, suspects_by_person
from kb.domain.report_figures import FIGURES, Suspects
from kb.domain.use import Case, Count, Thing, Topic, counted, ground_of, topics_of
from kb.ports import Block, Scope, Store, UnitOfWork
from kb.services.report_sums import refresh, team_of

ROWS = 50


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One thing behind a figure, with its call."""

    day: date
    case: Case
    thing: Thing


@dataclass(frozen=True, slots=True)
class FigureRows:
    """Rows of page ``number`` (from 1) of ``last``; ``total`` counts all."""

    rows: list[FigureRow]
    number: int
    last: int
    total: int


class ReportRows:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def of_figure(
        self, person: Person, period: Period, figure: str, scope: Scope, *, page: int = 1, size: int = ROWS
    ) -> FigureRows:
        """Newest day first; of ``scope`` only what this person may see.

        Raises:
            NotFound: no such figure. NotAllowed: other people's calls are not for this role.
        """
        if figure not in FIGURES:
            raise NotFound(N_("没有这个指标。"))
        wanted, seen = _allowed(person, scope)
        refresh(self._store, self._zone, period.first, period.through)
        with self._store.read() as uow:
            ground = ground_of(uow.rules.all(), self._zone)
            names = FIGURES[figure].names
            together = set(names) & {Count.SAID, Count.HURRIED}  # told by a whole period only
            parts = uow.reports.parts(period.first, period.through, seen, texts=bool(together))
            suspects = suspects_by_person(parts)

            def in_part(part: Part) -> int:
                own = suspects.get(part.person)
                return (
                    sum(n for name, n in part.everything.items() if _is_shown(name, names, own)) if holds(part) else 0
                )

            def holds(part: Part) -> bool:
                pairs = ((wanted.team, part.team), (wanted.shift, part.shift), (wanted.person, part.person))
                return all(value is None or value == own for value, own in pairs)

            def walk(case: Case) -> Iterator[Thing]:
                own = suspects.get(case.call.person)
                return (thing for name, thing in counted(case, ground) if _is_shown(name, names, own))

            per_day: Counter[date] = Counter()
            for part in parts:
                per_day[part.day] += in_part(part)
            source = Source(per_day, lambda block: sum(map(in_part, block.parts)), wanted, walk)
            return _page(uow, source, page, size)

    def of_topic(
        self, person: Person, period: Period, topic: Topic, key: str, *, page: int = 1, size: int = ROWS
    ) -> FigureRows:
        """Solutions of one problem type, with one question, or about one entry."""
        person.require(Permission.SEE_REPORTS)
        scope, name = Scope(team=team_of(person)), f"{topic}/{key}"
        refresh(self._store, self._zone, period.first, period.through)
        with self._store.read() as uow:
            days = uow.reports.topics(period.first, period.through, scope.team, texts=topic is Topic.ASKED)
            per_day = {day: sums[name] for day, sums in days.items()}
            source = Source(
                per_day, lambda block: block.topics[scope.team][name] if scope.team in block.topics else 0, scope,
                lambda case: (thing for found, thing in topics_of(case) if found == name),
            )  # fmt: skip
            return _page(uow, source, page, size)


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows are: how many on each day, how many in a block, and which they are in a call."""

    per_day: Mapping[date, int]
    in_block: Callable[[Block], int]
    scope: Scope
    walk: Callable[[Case], Iterator[Thing]]


def _page(uow: UnitOfWork, source: Source, page: int, size: int) -> FigureRows:
    """The kept sums tell in which days and blocks the page lies: only these are read."""
    total = sum(source.per_day.values())
    last = max(1, -(-total // size))
    number = min(max(page, 1), last)
    skip, rows = (number - 1) * size, list[FigureRow]()
    for day in sorted((day for day, count in source.per_day.items() if count), reverse=True):
        if skip >= source.per_day[day]:
            skip -= source.per_day[day]
            continue
        for block in uow.reports.blocks(day):
            held = source.in_block(block)
            if skip >= held:
                skip -= held
                continue
            cases = uow.reports.block(day, block.number, source.scope)
            found = islice((FigureRow(day, case, one) for case in cases for one in source.walk(case)), skip, None)
            rows += islice(found, size - len(rows))
            skip = 0
            if len(rows) == size:
                return FigureRows(rows, number, last, total)
    return FigureRows(rows, number, last, total)


def _is_shown(name: str, names: tuple[str, ...], suspects: Suspects | None) -> bool:
    start = name.partition("/")[0]
    if start not in names:
        return False
    return start not in (Count.SAID, Count.HURRIED) or (suspects is not None and suspects.holds(name))


def _allowed(person: Person, scope: Scope) -> tuple[Scope, Scope]:
    """``scope`` narrowed to what this person may see, and all that they may see."""
    if scope.person == person.login and person.may(Permission.RECORD):
        return scope, Scope(person=person.login)
    person.require(Permission.SEE_REPORTS)
    team = team_of(person)
    if team is None:
        return scope, Scope()
    if scope.team not in (None, team):
        raise NotAllowed(N_("您只能看自己班组的数字。"))
    return replace(scope, team=team), Scope(team=team)
