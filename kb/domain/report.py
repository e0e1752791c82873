"""Reports of a day, a week or a month: use of the base, problem types, questions, entries, gaps and flags."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from kb.domain.errors import N_, Invalid
from kb.domain.report_figures import FIGURES, Suspects, suspects_of
from kb.domain.use import Count, Sums, Topic, days_between, keyed

TOP_MOST = 20
ENTRIES_MOST = 50
UNUSED_DAYS = 90
FALLING_DAYS, FALLING_UNDER = 5, 0.5
EARLIEST = date(2000, 1, 1)


class Span(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


SPAN_NAMES: dict[Span, str] = {Span.DAY: N_("日报"), Span.WEEK: N_("周报"), Span.MONTH: N_("月报")}


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week from Monday, or a calendar month; ``through`` is the last day that counts: today while it runs."""

    span: Span
    first: date
    last: date
    through: date

    def before(self) -> Period:
        """The one before, as many days of it as have passed of this one, so that the two can be compared."""
        whole = _around(self.span, self.first - timedelta(days=1))
        if self.through == self.last:
            return Period(self.span, *whole, whole[1])
        return Period(self.span, *whole, min(whole[1], whole[0] + (self.through - self.first)))

    @property
    def days(self) -> list[date]:
        return days_between(self.first, self.through)

    @property
    def is_running(self) -> bool:
        return self.through < self.last


def period_of(span: Span, day: date, today: date) -> Period:
    """The period that holds ``day``.

    Raises:
        Invalid: it has not begun yet, or lies before anything was recorded.
    """
    if day < EARLIEST:
        raise Invalid(N_("报表最早从 {earliest} 开始。"), field="day", earliest=EARLIEST.isoformat())
    first, last = _around(span, day)
    if first > today:
        raise Invalid(N_("{day} 还没有到，请选今天或更早的日期。"), field="day", day=day.isoformat())
    return Period(span, first, last, min(last, today))


def _around(span: Span, day: date) -> tuple[date, date]:
    if span is Span.DAY:
        return day, day
    if span is Span.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class By(StrEnum):
    PERSON = "person"
    TEAM = "team"
    SHIFT = "shift"
    DAY = "day"


BY_NAMES: dict[By, str] = {By.PERSON: N_("按座席"), By.TEAM: N_("按班组"), By.SHIFT: N_("按班次"), By.DAY: N_("按日期")}


_WAITS, _TEXTS = f"{Count.WAITED}/", (f"{Count.SAID}/", f"{Count.HURRIED}/")


