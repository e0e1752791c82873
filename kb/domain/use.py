"""Use of the base, measured: what counts under which name, call by call. Each figure is the number of things named here.

One walk over a call gives every name with the thing that it counts, so that a sum and the list behind it can never
differ. A name is a ``Count``, or one with a key: ``exempt/silent``, ``waited/12``.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple, Protocol

from kb.domain.calls import EXEMPT, ActKind
from kb.domain.rules import DEFAULT_RULES, Rules
from kb.domain.solutions import Outcome, SolutionKind

SAME_LEAST = 3  # the same text so often in a period is shown
BURST_LEAST, BURST_WITHIN, SHIFT_END = 5, timedelta(minutes=10), timedelta(minutes=30)
WAITED_MOST = 3600  # seconds; what took longer was no answer to that question

Sums = Counter[str]


class Count(StrEnum):
    """What is counted, per call that has ended. Their sentences are in ``kb.domain.report_figures``."""

    ENDED = "ended"
    EXEMPT = "exempt"  # with the reason as key
    IN_TIME = "in_time"
    LATE = "late"
    OWED = "owed"
    SEARCHED = "searched"
    USED = "used"
    CONFIRMED = "confirmed"
    FLAGGED = "flagged"
    IMPROVED = "improved"
    ADDED = "added"
    DECIDED = "decided"
    ACCEPTED = "accepted"
    LINKED = "linked"
    SEARCHES = "searches"
    ZERO = "zero"
    WAITED = "waited"  # with whole seconds as key
    UNOPENED = "unopened"
    SHORT = "short"
    FLAG_IN_TIME = "flag_in_time"  # flags answered within their time
    FLAG_LATE = "flag_late"
    SAID = "said"  # with a text's mark as key: only those said again and again are shown
    HURRIED = "hurried"  # with the moment as key: only those that crowd together are shown


class CallFacts(Protocol):
    """A ``Call`` that has ended, or a row with these of its fields."""

    @property
    def number(self) -> int: ...
    @property
    def person(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def shift(self) -> str: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def settled_at(self) -> datetime | None: ...
    @property
    def settled_as(self) -> str: ...
    @property
    def exemption(self) -> str | None: ...


class SolutionFacts(Protocol):
    """A ``Solution``, or a row with these of its fields."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def problem_type(self) -> str: ...
    @property
    def asked(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def opened(self) -> bool: ...
    @property
    def outcome(self) -> str: ...
    @property
    def flag_due(self) -> datetime | None: ...
    @property
    def outcome_at(self) -> datetime | None: ...


class ActFacts(Protocol):
    """An ``Act``, or a row with these of its fields."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def hits(self) -> int | None: ...
    @property
    def waited(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Case:
    """A call that has ended, with all that belongs to it, in their order."""

    call: CallFacts
    solutions: Sequence[SolutionFacts]
    acts: Sequence[ActFacts]


Thing = CallFacts | SolutionFacts | ActFacts


class Measure(NamedTuple):
    """What a centre's rules say that counting depends on. ``ends``: minutes of the day at which a shift ends."""

    least: int
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The measures that have held, one more than the moments ``since`` which another held. A call is measured by what
    held when it ended: a rule that is changed today changes no figure of yesterday."""

    measures: tuple[Measure, ...]
    since: tuple[datetime, ...]
    zone: tzinfo

    def at(self, moment: datetime | None) -> Measure:
        return self.measures[-1 if moment is None else bisect_right(self.since, moment)]


def ground_of(states: Sequence[Rules], zone: tzinfo) -> Ground:
    """``states`` of the rules that were saved, in any order; before the first of them the defaults held."""
    measures, since = [_measure(DEFAULT_RULES)], list[datetime]()
    for state in sorted(states, key=lambda state: state.number):
        measure = _measure(state)
        if measure != measures[-1] and state.at is not None:
            measures.append(measure)
            since.append(state.at)
    return Ground(tuple(measures), tuple(since), zone)


def _measure(rules: Rules) -> Measure:
    """A shift ends when another begins."""
    ends = sorted({int(start[:2]) * 60 + int(start[3:]) for start in rules.shift_starts})
    return Measure(rules.solution_least, tuple(ends))


def counted(case: Case, ground: Ground) -> Iterator[tuple[str, Thing]]:
    """Every name under which something in this call counts, with that thing."""
    call = case.call
    yield Count.ENDED, call
    if call.settled_as == EXEMPT:
        yield f"{Count.EXEMPT}/{call.exemption}", call
    elif call.settled_at is None:
        yield Count.OWED, call
    else:
        in_time = call.due_at is None or call.settled_at <= call.due_at
        yield Count.IN_TIME if in_time else Count.LATE, call
        if any(act.kind == ActKind.SEARCH and act.at <= call.settled_at for act in case.acts):
            yield Count.SEARCHED, call
    for act in case.acts:
        yield from _of_act(act)
    for solution in case.solutions:
        yield from _of_solution(solution, call, ground)


def _of_act(act: ActFacts) -> Iterator[tuple[str, Thing]]:
    if act.kind == ActKind.SEARCH:
        yield Count.SEARCHES, act
        if act.hits == 0:
            yield Count.ZERO, act
    elif act.kind == ActKind.OPEN and act.waited is not None:
        yield f"{Count.WAITED}/{min(int(act.waited), WAITED_MOST)}", act


def _of_solution(solution: SolutionFacts, call: CallFacts, ground: Ground) -> Iterator[tuple[str, Thing]]:
    is_used = solution.kind == SolutionKind.USED
    yield str(solution.kind), solution
    if is_used:
        yield Count.CONFIRMED if solution.opened else Count.UNOPENED, solution
    elif solution.outcome != Outcome.WAITING:
        yield Count.DECIDED, solution
        if solution.outcome != Outcome.DECLINED:
            yield Count.ACCEPTED, solution
        if solution.kind == SolutionKind.FLAGGED:
            due, at = solution.flag_due, solution.outcome_at
            yield Count.FLAG_LATE if due and at and at > due else Count.FLAG_IN_TIME, solution
    if solution.code:
        yield Count.LINKED, solution
    measure, letters = ground.at(call.ended_at), letters_of(solution.text)
    if len(letters) < measure.least and (letters or not is_used):  # a used entry speaks for itself
        yield Count.SHORT, solution
    if letters:
        yield f"{Count.SAID}/{mark_of(letters)}", solution
    is_late = call.ended_at is not None and solution.at - call.ended_at > SHIFT_END
    if is_late and _ends_soon(solution.at.astimezone(ground.zone), measure):
        yield f"{Count.HURRIED}/{int(solution.at.timestamp())}", solution


def _ends_soon(local: datetime, measure: Measure) -> bool:
    minute = local.hour * 60 + local.minute
    return any(0 < (end - minute) % (24 * 60) <= SHIFT_END.seconds // 60 for end in measure.ends)


def letters_of(text: str) -> str:
    """Letters and digits only, in one form: what makes two texts the same."""
    if not text:
        return ""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def mark_of(letters: str) -> str:
    return hashlib.blake2b(letters.encode(), digest_size=6).hexdigest()


def sums_of(cases: Iterable[Case], ground: Ground) -> dict[tuple[str, str, str], Sums]:
    """The sums of each (team, shift, person)."""
    found: dict[tuple[str, str, str], Sums] = {}
    for case in cases:
        who = (case.call.team, case.call.shift, case.call.person)
        sums = found.get(who)
        if sums is None:
            sums = found[who] = Counter()
        for name, _ in counted(case, ground):
            sums[name] += 1
    return found


class Topic(StrEnum):
    """What is counted by what it is about, not by who did it. The key is a problem type, a question or a code."""

    TYPE = "type"
    ASKED = "asked"
    USED = "used"
    FLAGGED = "flagged"
    IMPROVED = "improved"
    OPENED = "opened"


def topics_of(case: Case) -> Iterator[tuple[str, Thing]]:
    """What this call was about, with the solution or act that says so: ``type/理赔``, ``asked/等待期多久``,
    ``used/FAQ-0042``."""
    for solution in case.solutions:
        yield f"{Topic.TYPE}/{solution.problem_type}", solution
        if question := question_of(solution.asked):
            yield f"{Topic.ASKED}/{question}", solution
        if solution.code and solution.kind != SolutionKind.ADDED:
            yield f"{solution.kind}/{solution.code}", solution
    for act in case.acts:
        if act.kind == ActKind.OPEN and act.code:
            yield f"{Topic.OPENED}/{act.code}", act


def question_of(asked: str) -> str:
    """Questions that differ only in width, case, spaces or the mark at the end are one."""
    return " ".join(unicodedata.normalize("NFKC", asked).casefold().split()).rstrip("?!。.,、~ ")[:80]


def keyed(sums: Mapping[str, int], name: str) -> dict[str, int]:
    """The part of ``sums`` that stands under ``name``, by key."""
    start = f"{name}/"
    return {key[len(start) :]: count for key, count in sums.items() if key.startswith(start)}


def repeated(sums: Mapping[str, int]) -> frozenset[str]:
    """Marks of the texts that one person gave again and again; ``sums`` are this person's over a whole period."""
    return frozenset(mark for mark, times in keyed(sums, Count.SAID).items() if times >= SAME_LEAST)


def crowded(sums: Mapping[str, int]) -> frozenset[str]:
    """Moments (as keys of ``HURRIED``) at which one person recorded old calls in a burst as the shift ended."""
    moments = sorted(int(key) for key, times in keyed(sums, Count.HURRIED).items() for _ in range(times))
    within = int(BURST_WITHIN.total_seconds())
    found = set()
    for first in moments:
        start, stop = bisect_left(moments, first), bisect_right(moments, first + within)
        if stop - start >= BURST_LEAST:
            found.update(moments[start:stop])
    return frozenset(map(str, found))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
