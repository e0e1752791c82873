"""What a call says about its solution before the agent has typed anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb.domain.calls import Act, Call
from kb.domain.entry import Action
from kb.domain.person import Person, may_see
from kb.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a call says about its solution. ``code`` "" when no entry was opened; ``replaced_by`` when that entry is out of
    force and another stands in its place."""

    asked: str = ""
    code: str = ""
    revision: int | None = None
    title: str = ""
    product: str = ""
    category: str = ""
    speakable: str = ""
    is_in_force: bool = False
    replaced_by: str = ""


def prefilled(uow: UnitOfWork, person: Person, asked: str, last: Act, call: Call, now: datetime) -> Prefill:
    entry = uow.entries.find(last.code)
    if entry is None:
        return Prefill(asked, product=call.product)
    period = entry.period_at(now)
    shown = entry.revision(period.revision) if period else entry.latest
    if not may_see(person.role, shown.content.roles):
        return Prefill(asked, product=call.product)
    content = shown.content
    return Prefill(
        asked, last.code, last.revision or shown.number, content.title, content.product or call.product,
        content.category, content.speakable, period is not None, "" if period else replacement_of(uow, person, last.code),
    )  # fmt: skip


def replacement_of(uow: UnitOfWork, person: Person, code: str) -> str:
    """The entry that stands in the place of a withdrawn one, "" for none that this person may see."""
    entry = uow.entries.find(code)
    last = entry.publications[-1] if entry and entry.publications else None
    if last is None or last.action is not Action.WITHDRAW or not last.replaced_by:
        return ""
    other = uow.entries.find(last.replaced_by)
    return last.replaced_by if other and may_see(person.role, other.latest.content.roles) else ""


