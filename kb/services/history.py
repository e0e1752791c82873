"""What an entry said when, who changed it, and which of its revisions a person may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kb.domain.entry import Action, Entry, Period, Revision
from kb.domain.errors import N_, NotFound
from kb.domain.person import Permission, Person, may_see
from kb.domain.review import Review, Verdict
from kb.ports import Store
from kb.services.knowledge import Clock, EntryView, Knowledge
from kb.services.people import SYSTEM


class When(StrEnum):
    EARLIER = "earlier"
    TODAY = "today"
    UPCOMING = "upcoming"


@dataclass(frozen=True, slots=True)
class Rule:
    """A revision together with one period in which it was, is or will be the rule."""

    period: Period
    revision: Revision
    when: When


class Step(StrEnum):
    SUBMITTED = "submitted"
    RESTORED = "restored"  # handed in by taking an older revision's text again
    COMMENTED = "commented"
    APPROVED = "approved"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


_STEPS = {Verdict.COMMENT: Step.COMMENTED, Verdict.APPROVE: Step.APPROVED, Verdict.RETURN: Step.RETURNED}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to the entry. ``by`` is a login, ``reason`` what was written with it.

    ``restored_from`` is set for ``RESTORED``, ``starts`` and ``ends`` for ``PUBLISHED``, ``replaced_by`` for
    ``WITHDRAWN``, which alone names no revision.
    """

    step: Step
    at: datetime
    by: str
    reason: str
    revision: int | None = None
    restored_from: int | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """``revisions`` are those that the person may read, by number; ``rules`` the periods of such, oldest first.

    ``events``, newest first, and what was never the rule are for those who write. ``names``: what the people who
    appear are called, by login.
    """

    view: EntryView
    revisions: dict[int, Revision]
    rules: list[Rule]
    events: list[Event]
    names: dict[str, str]

    @property
    def code(self) -> str:
        return self.view.code

    def revision(self, number: int) -> Revision:
        """Raises ``NotFound`` for what is not there and for what the person may not read."""
        found = self.revisions.get(number)
        if found is None:
            raise NotFound(N_("{code} 没有第 {number} 版。"), code=self.code, number=number)
        return found

    def rule_at(self, at: datetime) -> Rule | None:
        return next((rule for rule in self.rules if rule.period.holds(at)), None)

    def name_of(self, login: str) -> str:
        return self.names.get(login, login)


class History:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._knowledge = Knowledge(store, clock)

    def read(self, person: Person, code: str, *, at: datetime | None = None) -> EntryHistory:
        """The history of ``code`` as far as ``person`` may read it, up to ``at`` (default: now).

        Raises:
            NotFound: see ``Knowledge.read``; or nothing had been handed in by then.
        """
        now = at or self._clock()
        view = self._knowledge.read(person, code, at=now)
        if at is not None:
            view = _up_to(view, at)
        rules = rules_of(view, person, now)
        writes = person.may(Permission.SUBMIT)
        with self._store.read() as uow:
            reviews = [r for r in uow.reviews.of(view.code) if r.at <= now] if writes else []
            logins = {r.author for r in view.entry.revisions} | {r.by for r in reviews}
            logins |= {p.by for p in view.entry.publications}
            found = [uow.people.find(login) for login in sorted(logins)]
        revisions = {rule.revision.number: rule.revision for rule in rules}
        if writes:
            revisions |= {r.number: r for r in view.entry.revisions if may_see(person.role, r.content.roles)}
        return EntryHistory(
            view=view,
            revisions=dict(sorted(revisions.items())),
            rules=rules,
            events=_events(view, revisions, reviews) if writes else [],
            names={p.login: p.name for p in (*found, SYSTEM) if p},
        )

    def between(self, person: Person, code: str, old: int | None, new: int | None) -> tuple[Revision, Revision]:
        """Two revisions to compare; without ``old`` the one in force, without ``new`` the latest that the person may
        read. When those are one and the same, the one before it is the older.

        Raises:
            NotFound: one of them is not there or not for this person, or there is only one.
        """
        history = self.read(person, code)
        return pair_of(history, old, new, self._clock())


def _up_to(view: EntryView, at: datetime) -> EntryView:
    """The view with only what had been recorded by then."""
    entry = view.entry
    revisions = [r for r in entry.revisions if r.at <= at]
    if not revisions:
        raise NotFound(N_("{code} 在这个时间还没有任何版本。"), code=view.code)
    return replace(view, entry=Entry(view.code, revisions, [p for p in entry.publications if p.at <= at]))


def pair_of(history: EntryHistory, old: int | None, new: int | None, now: datetime) -> tuple[Revision, Revision]:
    """See ``History.between``."""
    numbers = list(history.revisions)
    if not numbers:
        raise NotFound(N_("{code} 没有可以比较的版本。"), code=history.code)
    last = history.revision(new if new is not None else numbers[-1])
    if old is not None:
        return history.revision(old), last
    rule = history.rule_at(now)
    if rule is not None and rule.revision.number != last.number:
        return rule.revision, last
    before = [number for number in numbers if number < last.number]
    if not before:
        raise NotFound(N_("{code} 只有一个版本，没有可以比较的。"), code=history.code)
    return history.revision(before[-1]), last


def rules_of(view: EntryView, person: Person, now: datetime) -> list[Rule]:
    """The periods whose revision the person may read: earlier ones, today's, and those announced; oldest first."""
    found = []
    for period in view.entry.timeline():
        revision = view.entry.revision(period.revision)
        if may_see(person.role, revision.content.roles):
            found.append(Rule(period, revision, _when(period, now)))
    return found


def _when(period: Period, now: datetime) -> When:
    if period.starts > now:
        return When.UPCOMING
    return When.TODAY if period.holds(now) else When.EARLIER


def _events(view: EntryView, readable: Iterable[int], reviews: Iterable[Review]) -> list[Event]:
    """Newest first; of what happened at one moment, what needs the other comes after it and so stands before it."""
    shown = set(readable)
    ordered = sorted(enumerate(_all_events(view, reviews)), key=lambda e: (e[1].at, e[0]), reverse=True)
    return [event for _, event in ordered if event.revision is None or event.revision in shown]


def _all_events(view: EntryView, reviews: Iterable[Review]) -> Iterator[Event]:
    for r in view.entry.revisions:
        step = Step.RESTORED if r.restored_from else Step.SUBMITTED
        yield Event(step, r.at, r.author, r.reason, r.number, restored_from=r.restored_from)
    for review in reviews:
        yield Event(_STEPS[review.verdict], review.at, review.by, review.text, review.revision)
    for p in view.entry.publications:
        step = Step.PUBLISHED if p.action is Action.PUBLISH else Step.WITHDRAWN
        yield Event(step, p.at, p.by, p.reason, p.revision, None, p.starts, p.ends, p.replaced_by)
