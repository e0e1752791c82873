"""Issued lists as somebody may see them, and what several of them say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from threading import Lock

from kb.domain.bulletin import Bulletin, BulletinItem, Change
from kb.domain.bulletin_effect import combined
from kb.domain.bulletin_words import difference, to_read_aloud, what_changed
from kb.domain.errors import N_, NotFound
from kb.domain.person import Permission, Person, Role, may_see
from kb.ports import ReceiptRecord, UnitOfWork

KEPT_MOST = 200


class Frozen:
    """Issued lists that were read already: they never change, so they are read once."""

    def __init__(self) -> None:
        self._kept: dict[int, Bulletin] = {}
        self._lock = Lock()

    def get(self, uow: UnitOfWork, number: int) -> Bulletin:
        """Raises ``NotFound``."""
        found = self.many(uow, [number])
        if not found:
            raise NotFound(N_("没有第 {number} 期清单。"), number=number)
        return found[0]

    def many(self, uow: UnitOfWork, numbers: Iterable[int]) -> list[Bulletin]:
        """Those that there are, by number ascending."""
        wanted = sorted(set(numbers))
        with self._lock:
            found = {number: self._kept[number] for number in wanted if number in self._kept}
        missing = [number for number in wanted if number not in found]
        read = {bulletin.number: bulletin for bulletin in uow.bulletins.get_many(missing)} if missing else {}
        with self._lock:
            self._kept.update(read)
            for number in list(self._kept)[:-KEPT_MOST]:
                del self._kept[number]
        return [both[number] for both in (found | read,) for number in wanted if number in both]


def seen(uow: UnitOfWork, person: Person, lists: Sequence[Bulletin]) -> list[Bulletin]:
    """With only what ``person`` may see; what was left out and what was settled is for those who issue lists."""
    now = roles_now(uow, person, (item.code for b in lists for item in b.items))
    shown = [b.seen_by(person.role, now) for b in lists]
    if person.may(Permission.PUBLISH):
        return shown
    return [replace(b, left_out=(), settled=()) for b in shown]


def roles_now(uow: UnitOfWork, person: Person, codes: Iterable[str]) -> Mapping[str, tuple[Role, ...]]:
    """To whom these entries are restricted today; asked only for somebody to whom that makes a difference."""
    return {} if may_see(person.role, (_nobody(person.role),)) else uow.bulletins.roles_now(dict.fromkeys(codes))


def _nobody(role: Role) -> Role:
    """Some other role: who may see what is restricted to it reads everything."""
    return next(other for other in Role if other is not role)


def item_seen(person: Person, item: BulletinItem, now: Mapping[str, tuple[Role, ...]]) -> BulletinItem | None:
    found = item.seen_by(person.role)
    if found is None or found.change is Change.REMOVED or may_see(person.role, now.get(item.code, ())):
        return found
    return None


def by_code(lists: Sequence[Bulletin]) -> dict[str, list[tuple[int, BulletinItem]]]:
    """What these lists tell of each entry, oldest first, with the number of the list. A correction takes the place of
    what it puts right."""
    found: dict[str, list[tuple[int, BulletinItem]]] = {}
    for bulletin in lists:
        for item in bulletin.items:
            told = found.setdefault(item.code, [])
            if bulletin.corrects is not None:
                told[:] = [pair for pair in told if pair[0] != bulletin.corrects]
            told.append((bulletin.number, item))
    return found


def net(uow: UnitOfWork, items: Sequence[BulletinItem], until: datetime, zone: tzinfo) -> BulletinItem | None:
    """The net effect of what was told of one entry; None when it stands where it stood."""
    item = combined(items, until)
    if item is None or len(items) == 1 or item.change is Change.REMOVED:
        return item
    summary = ""
    if item.before is not None and item.revision is not None and item.before != item.revision:
        entry = uow.entries.get(item.code)
        old, new = entry.revision(item.before).content, entry.revision(item.revision).content
        summary = difference(old, new, item, zone)
    item = replace(item, summary=what_changed(item, summary, zone), read_aloud="")
    return replace(item, read_aloud=to_read_aloud(item))


def counts(receipt: ReceiptRecord, reread_at: datetime | None) -> bool:
    """Whether it stands for having understood: nothing was asked, the answer was right, or it was read again since."""
    return receipt.right is not False or (reread_at is not None and reread_at >= receipt.at)


def confirmed_upto(uow: UnitOfWork, login: str, lists: Sequence[Bulletin]) -> dict[str, int]:
    """The number of the last list in which ``login`` confirmed each entry, by code: what came before is settled by it."""
    receipts = [r for b in lists for r in uow.receipts.of_person(login, b.number, [i.code for i in b.items])]
    wrong = [r.code for r in receipts if r.right is False]
    opened = uow.receipts.openings([login], wrong) if wrong else {}
    found: dict[str, int] = {}
    for r in receipts:
        opening = opened.get((login, r.code))
        if counts(r, opening.at if opening else None):
            found[r.code] = max(found.get(r.code, 0), r.bulletin)
    return found
