"""Calls: opened and ended by the telephony system or by hand, with what the agent did in them, and what they owe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from kb.domain.calls import EXEMPT, Act, ActKind, Call, CallSource, Exemption, shift_of
from kb.domain.content import NAME_MOST, check_code
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission, Person
from kb.domain.solutions import Solution
from kb.domain.text import single_line
from kb.ports import Store, UnitOfWork
from kb.services.prefill import Prefill, prefilled
from kb.services.questions import masked

Clock = Callable[[], datetime]
REFERENCE_MOST, LINE_MOST = 80, 80
OLDEST = timedelta(days=7)  # of a message that comes late
ADOPTED = timedelta(minutes=2)  # a call opened by hand and the telephony system's word of it are one
ASKED = timedelta(minutes=10)  # an opening later than this after a question has nothing to do with it
WAITED_MOST = 600.0  # seconds


class Calls:
    """``zone``: in which days and shifts are counted."""

    def __init__(self, store: Store, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    # --- the telephony system

    def connect(
        self, by: Person, *, reference: str, login: str, line: str = "", product: str = "", at: datetime | None = None
    ) -> tuple[Call, bool]:
        """A call has reached an agent; returns it and whether it is new. Sent again it changes nothing; sent after its end
        it completes what the end told. A call that the agent has opened by hand just before is the same one.

        Never refused for what the agent owes. An open call of the agent ends: nobody speaks with two callers.

        Raises:
            NotFound: no such agent. Invalid: no reference, or a time more than a week ago.
            Conflict: the reference is another agent's call.
        """
        by.require(Permission.CONNECT)
        now = self._clock()
        reference, moment = _reference(reference), self._moment(at)
        line, product = _short(line, "line", LINE_MOST), _short(product, "product", NAME_MOST)
        with self._store.write() as uow:
            agent = _agent(uow, login)
            known = uow.calls.by_reference(reference)
            if known is not None:
                _require_same(known, agent, reference)
                told = replace(
                    known, line=known.line or line, product=known.product or product,
                    opened_at=min(known.opened_at, moment),
                )  # fmt: skip
                if told != known:
                    uow.calls.put(told)
                    uow.commit()
                return told, False
            current = uow.calls.open_of(agent.login)
            if current and not current.reference and abs(moment - current.opened_at) <= ADOPTED:
                adopted = replace(
                    current, reference=reference, source=CallSource.TELEPHONY, line=line or current.line,
                    product=product or current.product, opened_at=min(current.opened_at, moment),
                )  # fmt: skip
                uow.calls.put(adopted)
                uow.commit()
                return adopted, False
            if current and current.opened_at <= moment:
                self._end(uow, current, moment, now)
            made = Call(
                reference=reference, person=agent.login, team=agent.team, line=line, product=product,
                source=CallSource.TELEPHONY, opened_at=moment,
            )  # fmt: skip
            made = replace(made, number=uow.calls.add(made))
            uow.commit()
            return made, True

    def hang_up(self, by: Person, *, reference: str, login: str = "", at: datetime | None = None) -> Call:
        """A call has ended. Sent again it changes nothing; sent before its beginning was told, the call is kept, with
        ``login`` as its agent.

        Raises:
            NotFound: the call is not known and the agent is not named, or there is no such agent.
            Invalid, Conflict: see ``connect``.
        """
        by.require(Permission.CONNECT)
        now = self._clock()
        reference, moment = _reference(reference), self._moment(at)
        with self._store.write() as uow:
            known = uow.calls.by_reference(reference)
            if known is not None and login:
                _require_same(known, _agent(uow, login), reference)
            if known is None:
                if not login:
                    raise NotFound(N_("没有编号为 {reference} 的来电，请同时写明座席的登录名。"), reference=reference)
                agent = _agent(uow, login)
                known = Call(
                    reference=reference, person=agent.login, team=agent.team, source=CallSource.TELEPHONY,
                    opened_at=moment,
                )  # fmt: skip
                known = replace(known, number=uow.calls.add(known))
            if known.is_open:
                known = self._end(uow, known, moment, now)
                uow.commit()
            return known

    def told(self, by: Person, reference: str) -> Call:
        """The call of that reference. Raises ``NotFound``."""
        by.require(Permission.CONNECT)
        reference = _reference(reference)
        with self._store.read() as uow:
            known = uow.calls.by_reference(reference)
        if known is None:
            raise NotFound(N_("没有编号为 {reference} 的来电。"), reference=reference)
        return known

    def agent(self, by: Person, login: str) -> Person:
        """Somebody for whom a program speaks. Raises ``NotFound`` when there is none, or they have left."""
        by.require(Permission.CONNECT)
        with self._store.read() as uow:
            return _agent(uow, login)

    # --- the agent

    def open(self, person: Person, *, line: str = "", product: str = "") -> Call:
        """Begin a call by hand; the one under way when there is one.

        Raises:
            Conflict: more solutions are owed than the rules allow, and the shift leader has not given leave.
        """
        person.require(Permission.RECORD)
        now = self._clock()
        with self._store.write() as uow:
            current = uow.calls.open_of(person.login)
            if current is not None:
                return current
            owed = uow.calls.count_owed(person.login)
            if owed > uow.rules.current().owed_most and not uow.calls.use_leave(person.login, now):
                raise Conflict(N_("您还有 {owed} 通来电没有补记。请先补记，或请值班长准许。"), owed=owed)
            made = Call(
                person=person.login, team=person.team, line=_short(line, "line", LINE_MOST),
                product=_short(product, "product", NAME_MOST), opened_at=now,
            )  # fmt: skip
            made = replace(made, number=uow.calls.add(made))
            uow.commit()
            return made

    def end(self, person: Person, number: int | None = None) -> Call:
        """End the call under way, or that one. Ending it again changes nothing.

        Raises:
            NotFound: there is none, or it is not this person's.
        """
        person.require(Permission.RECORD)
        now = self._clock()
        with self._store.write() as uow:
            call = uow.calls.open_of(person.login) if number is None else uow.calls.find(number)
            if call is None or call.person != person.login:
                raise NotFound(N_("现在没有进行中的来电。"))
            if call.is_open:
                call = self._end(uow, call, now, now)
                uow.commit()
            return call

    def exempt(self, person: Person, number: int, reason: Exemption) -> Call:
        """Say why a call owes no solution. One under way ends with it.

        Raises:
            NotFound: it is not this person's call. Conflict: it has its solution already.
        """
        person.require(Permission.RECORD)
        now = self._clock()
        with self._store.write() as uow:
            call = own_call(uow, person, number)
            if call.settled_as and call.settled_as != EXEMPT:
                raise Conflict(N_("这通来电已经补记，不用再免记。"))
            if call.is_open:
                call = self._end(uow, call, now, now)
            if call.exemption is not reason:
                call = replace(call, settled_at=call.settled_at or now, settled_as=EXEMPT, exemption=reason)
                uow.calls.put(call)
            uow.commit()
            return call

    def current(self, person: Person) -> Call | None:
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            return uow.calls.open_of(person.login)

    def owed(self, person: Person) -> list[Call]:
        """This person's ended calls that have no solution yet, oldest first."""
        person.require(Permission.SEARCH)
        with self._store.read() as uow:
            return uow.calls.owed_by(person.login)

    def duty(self, person: Person) -> tuple[Call | None, list[Call], list[Solution]]:
        """The call under way, what is owed (oldest first), and what was promised and is not done (earliest due first): what
        every page of this person shows, in one reading."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            login = person.login
            return uow.calls.open_of(login), uow.calls.owed_by(login), uow.solutions.follow_ups(login)

    def recent(self, person: Person, since: datetime) -> list[Call]:
        """This person's calls since then, newest first, 500 at most."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            return uow.calls.of_person(person.login, since)

    def get(self, person: Person, number: int) -> Call:
        """Raises ``NotFound`` when it is not this person's."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            return own_call(uow, person, number)

    def marks(self) -> dict[str, str]:
        """By login, what changes whenever a call of that person begins, ends or is settled: what open pages watch."""
        with self._store.read() as uow:
            return uow.calls.marks()

    # --- what is done in a call

    def act(
        self, person: Person, kind: ActKind, *, text: str = "", code: str = "", revision: int | None = None,
        hits: int | None = None,
    ) -> Act | None:  # fmt: skip
        """Keep what this person did, with the call under way if there is one. The same question again is kept once.

        Returns None when there is nothing to keep. Raises ``Invalid`` when ``code`` is none.
        """
        person.require(Permission.SEARCH)
        now = self._clock()
        text = masked(text) if kind is ActKind.SEARCH else ""
        code = check_code(code) if kind is not ActKind.SEARCH else ""
        if kind is ActKind.SEARCH and not text:
            return None
        with self._store.write() as uow:
            call = uow.calls.open_of(person.login)
            number = call.number if call else None
            asked = uow.calls.last_act(person.login, ActKind.SEARCH)
            if kind is ActKind.SEARCH and asked and (asked.text, asked.call, asked.hits) == (text, number, hits):
                return asked
            made = Act(
                person=person.login, call=number, at=now, kind=kind, text=text, code=code, revision=revision,
                hits=max(0, hits) if hits is not None and kind is ActKind.SEARCH else None,
                waited=None if kind is ActKind.SEARCH else _waited(asked, number, now),
            )  # fmt: skip
            made = replace(made, number=uow.calls.add_act(made))
            uow.commit()
            return made

    def acts(self, person: Person, number: int) -> list[Act]:
        """What was done in a call of this person, in order."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            own_call(uow, person, number)
            return uow.calls.acts_of(number)

    def prefill(self, person: Person, number: int) -> Prefill:
        """What the call says about its solution: the last question, and the entry opened or copied last."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            call = own_call(uow, person, number)
            acts = uow.calls.acts_of(number)
            asked = next((act.text for act in reversed(acts) if act.kind is ActKind.SEARCH), "")
            last = next((act for act in reversed(acts) if act.code), None)
            if last is None:
                return Prefill(asked, product=call.product)
            return prefilled(uow, person, asked, last, call, self._clock())

    # --- the shift leader

    def owing(self, by: Person) -> list[tuple[Person, int, int]]:
        """Who owes how many solutions, and how many leaves they have left; those who owe most first."""
        by.require(Permission.GRANT_CALLS)
        with self._store.read() as uow:
            owed = uow.calls.owing()
            people = [person for person in uow.people.all() if person.login in owed]
            rows = [(person, owed[person.login], uow.calls.count_leaves(person.login)) for person in people]
        return sorted(rows, key=lambda row: (-row[1], row[0].login))

    def grant(self, by: Person, login: str) -> None:
        """Let somebody who owes solutions open one more call by hand.

        Raises:
            NotFound: no such person. Conflict: they have a leave that they did not use yet.
        """
        by.require(Permission.GRANT_CALLS)
        with self._store.write() as uow:
            agent = _agent(uow, login)
            if uow.calls.count_leaves(agent.login):
                raise Conflict(N_("{name} 已经有一次准许还没有用。"), name=agent.name)
            at = self._clock()
            uow.calls.add_leave(agent.login, by=by.login, at=at)
            uow.audit.add(at=at, by=by.login, action="call.grant", subject=agent.login, detail={})
            uow.commit()

    def _end(self, uow: UnitOfWork, call: Call, at: datetime, now: datetime) -> Call:
        """A message that comes late leaves the agent the full time all the same."""
        rules = uow.rules.current()
        ended = max(at, call.opened_at)
        day, shift = shift_of(ended, rules.shifts, rules.shift_starts, self._zone)
        person = uow.people.find(call.person)
        due = max(ended, now) + timedelta(minutes=rules.solution_minutes)
        after = replace(
            call, ended_at=ended, day=day, shift=shift, due_at=due, team=person.team if person else call.team
        )
        uow.calls.put(after)
        return after

    def _moment(self, at: datetime | None) -> datetime:
        """Clocks differ: what is said to be in the future is now."""
        now = self._clock()
        if at is None or at > now:
            return now
        if at < now - OLDEST:
            raise Invalid(N_("来电时间不能早于七天前。"), field="at")
        return at


def own_call(uow: UnitOfWork, person: Person, number: int) -> Call:
    """Raises ``NotFound`` for another's call as for none."""
    call = uow.calls.find(number)
    if call is None or call.person != person.login:
        raise NotFound(N_("没有第 {number} 通来电。"), number=number)
    return call


def _waited(asked: Act | None, call: int | None, now: datetime) -> float | None:
    if asked is None or asked.call != call or now - asked.at > ASKED:
        return None
    return min(WAITED_MOST, max(0.0, (now - asked.at).total_seconds()))


def _agent(uow: UnitOfWork, login: str) -> Person:
    agent = uow.people.find(login.strip()[:80])
    if agent is None or agent.disabled_at is not None:
        raise NotFound(N_("没有登录名为“{login}”的座席。"), login=login.strip()[:40])
    return agent


def _require_same(call: Call, agent: Person, reference: str) -> None:
    if call.person != agent.login:
        raise Conflict(N_("来电 {reference} 已经记在另一位座席名下。"), reference=reference)


def _reference(text: str) -> str:
    reference = single_line(text, field="reference", most=REFERENCE_MOST)
    if not reference:
        raise Invalid(N_("请写明来电编号。"), field="reference")
    return reference


def _short(text: str, field: str, most: int) -> str:
    """What programs and screens send along: cut rather than refused."""
    return single_line(text[: most * 4], field=field, most=most * 4)[:most]
