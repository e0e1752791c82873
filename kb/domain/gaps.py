"""A gap: a question that nothing answered. It has a clock, and askers who are told what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from kb.domain.asks import Ask
from kb.domain.assigned import Assigned, Sayings
from kb.domain.errors import N_, Invalid
from kb.domain.person import Person
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
class Gap(Assigned):
    """``form`` is what makes two wordings the same question, ``times`` how often it was
    asked, ``said`` what the askers are told. ``earlier`` is the closed gap of the same question that went before. All
    texts are masked before they are kept."""

    WAITS: ClassVar[StrEnum] = GapState.OPEN
    TAKEN: ClassVar[StrEnum] = GapState.TAKEN
    SAYS: ClassVar[Sayings] = Sayings(
        closed=N_("缺口 {number} 已经办结，不能再改；又有人问到时会另记一个。"),
        changed_hands=N_("缺口 {number} 刚刚换了经办人，请刷新后再转交。"),
        is_anothers=N_("缺口 {number} 已由 {login} 接手；要自己处理，请先转交给自己。"),
        has_it=N_("这个缺口已经在 {person} 手里。"),
    )

    text: str
    form: str
    product: str = ""
    source: GapSource = GapSource.AGENT
    urgent: bool = False
    times: int = 1
    last_at: datetime
    state: GapState = GapState.OPEN
    said: str = ""
    earlier: int | None = None

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

    def answer(self, code: str, said: str, *, by: Person, at: datetime) -> Gap:
        """Close it with the entry that answers it. ``said`` may add a word for the askers."""
        return self._closed(by, at, state=GapState.ANSWERED, code=code, said=_said(said))

    def decline(self, reason: str, *, by: Person, at: datetime) -> Gap:
        """Close it without an entry. The askers are told the reason."""
        said = _said(reason)
        declined = self._closed(by, at, state=GapState.DECLINED, code="", said=said)
        if not said:
            raise Invalid(N_("请写明不收录的原因，问过的人会看到。"), field="reason")
        return declined


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
