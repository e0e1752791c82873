"""An entry, its revisions and publications, and the verbs of the trade: submit, publish, withdraw, restore.

Revisions and publications are only ever added. What is in force is computed from the publications, by number and
by validity, never stored as a flag: see ``timeline``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kb.domain.content import Content
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission, Person

REASON_MOST = 500


class Action(StrEnum):
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Revision:
    """An immutable numbered state of an entry. ``number`` counts from 1 within the entry; ``at`` is aware."""

    number: int
    content: Content
    author: str
    at: datetime
    reason: str
    restored_from: int | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """The event that puts a revision in force or withdraws the entry.

    ``number`` counts from 1 within the entry. ``starts`` is when it takes effect (never before ``at``, when it was
    recorded); ``ends`` is the revision's own end of validity. A withdrawal names no revision.
    """

    number: int
    action: Action
    revision: int | None
    by: str
    at: datetime
    starts: datetime
    ends: datetime | None
    reason: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A revision is the rule from ``starts`` (inclusive) to ``ends`` (exclusive; None: until further notice)."""

    revision: int
    publication: int
    starts: datetime
    ends: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.starts <= at and (self.ends is None or at < self.ends)


def timeline(publications: Iterable[Publication]) -> list[Period]:
    """The periods in which each publication is the rule, oldest first, never overlapping.

    A later start replaces what runs; of two with the same start the higher number wins, so a correction of today's
    rule leaves a rule announced for next month standing. A withdrawal ends everything published before it, what was
    only announced included. When a revision's validity is over nothing comes back to life: the entry is silent.
    """
    ordered = sorted(publications, key=lambda p: p.number)
    periods: list[Period] = []
    for p in ordered:
        # What this one cuts short: the rest of any period reaching past its start, if it is older or announced for
        # the same moment. A withdrawal also takes back what was announced for later.
        kept = []
        for period in periods:
            if period.starts >= p.starts and (p.action is Action.WITHDRAW or period.starts == p.starts):
                continue
            if period.starts < p.starts and (period.ends is None or period.ends > p.starts):
                period = Period(period.revision, period.publication, period.starts, p.starts)
            kept.append(period)
        if p.action is Action.PUBLISH and p.revision is not None:
            following = min((q.starts for q in kept if q.starts > p.starts), default=None)
            ends = min((moment for moment in (p.ends, following) if moment is not None), default=None)
            kept.append(Period(p.revision, p.number, p.starts, ends))
        periods = sorted(kept, key=lambda q: q.starts)
    return periods


