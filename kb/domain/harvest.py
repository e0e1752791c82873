"""From solutions to knowledge: what waits for a coordinator, gathered by entry and by likeness of wording.

Likeness is that of pairs of neighbouring characters, after synonyms were made one word: more is not needed, as a
coordinator looks at each group anyway before anything comes of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from kb.domain.content import PHRASING_MOST
from kb.domain.errors import N_
from kb.domain.learning import form
from kb.domain.person import Permission, Person, Role
from kb.domain.privacy import mask
from kb.domain.solutions import Solution, SolutionKind

InOneWord = Callable[[str], str]


class Sort(StrEnum):
    """What a group asks of the coordinator."""

    CORRECT = "correct"  # flags and better texts for one entry
    LEARN = "learn"  # an entry was used for wordings that it does not know
    ADD = "add"  # nothing fitted: similar questions


SORT_NAMES: dict[Sort, str] = {
    Sort.CORRECT: N_("有误和改进"),
    Sort.LEARN: N_("新说法"),
    Sort.ADD: N_("新问题"),
}

SORTS: dict[SolutionKind, Sort] = {
    SolutionKind.FLAGGED: Sort.CORRECT,
    SolutionKind.IMPROVED: Sort.CORRECT,
    SolutionKind.USED: Sort.LEARN,
    SolutionKind.ADDED: Sort.ADD,
}

_LIKE_LEAST, _CORE_LEAST = 0.5, 0.34
_PAIRS_MOST, _LEADERS_MOST, _CANDIDATES_MOST = 5, 60, 6
_REMEMBERED = 32_768  # wordings whose pairs were taken before: a queue is looked at again and again
_LETTERS_LEAST = 2
_FILLER = re.compile(
    "请问|您好|你好|为什么|我?想?(?:咨询|了解|问)一?下|(?:怎么|该怎么|要怎么)办|怎么样|怎么|怎样|如何|多久|多长时间|多少|几天|什么时候|"
    "什么|可不可以|能不能|可以|是不是|有没有|需要|一下|[吗呢啊吧呀的了么我你您是要能]"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Waiting solutions with the same words: how many, the first one's number, when the last came, and the earliest time
    by which a flag among them must be answered."""

    kind: SolutionKind
    code: str
    asked: str
    times: int
    first: int
    last_at: datetime
    flag_due: datetime | None = None

    @property
    def sort(self) -> Sort:
        return SORTS[self.kind]


@dataclass(frozen=True, slots=True)
class Group:
    """What is dealt with together. ``wordings``: the most frequent first; ``code`` "" for new questions.

    ``number`` is the lowest of its solutions and names the group in addresses.
    """

    sort: Sort
    code: str
    wordings: tuple[Waiting, ...]

    @property
    def number(self) -> int:
        return min(one.first for one in self.wordings)

    @property
    def times(self) -> int:
        return sum(one.times for one in self.wordings)

    @property
    def last_at(self) -> datetime:
        return max(one.last_at for one in self.wordings)

    @property
    def flag_due(self) -> datetime | None:
        return min((one.flag_due for one in self.wordings if one.flag_due), default=None)

    def is_overdue(self, now: datetime) -> bool:
        return self.flag_due is not None and self.flag_due < now


def sees(person: Person, solution: Solution) -> bool:
    """Everybody sees their own; coordinators all; who sees reports those of others, a team leader the team's."""
    if person.disabled_at is not None:
        return False
    if solution.person == person.login or person.may(Permission.PUBLISH):
        return True
    if person.role is Role.TEAM_LEADER:
        return bool(person.team) and solution.team == person.team
    return person.may(Permission.SEE_REPORTS)


def is_learnable(wording: str) -> bool:
    """Whether it can be kept as a phrasing: see ``kb.domain.learning.heard``."""
    return len(form(wording)) >= _LETTERS_LEAST and len(wording) <= PHRASING_MOST and mask(wording).text == wording


