"""What became of an entry since it was told last: the net effect of its publications, expiries and starts.

Nothing here looks at when a publication was recorded, only whether a list has covered it: a clock that jumps back
loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kb.domain.bulletin import BulletinItem, Cause, Change, Upcoming
from kb.domain.entry import Action, Period, Publication, timeline


@dataclass(frozen=True, slots=True)
class Told:
    """How far the lists have told of an entry: publications up to number ``publication``, as the base stood at
    ``until``. ``Told()``: nothing yet."""

    publication: int = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """The fields are those of ``BulletinItem``. ``change`` None: nothing to tell. ``decided_by`` is the publication
    behind it; ``at`` when it came about."""

    change: Change | None
    revision: int | None = None
    before: int | None = None
    publications: tuple[int, ...] = ()
    cause: Cause = Cause.PUBLICATION
    announced: bool = False
    starts: datetime | None = None
    ends: datetime | None = None
    upcoming: tuple[Upcoming, ...] = ()
    cancelled: tuple[Upcoming, ...] = ()
    decided_by: Publication | None = None
    at: datetime | None = None


def effect(publications: Sequence[Publication], told: Told, until: datetime) -> Effect:
    """What a list that tells up to ``until`` has to say of the entry with these ``publications``.

    A rule announced for later is told when it is announced, and again once it has taken effect.
    """
    known = [p for p in publications if p.number <= told.publication]
    fresh = tuple(sorted(p.number for p in publications if p.number > told.publication))
    line = timeline(publications)
    was, promised = _standing(timeline(known) if told.until else [], told.until or until)
    now, coming = _standing(line, until)
    news = tuple(u for u in coming if u not in promised)
    before, after = was.revision if was else None, now.revision if now else None
    # What was promised and is neither to come nor came: or it came, is over again, and all is as it was told before.
    came = {Upcoming(p.revision, p.starts) for p in line} if before != after else set()
    came |= {Upcoming(now.revision, now.starts)} if now else set()
    cancelled = tuple(u for u in promised if u not in coming and u not in came)
    found = Effect(None, after, before, fresh, upcoming=news, cancelled=cancelled)
    if now is not None and before != after:
        return _in_force(found, now, publications, told)
    if now is None and was is not None:
        return _ended(found, line, publications, until)
    if news:
        return _announced(found, line, publications)
    if not cancelled:
        return found
    if now is None:
        return _ended(found, line, publications, until)
    last = max(publications, key=lambda p: p.number)
    return replace(found, change=Change.CHANGED, starts=now.starts, ends=now.ends, decided_by=last, at=last.at)


def _standing(line: Sequence[Period], at: datetime) -> tuple[Period | None, tuple[Upcoming, ...]]:
    """What holds at that moment, and what is announced for later."""
    coming = tuple(Upcoming(p.revision, p.starts) for p in line if p.starts > at)
    return next((p for p in line if p.holds(at)), None), coming


def _in_force(found: Effect, now: Period, publications: Sequence[Publication], told: Told) -> Effect:
    decided = _numbered(publications, now.publication)
    cause = Cause.PUBLICATION if now.publication > told.publication else Cause.START
    return replace(
        found, change=Change.NEW if found.before is None else Change.CHANGED, cause=cause, starts=now.starts,
        ends=now.ends, decided_by=decided, at=decided.at if cause is Cause.PUBLICATION else now.starts,
    )  # fmt: skip


def _ended(found: Effect, line: Sequence[Period], publications: Sequence[Publication], until: datetime) -> Effect:
    last = max(publications, key=lambda p: p.number)
    if last.action is Action.WITHDRAW:
        return replace(found, change=Change.REMOVED, decided_by=last, at=last.at)
    over = [p.ends for p in line if p.ends is not None and p.ends <= until]
    return replace(found, change=Change.REMOVED, cause=Cause.EXPIRY, at=max(over, default=until))


def _announced(found: Effect, line: Sequence[Period], publications: Sequence[Publication]) -> Effect:
    first, *more = found.upcoming
    period = next(p for p in line if p.starts == first.starts)
    decided = _numbered(publications, period.publication)
    return replace(
        found, change=Change.NEW if found.before is None else Change.CHANGED, revision=first.revision, announced=True,
        starts=period.starts, ends=period.ends, upcoming=tuple(more), decided_by=decided, at=decided.at,
    )  # fmt: skip


def _numbered(publications: Sequence[Publication], number: int) -> Publication:
    return next(p for p in publications if p.number == number)


def combined(items: Sequence[BulletinItem], until: datetime) -> BulletinItem | None:
    """The net effect of what several lists told of one entry, oldest first, the last up to ``until``.

    None when the entry stands where it stood. Texts are those of the list that told last of what is said; ``summary``
    has to be made anew when both ``before`` and ``revision`` are there.
    """
    first, last = items[0], items[-1]
    if len(items) == 1:
        return last
    fresh = tuple(sorted({number for item in items for number in item.publications}))
    pending = _pending(items, until)
    if last.in_force_after != first.before or (last.change is Change.REMOVED and first.change is Change.REMOVED):
        main = next(item for item in reversed(items) if not item.announced)
    elif pending:
        main = next((item for item in reversed(items) if item.announced), last)
        pending = tuple(u for u in pending if (u.revision, u.starts) != (main.revision, main.starts))
    else:
        return None
    if main.change is not Change.REMOVED:
        main = replace(main, change=Change.NEW if first.before is None else Change.CHANGED)
    roles = first.roles_before if first.before is not None else ()
    return replace(main, before=first.before, publications=fresh, upcoming=pending, roles_before=roles,
                   title_before=first.title_before)  # fmt: skip


def _pending(items: Sequence[BulletinItem], until: datetime) -> tuple[Upcoming, ...]:
    """What was announced on the way and still lies ahead."""
    pending: list[Upcoming] = []
    for item in items:
        pending = [u for u in pending if u not in item.cancelled]
        if item.announced and item.revision is not None and item.starts is not None:
            pending.append(Upcoming(item.revision, item.starts))
        pending += item.upcoming
    return tuple(sorted((u for u in dict.fromkeys(pending) if u.starts > until), key=lambda u: u.starts))
