"""Keep the rules of publishing: who must approve what, forbidden promises, time limits, shifts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict
from kb.domain.person import Permission, Person
from kb.domain.rules import Rules
from kb.ports import Store


class Rulebook:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def current(self) -> Rules:
        with self._store.read() as uow:
            return uow.rules.current()

    def history(self, person: Person) -> list[Rules]:
        """Newest first."""
        person.require(Permission.PUBLISH if person.may(Permission.PUBLISH) else Permission.MANAGE_RULES)
        with self._store.read() as uow:
            return uow.rules.all()

    def save(self, person: Person, changes: Mapping[str, Any], *, reason: str, based_on: int) -> Rules:
        """Add a state with ``changes`` (fields of ``Rules``) over the present one.

        Raises:
            NotAllowed: approval is for those who manage rules; the rest for those who publish.
            Conflict: somebody else has saved since ``based_on``, or nothing is different.
        """
        touches_approval = bool({"approvals", "four_eyes"} & set(changes))
        person.require(
            Permission.MANAGE_RULES if touches_approval or not person.may(Permission.PUBLISH) else Permission.PUBLISH
        )
        with self._store.write() as uow:
            before = uow.rules.current()
            if before.number != based_on:
                raise Conflict(
                    N_("发布规则已被 {author} 改到第 {number} 版，请刷新后再改。"),
                    author=before.author, number=before.number,
                )  # fmt: skip
            after = replace(
                before, **changes, number=before.number + 1, author=person.login, at=self._clock(),
                reason=check_reason(reason),
            )  # fmt: skip
            if after.to_dict() == before.to_dict():
                raise Conflict(N_("发布规则没有变化，无需保存。"))
            uow.rules.add(after)
            uow.audit.add(
                at=self._clock(), by=person.login, action="rules", subject=str(after.number),
                detail={"reason": after.reason, "before": before.to_dict(), "after": after.to_dict()},
            )  # fmt: skip
            uow.commit()
            return after
