"""The neighbour step: strings that are no words of the collection, and the words they were probably meant to be.

A wrong character breaks the segmentation, so the raw string is looked at: every window of two to eight characters
that holds a doubtful one is compared with the collection's terms by sound and by one changed, missing, surplus or
swapped character (``hashing``). Which repair wins is said by ``_score``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from indexer.budget import Budget
from indexer.forgiveness import hashing
from indexer.forgiveness.hashing import LENGTH_MOST, Codes, Family, Lengths
from indexer.forgiveness.pieces import is_number
from indexer.forgiveness.readings import is_han, readings
from indexer.forgiveness.shapes import look_alike
from indexer.forgiveness.term_index import TermIndex, codes, sounds
from indexer.forgiveness.values import Repair, Step
from indexer.forgiveness.weak import DOUBTFUL, FUNCTION, SOUND, UNKNOWN

# What a difference costs: same reading with tone, same without, easily confused.
_BY_SOUND = (0.0, 0.5, 1.5)
_BY_SHAPE = 2.5  # another character that looks alike
_BY_OTHER = 4.0
_NEXT = 0.5  # each difference after the first
_SURPLUS, _MISSING, _SWAPPED = 3.0, 4.0, 2.5
_DOUBTFUL = 1.5  # for changing a character that makes sense elsewhere
_RIGHT = 2.0  # what each character says that stays as it was, or sounds as it should
_BESIDE, _BESIDE_IN_TITLE = 0.7, 1.5  # a repaired edge that the collection has beside the same neighbour
_LEAST_BY_SOUND, _LEAST = 4.5, 3.5  # below this score a repair is a guess
_LONG = 4  # characters
_OTHERS, _NEAR = 2, 2.0
_COLUMNS, _NOTHING = np.arange(LENGTH_MOST), np.uint64(0)

Together = Callable[[str], float]


class Kind(Enum):
    SOUND = 0
    SHAPE = 1
    OTHER = 2
    LENGTH = 3  # missing, surplus or swapped


@dataclass(frozen=True, slots=True)
class Fault:
    """Where ``before`` differs from the term, and what that costs."""

    kind: Kind
    places: list[int]
    cost: float


@dataclass(frozen=True, slots=True)
class Candidate:
    start: int
    end: int
    number: int  # of the term
    score: float


_Spans = Mapping[tuple[int, int], Sequence[Candidate]]


def neighbour_repairs(
    text: str, index: TermIndex, doubts: Sequence[int], together: Together | None, budget: Budget
) -> list[Repair]:
    """Repairs of ``text`` that do not overlap, by position.

    Args:
        doubts: see ``weak.doubts``.
        together: how well a term goes with the rest of the question, 0 to 3; decides among near candidates.
        budget: when it is spent, the best of what has been compared so far is taken.
    """
    taken: list[Repair] = []
    candidates = sorted(_candidates(text, index, doubts, budget), key=_goodness)
    spans: dict[tuple[int, int], list[Candidate]] = {}
    for candidate in candidates:
        spans.setdefault((candidate.start, candidate.end), []).append(candidate)
    for best in candidates:
        if any(best.start < r.end and r.position < best.end for r in taken):
            continue
        rivals = [c for c in spans[best.start, best.end] if c.score >= best.score - _NEAR]
        if together is not None:
            rivals.sort(key=lambda c: -c.score - together(index.texts[c.number]))
        best = _whole(rivals[0], spans, text, index, doubts)
        others = tuple(
            index.texts[c.number] for c in rivals[1 : _OTHERS + 1] if (c.start, c.end) == (best.start, best.end)
        )
        taken.append(Repair(text[best.start : best.end], index.texts[best.number], Step.NEIGHBOUR, best.start, others))
    return sorted(taken, key=lambda r: r.position)


def _goodness(candidate: Candidate) -> tuple[float, int, int, int]:
    """Sorts the best first."""
    return -candidate.score, candidate.start, candidate.number, candidate.end


def _whole(best: Candidate, spans: _Spans, text: str, index: TermIndex, doubts: Sequence[int]) -> Candidate:
    """The longest term that says the same: not 等侍 → 等待 with 期 left over, but 等侍期 → 等待期."""

    def result(c: Candidate) -> str:
        return text[: c.start] + index.texts[c.number] + text[c.end :]

    around = (
        (start, end)
        for start in range(max(0, best.end - LENGTH_MOST), best.start + 1)
        for end in range(best.end, min(start + LENGTH_MOST, len(text)) + 1)
        if SOUND not in doubts[start:end]
    )
    wider = [c for span in around for c in spans.get(span, ()) if result(c) == result(best)]
    return min(wider, key=lambda c: (c.start - c.end, _goodness(c)), default=best)


def _candidates(text: str, index: TermIndex, doubts: Sequence[int], budget: Budget) -> Iterator[Candidate]:
    seen: set[tuple[int, int, int]] = set()
    for start, end, number in _near(text, index, doubts):
        if budget.is_spent():
            return
        if (start, end, number) in seen:
            continue
        seen.add((start, end, number))
        score = _score(text, start, end, index, number, doubts)
        if score is not None:
            yield Candidate(start, end, number, score)


def _near(text: str, index: TermIndex, doubts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """``(start, end, term)`` of every window with a term near it. All keys are looked up in one go."""
    levels = [level if is_han(char) else -1 for char, level in zip(text, doubts, strict=True)]
    windows = list(_windows(levels))
    if not windows:
        return
    row, windows_of = codes(text), np.array(windows)
    start, length = windows_of[:, 0], windows_of[:, 1]
    inside = length[:, None] > _COLUMNS  # windows of all lengths together: for each length anew would cost much more
    places = np.where(inside, start[:, None] + _COLUMNS, 0)
    doubtful = inside & (np.array(levels) > SOUND)[places]
    keys, which = _keys(np.where(inside, row[places], _NOTHING), np.where(inside, sounds(row)[places], _NOTHING), doubtful, length)
    for place, number in index.found(keys):
        begin, size = windows[which[place]]
        yield begin, begin + size, number


def _windows(levels: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Beginning and length of the windows that can hold a repair that ``_allowed`` would allow."""
    # Running counts up to each place. A question is short: plain numbers are quicker here than arrays.
    doubtful = [0, *accumulate(level > SOUND for level in levels)]
    unknown = [0, *accumulate(level == UNKNOWN for level in levels)]
    foreign = [0, *accumulate(level < SOUND for level in levels)]
    if not doubtful[-1]:
        return
    for length in range(2, min(LENGTH_MOST, len(levels)) + 1):
        for begin in range(len(levels) - length + 1):
            end = begin + length
            if foreign[end] == foreign[begin] and (
                unknown[end] > unknown[begin]
                or doubtful[end] - doubtful[begin] >= 3
                or (length >= _LONG and doubtful[end - 1] > doubtful[begin + 1])
            ):
                yield begin, length


