"""Calls as the telephony system tells of them: in whatever order its messages arrive, and as often as it sends them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from kb.domain.calls import Call, CallSource
from kb.domain.content import NAME_MOST
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission, Person
from kb.domain.text import single_line
from kb.ports import Store
from kb.services.calls import LINE_MOST, end_call, short, the_agent

REFERENCE_MOST = 80
OLDEST = timedelta(days=7)  # of a message that comes late
ADOPTED = timedelta(minutes=2)  # a call opened by hand and the telephony system's word of it are one


class Telephony:
    """``zone``: in which days and shifts are counted."""

    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def connect(
        self, by: Person, *, reference: str, login: str, line: str = "", product: str = "", at: datetime | None = None
    ) -> tuple[Call, bool]:
        """A call has reached an agent; returns it and whether it is new. Sent again it changes nothing; sent after its end
        it completes what the end told. A call that the agent has opened by hand just before is the same one.

        Never refused for what the agent owes. An open call of the agent ends: nobody speaks with two callers.

        Raises:
            NotFound: no such agent. Invalid: no reference, no agent, or a time more than a week ago.
            Conflict: the reference is another agent's call.
        """
        by.require(Permission.CONNECT)
        now = self._clock()
        reference, moment = _reference(reference), self._moment(at)
        with self._store.write() as uow:
            line, product = short(uow, line, "line", LINE_MOST), short(uow, product, "product", NAME_MOST)
            agent = the_agent(uow, login)
            known = uow.calls.by_reference(reference)
            if known is not None:
                _require_same(known, agent.login, reference)
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
                end_call(uow, current, moment, now, self._zone)
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
                _require_same(known, login.strip(), reference)
            if known is None:
                if not login:
                    raise NotFound(N_("没有编号为 {reference} 的来电，请同时写明座席的登录名。"), reference=reference)
                agent = the_agent(uow, login)
                known = Call(
                    reference=reference, person=agent.login, team=agent.team, source=CallSource.TELEPHONY,
                    opened_at=moment,
                )  # fmt: skip
                known = replace(known, number=uow.calls.add(known))
            if known.is_open:
                known = end_call(uow, known, moment, now, self._zone)
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
            return the_agent(uow, login)

    def _moment(self, at: datetime | None) -> datetime:
        """Clocks differ: what is said to be in the future is now."""
        now = self._clock()
        if at is None or at > now:
            return now
        if at < now - OLDEST:
            raise Invalid(N_("来电时间不能早于七天前。"), field="at")
        return at


def _require_same(call: Call, login: str, reference: str) -> None:
    if call.person != login:
        raise Conflict(N_("来电 {reference} 已经记在另一位座席名下。"), reference=reference)


def _reference(text: str) -> str:
    reference = single_line(text, field="call_id", most=REFERENCE_MOST)
    if not reference:
        raise Invalid(N_("请写明来电编号。"), field="call_id")
    return reference
