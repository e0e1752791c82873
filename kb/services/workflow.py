"""From a revision handed in to one that may be put in force: comments, approvals, returns, and what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from kb.domain.entry import Entry, Revision
from kb.domain.errors import N_, NotFound
from kb.domain.person import Permission, Person, may_see
from kb.domain.review import Review, Stage, Verdict, add_review, approvals, stage_of
from kb.domain.rules import Rules
from kb.ports import Dated, Store

WAITING_MOST = 500  # an import that publishes nothing leaves thousands: nobody reads them in a list
COUNTED_MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A revision that is handed in and not published: where it stands, and who has approved of ``needed``."""

    code: str
    revision: Revision
    stage: Stage
    approved_by: list[str]
    needed: int
    in_force: Revision | None
    comments: int
    four_eyes: bool = False


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What was said about the revisions of an entry, and where each stands."""

    reviews: list[Review]
    stages: dict[int, Stage]
    approved_by: dict[int, list[str]]
    needed: dict[int, int]

    def of(self, number: int) -> list[Review]:
        return [r for r in self.reviews if r.revision == number]


class Workflow:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def comment(self, person: Person, code: str, number: int, text: str) -> Review:
        return self._say(person, code, number, Verdict.COMMENT, text)

    def approve(self, person: Person, code: str, number: int, text: str = "") -> Review:
        """Say that the revision may be put in force; see ``kb.domain.review.add_review`` for what is refused."""
        return self._say(person, code, number, Verdict.APPROVE, text)

    def send_back(self, person: Person, code: str, number: int, text: str) -> Review:
        """Return it to its author with what is wrong. Approvals given before no longer count."""
        return self._say(person, code, number, Verdict.RETURN, text)

    def _say(self, person: Person, code: str, number: int, verdict: Verdict, text: str) -> Review:
        at = self._clock()
        person.require(Permission.SUBMIT if verdict is Verdict.COMMENT else Permission.APPROVE)
        with self._store.write() as uow:
            entry = uow.entries.get(code)
            entry.revision(number)
            _require_visible(entry, person, code)
            reviews, rules = uow.reviews.of(code), uow.rules.current()
            review = add_review(entry, number, reviews, rules, verdict=verdict, by=person, at=at, text=text)
            uow.reviews.add(code, review)
            detail = {"revision": number, "review": review.number}
            uow.audit.add(at=at, by=person.login, action=f"review.{verdict}", subject=code, detail=detail)
            uow.commit()
            return review

    def standpoint(self, person: Person, code: str) -> Standpoint:
        """What was said about each revision of ``code``. For those who may submit.

        Raises:
            NotFound: there is no such entry, or the role may not see it.
        """
        person.require(Permission.SUBMIT)
        at = self._clock()
        with self._store.read() as uow:
            entry = uow.entries.get(code)
            _require_visible(entry, person, code)
            reviews, rules = uow.reviews.of(code), uow.rules.current()
        return Standpoint(
            reviews,
            {r.number: stage_of(entry, r.number, reviews, rules, at) for r in entry.revisions},
            {r.number: approvals(r, reviews, rules) for r in entry.revisions},
            {r.number: rules.needed(r.content.kind) for r in entry.revisions},
        )

    def waiting(self, person: Person, limit: int = WAITING_MOST) -> list[Waiting]:
        """What is handed in and neither published nor overtaken nor past its validity: the newest ``limit``."""
        person.require(Permission.SUBMIT)
        at = self._clock()
        with self._store.read() as uow:
            rows = [(code, r) for code, r in uow.entries.waiting(limit) if may_see(person.role, r.content.roles)]
            codes = [code for code, _ in rows]
            reviews, rules = uow.reviews.of_many(codes), uow.rules.current()
            entries, in_force = uow.entries.get_many(codes), uow.entries.in_force(codes, at)
        found = []
        for code, revision in rows:
            said = reviews.get(code, [])
            stage = stage_of(entries[code], revision.number, said, rules, at)
            ends = revision.content.effective_to
            if stage is not Stage.OVERTAKEN and (
                ends is None or ends > at
            ):  # what is over cannot be published any more
                now = in_force.get(code)
                found.append(_waiting(code, revision, stage, said, rules, now.revision if now else None))
        return found

    def to_do(self, person: Person) -> int:
        """How many revisions and entries wait for this very person: to approve, to publish, to mend, to review.

        Of revisions only the newest 100 are looked at: it is shown on every page.
        """
        if not person.may(Permission.SUBMIT):
            return 0
        waiting = self.waiting(person, COUNTED_MOST)
        own = sum(w.stage is Stage.RETURNED and w.revision.author == person.login for w in waiting)
        to_publish = sum(w.stage is Stage.APPROVED for w in waiting) if person.may(Permission.PUBLISH) else 0
        to_approve = (
            sum(
                w.stage is Stage.SUBMITTED
                and person.login not in w.approved_by
                and not (w.four_eyes and w.revision.author == person.login)
                for w in waiting
            )
            if person.may(Permission.APPROVE)
            else 0
        )
        due = len(self.due_for_review(person)) if person.may(Permission.PUBLISH) else 0
        return own + to_publish + to_approve + due

    def due_for_review(self, person: Person) -> list[Dated]:
        """What is in force and due for review within the days that the rules name, overdue first."""
        person.require(Permission.SUBMIT)
        at = self._clock()
        with self._store.read() as uow:
            until = at.astimezone(self._zone).date() + timedelta(days=uow.rules.current().review_ahead)
            due = uow.entries.due_for_review(at, until)
        return [d for d in due if may_see(person.role, d.revision.content.roles)]


def _waiting(
    code: str, revision: Revision, stage: Stage, said: list[Review], rules: Rules, in_force: Revision | None
) -> Waiting:
    comments = sum(r.verdict is Verdict.COMMENT for r in said if r.revision == revision.number)
    needed = rules.needed(revision.content.kind)
    return Waiting(
        code,
        revision,
        stage,
        approvals(revision, said, rules),
        needed,
        in_force,
        comments,
        revision.content.kind in rules.four_eyes,
    )


def _require_visible(entry: Entry, person: Person, code: str) -> None:
    """An entry closed to a role looks to it as if it were not there."""
    if not may_see(person.role, entry.latest.content.roles):
        raise NotFound(N_("没有编号为 {code} 的条目。"), code=code[:40])