def _keys(
    rows: Codes, heard: Codes, doubtful: npt.NDArray[np.bool_], length: Lengths
) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Keys, and the row that each belongs to. A place beyond doubt is neither changed nor left out."""
    both = doubtful[:, 1:] & doubtful[:, :-1] & (length >= 3)[:, None]
    long = np.flatnonzero(length >= 4)
    surplus = doubtful & (length >= 4)[:, None]
    keys = [
        hashing.whole(heard, Family.SOUND, length),
        hashing.masked(rows, length)[doubtful],
        hashing.swapped(rows, length)[both],
        hashing.whole(rows, Family.SHORTER, length)[long],  # a character is missing
        hashing.shorter(rows, Family.WHOLE, length)[surplus],  # one too many
    ]
    of = [np.arange(len(rows)), np.nonzero(doubtful)[0], np.nonzero(both)[0], long, np.nonzero(surplus)[0]]
    return np.concatenate(keys), np.concatenate(of)


def _score(text: str, start: int, end: int, index: TermIndex, number: int, doubts: Sequence[int]) -> float | None:
    """How good it would be to read this window as that term; None when it must not be."""
    fault = _fault(text[start:end], index.texts[number])
    if fault is None or is_number(index.texts[number]):
        return None
    found = doubts[start:end]
    if not _allowed(fault, text[start:end], found):
        return None
    doubtful = sum(found[place] == DOUBTFUL for place in fault.places) / len(fault.places)
    beside = _beside(text, start, end, index.texts[number], fault.places, index)
    if fault.kind is Kind.OTHER and end - start == 2 and beside < _BESIDE_IN_TITLE:
        return None
    by_sound = fault.kind is Kind.SOUND
    right = len(found) if by_sound else sum(found[p] > SOUND for p in range(len(found)) if p not in fault.places)
    score = index.weight(number) + _RIGHT * right - fault.cost - _DOUBTFUL * doubtful + beside
    return score if score >= (_LEAST_BY_SOUND if by_sound else _LEAST) else None


def _allowed(fault: Fault, before: str, doubts: Sequence[int]) -> bool:
    """Whether there is reason to doubt these characters at all.

    What the collection explains is never changed. A character that makes sense elsewhere, and any change that is not
    one of sound, needs others beside it that make no sense as they stand: the 的 of 家用的 is no faulty 家用车.
    """
    changed = [doubts[place] for place in fault.places]
    others = [place for place in range(len(before)) if place not in fault.places]
    if SOUND in changed:
        return False
    if fault.kind is Kind.SOUND and UNKNOWN in changed:
        return True
    left = [place for place in others if doubts[place] > SOUND and before[place] not in FUNCTION]
    if len(before) >= _LONG and len(fault.places) == 1 and 0 < fault.places[0] < len(before) - 1:
        place = fault.places[0]  # so much else agrees, on both sides
        if fault.kind is Kind.SOUND or (doubts[place - 1] > SOUND and doubts[place + 1] > SOUND):
            return True
    if any(before[place] in FUNCTION for place in fault.places) and (fault.kind is not Kind.OTHER or len(left) < 2):
        return False
    if len(before) == 2:
        return bool(left) and doubts[left[0]] == UNKNOWN
    return len(left) >= 2 and (fault.kind is Kind.SOUND or len(left) == len(others))


def _fault(before: str, after: str) -> Fault | None:
    """What separates the two; None when it is nothing or too much."""
    if len(before) != len(after):
        places = _uneven(before, after)
        return Fault(Kind.LENGTH, places, _SURPLUS if len(before) > len(after) else _MISSING) if places else None
    places = [place for place in range(len(before)) if before[place] != after[place]]
    if not places:
        return None
    if len(places) == 2 and places[1] == places[0] + 1 and sorted(before) == sorted(after):
        return Fault(Kind.LENGTH, places, _SWAPPED)
    distances = [readings().distance(before[place], after[place]) for place in places]
    if max(distances) < len(_BY_SOUND):
        return Fault(Kind.SOUND, places, sum(_BY_SOUND[d] for d in distances) + _NEXT * (len(places) - 1))
    if len(places) > 1:
        return None
    if look_alike(before[places[0]], after[places[0]]):
        return Fault(Kind.SHAPE, places, _BY_SHAPE)
    return Fault(Kind.OTHER, places, _BY_OTHER)


def _uneven(before: str, after: str) -> list[int]:
    """Where the surplus character stands in ``before``; where one is missing: the places on both sides."""
    longer, shorter = (before, after) if len(before) > len(after) else (after, before)
    place = next((place for place in range(len(shorter)) if longer[place] != shorter[place]), len(shorter))
    if longer[:place] + longer[place + 1 :] != shorter:
        return []
    if place in (0, len(shorter)):
        return []  # at an edge, the shorter one stands in the text already
    return [place] if longer is before else [place - 1, place]


def _beside(text: str, start: int, end: int, after: str, places: Sequence[int], index: TermIndex) -> float:
    """Agreement of the repaired edges with the characters next to them."""
    gain = 0.0
    for edge, two in ((0, text[start - 1 : start] + after[0]), (end - start - 1, after[-1] + text[end : end + 1])):
        if edge in places and len(two) == 2:
            entries, titles = index.pair(two)
            gain += _BESIDE_IN_TITLE if titles else _BESIDE if entries else 0.0
    return gain
