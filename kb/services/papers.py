"""Papers in work: the blueprint, both forms assembled from the bank, single questions exchanged by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo

from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.exams.assembly import Candidate, assemble, fits
from kb.domain.exams.calendar import month_of, months_before, next_month
from kb.domain.exams.forms_check import difference, faults
from kb.domain.exams.paper import Blueprint, Cell, Item, Paper
from kb.domain.exams.question import QuestionType
from kb.domain.person import Permission, Person
from kb.ports import AuditRow, Store, UnitOfWork
from kb.services.asked import asked_since
from kb.services.paper_sources import Finding, findings, sitting_moment

CHOICES_MOST = 30
USUAL = (
    Cell(type=QuestionType.SINGLE, count=20, score=2.0),
    Cell(type=QuestionType.MULTIPLE, count=10, score=3.0),
    Cell(type=QuestionType.TRUE_FALSE, count=10, score=1.0),
    Cell(type=QuestionType.CLOZE, count=5, score=2.0),
    Cell(type=QuestionType.SHORT, count=2, score=5.0),
)


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """A paper with what is the matter with it, and what happened to it. ``faults``: against its blueprint."""

    paper: Paper
    faults: list[Conflict]
    findings: list[Finding]
    history: list[AuditRow]
    fresh: frozenset[str]

    @property
    def blocks(self) -> bool:
        return bool(self.faults) or any(finding.blocks for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that may stand in for another. ``apart``: how far the forms would then lie apart in difficulty;
    ``worse``: what would be wrong then that is not wrong now."""

    item: Item
    apart: float
    worse: list[Conflict]
    fresh: bool


class Papers:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store, self._clock, self._zone = store, clock, zone

    def preset(self, person: Person, month: date | None = None) -> Blueprint:
        """A blueprint to begin with: that of the newest paper for the next month, or the usual one."""
        person.require(Permission.KEEP_QUESTIONS)
        now = self._clock().astimezone(self._zone).date()
        with self._store.read() as uow:
            last = next(iter(uow.papers.all(1)), None)
        month = month_of(month or now)
        if last is None:
            return Blueprint(title=title_of(month), month=month, cells=USUAL, fresh_share=0.3)
        return replace(last.blueprint, month=month, title=title_of(month), enemies=())

    def points(self, person: Person) -> list[str]:
        """Knowledge points in use in the bank."""
        person.require(Permission.KEEP_QUESTIONS)
        with self._store.read() as uow:
            return uow.bank.points()

    def build(
        self, person: Person, blueprint: Blueprint, *, seed: int, without: frozenset[int] = frozenset()
    ) -> Paper:
        """Assemble both forms and keep them as a draft. No question of ``without`` stands on them.

        Raises:
            Invalid: the blueprint cannot be. CannotAssemble: the bank is short of something.
        """
        person.require(Permission.KEEP_QUESTIONS)
        now = self._clock()
        paper = Paper(blueprint=blueprint, seed=seed, forms=(), author=person.login, at=now)
        with self._store.read() as uow:  # assembling takes its time: nobody waits for the one writer meanwhile
            candidates = [one for one in self._candidates(uow, paper) if one.question not in without]
        paper = replace(paper, forms=assemble(blueprint, candidates, seed=seed))
        with self._store.write() as uow:
            paper = replace(paper, number=uow.papers.add(paper))
            note(uow, person, now, "build", paper, seed=seed)
            uow.commit()
        return paper

    def again(self, person: Person, number: int, blueprint: Blueprint, *, seed: int, version: int) -> Paper:
        """Assemble a paper in work anew, by a changed blueprint or another seed.

        Raises:
            Conflict: it cannot be changed any more, or somebody else changed it since ``version``.
        """
        person.require(Permission.KEEP_QUESTIONS)
        with self._store.read() as uow:
            before = the(uow, number, version)
            candidates = self._candidates(uow, replace(before, blueprint=blueprint))
        after = before.rebuild(blueprint, assemble(blueprint, candidates, seed=seed), seed)
        with self._store.write() as uow:
            the(uow, number, version)
            uow.papers.put(after)
            note(uow, person, self._clock(), "rebuild", after, seed=seed)
            uow.commit()
        return after

    def open(self, person: Person, number: int) -> OpenPaper:
        """Raises ``NotFound``."""
        person.require(Permission.REVIEW_QUESTIONS)
        with self._store.read() as uow:
            return look(uow, the(uow, number), self._clock(), self._zone)

    def choices(
        self, person: Person, number: int, form: str, place: int, *, text: str = ""
    ) -> tuple[OpenPaper, Item, list[Choice], int]:
        """What may stand at ``place`` (from 0) of a form instead: what breaks nothing first, of that the best balanced.
        With ``text`` only what has all its words in its number, stem, options, knowledge point or entry. The best ones,
        and how many there are."""
        person.require(Permission.KEEP_QUESTIONS)
        opened, old, found = self._choices(number, form, place)
        wanted = text.casefold().split()
        kept = [one for one in found if all(word in _searched(one.item) for word in wanted)]
        return opened, old, kept[:CHOICES_MOST], len(kept)

    def _choices(self, number: int, form: str, place: int) -> tuple[OpenPaper, Item, list[Choice]]:
        with self._store.read() as uow:
            opened = look(uow, the(uow, number), self._clock(), self._zone)
            candidates = self._candidates(uow, opened.paper)
        paper = opened.paper
        old, cell = _item(paper, form, place), paper.blueprint.cell_at(place)
        found = [
            self._choice(opened, form, place, candidate.for_(cell), candidate.fresh)
            for candidate in candidates
            if not candidate.seen and candidate.question not in paper.questions and fits(cell, candidate.content)
        ]
        found.sort(key=lambda one: (len(one.worse), round(one.apart, 3), not one.fresh, one.item.question))
        return opened, old, found

    def swap(self, person: Person, number: int, form: str, place: int, question: int, *, version: int) -> Paper:
        """Put another question at ``place`` (from 0).

        Raises:
            Conflict: it does not fit there, or would break what holds now; or the paper has changed since ``version``.
        """
        person.require(Permission.KEEP_QUESTIONS)
        _opened, old, found = self._choices(number, form, place)
        chosen = next((one for one in found if one.item.question == question), None)
        if chosen is None:
            raise Conflict(
                N_("Q-{question:04} 不能放在这里：不合题型、知识点或难度，已在卷上，或近期考过。"), question=question
            )
        if chosen.worse:
            raise chosen.worse[0]
        with self._store.write() as uow:
            before = the(uow, number, version)
            after = _exchanged(before, form, place, chosen.item)
            uow.papers.put(after)
            note(uow, person, self._clock(), "swap", after, form=form, place=place + 1, old=old.question, new=question)
            uow.commit()
            return after

    def _choice(self, opened: OpenPaper, form: str, place: int, item: Item, fresh: bool) -> Choice:
        forms = _exchanged(opened.paper, form, place, item).forms
        there = {str(fault) for fault in opened.faults}
        # An unequal difficulty may be mended by the next exchange: it is shown, and refused only at the submission.
        worse = [
            fault
            for fault in faults(opened.paper.blueprint, forms, opened.fresh)
            if str(fault) not in there and "apart" not in fault.values
        ]
        return Choice(item, difference(forms), worse, fresh)

    def _candidates(self, uow: UnitOfWork, paper: Paper) -> list[Candidate]:
        now, blueprint = self._clock(), paper.blueprint
        ready = uow.bank.ready(sitting_moment(uow, paper, self._zone, now))
        fresh = fresh_codes(uow, blueprint.month, self._zone, now)
        since = months_before(blueprint.month, blueprint.unseen_months)
        seen = asked_since(uow, since, self._zone, but=paper.number) if blueprint.unseen_months else frozenset()
        return [
            Candidate(
                question=one.number, version=one.version, content=one.content, fresh=one.content.source.code in fresh,
                seen=one.number in seen,
            )
            for one in ready
        ]  # fmt: skip


