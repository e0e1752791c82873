"""What stands behind a figure: its rows, found by the same definition that counted them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from kb.domain.errors import N_, NotAllowed, NotFound
from kb.domain.person import Permission, Person
from kb.domain.report import Period, suspects_by_person
from kb.domain.report_figures import FIGURES, Suspects
from kb.domain.use import Case, Count, Thing, Topic, counted, ground_of, topics_of
from kb.ports import Scope, Store, UnitOfWork
from kb.services.report_sums import refresh, team_of

ROWS = 50
Walk = Callable[[Case], Iterator[Thing]]


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
            ground = ground_of(uow.rules.current(), self._zone)
            suspects = suspects_by_person(uow.reports.parts(period.first, period.through, seen))
            names = FIGURES[figure].names
            per_day: Counter[date] = Counter()
            for part in uow.reports.parts(period.first, period.through, wanted):
                shown = (n for name, n in part.sums.items() if _is_shown(name, names, suspects.get(part.person)))
                per_day[part.day] += sum(shown)

            def walk(case: Case) -> Iterator[Thing]:
                own = suspects.get(case.call.person)
                return (thing for name, thing in counted(case, ground) if _is_shown(name, names, own))

            return _page(uow, per_day, wanted, walk, page, size)

    def of_topic(
        self, person: Person, period: Period, topic: Topic, key: str, *, page: int = 1, size: int = ROWS
    ) -> FigureRows:
        """Solutions of one problem type, with one question, or about one entry."""
        person.require(Permission.SEE_REPORTS)
        scope, name = Scope(team=team_of(person)), f"{topic}/{key}"
        refresh(self._store, self._zone, period.first, period.through)
        with self._store.read() as uow:
            days = uow.reports.topics(period.first, period.through, scope.team)
            per_day = {day: sums[name] for day, sums in days.items()}
            return _page(uow, per_day, scope, lambda case: (t for n, t in topics_of(case) if n == name), page, size)


def _page(uow: UnitOfWork, per_day: Mapping[date, int], scope: Scope, walk: Walk, page: int, size: int) -> FigureRows:
    """The kept sums tell on which days the page lies: only these are read."""
    total = sum(per_day.values())
    last = max(1, -(-total // size))
    number = min(max(page, 1), last)
    skip, rows = (number - 1) * size, list[FigureRow]()
    for day in sorted((day for day, count in per_day.items() if count), reverse=True):
        if skip >= per_day[day]:
            skip -= per_day[day]
            continue
        for row in (FigureRow(day, case, thing) for case in uow.reports.cases(day, scope) for thing in walk(case)):
            if skip:
                skip -= 1
                continue
            rows.append(row)
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
