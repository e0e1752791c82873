"""The organiser's side: batches by shift, who sits in them, leave and absence."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.exams.paper import Paper, PaperState
from kb.domain.exams.sitting import (
    MISSED,
    PEOPLE_MOST,
    Batch,
    BatchKind,
    Sitting,
    SittingState,
    check_batch,
    forms_for,
)
from kb.domain.notifications import Notification
from kb.domain.person import Permission, Person
from kb.domain.text import single_line
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import Forms, batch_of, keys_open
from kb.services.paper_sources import usable

_SEED_BITS = 31
_SEPARATORS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the organiser asks for. ``teams`` sit with everybody in them; ``people`` are logins or names, as typed;
    ``without`` likewise are left out. ``skip_seated``: leave out those who sit in another batch of the paper instead
    of refusing. ``minutes`` 0: as the paper says."""

    paper: int
    title: str = ""
    kind: BatchKind = BatchKind.REGULAR
    on_paper: bool = False
    shift: str = ""
    opens_at: datetime
    closes_at: datetime
    minutes: int = 0
    partial: bool = False
    teams: tuple[str, ...] = ()
    people: str = ""
    without: str = ""
    skip_seated: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A batch with everybody in it. ``waiting``: for each sitting the items that wait for a scorer. ``can_see_keys``."""

    batch: Batch
    sittings: list[Sitting]
    answered: Mapping[int, int]
    items: int
    keys_open: bool
    paper_ok: bool


class Sittings:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._forms = Forms()

    # --- looking

    def batches(self, person: Person) -> list[tuple[Batch, dict[SittingState, int]]]:
        """The latest to open first, with how many people are in which state."""
        person.require(Permission.HOLD_SITTINGS)
        with self._store.read() as uow:
            batches = uow.sittings.batches()
            counts: dict[int, dict[SittingState, int]] = {batch.number: {} for batch in batches}
            for one in uow.sittings.many(counts):
                counts[one.batch][one.state] = counts[one.batch].get(one.state, 0) + 1
            return [(batch, counts[batch.number]) for batch in batches]

    def room(self, person: Person, number: int) -> Room:
        person.require(Permission.HOLD_SITTINGS)
        with self._store.read() as uow:
            batch = batch_of(uow, number)
            sittings = uow.sittings.many([number])
            answers = uow.sittings.answers(one.number for one in sittings)
            answered = {n: sum(bool(a.value) and not a.late for a in kept) for n, kept in answers.items()}
            form = self._forms.of(uow, batch, sittings[0].form) if sittings else None
            return Room(
                batch, sittings, answered, len(form.items) if form else 0,
                keys_open(uow, batch.paper, self._clock()), uow.papers.approved(batch.paper) is not None,
            )  # fmt: skip

    def choices(self, person: Person) -> tuple[list[Paper], dict[str, list[Person]]]:
        """Approved papers, newest first, and everybody who may sit, by team ("" for those without)."""
        person.require(Permission.HOLD_SITTINGS)
        with self._store.read() as uow:
            papers = [paper for paper in uow.papers.all() if paper.state is PaperState.APPROVED]
            teams: dict[str, list[Person]] = {}
            for one in sorted(uow.people.all(), key=lambda p: (p.team, p.login)):
                if one.may(Permission.SIT):
                    teams.setdefault(one.team, []).append(one)
            return papers, teams

    # --- planning

    def plan(self, by: Person, plan: Plan) -> Batch:
        """Make a batch with its people, in the order of teams and logins; forms alternate between neighbours.

        Raises:
            Invalid: the window does not fit, nobody is chosen, or a name is not known.
            Conflict: the paper is not approved, or somebody sits it in another batch.
        """
        by.require(Permission.HOLD_SITTINGS)
        now = self._clock()
        with self._store.write() as uow:
            paper = self._paper(uow, plan.paper)
            batch = check_batch(_batch(plan, paper, by, now), now)
            chosen = _chosen(uow, plan)
            batch = replace(batch, number=uow.sittings.add_batch(batch))
            uow.sittings.keep_forms(paper.number, paper.hash, paper.forms)
            seated = self._seat(uow, by, batch, chosen, skip=plan.skip_seated)
            detail = {"paper": paper.number, "people": len(seated), "kind": str(batch.kind)}
            self._note(uow, by, "plan", batch.number, **detail)
            uow.commit()
            return batch

    def add_people(self, by: Person, number: int, people: str) -> int:
        """Put more people on the list; returns how many."""
        by.require(Permission.HOLD_SITTINGS)
        with self._store.write() as uow:
            batch = self._open_batch(uow, number)
            chosen = _named(uow, people, "people")
            if not chosen:
                raise Invalid(N_("请写要加入的人。"), field="people")
            seated = self._seat(uow, by, batch, chosen, skip=False)
            self._note(uow, by, "add", number, people=[one.person for one in seated])
            uow.commit()
            return len(seated)

    def remove(self, by: Person, number: int) -> int:
        """Take somebody who has not begun off the list; returns the batch's number."""

        def drop(uow: UnitOfWork, one: Sitting) -> None:
            if one.state in (SittingState.STARTED, SittingState.HANDED_IN):
                raise Conflict(N_("{person} 已经开始作答，不能移出。"), person=one.person)
            uow.sittings.remove(one.number)

        return self._change(by, number, "remove", drop)

    def excuse(self, by: Person, number: int, note: str) -> int:
        """Put down as on leave, with the reason."""
        return self._change(
            by, number, "excuse", lambda uow, one: uow.sittings.put(one.miss(SittingState.EXCUSED, note)), note=note
        )

    def absent(self, by: Person, number: int, note: str = "") -> int:
        return self._change(
            by, number, "absent", lambda uow, one: uow.sittings.put(one.miss(SittingState.ABSENT, note)), note=note
        )

    def call_back(self, by: Person, number: int) -> int:
        """Back on the list, when leave or absence was put down by mistake."""

        def back(uow: UnitOfWork, one: Sitting) -> None:
            others = [s for s in uow.sittings.of_paper_people(one.paper) if s.person == one.person]
            if any(other.state not in MISSED for other in others):
                raise Conflict(N_("{people} 已经在这份试卷的另一场考试里，一个人不能考两次。"), people=one.person)
            self._open_batch(uow, one.batch)
            uow.sittings.put(one.miss(SittingState.ASSIGNED, ""))

        return self._change(by, number, "call_back", back)

    # --- parts

    def _paper(self, uow: UnitOfWork, number: int) -> Paper:
        paper = uow.papers.approved(number)
        if paper is None:
            raise Conflict(N_("请选择主任已批准的试卷；来源有变的试卷要先重新批准。"))
        return usable(uow, number, self._clock())

    def _open_batch(self, uow: UnitOfWork, number: int) -> Batch:
        batch = batch_of(uow, number)
        if batch.finished_at is not None or batch.is_over(self._clock()):
            raise Conflict(N_("这场考试已经结束。"))
        return batch

    def _seat(
        self, uow: UnitOfWork, by: Person, batch: Batch, chosen: Sequence[Person], *, skip: bool
    ) -> list[Sitting]:
        before = uow.sittings.of_paper_people(batch.paper)
        seated = {one.person for one in before if one.state not in MISSED}
        missed = {one.person for one in before if one.state in MISSED}
        twice = [person for person in chosen if person.login in seated]
        if batch.kind is BatchKind.MAKE_UP and not chosen:
            people = {person.login: person for person in uow.people.all() if person.may(Permission.SIT)}
            chosen = [people[login] for login in sorted(missed - seated) if login in people]
            twice = []
        if twice and not skip:
            names = "、".join(person.name for person in twice[:5])
            raise Conflict(N_("{people} 已经在这份试卷的另一场考试里，一个人不能考两次。"), people=names)
        sitting = [person for person in chosen if person.login not in seated]
        if batch.kind is BatchKind.MAKE_UP and (fresh := [p.name for p in sitting if p.login not in missed]):
            raise Invalid(N_("{people} 没有缺考或请假，不需要补考。"), people="、".join(fresh[:5]), field="people")
        if not sitting:
            raise Invalid(N_("请选择参加考试的人：班组或者姓名。"), field="people")
        there = uow.sittings.many([batch.number])
        if len(there) + len(sitting) > PEOPLE_MOST:
            raise Invalid(N_("一场考试最多 {most} 人。"), most=PEOPLE_MOST, field="people")
        after = max((one.seat for one in there), default=0)
        made = [
            Sitting(
                batch=batch.number, paper=batch.paper, person=person.login, team=person.team, seat=after + place,
                form=form, seed=secrets.randbits(_SEED_BITS),
            )
            for place, (person, form) in enumerate(zip(sitting, forms_for(len(sitting), after=after), strict=True), 1)
        ]  # fmt: skip
        uow.sittings.add(made)
        self._tell(uow, batch, made)
        return made

    def _tell(self, uow: UnitOfWork, batch: Batch, made: Sequence[Sitting]) -> None:
        when = batch.opens_at.astimezone(self._zone).strftime("%m-%d %H:%M")
        text = N_("您要参加考试“{title}”，{when} 开始。")
        uow.notifications.add(
            [
                Notification(person=one.person, at=self._clock(), text=text, values={"title": batch.title, "when": when}, address="/exam")
                for one in made
            ]
        )  # fmt: skip

    def _change(
        self, by: Person, number: int, action: str, change: Callable[[UnitOfWork, Sitting], None], **detail: object
    ) -> int:
        by.require(Permission.HOLD_SITTINGS)
        with self._store.write() as uow:
            one = uow.sittings.find(number)
            if one is None:
                raise NotFound(N_("没有第 {number} 份答卷。"), number=number)
            change(uow, one)
            self._note(uow, by, action, one.batch, person=one.person, **detail)
            uow.commit()
            return one.batch

    def _note(self, uow: UnitOfWork, by: Person, action: str, batch: int, **detail: object) -> None:
        uow.audit.add(at=self._clock(), by=by.login, action=f"exam.{action}", subject=str(batch), detail=detail)


