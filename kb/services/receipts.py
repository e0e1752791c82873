"""Who has taken note: receipts, sign-offs of shifts, reminders, the board, and what changed since somebody last looked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from kb.domain.bulletin import BulletinItem, CheckQuestion
from kb.domain.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Permission, Person, Role
from kb.domain.text import single_line
from kb.ports import Opening, ReceiptRecord, Reminder, SignOff, Store, UnitOfWork
from kb.services.bulletin_board import Board, board_of, floor
from kb.services.bulletin_reading import Frozen, confirmed_upto, counts, seen

NOTE_MOST = 300
REMIND_AGAIN = timedelta(minutes=5)
REMINDED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Receipt:
    """A person's receipt for one item. ``confirmed``: nothing was asked, the first answer was right, or the item was
    answered rightly since. ``right`` is that of the first answer, which stays; ``expected`` the right option."""

    bulletin: int
    code: str
    person: str
    revision: int | None
    at: datetime
    answer: str
    right: bool | None
    confirmed: bool
    expected: str


class Receipts:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store, self._clock, self._zone = store, clock, zone
        self._frozen = Frozen()

    # --- agents

    def confirm(self, person: Person, bulletin: int, code: str, answer: int | None = None) -> Receipt:
        """Take note of one item; ``answer`` is the index of the chosen option. Doing so again changes nothing.

        A wrong answer is kept and told with the right one (``confirmed`` False); the right answer given afterwards
        confirms.

        Raises:
            NotFound: no such list or item, or not for this role. Invalid: a question waits for its answer.
            NotAllowed: programs confirm nothing.
        """
        _check_person(person)
        at = self._clock()
        with self._store.write() as uow:
            item = self._the_item(uow, person, bulletin, code)
            record = next(iter(uow.receipts.of_person(person.login, bulletin, [item.code])), None)
            if record is None:
                record = _recorded(person, bulletin, item, answer, at)
                uow.receipts.add([record])
            elif record.right is False and item.question is not None and answer == item.question.right:
                revision = item.revision or item.before or 0
                uow.receipts.put_opening(person.login, item.code, Opening(revision, max(at, record.at)))
            opening = uow.receipts.opening(person.login, item.code) if record.right is False else None
            uow.commit()
        return _receipt(record, item.question, opening)

    def confirm_all(self, person: Person, bulletin: int) -> list[Receipt]:
        """Take note of everything in a list that asks no question and is not confirmed yet."""
        _check_person(person)
        at = self._clock()
        with self._store.write() as uow:
            items = seen(uow, person, [self._frozen.get(uow, bulletin)])[0].items
            there = {r.code for r in uow.receipts.of_person(person.login, bulletin, [i.code for i in items])}
            waiting = [i for i in items if i.question is None and i.code not in there]
            records = [_recorded(person, bulletin, item, None, at) for item in waiting]
            uow.receipts.add(records)
            uow.commit()
        return [_receipt(record, None, None) for record in records]

    def of_person(self, person: Person, bulletin: int) -> dict[str, Receipt]:
        """The person's receipts for a list, by code."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            items = {item.code: item for item in seen(uow, person, [self._frozen.get(uow, bulletin)])[0].items}
            records = uow.receipts.of_person(person.login, bulletin, items)
            opened = uow.receipts.openings([person.login], [r.code for r in records if r.right is False])
        return {r.code: _receipt(r, items[r.code].question, opened.get((person.login, r.code))) for r in records}

    def seen(self, person: Person, code: str) -> int | None:
        """The revision in which ``person`` opened ``code`` last, None for never."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            before = uow.receipts.opening(person.login, code) if person.id else None
        return before.revision if before else None

    def opened(self, person: Person, code: str, revision: int) -> int | None:
        """Remember that ``person`` opens ``code`` in ``revision``; returns the revision seen before, None for none.

        Writes only when the revision is another: reading a page costs no turn of the writer. Programs leave no trace.
        """
        person.require(Permission.SEARCH)
        if person.id == 0:
            return None
        with self._store.read() as uow:
            before = uow.receipts.opening(person.login, code)
        if before is None or before.revision != revision:
            with self._store.write() as uow:
                uow.receipts.put_opening(person.login, code, Opening(revision, self._clock()))
                uow.commit()
        return before.revision if before else None

    def reminders(self, person: Person) -> list[Reminder]:
        """Reminders that ``person`` has not answered by confirming everything, the newest of each list, newest first."""
        person.require(Permission.SEARCH)
        since = self._clock() - timedelta(days=REMINDED_DAYS)
        with self._store.read() as uow:
            newest = {r.bulletin: r for r in uow.receipts.reminders(person=person.login) if r.at >= since}
            open_ = [r for r in newest.values() if not self._is_done(uow, person, r.bulletin)]
        return sorted(open_, key=lambda r: r.bulletin, reverse=True)

    def _is_done(self, uow: UnitOfWork, person: Person, number: int) -> bool:
        later = self._frozen.many(uow, [number, *uow.bulletins.numbers(after=number)])
        upto = confirmed_upto(uow, person.login, later)
        items = seen(uow, person, [self._frozen.get(uow, number)])[0].items
        return all(upto.get(item.code, 0) >= number for item in items)

    # --- shift leaders

    def sign_off(self, person: Person, bulletin: int, day: date, shift: str, note: str = "") -> SignOff:
        """宣导完成: list ``bulletin`` was announced to ``shift`` of ``day``. Doing so again returns what there is.

        Raises:
            NotAllowed, NotFound. Invalid: no such shift, or a day before the list or after today.
            Conflict: somebody else has signed off this shift.
        """
        person.require(Permission.ANNOUNCE)
        _check_person(person)
        at, note = self._clock(), single_line(note, field="note", most=NOTE_MOST)
        with self._store.write() as uow:
            frozen = self._frozen.get(uow, bulletin)
            if shift not in uow.rules.current().shifts:
                raise Invalid(N_("没有班次“{shift}”。"), field="shift", shift=shift[:40])
            if not frozen.day <= day <= max(at.astimezone(self._zone).date(), frozen.day):
                raise Invalid(N_("宣导日期应在清单发出当天到今天之间。"), field="day")
            there = next((s for s in uow.receipts.sign_offs(bulletin) if (s.day, s.shift) == (day, shift)), None)
            if there is not None:
                if there.by != person.login:
                    raise Conflict(N_("{shift}的宣导已由 {author} 签署。"), shift=shift, author=there.by)
                return there
            signed = SignOff(bulletin, day, shift, person.login, at, note)
            uow.receipts.add_sign_off(signed)
            detail = {"day": day.isoformat(), "shift": shift, "note": note}
            uow.audit.add(at=at, by=person.login, action="sign_off", subject=str(bulletin), detail=detail)
            uow.commit()
            return signed

    def sign_offs(self, person: Person, bulletin: int) -> list[SignOff]:
        """Oldest first."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            self._frozen.get(uow, bulletin)
            return uow.receipts.sign_offs(bulletin)

    def remind(
        self, person: Person, bulletin: int, logins: Iterable[str] | None = None, *, team: str | None = None
    ) -> list[str]:
        """Remind those of ``logins`` or ``team`` who have not confirmed everything; returns whom. Nobody is reminded
        twice within five minutes.

        Raises:
            NotAllowed: the role may not, or a team leader reminds another team.
        """
        _check_person(person)
        own_only = person.role is Role.TEAM_LEADER
        if not own_only:
            person.require(Permission.ANNOUNCE)
        at, wanted = self._clock(), None if logins is None else set(logins)
        with self._store.write() as uow:
            board = self._board(uow, person, bulletin)
            asked = [m for t in board.teams for m in t.members if team is None or t.team == team]
            if own_only and wanted is not None and wanted - {m.login for m in asked}:
                raise NotAllowed(N_("只能提醒本组的成员。"))
            due = [
                m for m in asked
                if not m.is_done and (wanted is None or m.login in wanted)
                and (m.reminded_at is None or at - m.reminded_at >= REMIND_AGAIN)
            ]  # fmt: skip
            uow.receipts.add_reminders([Reminder(bulletin, m.login, person.login, at) for m in due])
            if due:
                detail = {"people": [m.login for m in due]}
                uow.audit.add(at=at, by=person.login, action="remind", subject=str(bulletin), detail=detail)
            uow.commit()
        return [m.login for m in due]

    def board(self, person: Person, bulletin: int) -> Board:
        """Who has taken note of a list and who has not, by team. A team leader sees the own team only."""
        person.require(Permission.SEE_RECEIPTS)
        with self._store.read() as uow:
            return self._board(uow, person, bulletin)

    def _board(self, uow: UnitOfWork, person: Person, number: int) -> Board:
        frozen = self._frozen.get(uow, number)
        codes = {item.code for item in frozen.items}
        later = self._frozen.many(uow, uow.bulletins.numbers(after=number))
        again = [b.number for b in later if any(item.code in codes for item in b.items)]
        records = uow.receipts.of_bulletins([number, *again], codes)
        wrong = {(r.person, r.code) for r in records if r.right is False}
        opened = uow.receipts.openings({p for p, _ in wrong}, sorted({c for _, c in wrong})) if wrong else {}
        people = floor(uow.people.all(), person)
        now = uow.bulletins.roles_now(codes)
        signed, reminded = uow.receipts.sign_offs(number), uow.receipts.reminders(bulletin=number)
        return board_of(frozen, people, records, opened, now, signed, reminded)

    def _the_item(self, uow: UnitOfWork, person: Person, number: int, code: str) -> BulletinItem:
        found = seen(uow, person, [self._frozen.get(uow, number)])[0].item(code)
        if found is None:
            raise NotFound(N_("第 {number} 期里没有 {code}。"), number=number, code=code[:40])
        return found


def _check_person(person: Person) -> None:
    person.require(Permission.SEARCH)
    if person.id == 0:
        raise NotAllowed(N_("程序不能代人确认，请用个人账号登录。"))


def _recorded(person: Person, bulletin: int, item: BulletinItem, answer: int | None, at: datetime) -> ReceiptRecord:
    if item.question is None:
        return ReceiptRecord(bulletin, item.code, person.login, item.revision, at, "", None)
    if answer is None or not 0 <= answer < len(item.question.options):
        raise Invalid(N_("请先回答检查题。"), field="answer")
    chosen = item.question.options[answer]
    return ReceiptRecord(bulletin, item.code, person.login, item.revision, at, chosen, answer == item.question.right)


def _receipt(record: ReceiptRecord, question: CheckQuestion | None, opening: Opening | None) -> Receipt:
    confirmed = counts(record, opening.at if opening else None)
    expected = question.options[question.right] if question else ""
    values = {name: getattr(record, name) for name in ReceiptRecord.__slots__}
    return Receipt(**values, confirmed=confirmed, expected=expected)