def look(uow: UnitOfWork, paper: Paper, now: datetime, zone: tzinfo) -> OpenPaper:
    """A paper with everything that is the matter with it."""
    fresh = fresh_codes(uow, paper.blueprint.month, zone, now)
    found = findings(uow, paper, now, sitting_moment(uow, paper, zone, now))
    return OpenPaper(
        paper, faults(paper.blueprint, paper.forms, fresh), found, uow.audit.of(str(paper.number), "paper"), fresh
    )


def the(uow: UnitOfWork, number: int, version: int | None = None) -> Paper:
    """Raises ``NotFound``; ``Conflict`` when it is not as it was at ``version`` any more."""
    paper = uow.papers.find(number)
    if paper is None:
        raise NotFound(N_("没有第 {number} 份试卷。"), number=number)
    if version is not None and paper.version != version:
        raise Conflict(N_("这份试卷刚刚被改过，请看过现在的样子再继续。"))
    return paper


def note(uow: UnitOfWork, person: Person, at: datetime, action: str, paper: Paper, **detail: object) -> None:
    known: dict[str, object] = {"title": paper.blueprint.title, **detail}
    uow.audit.add(at=at, by=person.login, action=f"paper.{action}", subject=str(paper.number), detail=known)


def fresh_codes(uow: UnitOfWork, month: date, zone: tzinfo, now: datetime) -> frozenset[str]:
    """Entries of which a revision came into force in that month."""
    since = datetime.combine(month, time(), tzinfo=zone)
    return frozenset(uow.sources.changed(since, datetime.combine(next_month(month), time(), tzinfo=zone), now))


def title_of(month: date) -> str:
    return f"{month.year}年{month.month}月月度考试"


def _searched(item: Item) -> str:
    content = item.content
    parts = (f"Q-{item.question:04}", content.stem, *content.options, content.point, content.source.code)
    return "\n".join(parts).casefold()


def _item(paper: Paper, form: str, place: int) -> Item:
    items = paper.form(form).items
    if not 0 <= place < len(items):
        raise Invalid(N_("{form} 卷没有第 {place} 题。"), field="place", form=form, place=place + 1)
    return items[place]


def _exchanged(paper: Paper, form: str, place: int, item: Item) -> Paper:
    before = paper.form(form)
    return paper.with_form(replace(before, items=(*before.items[:place], item, *before.items[place + 1 :])))
