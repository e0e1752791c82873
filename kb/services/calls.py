"""Calls as their agents see them: opened and ended by hand, what was done in them, and what they owe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from kb.domain.calls import EXEMPT, Act, ActKind, Call, Exemption, shift_of
from kb.domain.content import NAME_MOST, check_code
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission, Person
from kb.domain.privacy import mask, patterns_of
from kb.domain.solutions import Solution
from kb.domain.text import single_line
from kb.ports import Store, UnitOfWork
from kb.services.prefill import Prefill, prefilled
from kb.services.questions import masked

Clock = Callable[[], datetime]
LINE_MOST = 80
ASKED = timedelta(minutes=10)  # an opening later than this after a question has nothing to do with it
WAITED_MOST = 600.0  # seconds


class Calls:
    """``zone``: in which days and shifts are counted."""

    def __init__(self, store: Store, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

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
                person=person.login, team=person.team, line=short(uow, line, "line", LINE_MOST),
                product=short(uow, product, "product", NAME_MOST), opened_at=now,
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
                call = end_call(uow, call, now, now, self._zone)
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
                call = end_call(uow, call, now, now, self._zone)
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
        code = check_code(code) if kind is not ActKind.SEARCH else ""
        if kind is ActKind.SEARCH and not text.strip():
            return None
        with self._store.write() as uow:
            text = masked(text, uow.rules.current().policy_shapes) if kind is ActKind.SEARCH else ""
            if kind is ActKind.SEARCH and not text:
                return None
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
            agent = the_agent(uow, login)
            if uow.calls.count_leaves(agent.login):
                raise Conflict(N_("{name} 已经有一次准许还没有用。"), name=agent.name)
            at = self._clock()
            uow.calls.add_leave(agent.login, by=by.login, at=at)
            uow.audit.add(at=at, by=by.login, action="call.grant", subject=agent.login, detail={})
            uow.commit()


def own_call(uow: UnitOfWork, person: Person, number: int) -> Call:
    """Raises ``NotFound`` for another's call as for none."""
    call = uow.calls.find(number)
    if call is None or call.person != person.login:
        raise NotFound(N_("没有第 {number} 通来电。"), number=number)
    return call


def end_call(uow: UnitOfWork, call: Call, at: datetime, now: datetime, zone: tzinfo) -> Call:
    """End it within the caller's transaction. A message that comes late leaves the agent the full time all the same."""
    rules = uow.rules.current()
    ended = max(at, call.opened_at)
    day, shift = shift_of(ended, rules.shifts, rules.shift_starts, zone)
    person = uow.people.find(call.person)
    due = max(ended, now) + timedelta(minutes=rules.solution_minutes)
    after = replace(
        call, ended_at=ended, day=day, shift=shift, due_at=due, team=person.team if person else call.team
    )
    uow.calls.put(after)
    return after


def _waited(asked: Act | None, call: int | None, now: datetime) -> float | None:
    if asked is None or asked.call != call or now - asked.at > ASKED:
        return None
    return min(WAITED_MOST, max(0.0, (now - asked.at).total_seconds()))


def the_agent(uow: UnitOfWork, login: str) -> Person:
    """Raises ``NotFound`` when there is none, they have left, or their role takes no calls: what such a call owes nobody
    could record. ``Invalid`` when none is named."""
    if not login.strip():
        raise Invalid(N_("请写明座席的登录名。"), field="agent")
    agent = uow.people.find(login.strip()[:80])
    if agent is None or agent.disabled_at is not None or not agent.may(Permission.RECORD):
        raise NotFound(N_("没有登录名为“{login}”的座席。"), login=login.strip()[:40])
    return agent


def short(uow: UnitOfWork, text: str, field: str, most: int) -> str:
    """What programs and screens send along: without personal data (some put the caller's number there), and cut
    rather than refused."""
    line = single_line(text[: most * 4], field=field, most=most * 4)
    return mask(line, patterns_of(uow.rules.current().policy_shapes)).text[:most].strip() if line else ""