def _named(waits: Mapping[int, int]) -> dict[str, int]:
    return {f"{_WAITS}{seconds}": times for seconds, times in waits.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """What one person did on one day in one team and shift, as sums. Apart, because they are many and rarely needed:
    ``waits`` in seconds, one each, and ``texts`` (``said/…``, ``hurried/…``)."""

    day: date
    team: str
    shift: str
    person: str
    sums: Mapping[str, int]
    waits: Sequence[int] = ()
    texts: Mapping[str, int] = field(default_factory=dict)

    @property
    def everything(self) -> dict[str, int]:
        return {**self.sums, **_named(Counter(self.waits)), **self.texts}

    @classmethod
    def of(cls, day: date, who: tuple[str, str, str], sums: Mapping[str, int]) -> Part:
        """``who``: team, shift, person."""
        plain, waits, texts = dict[str, int](), list[int](), dict[str, int]()
        for name, count in sums.items():
            if name.startswith(_WAITS):
                waits += [int(name.removeprefix(_WAITS))] * count
            else:
                (texts if name.startswith(_TEXTS) else plain)[name] = count
        return cls(day, *who, plain, waits, texts)

    def key(self, by: By) -> str:
        return self.day.isoformat() if by is By.DAY else str(getattr(self, by))


@dataclass(frozen=True, slots=True)
class Use:
    """Figures of everybody together, and of each group by its key (a login, a team, a shift, an ISO day)."""

    total: Sums
    groups: dict[str, Sums]
    days: dict[str, Sums]  # without waits, and without what is to be verified over a whole period


def use_of(parts: Iterable[Part], by: By) -> Use:
    parts = list(parts)
    suspects = suspects_by_person(parts)
    total: Sums = Counter()
    groups: defaultdict[str, Sums] = defaultdict(Counter)
    days: defaultdict[str, Sums] = defaultdict(Counter)
    waits: defaultdict[str, Counter[int]] = defaultdict(Counter)  # apart: adding lists of numbers is quick
    for part in parts:
        group = groups[part.key(by)]
        group.update(part.sums)
        waits[part.key(by)].update(part.waits)
        if own := suspects.get(part.person):
            group.update(own.found_in(part.texts))
        days[part.day.isoformat()].update(part.sums)
    for key, counts in waits.items():
        groups[key].update(_named(counts))
    for sums in groups.values():
        total.update(sums)
    return Use(total, dict(sorted(groups.items())), dict(sorted(days.items())))


def suspects_by_person(parts: Iterable[Part]) -> dict[str, Suspects]:
    """Those who have any."""
    own: defaultdict[str, Sums] = defaultdict(Counter)
    for part in parts:
        if part.texts:
            own[part.person].update(part.texts)
    found = {person: suspects_of(texts) for person, texts in own.items()}
    return {person: suspects for person, suspects in found.items() if suspects.marks or suspects.moments}


def figures_of(sums: Mapping[str, int]) -> dict[str, float | None]:
    """Every figure by its key; None where there is nothing to divide by."""
    return {key: figure.of(sums) for key, figure in FIGURES.items()}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One topic: how often, its share of all of its kind, and how often in the period before."""

    name: str
    times: int
    share: float
    before: int

    @property
    def change(self) -> int:
        return self.times - self.before


def ranking(now: Mapping[str, int], before: Mapping[str, int], topic: Topic, most: int = TOP_MOST) -> list[Ranked]:
    """The most frequent first; names in their own order where they are equally frequent."""
    found, earlier = keyed(now, topic), keyed(before, topic)
    total = sum(found.values())
    top = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [Ranked(name, times, times / total, earlier.get(name, 0)) for name, times in top]


@dataclass(frozen=True, slots=True)
class EntryUse:
    """How one entry fared: solved is used of all that was said about it; ``last_used`` None: never, as far as is known.
    ``falling``: on each of the last five days it was judged, and fewer than half said that it answered."""

    code: str
    used: int
    flagged: int
    improved: int
    opened: int
    falling: bool = False
    title: str = ""
    last_used: datetime | None = None

    @property
    def solved(self) -> float | None:
        return solved_share(self.used, self.flagged, self.improved)


def solved_share(used: int, flagged: int, improved: int) -> float | None:
    judged = used + flagged + improved
    return used / judged if judged else None


def entries_of(topics: Mapping[str, int], falling: frozenset[str]) -> list[EntryUse]:
    """Every entry that somebody opened or spoke of: those that fare badly first, then those used most."""
    used, flagged, improved, opened = (
        keyed(topics, t) for t in (Topic.USED, Topic.FLAGGED, Topic.IMPROVED, Topic.OPENED)
    )
    codes = used.keys() | flagged.keys() | improved.keys() | opened.keys()
    found = [
        EntryUse(c, used.get(c, 0), flagged.get(c, 0), improved.get(c, 0), opened.get(c, 0), c in falling)
        for c in codes
    ]
    return sorted(
        found, key=lambda one: (not one.falling, -one.used - one.flagged - one.improved, -one.opened, one.code)
    )


def falling_of(days: Mapping[date, Mapping[str, int]], through: date) -> frozenset[str]:
    """Codes that were judged on each of the five days up to ``through``, and solved under half each time."""
    low: list[set[str]] = []
    for day in days_between(through - timedelta(days=FALLING_DAYS - 1), through):
        sums = days.get(day, {})
        used, flagged, improved = (keyed(sums, t) for t in (Topic.USED, Topic.FLAGGED, Topic.IMPROVED))
        low.append({
            code for code in used.keys() | flagged.keys() | improved.keys()
            if (solved_share(used.get(code, 0), flagged.get(code, 0), improved.get(code, 0)) or 0.0) < FALLING_UNDER
        })  # fmt: skip
    return frozenset(set.intersection(*low))


@dataclass(frozen=True, slots=True)
class GapFigures:
    """Gaps raised and answered within the period, and those open and overdue now."""

    raised: int = 0
    answered: int = 0
    declined: int = 0
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class FlagFigures:
    """Flags of the period's calls: answered within their time or later, and those that still wait, overdue ones apart."""

    raised: int = 0
    in_time: int = 0
    late: int = 0
    waiting: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """``team`` and ``person`` say whom it is about; both None: the whole centre. ``at`` is when it was drawn up.
    ``unused``: the first of ``unused_count`` entries that answered no call for 90 days."""

    period: Period
    team: str | None
    person: str | None
    by: By
    at: datetime
    use: Use
    before: Use
    types: list[Ranked] = field(default_factory=list)
    asked: list[Ranked] = field(default_factory=list)
    entries: list[EntryUse] = field(default_factory=list)
    unused: list[EntryUse] = field(default_factory=list)
    unused_count: int = 0
    gaps: GapFigures = GapFigures()
    flags: FlagFigures = FlagFigures()