def likeness(one: str, other: str) -> float:
    """0 to 1: how alike two wordings are, with and without what callers say around a question.

    >>> likeness("等待期多久", "请问等待期是几天？") > 0.5 > likeness("等待期多久", "犹豫期多久")
    True
    """
    return _like(_shape(one), _shape(other))


def as_it_stands(wording: str) -> str:
    return wording


def gather(waiting: Iterable[Waiting], in_one_word: InOneWord = as_it_stands) -> list[Group]:
    """Those of an entry belong together, corrections apart from phrasings; new questions by likeness.

    ``in_one_word``: a wording with each of several words for the same thing as one of them.
    """
    of_entries: dict[tuple[Sort, str], list[Waiting]] = {}
    new: list[Waiting] = []
    for one in waiting:
        if one.sort is Sort.ADD:
            new.append(one)
        else:
            of_entries.setdefault((one.sort, one.code), []).append(one)
    groups = [Group(sort, code, tuple(_by_times(found))) for (sort, code), found in of_entries.items()]
    return groups + [Group(Sort.ADD, "", found) for found in _alike(tuple(_by_times(new)), in_one_word)]


def in_order(groups: Iterable[Group], now: datetime) -> list[Group]:
    """Flags past their time first, the longest so first; then the most frequent, of those the oldest."""

    def rank(group: Group) -> tuple[bool, float, int, int]:
        late = group.is_overdue(now)
        due = group.flag_due.timestamp() if late and group.flag_due else 0.0
        return (not late, due, -group.times, group.number)

    return sorted(groups, key=rank)


def _by_times(waiting: Iterable[Waiting]) -> list[Waiting]:
    return sorted(waiting, key=lambda one: (-one.times, one.first))


@dataclass(frozen=True, slots=True)
class _Shape:
    form: str
    whole: frozenset[str]
    core: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def _shape(wording: str) -> _Shape:
    plain = form(wording)
    return _Shape(plain, _pairs(plain), _pairs(_FILLER.sub("", plain) or plain))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(max(1, len(text) - 1))) if text else frozenset()


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else float(one == other)


def _like(one: _Shape, other: _Shape) -> float:
    core = _dice(one.core, other.core)
    return (core + _dice(one.whole, other.whole)) / 2 if core >= _CORE_LEAST else 0.0


@lru_cache(maxsize=2)  # a coordinator goes back and forth between the queue and its groups
def _alike(ordered: tuple[Waiting, ...], in_one_word: InOneWord) -> tuple[tuple[Waiting, ...], ...]:
    """Each joins the first group whose most frequent wording it is like, or begins one.

    Looking only at groups that share one of its rarest pairs, and at a bounded number of those, keeps 20,000 wordings
    within a second or two.
    """
    groups: list[list[Waiting]] = []
    shapes: list[_Shape] = []
    holding: dict[str, list[int]] = {}
    same: dict[str, int] = {}
    for one in ordered:
        shape = _shape(in_one_word(one.asked))
        at = same.get(shape.form)
        if at is None:
            at = _nearest(shape, shapes, holding)
        if at is None:
            at = len(groups)
            groups.append([])
            shapes.append(shape)
            for pair in shape.core:
                holding.setdefault(pair, []).append(at)
        same.setdefault(shape.form, at)
        groups[at].append(one)
    return tuple(map(tuple, groups))


def _nearest(shape: _Shape, shapes: Sequence[_Shape], holding: dict[str, list[int]]) -> int | None:
    rare = sorted((len(holding[pair]), pair) for pair in shape.core if pair in holding)
    shared: Counter[int] = Counter()
    for _, pair in rare[:_PAIRS_MOST]:
        shared.update(holding[pair][:_LEADERS_MOST])
    best, found = _LIKE_LEAST, None
    for at, _ in shared.most_common(_CANDIDATES_MOST):
        how = _like(shape, shapes[at])
        if how > best or (how == best and found is None):
            best, found = how, at
    return found