def _batch(plan: Plan, paper: Paper, by: Person, now: datetime) -> Batch:
    blueprint = paper.blueprint
    return Batch(
        paper=paper.number, hash=paper.hash, title=plan.title or blueprint.title, month=_first(blueprint.month),
        kind=plan.kind, on_paper=plan.on_paper, shift=single_line(plan.shift, field="shift", most=40),
        opens_at=plan.opens_at, closes_at=plan.closes_at, minutes=plan.minutes or blueprint.minutes,
        total=blueprint.total, pass_score=blueprint.pass_score, partial=plan.partial, by=by.login, at=now,
    )  # fmt: skip


def _first(month: date) -> date:
    return month.replace(day=1)


def _chosen(uow: UnitOfWork, plan: Plan) -> list[Person]:
    teams = set(plan.teams) - {""}  # no team is no team: its people are named one by one
    everybody = [one for one in uow.people.all() if one.may(Permission.SIT)]
    named = {one.login for one in _named(uow, plan.people, "people")}
    out = {one.login for one in _named(uow, plan.without, "without")}
    chosen = [one for one in everybody if (one.team in teams or one.login in named) and one.login not in out]
    return sorted(chosen, key=lambda p: (p.team, p.login))


def _named(uow: UnitOfWork, typed: str, field: str) -> list[Person]:
    """The people meant by logins or names, as typed. Raises ``Invalid`` for one that is nobody's, or several people's."""
    words = list(dict.fromkeys(word for word in _SEPARATORS.split(typed) if word))
    everybody = [one for one in uow.people.all() if one.may(Permission.SIT)]
    found = []
    for word in words:
        meant = [one for one in everybody if word == one.login] or [one for one in everybody if word == one.name]
        if not meant:
            raise Invalid(N_("没有叫“{name}”的在职人员。"), field=field, name=word[:40])
        if len(meant) > 1:
            raise Invalid(N_("有几个人叫“{name}”，请改写登录名。"), field=field, name=word[:40])
        found.append(meant[0])
    return found
