"""The calendar of the examination: what of the month is done, what is due, and who is reminded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from kb.domain.exams.calendar import Deadline, ExamStep, Reminder, deadlines, month_of, reminders
from kb.domain.exams.digest import Digest
from kb.domain.exams.paper import Paper
from kb.domain.notifications import Notification
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork

LISTED_MOST = 60


@dataclass(frozen=True, slots=True)
class Month:
    """``papers``: those of all months, newest first. ``batches``: how many sittings are planned for the month. ``notes``:
    what this person was told and has not put away, newest first."""

    month: date
    today: date
    deadlines: list[Deadline]
    digest: Digest | None
    papers: list[Paper]
    batches: int
    notes: list[Notification]


class ExamCalendar:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store, self._clock, self._zone = store, clock, zone

    @property
    def today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def look(self, person: Person) -> Month:
        """The present month with all papers."""
        person.require(Permission.REVIEW_QUESTIONS)
        month = month_of(self.today)
        with self._store.read() as uow:
            batches = len(uow.sittings.of_months(month, month))
            return Month(
                month, self.today, deadlines(month, uow.rules.current(), _done(uow, month)), uow.papers.digest_of(month),
                uow.papers.all(LISTED_MOST), batches,
                [one for one in uow.notifications.of(person.login) if one.seen_at is None],
            )  # fmt: skip

    def unseen(self, person: Person) -> int:
        """How much of what this person was told is not put away; 0 for those who read it under 我的记录."""
        if not person.may(Permission.REVIEW_QUESTIONS) or person.may(Permission.RECORD):
            return 0
        with self._store.read() as uow:
            return uow.notifications.count_unseen(person.login)

    def put_away(self, person: Person) -> None:
        """What this person was told counts as seen."""
        person.require(Permission.REVIEW_QUESTIONS)
        with self._store.write() as uow:
            uow.notifications.see(person.login, self._clock())
            uow.commit()

    def remind(self) -> int:
        """Leave a note with those whom something due concerns; each is said once. Returns how many notes."""
        today, now = self.today, self._clock()
        month = month_of(today)
        with self._store.read() as uow:
            if not self._due(uow, month, today):
                return 0
        with self._store.write() as uow:
            notes = []
            people = [one for one in uow.people.all() if one.disabled_at is None]
            for reminder in self._due(uow, month, today):
                uow.papers.remind(month, reminder.kind, now)
                address = "/sittings" if reminder.kind.startswith(ExamStep.SITTING) else "/papers"
                notes += [
                    Notification(person=one.login, at=now, text=reminder.text, values=reminder.values, address=address)
                    for one in people
                    if one.role in reminder.told
                ]
            uow.notifications.add(notes)
            uow.commit()
            return len(notes)

    def _due(self, uow: UnitOfWork, month: date, today: date) -> list[Reminder]:
        found = deadlines(month, uow.rules.current(), _done(uow, month))
        return reminders(found, today, raised=uow.papers.reminded(month))


def _done(uow: UnitOfWork, month: date) -> set[ExamStep]:
    done = set()
    digest = uow.papers.digest_of(month)
    if digest is not None and digest.code:
        done.add(ExamStep.TRAINING)
    if any(paper.hash for paper in uow.papers.of_month(month)):
        done.add(ExamStep.PAPER)
    if uow.sittings.of_months(month, month):
        done.add(ExamStep.SITTING)
    return done
