"""A solution: what an agent records after a call. Four kinds meet the duty, and are counted apart.

Free text is masked before it becomes one: see ``kb.domain.privacy``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import N_


class SolutionKind(StrEnum):
    USED = "used"  # this entry answered it
    FLAGGED = "flagged"  # something in the entry is wrong
    IMPROVED = "improved"  # a better text for the entry
    ADDED = "added"  # nothing fitted


SOLUTION_NAMES: dict[SolutionKind, str] = {
    SolutionKind.USED: N_("用了"),
    SolutionKind.FLAGGED: N_("有误"),
    SolutionKind.IMPROVED: N_("改进"),
    SolutionKind.ADDED: N_("新增"),
}


class FollowUp(StrEnum):
    NONE = "none"
    OPEN = "open"
    DONE = "done"


FOLLOW_UP_NAMES: dict[FollowUp, str] = {
    FollowUp.NONE: N_("不用跟进"),
    FollowUp.OPEN: N_("待跟进"),
    FollowUp.DONE: N_("已跟进"),
}


class Outcome(StrEnum):
    """What coordinators made of a solution."""

    WAITING = "waiting"
    PHRASING = "phrasing"  # its wording was learned for the entry
    CORRECTION = "correction"  # the entry was, or is being, put right
    ENTRY = "entry"  # an entry comes of it
    DECLINED = "declined"
    KNOWN = "known"  # a used one in words that the entry has already: nothing to do


OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.WAITING: N_("待处理"),
    Outcome.PHRASING: N_("收为相似问"),
    Outcome.CORRECTION: N_("据此更正"),
    Outcome.ENTRY: N_("写成条目"),
    Outcome.DECLINED: N_("未采纳"),
    Outcome.KNOWN: N_("已经收录"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """``number`` 0 is not stored yet. ``key`` is the sender's own, so that sending it again keeps one.

    ``asked``: the caller's question. ``text``: the answer or steps, what is wrong (flagged), or the better text
    (improved). ``result``: how it ended. ``code`` and ``revision``: the entry that it speaks of ("" and None for one
    that was added). ``opened``: the entry was opened or copied in this call. ``masked``: how many pieces of personal data
    were hidden. ``follow_due``: what was promised. ``flag_due``: by when a flag must be answered. ``version`` counts
    its states, from 1. ``outcome`` and what goes with it: what coordinators made of it. ``draft``: the draft
    that is being written from it, which may be gone by now.
    """

    number: int = 0
    call: int
    key: str
    person: str
    team: str = ""
    at: datetime
    version: int = 1
    kind: SolutionKind
    problem_type: str = ""
    product: str = ""
    asked: str = ""
    text: str = ""
    result: str = ""
    code: str = ""
    revision: int | None = None
    opened: bool = False
    masked: int = 0
    follow_up: FollowUp = FollowUp.NONE
    follow_due: datetime | None = None
    follow_note: str = ""
    flag_due: datetime | None = None
    outcome: Outcome = Outcome.WAITING
    outcome_code: str = ""
    outcome_reason: str = ""
    outcome_by: str = ""
    outcome_at: datetime | None = None
    draft: int | None = None
