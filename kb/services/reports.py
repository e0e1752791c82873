"""Reports: use of the base and what callers asked, for those who may see it, from sums that never lag behind their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from kb.domain.errors import N_, NotAllowed, NotFound
from kb.domain.person import Permission, Person, Role, may_see
from kb.domain.report import (
    ENTRIES_MOST,
    FALLING_DAYS,
    UNUSED_DAYS,
    By,
    EntryUse,
    FlagFigures,
    GapFigures,
    Part,
    Period,
    Report,
    Span,
    entries_of,
    falling_of,
    period_of,
    ranking,
    suspects_by_person,
    use_of,
)
from kb.domain.report_figures import FIGURES, Figure
from kb.domain.use import Case, Count, Ground, Sums, Thing, Topic, counted, ground_of, keyed, sums_of, topics_of
from kb.ports import Scope, Store, UnitOfWork

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

    figure: Figure
    rows: list[FigureRow]
    number: int
    last: int
    total: int


class Reports:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def period(self, span: Span, day: date | None = None) -> Period:
        """Raises ``Invalid`` for a day that has not come yet."""
        today = self.today()
        return period_of(span, day or today, today)

    def draw(self, person: Person, period: Period, by: By = By.PERSON) -> Report:
        """The whole centre's report, or that of their own team for a team leader.

        Raises:
            NotAllowed: not for this role, or a team leader who leads no team.
        """
        person.require(Permission.SEE_REPORTS)
        team = _team_of(person)
        now, before = self._clock(), period.before()
        scope = Scope(team=team)
        self._refresh(min(before.first, period.through - timedelta(days=UNUSED_DAYS - 1)), period.through)
        with self._store.read() as uow:
            use = use_of(uow.reports.parts(period.first, period.through, scope), by)
            earlier = use_of(uow.reports.parts(before.first, before.through, scope), By.DAY)
            topics = _together(uow, period.first, period.through, team)
            topics_before = _together(uow, before.first, before.through, team)
            entries, unused = self._entries(uow, person, period, topics)
            return Report(
                period, team, None, by, now, use, earlier,
                types=ranking(topics, topics_before, Topic.TYPE), asked=ranking(topics, topics_before, Topic.ASKED),
                entries=entries, unused=unused[:ENTRIES_MOST], unused_count=len(unused), gaps=self._gaps(uow, period, now),
                flags=_flags(uow, period, now, use.total, team),
            )  # fmt: skip

    def mine(self, person: Person, period: Period) -> Report:
        """A person's own figures, by day."""
        person.require(Permission.RECORD)
        before, scope = period.before(), Scope(person=person.login)
        self._refresh(before.first, period.through)
        with self._store.read() as uow:
            use = use_of(uow.reports.parts(period.first, period.through, scope), By.DAY)
            earlier = use_of(uow.reports.parts(before.first, before.through, scope), By.DAY)
        return Report(period, None, person.login, By.DAY, self._clock(), use, earlier)

    def rows(
        self,
        person: Person,
        period: Period,
        figure: str,
        scope: Scope | None = None,
        *,
        page: int = 1,
        size: int = ROWS,
    ) -> FigureRows:
        """What stands behind a figure, newest day first; of ``scope`` only what this person may see.

        Raises:
            NotFound: no such figure. NotAllowed: other people's calls are not for this role.
        """
        if figure not in FIGURES:
            raise NotFound(N_("没有这个指标。"))
        wanted, seen = self._allowed(person, scope or Scope())
        self._refresh(period.first, period.through)
        with self._store.read() as uow:
            return self._page(uow, FIGURES[figure], period, wanted, seen, page, size)

    def note_export(self, person: Person, period: Period, form: str) -> None:
        """Leave a trace that somebody took a report out."""
        with self._store.write() as uow:
            detail: dict[str, object] = {"span": str(period.span), "day": period.first.isoformat(), "form": form}
            uow.audit.add(at=self._clock(), by=person.login, action="report.export", subject="report", detail=detail)
            uow.commit()

    def _page(
        self, uow: UnitOfWork, figure: Figure, period: Period, scope: Scope, seen: Scope, page: int, size: int
    ) -> FigureRows:
        ground = ground_of(uow.rules.current(), self._zone)
        suspects = suspects_by_person(uow.reports.parts(period.first, period.through, seen))

        def shown(name: str, login: str) -> bool:
            if name.startswith((f"{Count.SAID}/", f"{Count.HURRIED}/")):
                return login in suspects and name.split("/")[0] in figure.names and suspects[login].holds(name)
            return name.split("/")[0] in figure.names

        per_day: Counter[date] = Counter()
        for part in uow.reports.parts(period.first, period.through, scope):
            per_day[part.day] += sum(n for name, n in part.sums.items() if shown(name, part.person))
        total = sum(per_day.values())
        last = max(1, -(-total // size))
        number = min(max(page, 1), last)
        skip, rows = (number - 1) * size, list[FigureRow]()
        for day in sorted((day for day, count in per_day.items() if count), reverse=True):
            if skip >= per_day[day]:
                skip -= per_day[day]
                continue
            for row in _things(uow, day, scope, ground, shown):
                if skip:
                    skip -= 1
                    continue
                rows.append(row)
                if len(rows) == size:
                    return FigureRows(figure, rows, number, last, total)
        return FigureRows(figure, rows, number, last, total)

    def _allowed(self, person: Person, scope: Scope) -> tuple[Scope, Scope]:
        """``scope`` narrowed to what this person may see, and all that they may see."""
        if scope.person == person.login and person.may(Permission.RECORD):
            return scope, Scope(person=person.login)
        person.require(Permission.SEE_REPORTS)
        team = _team_of(person)
        if team is not None and scope.team not in (None, team):
            raise NotAllowed(N_("您只能看自己班组的数字。"))
        return (replace(scope, team=team), Scope(team=team)) if team is not None else (scope, Scope())

    def _refresh(self, first: date, last: date) -> None:
        """Bring the kept sums of these days up to date. Counts in a reader's snapshot, so that no writer waits for it."""
        with self._store.read() as uow:
            stale = list(uow.reports.stale(first, last))
        for day in stale:
            with self._store.read() as uow:
                changes = uow.reports.stale(day, day).get(day)
                if changes is None:
                    continue
                parts, topics = self._count(uow, day)
            with self._store.write() as uow:
                uow.reports.keep(day, changes, parts, topics)
                uow.commit()

    def _count(self, uow: UnitOfWork, day: date) -> tuple[list[Part], dict[str | None, Sums]]:
        ground = ground_of(uow.rules.current(), self._zone)
        topics: dict[str | None, Sums] = {None: Counter()}

        def walked() -> Iterator[Case]:
            for case in uow.reports.cases(day):
                found = topics_of([case])
                for team in (None, case.call.team):
                    topics.setdefault(team, Counter()).update(found)
                yield case

        sums = sums_of(walked(), ground)
        return [Part(day, *who, counts) for who, counts in sums.items()], topics

    def _entries(
        self, uow: UnitOfWork, person: Person, period: Period, topics: Sums
    ) -> tuple[list[EntryUse], list[EntryUse]]:
        """Those of ``topics``, with those that answered nothing for long; falling and unused are the whole centre's."""
        since = period.through - timedelta(days=UNUSED_DAYS - 1)
        recent = uow.reports.topics(since, period.through)
        falling = falling_of(
            {d: s for d, s in recent.items() if (period.through - d).days < FALLING_DAYS}, period.through
        )
        known = {e.code: e for e in uow.reports.in_force(self._clock()) if may_see(person.role, e.roles)}
        used = {code for sums in recent.values() for code in keyed(sums, Topic.USED)}
        unused = sorted(c for c, e in known.items() if c not in used and e.since < self._midnight(since))
        found = [one for one in entries_of(topics, falling) if one.code in known][:ENTRIES_MOST]
        found += [EntryUse(code, 0, 0, 0, 0) for code in unused]
        last = uow.reports.last_used([one.code for one in found])
        named = [replace(one, title=known[one.code].title, last_used=last.get(one.code)) for one in found]
        return named[: len(named) - len(unused)], named[len(named) - len(unused) :]

    def _gaps(self, uow: UnitOfWork, period: Period, now: datetime) -> GapFigures:
        return uow.reports.gaps(self._midnight(period.first), self._midnight(period.last + timedelta(days=1)), now)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def _things(
    uow: UnitOfWork, day: date, scope: Scope, ground: Ground, shown: Callable[[str, str], bool]
) -> Iterator[FigureRow]:
    for case in uow.reports.cases(day, scope):
        for name, thing in counted(case, ground):
            if shown(name, case.call.person):
                yield FigureRow(day, case, thing)


def _team_of(person: Person) -> str | None:
    """The team to which this person's eyes are bound; None: no bound."""
    if person.role is not Role.TEAM_LEADER:
        return None
    if not person.team:
        raise NotAllowed(N_("您还没有编入班组，看不到班组的数字，请联系系统管理员。"))
    return person.team


def _together(uow: UnitOfWork, first: date, last: date, team: str | None) -> Sums:
    found: Sums = Counter()
    for sums in uow.reports.topics(first, last, team).values():
        found.update(sums)
    return found


def _flags(uow: UnitOfWork, period: Period, now: datetime, total: Sums, team: str | None) -> FlagFigures:
    waiting, overdue = uow.reports.waiting_flags(period.first, period.through, now, team)
    return FlagFigures(total[Count.FLAGGED], total[Count.FLAG_IN_TIME], total[Count.FLAG_LATE], waiting, overdue)
