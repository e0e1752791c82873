"""A gap: a question that nothing answered. It has a clock, and askers who are told what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kb.domain.asks import Ask
from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.person import Permission, Person
from kb.domain.rules import Rules
from kb.domain.text import multi_line

SAID_MOST = 500


class GapState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"
    DECLINED = "declined"


GAP_NAMES: dict[GapState, str] = {
    GapState.OPEN: N_("待处理"),
    GapState.TAKEN: N_("处理中"),
    GapState.ANSWERED: N_("已解答"),
    GapState.DECLINED: N_("不收录"),
}


class GapSource(StrEnum):
    AGENT = "agent"  # sent with one key
    SEARCHES = "searches"  # searched again and again without a result


GAP_SOURCE_NAMES: dict[GapSource, str] = {GapSource.AGENT: N_("座席上报"), GapSource.SEARCHES: N_("多次搜不到")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """``number`` 0 is not stored yet. ``form`` is what makes two wordings the same question, ``times`` how often it was
    asked, ``due_at`` by when it must be answered. ``code`` is the entry that answers it now, ``said`` what the askers
    are told. ``earlier`` is the closed gap of the same question that went before, ``draft`` the draft begun from it.
    All texts are masked before they are kept."""

    number: int = 0
    text: str
    form: str
    product: str = ""
    source: GapSource = GapSource.AGENT
    urgent: bool = False
    times: int = 1
    at: datetime
    last_at: datetime
    due_at: datetime
    state: GapState = GapState.OPEN
    assignee: str = ""
    code: str = ""
    said: str = ""
    done_by: str = ""
    done_at: datetime | None = None
    earlier: int | None = None
    draft: int | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (GapState.OPEN, GapState.TAKEN)

    def is_overdue(self, at: datetime) -> bool:
        return (self.done_at or at) > self.due_at

    def left(self, at: datetime) -> timedelta:
        """Time until it is due, for an open one from ``at``; negative when that is over."""
        return self.due_at - (self.done_at or at)

    def is_pressing(self, rules: Rules) -> bool:
        """Urgent, or asked twice as often as makes a gap by itself."""
        return self.urgent or self.times >= 2 * rules.gap_after

    def asked_again(self, ask: Ask, rules: Rules) -> Gap:
        """One more person, or the same in another call, has asked."""
        after = replace(
            self, times=self.times + 1, last_at=max(self.last_at, ask.at), product=self.product or ask.product
        )
        return after._hurried(self, ask.at, rules)

    def made_urgent(self, at: datetime, rules: Rules) -> Gap:
        return replace(self, urgent=True)._hurried(self, at, rules)

    def _hurried(self, before: Gap, at: datetime, rules: Rules) -> Gap:
        """With the shorter time from when it began to press; what is due earlier stays so."""
        if not self.is_pressing(rules) or before.is_pressing(rules):
            return self
        return replace(self, due_at=min(self.due_at, at + timedelta(hours=rules.gap_urgent_hours)))

    # --- work on it

    def take(self, by: Person) -> Gap:
        """Make it ``by``'s own. Taking what one has already changes nothing.

        Raises:
            Conflict: somebody else has it, or it is closed.
        """
        self._require_open(by)
        if self.assignee == by.login:
            return self
        self._require_nobody_else(by)
        return replace(self, state=GapState.TAKEN, assignee=by.login)

    def hand_to(self, to: Person | None, *, by: Person, seen: str) -> Gap:
        """Give it to another, or back to the board (None). ``seen``: whose ``by`` believes it to be.

        Raises:
            Conflict: it has gone to somebody else meanwhile, or is closed. Invalid: ``to`` may not work on it.
        """
        self._require_open(by)
        if self.assignee != seen:
            raise Conflict(N_("缺口 {number} 刚刚换了经办人，请刷新后再转交。"), number=self.number)
        if to is None:
            return replace(self, state=GapState.OPEN, assignee="")
        if not to.may(Permission.PUBLISH):
            raise Invalid(N_("只能转交给能发布知识的同事。"), field="to")
        if to.login == self.assignee:
            raise Invalid(N_("这个缺口已经在 {person} 手里。"), field="to", person=to.name)
        return replace(self, state=GapState.TAKEN, assignee=to.login)

    def write_on(self, draft: int, *, by: Person) -> Gap:
        """Remember the draft begun from it; whoever writes has taken it."""
        return replace(self.take(by), draft=draft)

    def answer(self, code: str, said: str, *, by: Person, at: datetime) -> Gap:
        """Close it with the entry that answers it. ``said`` may add a word for the askers."""
        self._require_open(by)
        self._require_nobody_else(by)
        return self._closed(GapState.ANSWERED, by, at, code=code, said=_said(said))

    def decline(self, reason: str, *, by: Person, at: datetime) -> Gap:
        """Close it without an entry. The askers are told the reason."""
        self._require_open(by)
        self._require_nobody_else(by)
        said = _said(reason)
        if not said:
            raise Invalid(N_("请写明不收录的原因，问过的人会看到。"), field="reason")
        return self._closed(GapState.DECLINED, by, at, code="", said=said)

    def _closed(self, state: GapState, by: Person, at: datetime, *, code: str, said: str) -> Gap:
        return replace(
            self, state=state, assignee=by.login, code=code, said=said, done_by=by.login, done_at=max(at, self.at)
        )

    def _require_open(self, by: Person) -> None:
        by.require(Permission.PUBLISH)
        if not self.is_open:
            raise Conflict(N_("缺口 {number} 已经办结，不能再改；又有人问到时会另记一个。"), number=self.number)

    def _require_nobody_else(self, by: Person) -> None:
        if self.assignee not in ("", by.login):
            raise Conflict(
                N_("缺口 {number} 已由 {login} 接手；要自己处理，请先转交给自己。"), number=self.number, login=self.assignee
            )


def new_gap(
    asks: Sequence[Ask], *, at: datetime, product: str, source: GapSource, urgent: bool, rules: Rules,
    earlier: int | None = None,
) -> Gap:  # fmt: skip
    """A gap of these asks, at least one, all of one form; its clock starts at ``at``. Without a ``product`` it is that of
    the first ask that names one. ``earlier``: the closed gap of the same question, when there is one."""
    made = Gap(
        text=asks[-1].text, form=asks[-1].form, product=product or next((one.product for one in asks if one.product), ""),
        source=source, urgent=urgent, times=len(asks), at=at, last_at=at, due_at=at, earlier=earlier,
    )  # fmt: skip
    hours = rules.gap_hours if not made.is_pressing(rules) else min(rules.gap_hours, rules.gap_urgent_hours)
    return replace(made, due_at=at + timedelta(hours=hours))


def _said(text: str) -> str:
    return multi_line(text, field="reason", most=SAID_MOST).strip()
