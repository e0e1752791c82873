"""Releases: many changes prepared together, put in force in one transaction, undone together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from kb.domain.content import check_code
from kb.domain.entry import Action, Publication, check_reason
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.person import Permission, Person
from kb.domain.release import TITLE_MOST, Release, ReleaseItem, ReleaseState
from kb.domain.text import single_line
from kb.ports import Store, UnitOfWork
from kb.services.anchoring import follow
from kb.services.approval import require_approved
from kb.services.knowledge import check_replacement
from kb.services.outcomes import tell_published


class Releases:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def all(self, person: Person) -> list[Release]:
        """Newest first."""
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            return uow.releases.all()

    def get(self, person: Person, number: int) -> Release:
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            return _the(uow, number)

    def open(self, person: Person, title: str, items: Iterable[ReleaseItem] = ()) -> Release:
        person.require(Permission.PUBLISH)
        title = single_line(title, field="title", most=TITLE_MOST)
        if not title:
            raise Invalid(N_("请写发布包的名称。"), field="title")
        with self._store.write() as uow:
            release = Release(number=uow.releases.last_number() + 1, title=title, by=person.login, at=self._clock())
            for item in items:
                release = release.with_item(_checked(uow, item))
            uow.releases.add(release)
            self._note(uow, person, release, "release.open", items=len(release.items))
            uow.commit()
            return release

    def put(self, person: Person, number: int, items: Iterable[ReleaseItem]) -> Release:
        """Add ``items``, each in place of what there was for the same entry."""
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            release = _the(uow, number)
            for item in items:
                release = release.with_item(_checked(uow, item))
            uow.releases.put(release)
            self._note(uow, person, release, "release.change", items=len(release.items))
            uow.commit()
            return release

    def remove(self, person: Person, number: int, code: str) -> Release:
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            release = _the(uow, number).without(code)
            uow.releases.put(release)
            self._note(uow, person, release, "release.change", removed=code)
            uow.commit()
            return release

    def problems(self, person: Person, number: int) -> dict[str, KbError]:
        """What stands in the way of publishing it now, by code; empty when nothing does. Changes nothing."""
        person.require(Permission.PUBLISH)
        at = self._clock()
        with self._store.read() as uow:
            release = _the(uow, number)
            uow.entries.get_many(item.code for item in release.items)
            found: dict[str, KbError] = {}
            for item in release.items:
                try:
                    self._apply(uow, person, item, at, release.title)
                except KbError as error:
                    found[item.code] = error
            return found  # a reading unit of work keeps nothing of what was tried

    def publish(self, person: Person, number: int, *, reason: str) -> Release:
        """Put all of it in force in one transaction, or nothing.

        Raises:
            Conflict: it was published already, it is empty, or one of its entries cannot be; the sentence names it.
        """
        person.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._clock()
        with self._store.write() as uow:
            release = _the(uow, number)
            release.require(ReleaseState.OPEN)
            if not release.items:
                raise Conflict(N_("发布包 {number} 里还没有条目。"), number=number)
            uow.entries.get_many(item.code for item in release.items)
            done = []
            for item in release.items:
                publication = self._apply(uow, person, item, at, reason)
                done.append(replace(item, publication=publication.number))
                tell_published(uow, uow.entries.get(item.code), publication)
                _audit(uow, person, publication, item.code, number)
            release = replace(
                release,
                state=ReleaseState.PUBLISHED,
                items=tuple(done),
                done_by=person.login,
                done_at=at,
                reason=reason,
            )
            uow.jobs.add([item.code for item in done], at)
            follow(uow, [item.code for item in done], by=person.login, at=at)
            uow.releases.put(release)
            self._note(uow, person, release, "release.publish", items=len(done), reason=reason)
            uow.commit()
            return release

    def undo(self, person: Person, number: int, *, reason: str) -> Release:
        """Take all of it back in one transaction: what held before holds again, as new revisions.

        Raises:
            Conflict: it is not published, or one of its entries has changed since; the sentence names it.
        """
        person.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._clock()
        with self._store.write() as uow:
            release = _the(uow, number)
            release.require(ReleaseState.PUBLISHED)
            entries = uow.entries.get_many(item.code for item in release.items)
            undone = []
            for item in release.items:
                made = entries[item.code].take_back(item.publication, by=person, at=at, reason=reason)
                undone.append(replace(item, undone=tuple(p.number for p in made)))
                for publication in made:
                    _audit(uow, person, publication, item.code, number)
            release = replace(
                release, state=ReleaseState.UNDONE, items=tuple(undone), undone_by=person.login, undone_at=at,
                undone_reason=reason,
            )  # fmt: skip
            uow.jobs.add([item.code for item in undone], at)
            follow(uow, [item.code for item in undone], by=person.login, at=at)
            uow.releases.put(release)
            self._note(uow, person, release, "release.undo", items=len(undone), reason=reason)
            uow.commit()
            return release

    def _apply(self, uow: UnitOfWork, person: Person, item: ReleaseItem, at: datetime, reason: str) -> Publication:
        entry = uow.entries.get(item.code)
        if item.action is Action.WITHDRAW:
            publication = entry.withdraw(by=person, at=at, reason=reason, replaced_by=item.replaced_by)
            check_replacement(uow, item.code, item.replaced_by)
            return publication
        assert item.revision is not None
        require_approved(uow, person, entry, item.revision)
        return entry.publish(item.revision, by=person, at=at, reason=reason)

    def _note(self, uow: UnitOfWork, person: Person, release: Release, action: str, **detail: object) -> None:
        uow.audit.add(at=self._clock(), by=person.login, action=action, subject=str(release.number), detail=detail)


def _the(uow: UnitOfWork, number: int) -> Release:
    release = uow.releases.find(number)
    if release is None:
        raise NotFound(N_("没有发布包 {number}。"), number=number)
    return release


def _checked(uow: UnitOfWork, item: ReleaseItem) -> ReleaseItem:
    """``item`` with its codes in normal form; the entry, the revision and the replacement exist."""
    code = check_code(item.code)
    entry = uow.entries.get(code)
    if item.revision is not None:
        entry.revision(item.revision)
    replaced_by = check_code(item.replaced_by, field="replaced_by") if item.replaced_by else ""
    if replaced_by:
        uow.entries.get(replaced_by)
    return replace(item, code=code, replaced_by=replaced_by, publication=0, undone=())


def _audit(uow: UnitOfWork, person: Person, publication: Publication, code: str, release: int) -> None:
    detail = {
        "revision": publication.revision, "publication": publication.number, "release": release,
        "reason": publication.reason, "replaced_by": publication.replaced_by,
    }  # fmt: skip
    uow.audit.add(at=publication.at, by=person.login, action=str(publication.action), subject=code, detail=detail)
