"""Gaps: sent by agents, raised by searches, taken, handed on, answered or declined; the askers are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kb.domain.asks import Ask
from kb.domain.content import check_code
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.gaps import Gap, GapSource
from kb.domain.person import Permission, Person, may_see
from kb.domain.privacy import MASK, mask, patterns_of
from kb.ports import AuditRow, Dated, Store, Unanswered, UnitOfWork
from kb.services.asking import come
from kb.services.assigned_work import AssignedWork
from kb.services.gap_outcomes import keep_as_golden, learn, tell_answered, tell_declined
from kb.services.questions import ask_of

TOP, CLOSED_MOST, WEEKS_MOST = 50, 200, 520
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sent:
    """``is_new``: it raised the gap, which was not open before. ``counted`` False: this person had asked it just now,
    and is an asker already. ``masked``: personal data was hidden in it."""

    gap: Gap
    is_new: bool
    counted: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap with who asked it and when, what happened to it, who could take it over, whether its draft still stands, and
    its entry's title, "" when it has none or not for this person's eyes."""

    gap: Gap
    asks: list[Ask]
    history: list[AuditRow]
    colleagues: list[Person]
    has_draft: bool
    title: str


class Gaps(AssignedWork[Gap]):
    """``webhooks``: addresses that are told of each new gap."""

    SUBJECT = "gap"

    def __init__(self, store: Store, clock: Callable[[], datetime], *, webhooks: Sequence[str] = ()) -> None:
        super().__init__(store, clock)
        self._webhooks = tuple(webhooks)

    # --- asking

    def send(self, person: Person, text: str, *, product: str = "", urgent: bool = False) -> Sent:
        """The caller's words that nothing answers, in the call that this person is in. Sending it again changes nothing
        but that it may become urgent; somebody else's sending counts.

        Raises:
            Invalid: it says nothing.
        """
        person.require(Permission.RECORD)
        with self._store.write() as uow:
            asked = ask_of(uow, person, text, product, self._clock())
            if len(asked.form) < 2:
                raise Invalid(N_("请写下来电者的问题，至少两个字。"), field="text")
            came = come(uow, asked, GapSource.AGENT, self._webhooks, urgent=urgent)
            for one in came.merged:
                uow.questions.take_back(one.text)
            gap = came.gap
            assert gap is not None  # what an agent sends always has one
            if not came.raised and (came.counted or urgent):
                self._note(uow, person, "send", gap, **({"urgent": True} if urgent else {}))
            uow.commit()
            return Sent(gap, came.raised, came.counted, MASK in asked.text + asked.product)

    # --- the board

    def waiting(self, person: Person) -> list[Gap]:
        """The open ones, what is due first first."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            return uow.gaps.open()

    def closed(self, person: Person, limit: int = CLOSED_MOST) -> list[Gap]:
        """Those answered or declined last, newest first."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            return uow.gaps.closed(limit)

    def people_of(self, person: Person, gaps: Sequence[Gap]) -> dict[int, int]:
        """How many different people have asked each of them, by number."""
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            return uow.gaps.people_of(gap.number for gap in gaps)

    def overdue(self, person: Person) -> int:
        """How many open ones are past their time; 0 for those who do not work on them."""
        if not person.may(Permission.PUBLISH):
            return 0
        with self._store.read() as uow:
            return uow.gaps.count_overdue(self._clock())

    def top(self, person: Person, *, weeks_ago: int = 0, limit: int = TOP) -> list[Unanswered]:
        """What was asked most in the seven days up to now, or so many weeks before, and has no answer."""
        person.require(Permission.SEE_QUESTIONS)
        until = self._clock() - WEEK * weeks_ago
        with self._store.read() as uow:
            # What came this very moment belongs to this week.
            return uow.gaps.top(until - WEEK, until + timedelta(microseconds=0 if weeks_ago else 1), limit)

    def open(self, person: Person, number: int) -> OpenGap:
        person.require(Permission.SUBMIT)
        with self._store.read() as uow:
            gap = self._the(uow, person, number)
            entry = uow.entries.find(gap.code) if gap.code else None
            shown = entry is not None and may_see(person.role, entry.latest.content.roles)
            return OpenGap(
                gap, uow.gaps.asks_of(number), uow.audit.of(str(number), self.SUBJECT), self._colleagues(uow),
                self._has_draft(uow, person, gap), entry.latest.content.title if entry and shown else "",
            )  # fmt: skip

    # --- what closes it

    def answer(self, person: Person, number: int, code: str, *, said: str = "") -> Gap:
        """Close it with an entry in force: its askers are told, once each, and the question becomes a golden question
        and a phrasing of the entry.

        Raises:
            Invalid: no code. NotFound: no such gap, or no such entry for this person.
            Conflict: the entry is not in force, a colleague has the gap, or it is closed.
        """
        person.require(Permission.PUBLISH)
        if not code.strip():
            raise Invalid(N_("请写明由哪个条目解答；没有合适的条目，请先写成条目，或选“不收录”。"), field="code")
        code, at = check_code(code), self._clock()
        with self._store.write() as uow:
            before = self._the(uow, person, number)
            entry = _in_force(uow, person, code, at)
            after = before.answer(code, self._masked(uow, said), by=person, at=at)
            uow.gaps.put(after)
            keep_as_golden(uow, after, by=person, at=at)
            learn(uow, after, by=person, at=at)
            told = tell_answered(uow, after, entry.revision.content, at)
            self._note(uow, person, "answer", after, code=code, told=told)
            uow.commit()
            return after

    def decline(self, person: Person, number: int, *, reason: str) -> Gap:
        """Close it without an entry; its askers are told why, once each."""
        person.require(Permission.PUBLISH)
        at = self._clock()
        with self._store.write() as uow:
            after = self._the(uow, person, number).decline(self._masked(uow, reason), by=person, at=at)
            uow.gaps.put(after)
            told = tell_declined(uow, after, at)
            self._note(uow, person, "decline", after, reason=after.said, told=told)
            uow.commit()
            return after

    def _masked(self, uow: UnitOfWork, text: str) -> str:
        return mask(text[:5_000], patterns_of(uow.rules.current().policy_shapes)).text

    def _the(self, uow: UnitOfWork, person: Person, number: int) -> Gap:
        gap = uow.gaps.find(number)
        if gap is None:
            raise NotFound(N_("没有第 {number} 号知识缺口。"), number=number)
        return gap

    def _put(self, uow: UnitOfWork, one: Gap) -> None:
        uow.gaps.put(one)

    def _begun(self, one: Gap) -> dict[str, Any]:
        return {"title": one.text, "product": one.product}


def _in_force(uow: UnitOfWork, person: Person, code: str, at: datetime) -> Dated:
    entry = uow.entries.find(code)
    if entry is None or not may_see(person.role, entry.latest.content.roles):
        raise NotFound(N_("没有编号为 {code} 的条目。"), code=code)
    found = uow.entries.in_force([code], at).get(code)
    if found is None:
        raise Conflict(N_("{code} 现在没有生效，请先发布它，再用它解答。"), code=code)
    return found
