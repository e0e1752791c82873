"""Reports: use of the base and what callers asked, for those who may see it, from sums that never lag behind their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from kb.domain.person import Permission, Person, may_see
from kb.domain.report import (
    ENTRIES_MOST,
    FALLING_DAYS,
    UNUSED_DAYS,
    By,
    EntryUse,
    FlagFigures,
    GapFigures,
    Period,
    Report,
    Span,
    entries_of,
    falling_of,
    period_of,
    ranking,
    use_of,
)
from kb.domain.use import Count, Sums, Topic
from kb.ports import Scope, Store, UnitOfWork
from kb.services.report_rows import ROWS, FigureRows, ReportRows
from kb.services.report_sums import refresh, team_of

_USED = f"{Topic.USED}/"


class Reports:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._rows = ReportRows(store, clock, zone)

    def today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def keep_up(self) -> None:
        """Count what has changed in the days that reports look back on, so that no reader waits for it."""
        today = self.today()
        refresh(self._store, self._zone, today - timedelta(days=UNUSED_DAYS), today)

    def period(self, span: Span, day: date | None = None) -> Period:
        """Raises ``Invalid`` for a day that has not come yet."""
        today = self.today()
        return period_of(span, day or today, today)

    def draw(self, person: Person, period: Period, by: By = By.PERSON) -> Report:
        """The whole centre's report, or that of their own team for a team leader.

        Raises:
            NotAllowed: not for this role. Conflict: a team leader who leads no team.
        """
        person.require(Permission.SEE_REPORTS)
        team = team_of(person)
        now, before = self._clock(), period.before()
        scope = Scope(team=team)
        refresh(
            self._store, self._zone, min(before.first, period.through - timedelta(days=UNUSED_DAYS - 1)), period.through
        )
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
        refresh(self._store, self._zone, before.first, period.through)
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
        """See ``ReportRows.of_figure``."""
        return self._rows.of_figure(person, period, figure, scope or Scope(), page=page, size=size)

    def about(
        self, person: Person, period: Period, topic: Topic, key: str, *, page: int = 1, size: int = ROWS
    ) -> FigureRows:
        """See ``ReportRows.of_topic``."""
        return self._rows.of_topic(person, period, topic, key, page=page, size=size)

    def note_export(self, person: Person, period: Period, form: str) -> None:
        """Leave a trace that somebody took a report out."""
        with self._store.write() as uow:
            detail: dict[str, object] = {"span": str(period.span), "day": period.first.isoformat(), "form": form}
            uow.audit.add(at=self._clock(), by=person.login, action="report.export", subject="report", detail=detail)
            uow.commit()

    def _entries(
        self, uow: UnitOfWork, person: Person, period: Period, topics: Sums
    ) -> tuple[list[EntryUse], list[EntryUse]]:
        """Those of ``topics``, with those that answered nothing for long; falling and unused are the whole centre's."""
        since = period.through - timedelta(days=UNUSED_DAYS - 1)
        recent = uow.reports.topics(since, period.through, texts=False)
        falling = falling_of(
            {d: s for d, s in recent.items() if (period.through - d).days < FALLING_DAYS}, period.through
        )
        known = {e.code: e for e in uow.reports.in_force(self._clock()) if may_see(person.role, e.roles)}
        used = {name.removeprefix(_USED) for sums in recent.values() for name in sums if name.startswith(_USED)}
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


def _together(uow: UnitOfWork, first: date, last: date, team: str | None) -> Sums:
    found: Sums = Counter()
    for sums in uow.reports.topics(first, last, team).values():
        found.update(sums)
    return found


def _flags(uow: UnitOfWork, period: Period, now: datetime, total: Sums, team: str | None) -> FlagFigures:
    waiting, overdue = uow.reports.waiting_flags(period.first, period.through, now, team)
    return FlagFigures(total[Count.FLAGGED], total[Count.FLAG_IN_TIME], total[Count.FLAG_LATE], waiting, overdue)
