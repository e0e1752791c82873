"""Departments' notices: filed, taken by a coordinator, written into an entry, answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kb.domain.content import check_code
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.intake import Intake, new_intake
from kb.domain.person import Permission, Person, may_see
from kb.domain.privacy import mask, patterns_of
from kb.ports import AuditRow, UnitOfWork
from kb.services.assigned_work import AssignedWork


@dataclass(frozen=True, slots=True)
class Filed:
    """``is_new`` False: it was sent before under the same reference. ``masked``: personal data was hidden in it."""

    intake: Intake
    is_new: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class OpenIntake:
    """A notice with what happened to it, who could take it over, and whether its draft still stands."""

    intake: Intake
    history: list[AuditRow]
    colleagues: list[Person]
    has_draft: bool


def oversees(person: Person) -> bool:
    """Whether ``person`` sees all notices. Others see those that they filed themselves."""
    return person.may(Permission.PUBLISH) or person.may(Permission.APPROVE)


class IntakeQueue(AssignedWork[Intake]):
    SUBJECT = "intake"

    def file(
        self, person: Person, *, department: str, title: str, text: str, received_at: datetime | None = None,
        due_at: datetime | None = None, reference: str = "",
    ) -> Filed:  # fmt: skip
        """Take in a notice; what is certainly personal in it is masked before it is kept.

        With a ``reference`` sending it again changes nothing and gives the first one.

        Raises:
            Invalid: something is missing, too long, or the times do not fit.
            Conflict: this sender has used the reference for another notice.
        """
        person.require(Permission.SUBMIT)
        now = self._clock()
        patterns = self._patterns()
        hidden_title, hidden_text = mask(title[:5_000], patterns), mask(text[:100_000], patterns)
        with self._store.write() as uow:
            made = new_intake(
                department=department, title=hidden_title.text, text=hidden_text.text, by=person, now=now,
                hours=uow.rules.current().intake_hours, received_at=received_at, due_at=due_at, reference=reference,
            )  # fmt: skip
            masked = (hidden_title.text, hidden_text.text) != (title[:5_000], text[:100_000])
            there = uow.intake.by_reference(person.login, made.reference) if made.reference else None
            if there is not None and not there.says_the_same(made):
                raise Conflict(
                    N_("编号“{reference}”已经用于来文 {number}，内容不同。"), reference=made.reference, number=there.number
                )
            if there is not None:
                return Filed(there, False, masked)
            made = replace(made, number=uow.intake.add(made))
            detail: dict[str, object] = {"department": made.department, "due_at": made.due_at.isoformat()}
            self._note(uow, person, "file", made, **detail, **({"masked": True} if masked else {}))
            uow.commit()
            return Filed(made, True, masked)

    def waiting(self, person: Person) -> list[Intake]:
        """The open ones that this person may see, the most urgent first."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            return [one for one in uow.intake.open() if _may_see(person, one)]

    def closed(self, person: Person, limit: int = 200) -> list[Intake]:
        """Those answered last that this person may see, newest first."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            return [one for one in uow.intake.closed(limit) if _may_see(person, one)]

    def overdue(self, person: Person) -> int:
        """How many open ones are past their time; 0 for those who do not oversee them."""
        if not oversees(person):
            return 0
        with self._store.read() as uow:
            return uow.intake.count_overdue(self._clock())

    def open(self, person: Person, number: int) -> OpenIntake:
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            one = self._the(uow, person, number)
            history = uow.audit.of(str(number), self.SUBJECT)
            return OpenIntake(one, history, self._colleagues(uow), self._has_draft(uow, person, one))

    def finish(self, person: Person, number: int, *, code: str, outcome: str = "") -> Intake:
        """Answer it with an entry.

        Raises:
            NotFound: no such entry for this person. Conflict: a colleague has it, or it is closed.
        """
        person.require(Permission.PUBLISH)
        if not code.strip():
            raise Invalid(N_("请填写由它写成的条目编号；没有写成条目，请选“不采纳”。"), field="code")
        code = check_code(code)

        def close(uow: UnitOfWork, one: Intake) -> Intake:
            entry = uow.entries.find(code)
            if entry is None or not may_see(person.role, entry.latest.content.roles):
                raise NotFound(N_("没有编号为 {code} 的条目。"), code=code)
            return one.finish(code, mask(outcome, patterns_of(uow.rules.current().policy_shapes)).text, by=person, at=self._clock())

        return self._change(person, number, "done", close, code=code)

    def decline(self, person: Person, number: int, *, reason: str) -> Intake:
        """Answer it with the reason why no entry comes of it."""
        said = mask(reason, self._patterns()).text
        return self._change(
            person, number, "decline", lambda uow, one: one.decline(said, by=person, at=self._clock()), reason=said
        )

    def _patterns(self) -> tuple[str, ...]:
        with self._store.read() as uow:
            return patterns_of(uow.rules.current().policy_shapes)

    def _the(self, uow: UnitOfWork, person: Person, number: int) -> Intake:
        one = uow.intake.find(number)
        if one is None or not _may_see(person, one):
            raise NotFound(N_("没有第 {number} 件来文。"), number=number)
        return one

    def _put(self, uow: UnitOfWork, one: Intake) -> None:
        uow.intake.put(one)

    def _begun(self, one: Intake) -> dict[str, Any]:
        return {"title": one.title, "body": one.text, "owner": one.department}


def _may_see(person: Person, one: Intake) -> bool:
    return oversees(person) or one.by == person.login
