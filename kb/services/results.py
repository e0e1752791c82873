"""What came of it: results of a month, its ranking, who needs remedial training, and who was examined on what holds now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kb.domain.exams.ranking import Placed, Result, Run, rank, runs
from kb.domain.exams.sitting import Batch, BatchKind, Sitting, SittingState
from kb.domain.person import Permission, Person, Role, may_see
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import Forms, may_look

MONTHS_BACK = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One sitting in a month's results. ``share`` of the points and whether it passes: None without a score."""

    batch: Batch
    sitting: Sitting
    name: str
    placed: Placed | None

    @property
    def share(self) -> float | None:
        score = self.sitting.score
        return None if score is None or not self.batch.total else score / self.batch.total

    @property
    def passed(self) -> bool | None:
        score = self.sitting.score
        return None if score is None or not self.sitting.complete else score >= self.batch.pass_score


@dataclass(frozen=True, slots=True)
class Month:
    """``waiting``: sittings that are not taken or not scored through yet, so that the ranking may still change."""

    month: date
    lines: list[Line]
    ranking: list[tuple[Placed, str]]
    waiting: int


@dataclass(frozen=True, slots=True)
class Remedial:
    """Somebody with three months running among the last two, and the re-entry sitting that came of it, if any."""

    run: Run
    name: str
    team: str
    re_entry: tuple[Batch, Sitting] | None


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry in force that was examined: the agents of each team, and of them those examined on the revision that
    holds now. ``older``: examined only on an earlier one."""

    code: str
    title: str
    revision: int
    teams: dict[str, tuple[int, int]]
    missing: tuple[Person, ...]
    older: int

    @property
    def examined(self) -> int:
        return sum(done for done, _ in self.teams.values())

    @property
    def people(self) -> int:
        return sum(count for _, count in self.teams.values())


class Results:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._forms = Forms()

    def months(self, person: Person) -> list[date]:
        """Months with sittings, the latest first."""
        person.require(Permission.SEE_RESULTS)
        with self._store.read() as uow:
            return sorted({batch.month for batch in uow.sittings.batches(1000)}, reverse=True)

    def month(self, person: Person, month: date) -> Month:
        """Everybody's results of a month that this person may see, and the ranking."""
        person.require(Permission.SEE_RESULTS)
        with self._store.read() as uow:
            batches = {batch.number: batch for batch in uow.sittings.of_months(month, month)}
            sittings = uow.sittings.many(batches)
            names = {one.login: one.name for one in uow.people.all()}
        placed = {one.person: one for one in rank(month_results(batches, sittings))}
        seen = [one for one in sittings if may_look(person, one)]
        lines = [Line(batches[s.batch], s, names.get(s.person, s.person), placed.get(s.person)) for s in seen]
        mine = {one.person for one in seen}
        ranking = [(one, names.get(one.person, one.person)) for one in placed.values() if one.person in mine]
        return Month(month, lines, ranking, sum(_is_waiting(one) for one in seen))

    def remedial(self, person: Person, month: date) -> list[Remedial]:
        """Who completed a run of three up to ``month``, the latest first."""
        person.require(Permission.SEE_RESULTS)
        with self._store.read() as uow:
            batches = {b.number: b for b in uow.sittings.of_months(_back(month, MONTHS_BACK), month)}
            sittings = uow.sittings.many(batches)
            people = {one.login: one for one in uow.people.all()}
            found = []
            for run in reversed(runs(_rankings(batches, sittings))):
                latest = next(s for s in reversed(sittings) if s.person == run.person)
                if may_look(person, latest):
                    who = people.get(run.person)
                    found.append(
                        Remedial(run, who.name if who else run.person, latest.team, _re_entry(uow, run))
                    )  # fmt: skip
            return found

    def coverage(self, person: Person) -> list[Covered]:
        """For each entry in force that was ever examined: who was examined on the revision that holds now. Team leaders
        see their own team."""
        person.require(Permission.SEE_RESULTS)
        with self._store.read() as uow:
            asked = self._asked(uow)
            in_force = uow.entries.in_force(asked, self._clock())
            agents = [one for one in uow.people.all() if one.role is Role.AGENT and one.may(Permission.SIT)]
        if person.role is Role.TEAM_LEADER:
            agents = [one for one in agents if person.team and one.team == person.team]
        found = []
        for code, dated in in_force.items():
            if not may_see(person.role, dated.revision.content.roles):
                continue
            revision = dated.revision.number
            now = asked[code].get(revision, set())
            ever = {login for logins in asked[code].values() for login in logins}
            teams: dict[str, tuple[int, int]] = {}
            for one in agents:
                done, count = teams.get(one.team, (0, 0))
                teams[one.team] = (done + (one.login in now), count + 1)
            missing = tuple(one for one in agents if one.login not in now)
            older = sum(one.login in ever for one in missing)
            found.append(Covered(code, dated.revision.content.title, revision, teams, missing, older))
        return sorted(found, key=lambda c: (c.examined / c.people if c.people else 1.0, c.code))

    def _asked(self, uow: UnitOfWork) -> dict[str, dict[int, set[str]]]:
        """By entry and revision: who handed in a form with a question from it."""
        batches = {batch.number: batch for batch in uow.sittings.batches(1000)}
        found: dict[str, dict[int, set[str]]] = {}
        for one in uow.sittings.many(batches):
            if one.state is not SittingState.HANDED_IN:
                continue
            for item in self._forms.of(uow, batches[one.batch], one.form).items:
                source = item.content.source
                if source.code:
                    found.setdefault(source.code, {}).setdefault(source.revision, set()).add(one.person)
        return found


