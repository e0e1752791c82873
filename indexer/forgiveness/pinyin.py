"""From what somebody typed in Latin letters, perhaps with characters between, to a term of the collection.

A stretch of letters and characters becomes a *pattern*, one place for each syllable: a character that must be
there, a whole syllable, or the beginning of one. ``dengdaiqi``, ``ddq``, ``等dai期`` and ``dengdq`` all fit 等待期.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from indexer.forgiveness.readings import is_han, readings
from indexer.forgiveness.term_index import TermIndex

PLACES_MOST = 12  # syllables of one term
_WAYS_MOST = 12  # readings of one stretch of letters
_INITIALS = frozenset(["zh", "ch", "sh", *"abcdefghjklmnopqrstwxyz"])
_HALF = 1.5  # what a term loses that was typed only in part


@dataclass(frozen=True, slots=True)
class Match:
    """A term that fits; ``score`` as in ``TermIndex.weight``, and more for what was typed in full."""

    number: int
    score: float


def matches(stretch: str, index: TermIndex) -> list[Match]:
    """Terms that ``stretch`` (characters and letters) may stand for, the best first."""
    best: dict[int, float] = {}
    for pattern in _patterns(stretch):
        typed = sum(1.0 for place in pattern if len(place) > 1) + 3.0 * sum(1 for place in pattern if is_han(place[0]))
        for number, loss in _fitting(pattern, index):
            score = index.weight(number) + typed - loss
            best[number] = max(score, best.get(number, score))
    for number in _half_typed(stretch, index):
        best.setdefault(number, index.weight(number) + len(stretch) / 3 - _HALF)
    return sorted((Match(number, score) for number, score in best.items()), key=lambda m: (-m.score, m.number))


def _fitting(pattern: tuple[str, ...], index: TermIndex) -> Iterator[tuple[int, float]]:
    for first in _first_letters(pattern):
        for number in index.initialled(first):
            if _fits(pattern, index.texts[number]):
                yield number, 0.0
        if len(first) >= 3:  # two letters begin too much
            for number in index.initialled(first, whole=False):
                if _fits(pattern, index.texts[number][: len(pattern)]):
                    yield number, _HALF


def _half_typed(stretch: str, index: TermIndex) -> list[int]:
    """Terms whose pinyin goes on where the letters end: ``dengd``."""
    letters = stretch if stretch.isascii() else ""
    return index.spelled(letters, whole=False) if len(letters) >= 4 else []


def _fits(pattern: tuple[str, ...], text: str) -> bool:
    if len(text) != len(pattern):
        return False
    table = readings()
    for place, char in zip(pattern, text, strict=True):
        if place != char and not any(sound.startswith(place) for sound in table.sounds(char)):
            return False
    return True


def _first_letters(pattern: tuple[str, ...]) -> set[str]:
    keys = {""}
    for place in pattern:
        firsts = {sound[0] for sound in readings().sounds(place)} if is_han(place[0]) else {place[0]}
        keys = {key + first for key in keys for first in firsts}
    return keys


def _patterns(stretch: str) -> list[tuple[str, ...]]:
    ways: list[tuple[str, ...]] = [()]
    place = 0
    while place < len(stretch):
        end = place + 1
        if is_han(stretch[place]):
            parts: tuple[tuple[str, ...], ...] = ((stretch[place],),)
        else:
            while end < len(stretch) and not is_han(stretch[end]):
                end += 1
            parts = syllable_ways(stretch[place:end])
        ways = [way + part for way in ways for part in parts if len(way) + len(part) <= PLACES_MOST][:_WAYS_MOST]
        place = end
    return [way for way in ways if len(way) > 1]


@lru_cache(maxsize=2_000)
def syllable_ways(letters: str) -> tuple[tuple[str, ...], ...]:
    """Ways to cut letters into syllables and beginnings of syllables, fewest first.

    >>> syllable_ways("ddq")
    (('d', 'd', 'q'),)
    >>> syllable_ways("dengd")[0]
    ('deng', 'd')
    """
    whole = known_sounds()
    ends: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for end in range(1, len(letters) + 1):
        found: list[tuple[str, ...]] = []
        for start in range(max(0, end - 6), end):
            part = letters[start:end]
            if part in whole or part in _INITIALS:
                found += [(*way, part) for way in ends[start]]
        found.sort(key=lambda way: (len(way), sum(len(part) == 1 for part in way)))
        ends[end] = found[:_WAYS_MOST]
    return tuple(ends[-1])


@lru_cache(maxsize=1)
def known_sounds() -> frozenset[str]:
    return readings().all_sounds()
