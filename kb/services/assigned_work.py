"""Work that one coordinator has at a time: taken, handed on, written into an entry. Gaps and departments' notices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from kb.domain.assigned import Assigned
from kb.domain.content import Kind
from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.services.drafts import Drafts

A = TypeVar("A", bound=Assigned)


class AssignedWork(ABC, Generic[A]):
    SUBJECT: ClassVar[str]  # in the audit log

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    @abstractmethod
    def _the(self, uow: UnitOfWork, person: Person, number: int) -> A:
        """Raises ``NotFound`` when it is not there or not for this person's eyes."""

    @abstractmethod
    def _put(self, uow: UnitOfWork, one: A) -> None: ...

    @abstractmethod
    def _begun(self, one: A) -> dict[str, Any]:
        """The fields of an entry that is begun from it."""

    def get(self, person: Person, number: int) -> A:
        """Raises ``NotFound`` when it is not there or not for this person's eyes."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            return self._the(uow, person, number)

    def take(self, person: Person, number: int) -> A:
        """Raises ``Conflict`` when a colleague was first."""
        return self._change(person, number, "take", lambda uow, one: one.take(person))

    def hand_over(self, person: Person, number: int, to: str, *, seen: str) -> A:
        """Give it to the coordinator with the login ``to``, or back to where it waited (""). ``seen``: see ``hand_to``."""

        def hand(uow: UnitOfWork, one: A) -> A:
            found = uow.people.find(to) if to else None
            if to and found is None:
                raise Invalid(N_("请从列表中选择同事。"), field="to")
            return one.hand_to(found, by=person, seen=seen)

        return self._change(person, number, "hand" if to else "return", hand, **({"to": to} if to else {}))

    def write(self, person: Person, number: int, kind: Kind, drafts: Drafts) -> int:
        """Begin an entry from it, or go on with the draft begun before; returns the draft's id."""
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            one = self._the(uow, person, number)
            if one.draft is not None and self._has_draft(uow, person, one):
                return one.draft
        one = one.take(person)  # says so before a draft is made when a colleague has it
        draft = drafts.begin(person, "", {"kind": str(kind), **self._begun(one)}, based_on=0)
        try:
            self._change(person, number, "write", lambda uow, now: now.write_on(draft.id, by=person))
        except Conflict:
            drafts.discard(person, draft.id)
            raise
        return draft.id

    def _has_draft(self, uow: UnitOfWork, person: Person, one: A) -> bool:
        """Whether the draft begun from it still stands, and is this person's."""
        draft = uow.drafts.get(one.draft) if one.draft else None
        return draft is not None and draft.author == person.login

    def _colleagues(self, uow: UnitOfWork) -> list[Person]:
        """Who could take it over."""
        return [one for one in uow.people.all() if one.may(Permission.PUBLISH)]

    def _change(
        self, person: Person, number: int, action: str, change: Callable[[UnitOfWork, A], A], **detail: object
    ) -> A:
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            before = self._the(uow, person, number)
            after = change(uow, before)
            if after != before:
                self._put(uow, after)
                self._note(uow, person, action, after, **detail)
                uow.commit()
            return after

    def _note(self, uow: UnitOfWork, person: Person, action: str, one: A, **detail: object) -> None:
        said = f"{self.SUBJECT}.{action}"
        uow.audit.add(at=self._clock(), by=person.login, action=said, subject=str(one.number), detail=detail)
