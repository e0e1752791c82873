"""Numbers as people write them: groups of digits with blanks, dots or dashes between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DIGITS_MOST = 22
_GROUP = re.compile(r"\d+")
_GAP = re.compile(r"[\s.\-_·•・‧‐-―−﹣~,/*+、。]{1,3}|\s?(?:横杠|杠|空格)\s?|\)\s?-?\s?")
_DASHES = "-_‐‑‒–—―−﹣~杠横"
_DOTS = ".·•・‧。"
_ODD = ",/*+、"


@dataclass(frozen=True, slots=True)
class Group:
    """A run of digits without a gap. ``gap`` is the kind of what stands before it: "" for what parts numbers."""

    start: int
    end: int
    text: str
    gap: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Some groups in a row. ``digits`` is what they say together."""

    groups: tuple[Group, ...]

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @property
    def digits(self) -> str:
        return "".join(group.text for group in self.groups)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(group.text) for group in self.groups)

    @property
    def gaps(self) -> frozenset[str]:
        return frozenset(group.gap for group in self.groups[1:])


def groups_of(text: str) -> list[Group]:
    found: list[Group] = []
    end = 0
    for match in _GROUP.finditer(text):
        gap = _kind(text[end : match.start()]) if found else ""
        found.append(Group(match.start(), match.end(), match.group(), gap))
        end = match.end()
    return found


def candidates(groups: Sequence[Group]) -> Iterator[Candidate]:
    """Every row of groups that could be one number, at most ``DIGITS_MOST`` digits, the longer first at each place.

    A row of single digits (1 3 8 …) is not cut in its middle: it begins and ends where the row does.
    """
    for first in range(len(groups)):
        if _continues(groups, first):
            continue
        total, ends = 0, []
        for last in range(first, len(groups)):
            if last > first and not groups[last].gap:
                break
            total += len(groups[last].text)
            if total > DIGITS_MOST:
                break
            if not (last + 1 < len(groups) and _continues(groups, last + 1)):
                ends.append(last)
        for last in reversed(ends):
            yield Candidate(tuple(groups[first : last + 1]))


def _continues(groups: Sequence[Group], place: int) -> bool:
    """Whether the group at ``place`` goes on with a row of single digits."""
    if not place or not groups[place].gap:
        return False
    return len(groups[place].text) == len(groups[place - 1].text) == 1


def _kind(gap: str) -> str:
    if len(gap) > 6 or not _GAP.fullmatch(gap):
        return ""
    shown = gap.strip()
    for kind, chars in (("paren", ")"), ("odd", _ODD), ("dash", _DASHES), ("dot", _DOTS)):
        if any(char in chars for char in shown):
            return kind
    return "space"
