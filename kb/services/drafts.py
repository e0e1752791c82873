"""Drafts: saved as typed, handed in as a revision. Two people at one entry never overwrite each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kb.domain.content import KIND_PREFIXES, Content, check_code
from kb.domain.draft import Draft, check_fields
from kb.domain.entry import Entry, Revision
from kb.domain.errors import N_, Conflict, NotFound
from kb.domain.person import Permission, Person, Role, may_see
from kb.ports import Store, UnitOfWork
from kb.services.images import check_images
from kb.services.knowledge import check_replacement
from kb.services.outcomes import finish_draft

PER_PERSON_MOST = 200


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft with what it started from, what is newest now, and who else is writing on the same entry."""

    draft: Draft
    base: Revision | None
    latest: Revision | None
    others: list[Draft]

    @property
    def is_behind(self) -> bool:
        """Whether somebody has handed in a revision since this draft began."""
        return self.latest is not None and self.latest.number != self.draft.based_on


class Drafts:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def begin(self, person: Person, code: str, fields: Mapping[str, object], *, based_on: int) -> Draft:
        """Open this person's draft for ``code`` ("": a new entry); the one that they have already is returned as it is.

        Raises:
            NotFound: no such entry or revision, or the role may not see it. TooLarge: too many open drafts.
        """
        person.require(Permission.SUBMIT)
        with self._store.write() as uow:
            if code:
                code = check_code(code)
                _visible(uow, person, code).revision(based_on)
                there = uow.drafts.of(person.login, code)
                if there is not None:
                    return there
            if len(uow.drafts.by_author(person.login)) >= PER_PERSON_MOST:
                raise Conflict(N_("您有 {most} 份草稿还没有提交，请先清理。"), most=PER_PERSON_MOST)
            draft = Draft(0, code, person.login, based_on if code else 0, check_fields(fields), 1, self._clock())
            draft = replace(draft, id=uow.drafts.add(draft))
            uow.commit()
            return draft

    def look(self, person: Person, code: str) -> OpenDraft:
        """What ``begin`` would give, without beginning: this person's draft, or one with id 0 onto the newest revision.

        Raises:
            NotFound: no such entry, or the role may not see it.
        """
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            entry = _visible(uow, person, check_code(code))
            latest = entry.latest
            draft = uow.drafts.of(person.login, entry.code)
            if draft is None:
                draft = Draft(0, entry.code, person.login, latest.number, {}, 0, self._clock())
            others = [d for d in uow.drafts.on(entry.code) if d.author != person.login]
            return OpenDraft(draft, entry.revision(draft.based_on), latest, others)

    def of_others(self, person: Person, limit: int = 100) -> list[Draft]:
        """What others are writing on entries that this person may see, and on new ones; newest first."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            drafts = [d for d in uow.drafts.newest(limit) if d.author != person.login]
            entries = uow.entries.get_many({d.code for d in drafts if d.code})
        return [d for d in drafts if _is_open_to(person, d, entries.get(d.code))]

    def mine(self, person: Person) -> list[Draft]:
        """Newest first."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            return uow.drafts.by_author(person.login)

    def open(self, person: Person, id: int) -> OpenDraft:
        """Raises ``NotFound`` unless it is this person's own."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            draft = _own(uow, person, id)
            if not draft.code:
                return OpenDraft(draft, None, None, [])
            entry = _visible(uow, person, draft.code)
            others = [d for d in uow.drafts.on(draft.code) if d.author != person.login]
            return OpenDraft(draft, entry.revision(draft.based_on), entry.latest, others)

    def save(
        self, person: Person, id: int, fields: Mapping[str, object], *, version: int, based_on: int | None = None
    ) -> Draft:
        """Keep what is typed. ``based_on`` moves the draft onto a newer revision after its text was merged in.

        Raises:
            Conflict: it was saved elsewhere (another tab) since ``version``; nothing of either is lost.
        """
        person.require(Permission.SUBMIT)
        kept = check_fields(fields)
        with self._store.write() as uow:
            draft = _own(uow, person, id)
            if draft.version != version:
                raise Conflict(N_("这份草稿已在另一个窗口保存过，请先看那一份。"))
            if based_on is not None and draft.code:
                _visible(uow, person, draft.code).revision(based_on)
            onto = draft.based_on if based_on is None else based_on
            draft = replace(draft, fields=kept, version=version + 1, based_on=onto, at=self._clock())
            uow.drafts.put(draft)
            uow.commit()
            return draft

    def discard(self, person: Person, id: int) -> None:
        person.require(Permission.SUBMIT)
        with self._store.write() as uow:
            draft = _own(uow, person, id)
            uow.drafts.remove(id)
            digest = uow.papers.digest_by_draft(id)
            if digest is not None:
                uow.papers.put_digest(replace(digest, draft=0))  # the number may be given to another draft
            detail = {"code": draft.code, "based_on": draft.based_on}
            uow.audit.add(at=self._clock(), by=person.login, action="draft.discard", subject=str(id), detail=detail)
            uow.commit()

    def hand_in(
        self, person: Person, id: int, content: Content, *, version: int, reason: str,
        overrides: Mapping[str, str] | None = None,
    ) -> tuple[str, Revision]:  # fmt: skip
        """Submit ``content``, the validated fields of the draft, as the next revision; the draft is gone then.

        ``overrides``: findings of the check that the person goes on in spite of, with their reasons; they are audited.

        Raises:
            Conflict: somebody has handed in a revision since the draft began, or it was saved elsewhere.
        """
        person.require(Permission.SUBMIT)
        at = self._clock()
        with self._store.write() as uow:
            draft = _own(uow, person, id)
            if draft.version != version:
                raise Conflict(N_("这份草稿已在另一个窗口保存过，请先看那一份。"))
            code = draft.code or uow.entries.next_code(KIND_PREFIXES[content.kind])
            entry = _visible(uow, person, code) if draft.code else Entry(code)
            if draft.code and entry.latest.number != draft.based_on:
                last = entry.latest
                raise Conflict(
                    N_("{author} 已提交第 {number} 版。请先合并两份内容，再提交。"),
                    author=last.author,
                    number=last.number,
                )
            if not draft.code:
                uow.entries.add(entry)
            check_replacement(uow, code, content.replaced_by)
            check_images(uow, content.body)
            revision = entry.submit(content, by=person, at=at, reason=reason)
            uow.drafts.remove(id)
            detail: dict[str, object] = {"revision": revision.number, "reason": revision.reason}
            if overrides:
                detail["overrides"] = dict(overrides)
            uow.audit.add(at=at, by=person.login, action="submit", subject=code, detail=detail)
            finish_draft(uow, draft, code, revision.number, by=person.login, at=at)
            notice = uow.intake.by_draft(id)
            if notice is not None and notice.is_open:
                uow.intake.put(replace(notice, code=code))  # the notice knows what came of it
            digest = uow.papers.digest_by_draft(id)
            if digest is not None:
                uow.papers.put_digest(replace(digest, draft=0, code=code))
            gap = uow.gaps.by_draft(id)
            if gap is not None and gap.is_open:
                uow.gaps.put(replace(gap, code=code))
            uow.commit()
            return code, revision


def _is_open_to(person: Person, draft: Draft, entry: Entry | None) -> bool:
    """What somebody is about to close to a role is closed to it already."""
    named = draft.fields.get("roles") or []
    roles = tuple(Role(r) for r in named if r in set(Role)) if isinstance(named, list) else ()
    return may_see(person.role, roles) and (entry is None or may_see(person.role, entry.latest.content.roles))


def _own(uow: UnitOfWork, person: Person, id: int) -> Draft:
    draft = uow.drafts.get(id)
    if draft is None or draft.author != person.login:
        raise NotFound(N_("没有这份草稿，可能已经提交或删除。"))
    return draft


def _visible(uow: UnitOfWork, person: Person, code: str) -> Entry:
    entry = uow.entries.find(code)
    if entry is None or not may_see(person.role, entry.latest.content.roles):
        raise NotFound(N_("没有编号为 {code} 的条目。"), code=code[:40])
    return entry
