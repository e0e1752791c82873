"""A question that nothing answered comes in: counted once, joined to the gap of its form, or to the asks that wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.domain.asks import ASKING_ON, Ask, is_typed_further
from kb.domain.gaps import Gap, GapSource, new_gap
from kb.ports import UnitOfWork
from kb.services.people import SYSTEM
from kb.services.telling import enqueue

EVENT = "gap"


@dataclass(frozen=True, slots=True)
class Came:
    """What became of an ask. ``gap``: the open gap that it belongs to, None while it waits; ``raised``: it made the gap;
    ``counted`` False: the same person had asked it in the same breath. ``merged``: what they had typed before that was
    the beginning of it, and counts no more."""

    gap: Gap | None = None
    raised: bool = False
    counted: bool = True
    merged: tuple[Ask, ...] = ()


def come(uow: UnitOfWork, ask: Ask, source: GapSource, webhooks: Sequence[str], *, urgent: bool = False) -> Came:
    """Take in ``ask`` within a transaction of somebody else's, who commits.

    Sent by an agent it raises a gap at once; a search raises one with the ``gap_after``-th ask of its form.
    """
    recent = [
        one
        for one in uow.gaps.recent_of(ask.person, ask.call, ask.at - ASKING_ON)
        if ask.asks_on(one) and _is_open(uow, one)
    ]
    beginnings = [one for one in recent if is_typed_further(one.form, ask.form)]
    if source is GapSource.SEARCHES and any(
        is_typed_further(ask.form, one.form) for one in recent if one not in beginnings
    ):
        return Came(counted=False)  # on the way back from the longer one
    merged = tuple(one for one in beginnings if one.gap is None)
    uow.gaps.remove_asks([one.number for one in merged])
    again = next((one for one in recent if one.form == ask.form), None)
    there = uow.gaps.open_of(ask.form)
    if there is not None:
        return replace(_join(uow, there, ask, again, urgent=urgent), merged=merged)
    if again is None:
        uow.gaps.add_ask(ask)
    waiting, rules = uow.gaps.waiting(ask.form), uow.rules.current()
    if source is GapSource.SEARCHES and len(waiting) < rules.gap_after:
        return Came(counted=again is None, merged=merged)
    return Came(_raise(uow, waiting, ask, source, webhooks, urgent=urgent), True, again is None, merged)


def _is_open(uow: UnitOfWork, ask: Ask) -> bool:
    """Whether an ask still waits for its answer. After one, asking again in the same breath says that it did not help."""
    gap = uow.gaps.find(ask.gap) if ask.gap is not None else None
    return gap is None or gap.is_open


def _join(uow: UnitOfWork, gap: Gap, ask: Ask, again: Ask | None, *, urgent: bool) -> Came:
    rules, after = uow.rules.current(), gap
    if again is None:
        uow.gaps.add_ask(replace(ask, gap=gap.number))
        after = after.asked_again(ask, rules)
    if urgent and not after.urgent:
        after = after.made_urgent(ask.at, rules)
    if after != gap:
        uow.gaps.put(after)
    return Came(after, False, again is None)


def _raise(
    uow: UnitOfWork, waiting: Sequence[Ask], ask: Ask, source: GapSource, webhooks: Sequence[str], *, urgent: bool
) -> Gap:
    before = uow.gaps.last_closed(ask.form)
    made = new_gap(
        waiting, at=ask.at, product=ask.product, source=source, urgent=urgent, rules=uow.rules.current(),
        earlier=before.number if before else None,
    )  # fmt: skip
    made = replace(made, number=uow.gaps.add(made))
    uow.gaps.join([one.number for one in waiting], made.number)
    by = ask.person if source is GapSource.AGENT else SYSTEM.login
    detail: dict[str, object] = {"query": made.text, "times": made.times}
    uow.audit.add(at=ask.at, by=by, action="gap.raise", subject=str(made.number), detail=detail)
    enqueue(uow, webhooks, EVENT, _told(made), ask.at)
    return made


def _told(gap: Gap) -> dict[str, object]:
    return {
        "number": gap.number, "text": gap.text, "product": gap.product, "source": str(gap.source), "urgent": gap.urgent,
        "times": gap.times, "at": gap.at.isoformat(), "due_at": gap.due_at.isoformat(), "earlier": gap.earlier,
    }  # fmt: skip
