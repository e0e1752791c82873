"""The daily list: prepare it, issue it once, call up any day, week or range, collect what somebody missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from kb.domain.bulletin import ITEMS_MOST, Bulletin, BulletinItem, BulletinSpan
from kb.domain.bulletin_edits import Edits, ItemEdit, overlaid
from kb.domain.bulletin_seal import sealed, to_dict
from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.services.bulletin_drafting import BulletinDraft, Differences, draft_of
from kb.services.bulletin_reading import Frozen, by_code, confirmed_upto, item_seen, net, roles_now, seen
from kb.services.telling import enqueue

SPAN_DAYS_MOST = 366
UNREAD_DAYS = 30  # what is older is no longer asked of anybody
EVENT = "bulletin"


@dataclass(frozen=True, slots=True)
class Unread:
    """What somebody has not confirmed: each entry once, as the net effect of all that was missed, with the number of
    the list that told of it last. ``since``: when the first of these lists was issued, None for nothing missed."""

    items: tuple[tuple[int, BulletinItem], ...]
    since: datetime | None


class Bulletins:
    """``zone``: the call centre's, which decides the day of a list. ``webhooks``: addresses that are told of each."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], zone: tzinfo, *, webhooks: Sequence[str] = ()
    ) -> None:  # fmt: skip
        self._store, self._clock, self._zone, self._webhooks = store, clock, zone, tuple(webhooks)
        self._frozen, self._differences = Frozen(), Differences(zone)

    # --- the next list

    def draft(self, person: Person) -> BulletinDraft:
        """The list as it would be issued now. At most ``ITEMS_MOST`` entries are looked at."""
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            return draft_of(uow, self._differences, self._clock())

    def edit(self, person: Person, version: int, edits: Edits) -> BulletinDraft:
        """Keep ``edits`` in place of those that there are.

        Raises:
            Conflict: somebody else has edited or issued the list since ``version``.
        """
        return self._edit(person, version, lambda _: edits)

    def edit_item(self, person: Person, version: int, code: str, edit: ItemEdit) -> BulletinDraft:
        """Keep ``edit`` for one item; an empty one takes the changes back."""
        return self._edit(person, version, lambda edits: replace(edits, items={**edits.items, code: edit}))

    def _edit(self, person: Person, version: int, change: Callable[[Edits], Edits]) -> BulletinDraft:
        person.require(Permission.PUBLISH)
        at = self._clock()
        with self._store.write() as uow:
            draft = draft_of(uow, self._differences, at)
            _check_version(draft, version)
            edits = change(draft.edits).made_for(list(draft.computed.values()))
            uow.bulletins.put_state(edits, version=version + 1, by=person.login, at=at)
            changed = draft_of(uow, self._differences, at)
            uow.commit()
            return changed

    def issue(
        self, person: Person, version: int, *, reason: str, urgent_codes: Iterable[str] | None = None,
        mark: str | None = None,
    ) -> Bulletin:  # fmt: skip
        """Freeze the list and give it its number; with ``urgent_codes`` these items alone, at once.

        ``mark``: that of the draft that was looked at; nothing else is issued then.

        Raises:
            Conflict: there is nothing to tell, or somebody else has edited or issued the list since ``version``.
        """
        person.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._clock()
        urgent = None if urgent_codes is None else sorted(set(urgent_codes))
        with self._store.write() as uow:
            draft = draft_of(uow, self._differences, at, urgent)
            _check_version(draft, version)
            _check_worth(draft, urgent, mark)
            title, note = ("", "") if urgent is not None else (draft.edits.title, draft.edits.note)
            frozen = self._add(
                uow, person, at, reason, until=draft.until, title=title, note=note, items=draft.items,
                left_out=draft.left_out, settled=draft.settled if urgent is None else (), urgent=urgent is not None,
            )  # fmt: skip
            told = {i.code for i in frozen.items} | {out.code for out in frozen.left_out} | set(frozen.settled)
            uow.bulletins.cover(frozen.number, {code: n for code, n in draft.coverage.items() if code in told})
            rest = Edits() if urgent is None else draft.edits.without(urgent)
            uow.bulletins.put_state(rest, version=version + 1, by=person.login, at=at)
            uow.commit()
            return frozen

    def start(self, person: Person, version: int, *, reason: str) -> Bulletin:
        """Take everything up to now as known: a numbered list without items, after which only changes are told.

        Raises:
            Conflict: there is nothing that was not told, or the list was edited or issued since ``version``.
        """
        person.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._clock()
        with self._store.write() as uow:
            draft = draft_of(uow, self._differences, at, ())
            _check_version(draft, version)
            if not draft.total:
                raise Conflict(N_("没有尚未告知的条目，无需作为起点。"))
            title = f"以现有 {draft.total} 条知识为起点"
            frozen = self._add(uow, person, at, reason, until=draft.until, title=title, known=draft.total)
            uow.bulletins.cover_everything(frozen.number)
            uow.bulletins.put_state(Edits(), version=version + 1, by=person.login, at=at)
            uow.commit()
            return frozen

    def correct(
        self, person: Person, number: int, edits: Mapping[str, ItemEdit], *, reason: str, note: str = "",
        urgent: bool = False,
    ) -> Bulletin:  # fmt: skip
        """Put the words of an issued list right, by a further list that has the items named in ``edits`` as edited.

        Raises:
            Conflict: nothing changes, or a later list tells of one of these entries. NotFound: no such list or item.
        """
        person.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._clock()
        with self._store.write() as uow:
            wrong = self._frozen.get(uow, number)
            later = {i.code for b in self._frozen.many(uow, uow.bulletins.numbers(after=number)) for i in b.items}
            for code in edits:
                if wrong.item(code) is None:
                    raise NotFound(N_("第 {number} 期里没有 {code}。"), number=number, code=code[:40])
                if code in later:
                    raise Conflict(N_("后面的清单已再次说明 {code}，请更正那一期。"), code=code)
            old = [item for item in wrong.items if item.code in edits]
            items, out, _ = overlaid(old, Edits(order=tuple(i.code for i in old), items=edits))
            changed = tuple(item for item in items if item not in old)
            if not changed or out:
                raise Conflict(N_("没有改动，无需更正。"))
            head = uow.bulletins.head()
            frozen = self._add(
                uow, person, at, reason, until=head.until if head else at, title=f"第 {number} 期更正", note=note,
                items=changed, urgent=urgent, corrects=number,
            )  # fmt: skip
            uow.commit()
            return frozen

    def _add(self, uow: UnitOfWork, person: Person, at: datetime, reason: str, **fields: object) -> Bulletin:
        """Number, seal and write a list; with it, in the same transaction, the audit row and what webhooks are sent."""
        head = uow.bulletins.head()
        at = max(at, head.issued_at) if head else at  # order is by number: a clock that jumps back changes nothing
        day, number = at.astimezone(self._zone).date(), head.number + 1 if head else 1
        values: dict[str, object] = {"urgent": False, "note": "", "items": ()} | fields
        values["title"] = values["title"] or _title(day, urgent=bool(values["urgent"]))
        open_ = Bulletin(number=number, day=day, issued_at=at, issued_by=person.login, reason=reason, **values)  # type: ignore[arg-type]
        frozen = sealed(open_, head.hash if head else "")
        uow.bulletins.add(frozen)
        public = frozen.public()
        if public.items or frozen.is_start:
            enqueue(uow, self._webhooks, EVENT, to_dict(public), at)
        detail = {"reason": reason, "items": len(frozen.items), "urgent": frozen.urgent, "hash": frozen.hash}
        uow.audit.add(at=at, by=person.login, action="bulletin", subject=str(number), detail=detail)
        return frozen

    # --- issued lists

    def get(self, person: Person, number: int) -> Bulletin:
        """List ``number`` as ``person`` may see it. Raises ``NotFound``."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            return seen(uow, person, [self._frozen.get(uow, number)])[0]

    def latest(self, person: Person, *, as_of: datetime | None = None) -> Bulletin | None:
        """The last list issued, up to ``as_of`` when that is given."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            number = uow.bulletins.last_at(as_of) if as_of else getattr(uow.bulletins.head(), "number", 0)
            return seen(uow, person, [self._frozen.get(uow, number)])[0] if number else None

    def list(
        self, person: Person, since: date | None = None, until: date | None = None, limit: int = 50
    ) -> Sequence[Bulletin]:
        """Lists of these days, both included, newest first."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            found = self._frozen.many(uow, uow.bulletins.numbers(since, until, limit=limit))
            return seen(uow, person, found)[::-1]

    def corrections(self, person: Person, number: int) -> tuple[int, ...]:
        """Numbers of the lists that put list ``number`` right."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            return tuple(uow.bulletins.corrections_of(number))

    def urgent(self, numbers: Iterable[int]) -> frozenset[int]:
        """Which of these lists were issued as urgent."""
        with self._store.read() as uow:
            return frozenset(b.number for b in self._frozen.many(uow, numbers) if b.urgent)

    def latest_urgent_number(self) -> int:
        """The number of the last urgent list, 0 for none: cheap enough to be asked by every open page."""
        with self._store.read() as uow:
            return uow.bulletins.latest_urgent_number()

    def newest(self) -> tuple[int, int, int]:
        """The numbers of the last urgent list, the last list and the last reminder: what open pages watch."""
        with self._store.read() as uow:
            return uow.bulletins.newest()

    def between(self, person: Person, since: date, until: date) -> BulletinSpan:
        """The net effect of the lists of these days, both included: what came and went again is not told.

        Raises:
            Invalid: the days are the wrong way round, or more than a year.
        """
        person.require(Permission.SEARCH)
        if not timedelta(0) <= until - since <= timedelta(days=SPAN_DAYS_MOST):
            raise Invalid(
                N_("起止日期不对：起始日不能晚于截止日，最多 {most} 天。"), field="since", most=SPAN_DAYS_MOST
            )
        with self._store.read() as uow:
            lists = self._frozen.many(uow, uow.bulletins.numbers(since, until))
            told = by_code(lists)
            end = max((b.until for b in lists), default=self._clock())
            found = [item for items in told.values() if (item := net(uow, [i for _, i in items], end, self._zone))]
            now = roles_now(uow, person, [item.code for item in found])
        shown = [s for item in found if (s := item_seen(person, item, now)) is not None]
        items, _, _ = overlaid(shown, Edits())
        numbers = tuple(b.number for b in lists)
        quiet = len(told) - len(found)
        return BulletinSpan(since=since, until=until, numbers=numbers, items=tuple(items), quiet=quiet)

    def unread(self, person: Person) -> Unread:
        """What ``person`` has not confirmed of the lists of the last ``UNREAD_DAYS`` days. Programs read nothing."""
        person.require(Permission.SEARCH)
        if person.id == 0:
            return Unread((), None)
        since = self._clock() - timedelta(days=UNREAD_DAYS)
        with self._store.read() as uow:
            lists = self._frozen.many(uow, uow.bulletins.numbers(issued_since=since))
            told, upto = by_code(lists), confirmed_upto(uow, person.login, lists)
            missed = {c: rest for c, items in told.items() if (rest := [x for x in items if x[0] > upto.get(c, 0)])}
            end = max((b.until for b in lists), default=since)
            now = roles_now(uow, person, missed)
            found: list[tuple[int, BulletinItem]] = []
            for items in missed.values():
                item = net(uow, [i for _, i in items], end, self._zone)
                shown = item_seen(person, item, now) if item else None
                if shown is not None:
                    # The question is that of the list in which it is going to be confirmed.
                    asked = items[-1][1].question if shown is item else shown.question
                    found.append((items[-1][0], replace(shown, question=asked)))
        ordered, _, _ = overlaid([item for _, item in found], Edits())
        place = {item.code: at for at, item in enumerate(ordered)}
        found.sort(key=lambda pair: (not pair[1].emphasis, place[pair[1].code]))
        issued = {b.number: b.issued_at for b in lists}
        return Unread(tuple(found), min((issued[missed[i.code][0][0]] for _, i in found), default=None))


def _check_version(draft: BulletinDraft, version: int) -> None:
    if draft.version != version:
        raise Conflict(N_("清单已被 {author} 改动或发出，请刷新后再试。"), author=draft.edited_by)


def _check_worth(draft: BulletinDraft, urgent: Sequence[str] | None, mark: str | None) -> None:
    """Raise ``Conflict`` unless there is something to issue, and it is what was looked at."""
    if draft.too_many:
        raise Conflict(
            N_("有 {total} 条尚未告知，一期清单最多 {most} 条；请先把现有知识库作为起点。"),
            total=draft.total, most=ITEMS_MOST,
        )  # fmt: skip
    missing = sorted(set(urgent or ()) - {item.code for item in draft.items})
    if missing:
        raise Conflict(N_("{code} 没有可以告知的变化。"), code="、".join(missing)[:200])
    if not draft.items:
        raise Conflict(N_("没有需要告知的变化，不发空清单。"))
    if mark is not None and mark != draft.mark:
        raise Conflict(N_("您查看之后又有新的变化，请刷新清单、看过再发。"))


def _title(day: date, *, urgent: bool) -> str:
    return f"{day.month}月{day.day}日{'紧急通知' if urgent else '更新清单'}"
