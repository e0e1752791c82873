"""What a person sees of the lists: what is still to be confirmed, what is done, and which of it is urgent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, url_for

from kb.domain.bulletin import Bulletin, BulletinItem, Change
from kb.domain.person import Person
from webapp.current import desk


@dataclass(frozen=True, slots=True)
class Told:
    """An item and the number of the list that told of it. ``confirmed``: the person has nothing to do any more."""

    number: int
    item: BulletinItem
    urgent: bool
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """What a person has not confirmed, the most important first. ``since``: when the first of it was issued."""

    told: tuple[Told, ...]
    since: datetime | None

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(t.item.code for t in self.told)


def missed(person: Person) -> Missed:
    unread = desk().bulletins.unread(person)
    urgent = desk().bulletins.urgent(number for number, _ in unread.items)
    told = [Told(number, item, number in urgent) for number, item in unread.items]
    return Missed(tuple(sorted(told, key=lambda t: not t.urgent)), unread.since)


def with_state(bulletin: Bulletin, open_codes: frozenset[str]) -> list[Told]:
    return [Told(bulletin.number, i, bulletin.urgent, i.code not in open_codes) for i in bulletin.items]


def confirmed_on(person: Person, day: date, open_codes: frozenset[str]) -> int:
    """How many items of the lists of that day the person is done with."""
    lists = desk().bulletins.list(person, day, day)
    return len({i.code for b in lists for i in b.items} - open_codes)


def diff_address(item: BulletinItem) -> str:
    """Where the difference that an item tells of is shown; empty when there is none to show."""
    if item.change is not Change.CHANGED or item.before is None or item.revision in (None, item.before):
        return ""
    return diff_between(item.code, item.before, item.revision)


def diff_between(code: str, before: int, after: int | None) -> str:
    if "history.diff" not in current_app.view_functions:
        return f"{url_for('entries.show', code=code)}/diff?from={before}&to={after}"
    return url_for("history.diff", code=code, **{"from": before, "to": after})