def month_results(batches: dict[int, Batch], sittings: Iterable[Sitting]) -> list[Result]:
    """What counts for everybody's ranking in one month; see ``kb.domain.exams.ranking``."""
    latest: dict[tuple[str, int], Sitting] = {}
    for one in sorted(sittings, key=lambda s: s.number):
        if batches[one.batch].kind is not BatchKind.RE_ENTRY:
            latest[one.person, one.paper] = one
    shares: dict[str, list[float]] = {}
    teams: dict[str, str] = {}
    for (person, _), one in latest.items():
        teams[person] = one.team
        share = _counted(batches[one.batch], one)
        shares.setdefault(person, []).extend([] if share is None else [share])
    return [Result(p, teams[p], sum(own) / len(own) if own else None) for p, own in shares.items()]


def _counted(batch: Batch, one: Sitting) -> float | None:
    if one.state is SittingState.ABSENT:
        return 0.0
    if one.state is not SittingState.HANDED_IN or not one.complete or one.score is None or not batch.total:
        return None
    return one.score / batch.total


def _rankings(batches: dict[int, Batch], sittings: Sequence[Sitting]) -> dict[date, list[Placed]]:
    by_month: dict[date, list[Sitting]] = {}
    for one in sittings:
        by_month.setdefault(batches[one.batch].month, []).append(one)
    return {month: rank(month_results(batches, own)) for month, own in by_month.items()}


def _re_entry(uow: UnitOfWork, run: Run) -> tuple[Batch, Sitting] | None:
    """The re-entry sitting after a run, the latest one."""
    own = uow.sittings.of_person(run.person)
    batches = uow.sittings.batches_by(one.batch for one in own)
    after = [
        (batches[one.batch], one)
        for one in own
        if batches[one.batch].kind is BatchKind.RE_ENTRY and batches[one.batch].month >= run.months[-1]
    ]
    return after[0] if after else None


def _is_waiting(one: Sitting) -> bool:
    if one.state is SittingState.HANDED_IN:
        return not one.complete
    return one.state in (SittingState.ASSIGNED, SittingState.STARTED)


def _back(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)
