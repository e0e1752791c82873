"""Papers between trainer and director: handed in, approved and frozen, returned, opened again, put away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from kb.domain.errors import N_, Conflict, NotAllowed
from kb.domain.exams.paper import Paper, PaperState
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.services.paper_sources import follow, sources_of, tell
from kb.services.papers import look, note, the


class PaperApproval:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store, self._clock, self._zone = store, clock, zone

    def submit(self, person: Person, number: int, *, version: int) -> Paper:
        """Hand it to the director.

        Raises:
            Conflict: something is the matter with it (said first to last), or it changed since ``version``.
        """
        person.require(Permission.KEEP_QUESTIONS)
        now = self._clock()
        with self._store.write() as uow:
            before = the(uow, number, version)
            self._require_sound(uow, before, now)
            after = before.submit(at=now)
            uow.papers.put(after)
            note(uow, person, now, "submit", after, hash=after.hash)
            tell(uow, after, now, N_("第 {number} 份试卷《{title}》等您审批。"), author=False)
            uow.commit()
            return after

    def approve(self, person: Person, number: int, *, seen: str) -> Paper:
        """Freeze what the director has read: ``seen`` is its hash. The author's own approval does not count.

        Raises:
            Conflict: it is not what was handed in or read, or something is the matter with it now.
        """
        person.require(Permission.APPROVE_PAPERS)
        now = self._clock()
        with self._store.write() as uow:
            before = the(uow, number)
            if before.author == person.login:
                raise NotAllowed(N_("出题人不能审批自己的试卷。"))
            after = before.approve(by=person.login, at=now, seen=seen, sources=sources_of(uow, before, now))
            self._require_sound(uow, replace(after, sources=()), now)
            uow.papers.put(after)
            uow.papers.seal(after)
            note(uow, person, now, "approve", after, hash=after.hash)
            tell(uow, after, now, N_("第 {number} 份试卷《{title}》已批准，可以安排考试。"), directors=False)
            uow.commit()
            return after

    def send_back(self, person: Person, number: int, *, remarks: str) -> Paper:
        """Return it with what is to be changed."""
        person.require(Permission.APPROVE_PAPERS)
        now = self._clock()
        with self._store.write() as uow:
            after = the(uow, number).send_back(by=person.login, at=now, remarks=remarks)
            uow.papers.put(after)
            note(uow, person, now, "return", after, reason=after.remarks)
            tell(uow, after, now, N_("第 {number} 份试卷《{title}》退回修改，请看主任的意见。"), directors=False)
            uow.commit()
            return after

    def reopen(self, person: Person, number: int, *, version: int) -> Paper:
        """Take it back into work; it must be approved anew.

        Raises:
            Conflict: a batch for it is planned or under way.
        """
        person.require(Permission.KEEP_QUESTIONS)
        now = self._clock()
        with self._store.write() as uow:
            before = the(uow, number, version)
            begun = [batch for batch in uow.sittings.of_paper(number) if batch.opens_at <= now]
            if begun and before.state is not PaperState.BLOCKED:
                raise Conflict(N_("已经有人用这份试卷考试，不能再打开。请另组一份。"))
            after = before.reopen()
            uow.papers.put(after)
            note(uow, person, now, "reopen", after)
            uow.commit()
            return after

    def archive(self, person: Person, number: int, *, version: int) -> Paper:
        """Put it away."""
        person.require(Permission.KEEP_QUESTIONS)
        with self._store.write() as uow:
            after = the(uow, number, version).archive()
            uow.papers.put(after)
            note(uow, person, self._clock(), "archive", after)
            uow.commit()
            return after

    def follow(self) -> int:
        """Look whether sources of approved papers changed; block those and tell. Returns how many were touched."""
        now = self._clock()
        with self._store.read() as uow:
            if not any(paper.state is PaperState.APPROVED for paper in uow.papers.all()):
                return 0
        with self._store.write() as uow:
            touched = follow(uow, now, self._zone, now.astimezone(self._zone))
            if touched:
                uow.commit()
            return touched

    def _require_sound(self, uow: UnitOfWork, paper: Paper, now: datetime) -> None:
        opened = look(uow, paper, now, self._zone)
        if opened.faults:
            raise opened.faults[0]
        for finding in opened.findings:
            if finding.blocks:
                cause = finding.error
                raise Conflict(
                    N_("{form} 卷第 {place} 题：{reason}"),
                    form=finding.form,
                    place=finding.place + 1,
                    reason=str(cause),
                ) from cause
