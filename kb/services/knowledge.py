"""Submit, publish, withdraw, restore, read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kb.domain.content import KIND_PREFIXES, Content, check_code
from kb.domain.entry import Action, Entry, Publication, Revision
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.person import Permission, Person, may_see
from kb.domain.review import Stage, stage_of
from kb.ports import Dated, Store, UnitOfWork
from kb.services.anchoring import follow
from kb.services.approval import require_approved
from kb.services.outcomes import tell_published

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as one person may see it at one moment.

    ``dated`` is what is in force, or None; ``ended`` the withdrawal or the expired publication that explains why;
    ``waiting`` the latest revision when it is newer than the one in force (for those who may submit, else None).
    """

    code: str
    entry: Entry
    dated: Dated | None
    ended: Publication | None
    waiting: Revision | None


class Knowledge:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def submit(self, person: Person, content: Content, *, reason: str, code: str | None = None) -> tuple[str, Revision]:
        """Add a revision to ``code``, or a new entry with the next free code of its kind.

        Raises:
            NotAllowed, Invalid, Conflict: see ``Entry.submit``.
        """
        at = self._clock()
        person.require(Permission.SUBMIT)
        with self._store.write() as uow:
            code = check_code(code) if code else uow.entries.next_code(KIND_PREFIXES[content.kind])
            entry = uow.entries.find(code)
            if entry is None:
                entry = Entry(code)
                uow.entries.add(entry)
            check_replacement(uow, code, content.replaced_by)
            revision = entry.submit(content, by=person, at=at, reason=reason)
            _audit(uow, person, at, "submit", code, revision=revision.number, reason=revision.reason)
            uow.commit()
            return code, revision

    def publish(self, person: Person, code: str, number: int, *, reason: str) -> Publication:
        """Put revision ``number`` in force; see ``Entry.publish``. The index job is written with it.

        Raises:
            Conflict: it has not the approvals that the rules ask for, or what ``Entry.publish`` refuses.
        """
        at = self._clock()
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            entry = uow.entries.get(code)
            require_approved(uow, person, entry, number)
            publication = entry.publish(number, by=person, at=at, reason=reason)
            tell_published(uow, entry, publication)
            return _record(uow, person, code, publication)

    def withdraw(self, person: Person, code: str, *, reason: str, replaced_by: str = "") -> Publication:
        """Take the entry out of force now; see ``Entry.withdraw``. A replacement must exist and not lead back."""
        at = self._clock()
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            replaced_by = check_code(replaced_by) if replaced_by else ""
            entry = uow.entries.get(code)
            publication = entry.withdraw(by=person, at=at, reason=reason, replaced_by=replaced_by)
            check_replacement(uow, code, replaced_by)
            return _record(uow, person, code, publication)

    def restore(self, person: Person, code: str, number: int, *, reason: str) -> Revision:
        """Make the content of revision ``number`` a new revision. It is not in force until it is published.

        Raises:
            Conflict: a newer revision waits for approval or publication; see also ``Entry.restore``.
        """
        at = self._clock()
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            entry = uow.entries.get(code)
            _check_nothing_pending(uow, entry, at)
            revision = entry.restore(number, by=person, at=at, reason=reason)
            _audit(uow, person, at, "restore", code, revision=revision.number, restored=number, reason=revision.reason)
            uow.commit()
            return revision

    def read(self, person: Person, code: str, *, at: datetime | None = None) -> EntryView:
        """The entry as ``person`` may see it at ``at`` (default: now).

        Raises:
            NotFound: there is none, it was never published, or the role may not see it: told apart for nobody.
        """
        person.require(Permission.SEARCH)
        moment = at or self._clock()
        unknown = NotFound(N_("没有编号为 {code} 的条目，或您的岗位不能查看。"), code=code[:40])
        try:
            code = check_code(code)
        except KbError:
            raise unknown from None
        with self._store.read() as uow:
            entry = uow.entries.find(code)
        if entry is None:
            raise unknown
        return _view(entry, person, moment, unknown)


def _view(entry: Entry, person: Person, at: datetime, unknown: NotFound) -> EntryView:
    edits = person.may(Permission.SUBMIT)
    past = [p for p in entry.publications if p.at <= at]
    period = entry.period_at(at)
    newest = _last_published(entry, entry.publications)
    shown = entry.revision(period.revision) if period else _last_published(entry, past)
    if shown is None and not edits:
        raise unknown
    # An entry closed to a role since then stays closed when the role looks at an earlier moment.
    if not all(may_see(person.role, r.content.roles) for r in (shown or entry.latest, newest) if r):
        raise unknown
    dated = Dated(entry.code, shown, period) if period and shown else None
    ended = None if period else max(past, key=lambda p: p.number, default=None)
    published = {p.revision for p in entry.publications}
    waiting = entry.latest if edits and entry.latest.number not in published else None
    return EntryView(entry.code, entry, dated, ended, waiting)


def _check_nothing_pending(uow: UnitOfWork, entry: Entry, at: datetime) -> None:
    """Restoring must not push aside what somebody has handed in and nobody has looked at."""
    stage = stage_of(entry, entry.latest.number, uow.reviews.of(entry.code), uow.rules.current(), at)
    if stage in (Stage.SUBMITTED, Stage.APPROVED):
        raise Conflict(
            N_("{code} 第 {number} 版还在等审批或发布。请先发布或退回它，再恢复旧版。"),
            code=entry.code, number=entry.latest.number,
        )  # fmt: skip


def _last_published(entry: Entry, past: list[Publication]) -> Revision | None:
    numbers = [p.revision for p in past if p.action is Action.PUBLISH and p.revision is not None]
    return entry.revision(numbers[-1]) if numbers else None


def check_replacement(uow: UnitOfWork, code: str, replaced_by: str) -> None:
    """A replacement must exist, and following replacements must not lead back here."""
    seen, step = {code}, replaced_by
    while step:
        entry = uow.entries.find(step)
        if entry is None:
            raise Invalid(N_("替代条目 {code} 不存在。"), field="replaced_by", code=step)
        if step in seen:
            raise Invalid(N_("替代条目互相指向，成了循环：{code}。"), field="replaced_by", code=step)
        seen.add(step)
        last = max(entry.publications, key=lambda p: p.number, default=None)
        step = last.replaced_by if last and last.action is Action.WITHDRAW else ""


def _record(uow: UnitOfWork, person: Person, code: str, publication: Publication) -> Publication:
    uow.jobs.add([code], publication.at)
    follow(uow, [code], by=person.login, at=publication.at)
    _audit(
        uow, person, publication.at, str(publication.action), code,
        revision=publication.revision, publication=publication.number, reason=publication.reason,
        replaced_by=publication.replaced_by,
    )  # fmt: skip
    uow.commit()
    return publication


def _audit(uow: UnitOfWork, person: Person, at: datetime, action: str, subject: str, **detail: object) -> None:
    uow.audit.add(at=at, by=person.login, action=action, subject=subject, detail=detail)