@dataclass(slots=True)
class Entry:
    """One piece of knowledge with a stable code.

    The lists hold what is stored; ``new_revisions`` and ``new_publications`` are what this unit of work adds.
    """

    code: str
    revisions: list[Revision] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    new_revisions: list[Revision] = field(default_factory=list)
    new_publications: list[Publication] = field(default_factory=list)

    @property
    def latest(self) -> Revision:
        return max(self.revisions, key=lambda r: r.number)

    def revision(self, number: int) -> Revision:
        for r in self.revisions:
            if r.number == number:
                return r
        raise NotFound(N_("{code} 没有第 {number} 版。"), code=self.code, number=number)

    def timeline(self) -> list[Period]:
        return timeline(self.publications)

    def period_at(self, at: datetime) -> Period | None:
        """The period that holds at that moment, or None: not published yet, withdrawn, or expired."""
        return next((p for p in self.timeline() if p.holds(at)), None)

    def submit(self, content: Content, *, by: Person, at: datetime, reason: str) -> Revision:
        """Add ``content`` as the next revision. It is not in force until it is published.

        Raises:
            NotAllowed: the person may not.
            Conflict: it says the same as the latest revision.
        """
        by.require(Permission.SUBMIT)
        if self.revisions and self.latest.content.digest == content.digest:
            raise Conflict(N_("内容与第 {number} 版完全相同，没有可保存的改动。"), number=self.latest.number)
        return self._add_revision(content, by=by, at=at, reason=reason)

    def publish(self, number: int, *, by: Person, at: datetime, reason: str) -> Publication:
        """Put revision ``number`` in force, from its own start of validity or now, whichever is later.

        Raises:
            NotFound: there is no such revision.
            Conflict: it is in force or announced already, a newer revision was published, or its validity is over.
        """
        by.require(Permission.PUBLISH)
        content = self.revision(number).content
        reason, at = check_reason(reason), self._not_before_last(at)
        last = max(self.publications, key=lambda p: p.number, default=None)
        if last and last.action is Action.PUBLISH and last.revision is not None:
            if last.revision == number:
                raise Conflict(N_("{code} 第 {number} 版已经发布。"), code=self.code, number=number)
            if last.revision > number:
                raise Conflict(
                    N_("{code} 已发布更新的第 {last} 版；要回到第 {number} 版，请用“恢复”。"),
                    code=self.code,
                    last=last.revision,
                    number=number,
                )
        starts = max(at, content.effective_from) if content.effective_from else at
        if content.effective_to is not None and content.effective_to <= starts:
            raise Conflict(N_("{code} 第 {number} 版的失效时间已过，不能发布。"), code=self.code, number=number)
        return self._add_publication(Action.PUBLISH, number, by, at, starts, content.effective_to, reason, "")

    def withdraw(self, *, by: Person, at: datetime, reason: str, replaced_by: str = "") -> Publication:
        """Take the entry out of force now, and with it whatever was announced for later.

        Raises:
            Conflict: nothing of it is in force or announced.
            Invalid: no reason, or it is to be replaced by itself.
        """
        by.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._not_before_last(at)
        if replaced_by == self.code:
            raise Invalid(N_("替代条目不能是它自己。"), field="replaced_by")
        if not any(p.ends is None or p.ends > at for p in self.timeline()):
            raise Conflict(N_("{code} 现在没有生效或待生效的版本，无需下线。"), code=self.code)
        return self._add_publication(Action.WITHDRAW, None, by, at, at, None, reason, replaced_by)

    def take_back(self, publication: int, *, by: Person, at: datetime, reason: str) -> list[Publication]:
        """Undo the last publication: what held or was announced before it holds again, as new revisions.

        Raises:
            Conflict: ``publication`` is not the last one any more.
        """
        by.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._not_before_last(at)
        if publication != max((p.number for p in self.publications), default=0):
            raise Conflict(N_("{code} 之后又有发布或下线，不能自动撤回，请单独处理。"), code=self.code)
        before = timeline(p for p in self.publications if p.number != publication)
        made = []
        if any(p.ends is None or p.ends > at for p in self.timeline()):
            made.append(self._add_publication(Action.WITHDRAW, None, by, at, at, None, reason, ""))
        for period in before:
            if period.ends is not None and period.ends <= at:
                continue
            content = self.revision(period.revision).content
            again = self._add_revision(content, by=by, at=at, reason=reason, restored_from=period.revision)
            starts = max(at, period.starts)
            made.append(
                self._add_publication(Action.PUBLISH, again.number, by, at, starts, content.effective_to, reason, "")
            )
        return made

    def restore(self, number: int, *, by: Person, at: datetime, reason: str) -> Revision:
        """Submit the content of revision ``number`` again, as a new revision.

        Raises:
            Conflict: it says the same as the latest revision.
        """
        by.require(Permission.PUBLISH)
        old = self.revision(number)
        if old.content.digest == self.latest.content.digest:
            raise Conflict(
                N_("第 {number} 版与最新的第 {last} 版内容相同，无需恢复。"), number=number, last=self.latest.number
            )
        return self._add_revision(old.content, by=by, at=at, reason=reason, restored_from=number)

    def _not_before_last(self, at: datetime) -> datetime:
        """Order is by number: a clock that jumps back must not let the older publication win."""
        return max([at, *(p.at for p in self.publications)])

    def _add_revision(
        self, content: Content, *, by: Person, at: datetime, reason: str, restored_from: int | None = None
    ) -> Revision:
        number = self.latest.number + 1 if self.revisions else 1
        revision = Revision(number, content, by.login, at, check_reason(reason), restored_from)
        self.revisions.append(revision)
        self.new_revisions.append(revision)
        return revision

    def _add_publication(
        self,
        action: Action,
        revision: int | None,
        by: Person,
        at: datetime,
        starts: datetime,
        ends: datetime | None,
        reason: str,
        replaced_by: str,
    ) -> Publication:
        number = max((p.number for p in self.publications), default=0) + 1
        publication = Publication(number, action, revision, by.login, at, starts, ends, reason, replaced_by)
        self.publications.append(publication)
        self.new_publications.append(publication)
        return publication


def check_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(N_("请写明原因。"), field="reason")
    if len(reason) > REASON_MOST:
        raise Invalid(N_("原因最多 {most} 个字。"), field="reason", most=REASON_MOST)
    return reason
