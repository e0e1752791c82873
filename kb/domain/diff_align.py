"""Which items of two sequences are the same: the longest common subsequence, in bounded time and memory.

Exact as long as the product of the lengths stays within the budget (some ten thousand items on both sides). The
table of lengths is kept as one big integer a row, so that a row costs a few machine instructions for 30 columns each,
and only every so many rows are kept: those between are computed again on the way back. Beyond the budget, items that
occur once on both sides hold the sequences together, and a stretch without any is told as replaced.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import isqrt

CELLS_MOST = 110_000_000
ROW_COSTS, LOOK_COSTS = 1_000, 100  # what a row, and looking at an item for anchors, takes beside, in cells


class Budget:
    """Work that one comparison may spend, shared by all its parts, in cells of the table."""

    def __init__(self, cells: int = CELLS_MOST) -> None:
        self.cells = cells

    def spend(self, cells: int) -> bool:
        """Whether there was enough left."""
        if cells > self.cells:
            return False
        self.cells -= cells
        return True


@dataclass(frozen=True, slots=True)
class Match:
    """``length`` items from ``old`` on (counted from 0) are those from ``new`` on."""

    old: int
    new: int
    length: int


def align(old: Sequence[Hashable], new: Sequence[Hashable], budget: Budget | None = None) -> list[Match]:
    """Matches in ascending order on both sides, none touching the next on both.

    >>> align("abcd", "xbcy")
    [Match(old=1, new=1, length=2)]
    """
    budget = budget or Budget()
    pairs: list[tuple[int, int]] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        low, high, first, last = waiting.pop()
        while low < high and first < last and old[low] == new[first]:
            pairs.append((low, first))
            low, first = low + 1, first + 1
        while low < high and first < last and old[high - 1] == new[last - 1]:
            high, last = high - 1, last - 1
            pairs.append((high, last))
        if budget.spend((last - first) * (high - low + ROW_COSTS)):
            pairs += [(low + i, first + j) for i, j in _longest(old[low:high], new[first:last])]
        elif budget.spend(LOOK_COSTS * (high - low + last - first)):
            # Each stretch between anchors is looked at again: it lacks them, so this comes to an end.
            stops = [(low + i, first + j) for i, j in _anchors(old[low:high], new[first:last])]
            pairs += stops
            if stops:
                begins = [(low, first), *((i + 1, j + 1) for i, j in stops)]
                ends = [*stops, (high, last)]
                stretches = [(b[0], e[0], b[1], e[1]) for b, e in zip(begins, ends, strict=True)]
                waiting += [s for s in stretches if s[0] < s[1] and s[2] < s[3]]
    return _joined(sorted(pairs))


def _joined(pairs: list[tuple[int, int]]) -> list[Match]:
    found: list[Match] = []
    for i, j in pairs:
        last = found[-1] if found else None
        if last and last.old + last.length == i and last.new + last.length == j:
            found[-1] = Match(last.old, last.new, last.length + 1)
        else:
            found.append(Match(i, j, 1))
    return found


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Items that occur once on both sides, as many of them as stand in the same order."""
    once = {item for item, times in Counter(old).items() if times == 1}
    places = {item: j for j, item in enumerate(new) if item in once}
    again = {item for item, times in Counter(new).items() if times > 1}
    pairs = [(i, places[item]) for i, item in enumerate(old) if item in places and item not in again]
    # Longest rising run: ``ends[k]`` is the smallest place at which a run of k + 1 can end.
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        k = bisect_left(ends, j)
        ends[k : k + 1] = [j]
        at[k : k + 1] = [index]
        before.append(at[k - 1] if k else -1)
    run = []
    index = at[-1] if at else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _longest(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest common subsequence, as pairs of places in no particular order.

    In row j of the table bit i is 0 where one more item of ``old`` makes the common subsequence with the first j items
    of ``new`` longer (Crochemore and others, 2001; Hyyrö, 2004).
    """
    if not old or not new:
        return []
    masks: dict[Hashable, int] = {}
    for i, item in enumerate(old):
        masks[item] = masks.get(item, 0) | 1 << i
    full = (1 << len(old)) - 1
    step = max(16, isqrt(len(new)))
    kept = [full]
    for start in range(0, len(new), step):
        kept.append(_rows(new[start : start + step], masks, kept[-1], full)[-1])
    pairs: list[tuple[int, int]] = []
    i = len(old)
    for block in range((len(new) - 1) // step, -1, -1):
        start = block * step
        # Further right than i nothing is looked at any more.
        rows = _rows(new[start : start + step], masks, kept[block], (1 << i) - 1)
        j = len(rows) - 1
        while i and j:
            bit = 1 << (i - 1)
            if rows[j] & bit:
                i -= 1
            elif rows[j - 1] & bit:
                pairs.append((i - 1, start + j - 1))
                i, j = i - 1, j - 1
            else:
                j -= 1
        if not i:
            break
    return pairs


def _rows(items: Sequence[Hashable], masks: dict[Hashable, int], row: int, full: int) -> list[int]:
    """The row before ``items`` and the one after each of them, within the bits of ``full``."""
    row &= full
    rows = [row]
    for item in items:
        mask = masks.get(item)
        if mask is not None:
            hit = row & mask
            row = ((row + hit) | (row ^ hit)) & full
        rows.append(row)
    return rows
