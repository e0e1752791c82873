"""Questions proposed from the entries, and what trainers say of them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from kb.domain.content import Content, check_code
from kb.domain.entry import Entry, check_reason
from kb.domain.errors import N_, Conflict, NotAllowed, NotFound
from kb.domain.exams.calendar import months_before
from kb.domain.exams.likeness import answer_of
from kb.domain.exams.propose import RULE_NAMES, Origin, Proposal, propose
from kb.domain.exams.propose.ranking import PRIOR
from kb.domain.exams.question import Question, QuestionContent
from kb.domain.person import Permission, Person, may_see
from kb.ports import Store, UnitOfWork, Verdict
from kb.services.anchoring import around
from kb.services.bank import Bank, add_question
from kb.services.item_statistics import ItemStatistics

SISTERS_MOST, CHOSEN_MOST, LOOKED_AT_MOST, KNOWN_MOST = 40, 200, 40, 500
COMPARED_MOST = 8  # offers of an entry, the best ones, that are held against the whole bank
LOOK_BACK = timedelta(days=30)
FAILED_MONTHS = 2  # before the present one
_WEIGHT = 10  # verdicts that the prior of a rule counts for


class Scope(StrEnum):
    MONTH = "month"
    OPENED = "opened"
    FLAGGED = "flagged"
    FAILED = "failed"
    CATEGORY = "category"
    ENTRIES = "entries"


SCOPE_NAMES: dict[Scope, str] = {
    Scope.MONTH: N_("本月新增与变更"),
    Scope.OPENED: N_("座席用得最多"),
    Scope.FLAGGED: N_("座席指出最多"),
    Scope.FAILED: N_("考试答错最多"),
    Scope.CATEGORY: N_("按分类"),
    Scope.ENTRIES: N_("指定条目"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to propose from. ``month``: its first day, None for the present one."""

    scope: Scope = Scope.MONTH
    month: date | None = None
    category: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal that nobody has judged. ``digest`` names it; ``like`` is a question of the bank that asks the same, 0 for
    none, or when it was not held against the bank; ``leading`` and ``following`` are what stands around its source."""

    digest: str
    proposal: Proposal
    like: int
    leading: str
    following: str


@dataclass(frozen=True, slots=True)
class Group:
    """The offers from one entry, the best first. ``times``: how often it was opened or flagged, 0 when not counted."""

    code: str
    revision: int
    title: str
    times: int
    offers: list[Offer]


@dataclass(frozen=True, slots=True)
class Batch:
    """``entries``: how many the choice has; ``after``: where the next batch begins, None at the end."""

    groups: list[Group]
    entries: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """How the proposals of a rule fared."""

    rule: str
    accepted: int
    judged: int


class Proposing:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo, bank: Bank) -> None:
        self._store, self._clock, self._zone, self._bank = store, clock, zone, bank
        self._made: dict[object, list[Proposal]] = {}

    def batch(self, person: Person, wanted: Wanted, *, start: int = 0, size: int = 3) -> Batch:
        """The next ``size`` entries from place ``start`` on that still have something to offer."""
        person.require(Permission.KEEP_QUESTIONS)
        at = self._clock()
        with self._store.read() as uow:
            codes = self._codes(uow, person, wanted, at)
            judged, acceptance = uow.bank.judged(), _acceptance(uow)
            groups: list[Group] = []
            place = max(0, start)
            last = min(len(codes), place + LOOKED_AT_MOST)
            while place < last and len(groups) < size:
                code, times = codes[place]
                place += 1
                group = self._group(uow, person, code, times, judged, acceptance, at)
                if group is not None and group.offers:
                    groups.append(group)
            return Batch(groups, len(codes), place if place < len(codes) else None)

    def all(self, person: Person, wanted: Wanted) -> Iterator[Group]:
        """Every entry of the choice with what it offers, one after the other."""
        start: int | None = 0
        while start is not None:
            batch = self.batch(person, wanted, start=start, size=LOOKED_AT_MOST)
            yield from batch.groups
            start = batch.after

    def rates(self, person: Person) -> list[Rate]:
        """Rules that were judged, by name."""
        person.require(Permission.REVIEW_QUESTIONS)
        with self._store.read() as uow:
            return [Rate(rule, *counts) for rule, counts in sorted(uow.bank.acceptance().items())]

    def find(self, person: Person, code: str, digest: str) -> Proposal:
        """Raises ``Conflict`` when the entry does not offer it any more, or somebody has judged it."""
        person.require(Permission.KEEP_QUESTIONS)
        with self._store.read() as uow:
            return self._find(uow, person, code, digest)

    def accept(
        self, person: Person, code: str, digest: str, *, content: QuestionContent | None = None, reason: str = ""
    ) -> Question:
        """Take a proposal into the bank: word for word (then it counts as reviewed), or as ``content``, a draft."""
        proposal = self.find(person, code, digest)
        at = self._clock()
        taken = content or proposal.content
        edited = content is not None and content.digest != proposal.content.digest
        with self._store.write() as uow:
            self._not_judged(uow, digest)
            question = add_question(
                uow, person, taken, at, reason=reason or N_("采纳自动出题"), rule=proposal.rule, is_read=not edited
            )
            verdict = Verdict(
                digest=digest, rule=proposal.rule, accepted=True, edited=edited, question=question.number,
                by=person.login, at=at,
            )  # fmt: skip
            uow.bank.add_verdict(verdict)
            uow.commit()
            return question

    def reject(self, person: Person, code: str, digest: str, *, reason: str) -> None:
        """Say why not; it does not come again. Raises ``Invalid`` without a reason."""
        proposal = self.find(person, code, digest)
        reason, at = check_reason(reason), self._clock()
        with self._store.write() as uow:
            self._not_judged(uow, digest)
            uow.bank.add_verdict(
                Verdict(digest=digest, rule=proposal.rule, accepted=False, reason=reason, by=person.login, at=at)
            )
            detail = {"rule": proposal.rule, "reason": reason, "stem": proposal.content.stem[:100]}
            uow.audit.add(at=at, by=person.login, action="proposal.reject", subject=check_code(code), detail=detail)
            uow.commit()

    def _find(self, uow: UnitOfWork, person: Person, code: str, digest: str) -> Proposal:
        self._not_judged(uow, digest)
        group = self._group(uow, person, check_code(code), 0, set(), _acceptance(uow), self._clock(), compared=0)
        for offer in group.offers if group else ():
            if offer.digest == digest:
                return offer.proposal
        raise Conflict(N_("{code} 已有变化，这道题不再适用，请刷新。"), code=code[:40])

    def _not_judged(self, uow: UnitOfWork, digest: str) -> None:
        if digest in uow.bank.judged():
            raise Conflict(N_("这道题已经处理过了，请刷新。"))

    def _codes(self, uow: UnitOfWork, person: Person, wanted: Wanted, at: datetime) -> list[tuple[str, int]]:
        sources = uow.sources
        match wanted.scope:
            case Scope.MONTH:
                since, until = month_of(wanted.month or at.astimezone(self._zone).date(), self._zone)
                return [(code, 0) for code in sources.changed(since, until, at)]
            case Scope.OPENED:
                return sources.opened(at - LOOK_BACK, at, at, CHOSEN_MOST)
            case Scope.FLAGGED:
                return sources.flagged(at - LOOK_BACK, at, at, CHOSEN_MOST)
            case Scope.FAILED:
                return self._failed(uow, person, at)
            case Scope.CATEGORY:
                return [(code, 0) for code in sources.within(wanted.category, at)] if wanted.category else []
        codes = list(dict.fromkeys(check_code(code, field="codes") for code in wanted.codes))[:CHOSEN_MOST]
        known = uow.entries.in_force(codes, at)
        missing = [code for code in codes if code not in known]
        if missing:
            raise NotFound(N_("没有生效的条目 {code}。"), code=missing[0])
        return [(code, 0) for code in codes]

    def _failed(self, uow: UnitOfWork, person: Person, at: datetime) -> list[tuple[str, int]]:
        """Entries whose questions most people got wrong, this month and the two before, with how many times; the keys of
        a paper that this person is still to take tell nothing."""
        today = at.astimezone(self._zone).date()
        statistics = ItemStatistics(self._store, self._clock)
        wrong: Counter[str] = Counter()
        for paper in {batch.paper for batch in uow.sittings.of_months(months_before(today.replace(day=1), FAILED_MONTHS), today)}:
            try:
                forms = statistics.of_paper(person, paper).forms
            except NotAllowed:
                continue
            for one in (one for form in forms for one in form.items):
                code = one.item.content.source.code
                if code and one.facility is not None:
                    wrong[code] += round(one.count * (1 - one.facility.value))
        known = uow.entries.in_force(list(wrong), at)
        most = ((code, times) for code, times in wrong.items() if times and code in known)
        return sorted(most, key=lambda pair: (-pair[1], pair[0]))[:CHOSEN_MOST]

    def _group(
        self, uow: UnitOfWork, person: Person, code: str, times: int, judged: set[str], acceptance: Mapping[str, float],
        at: datetime, *, compared: int = COMPARED_MOST,
    ) -> Group | None:  # fmt: skip
        entry = uow.entries.find(code)
        period = entry.period_at(at) if entry else None
        if entry is None or period is None:
            return None
        content = entry.revision(period.revision).content
        if not may_see(person.role, entry.latest.content.roles) or not may_see(person.role, content.roles):
            return None
        proposals = self._proposals(uow, entry, period.revision, content, acceptance, at)
        named = ((digest_of(code, proposal), proposal) for proposal in proposals)
        offers: list[Offer] = []
        for digest, proposal in named:
            if digest not in judged:
                like = self._bank.nearest(uow, proposal.content) if len(offers) < compared else 0
                offers.append(Offer(digest, proposal, like, *_around(content, proposal)))
        return Group(code, period.revision, content.title, times, offers)

    def _proposals(
        self,
        uow: UnitOfWork,
        entry: Entry,
        number: int,
        content: Content,
        acceptance: Mapping[str, float],
        at: datetime,
    ) -> list[Proposal]:
        near = uow.sources.near(content.category, content.product, at, SISTERS_MOST)
        held = uow.entries.in_force((code for code in near if code != entry.code), at)
        before = _before(entry, number, at)
        key = (
            entry.code, number, before.digest if before else "", tuple(acceptance.items()),
            tuple((code, dated.revision.number) for code, dated in sorted(held.items())),
        )  # fmt: skip
        if key not in self._made:
            if len(self._made) >= KNOWN_MOST:
                self._made.clear()
            sisters: Sequence[tuple[str, Content]] = [(code, dated.revision.content) for code, dated in held.items()]
            origin = Origin(code=entry.code, revision=number, content=content)
            self._made[key] = propose(origin, before=before, sisters=sisters, acceptance=acceptance)
        return self._made[key]


def _around(content: Content, proposal: Proposal) -> tuple[str, str]:
    source = proposal.content.source
    return around(getattr(content, source.part), source)


def digest_of(code: str, proposal: Proposal) -> str:
    """Names a proposal: the same entry asked the same by the same rule, whatever the wrong options are."""
    content = proposal.content
    said = [code, proposal.rule, str(content.type), content.stem, sorted(answer_of(content))]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def month_of(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Beginning and end (exclusive) of the month of ``day`` on the clocks of ``zone``."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return datetime(first.year, first.month, 1, tzinfo=zone), datetime(following.year, following.month, 1, tzinfo=zone)


def _before(entry: Entry, number: int, at: datetime) -> Content | None:
    """What was in force before revision ``number``."""
    earlier = [p.revision for p in entry.timeline() if p.starts <= at and p.revision != number]
    return entry.revision(earlier[-1]).content if earlier else None


def _acceptance(uow: UnitOfWork) -> dict[str, float]:
    """The share of each rule's proposals that was accepted; few verdicts move it little from what was measured before."""
    found = {}
    for rule, (accepted, judged) in sorted(uow.bank.acceptance().items()):
        if rule in RULE_NAMES:
            found[rule] = round((accepted + _WEIGHT * PRIOR.get(rule, 0.5)) / (judged + _WEIGHT), 3)
    return found
