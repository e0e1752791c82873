"""Two Markdown texts line by line, and within the lines that changed word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kb.domain.diff_align import Budget, align
from kb.domain.diff_words import Mark, Segment, diff_words, joined, likeness, tokens_of, weight

LIKE_ENOUGH = 0.4  # of a line must be kept, or it is told as one line gone and another come
LIKE_ENOUGH_ALONE = 0.2  # for a line that can have become no other
CONTEXT = 3  # unchanged lines shown on either side of a change


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the older text, of the newer, or of both. Numbers count from 1; None: that side has no such line.

    ``segments`` are what makes up the line: on the left those kept and removed, on the right those kept and added.
    """

    old_line: int | None
    new_line: int | None
    segments: tuple[Segment, ...]

    @property
    def is_kept(self) -> bool:
        return all(s.mark is Mark.KEPT for s in self.segments) and None not in (self.old_line, self.new_line)

    @property
    def left(self) -> tuple[Segment, ...]:
        return tuple(s for s in self.segments if s.mark is not Mark.ADDED)

    @property
    def right(self) -> tuple[Segment, ...]:
        return tuple(s for s in self.segments if s.mark is not Mark.REMOVED)


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows without a change that need not be shown."""

    rows: tuple[Row, ...]


def diff_lines(old: str, new: str, budget: Budget | None = None) -> list[Row]:
    """All lines of both texts, in reading order. An empty text has no line.

    Work is bounded: two texts of 20,000 characters take some 100 ms whatever they say, longer ones may be told more
    coarsely.
    """
    before, after = lines_of(old), lines_of(new)
    budget = budget or Budget()
    rows: list[Row] = []
    for i, i_end, j, j_end in changes(before, after, budget):
        # What lies before this change is the same on both sides.
        rows += _kept(before, rows, i)
        rows += _changed(before[i:i_end], after[j:j_end], i, j, budget)
    return rows + _kept(before, rows, len(before))


def lines_of(text: str) -> list[str]:
    return text.split("\n") if text else []


def changes(
    before: Sequence[str], after: Sequence[str], budget: Budget | None = None
) -> list[tuple[int, int, int, int]]:
    """The stretches in which two lists of lines differ: old from, old to, new from, new to; empty lines between two
    changes count with them, or they would tear apart what was rewritten together."""
    found: list[tuple[int, int, int, int]] = []
    i = j = 0
    for match in align(before, after, budget):
        _add_change(found, before, (i, match.old, j, match.new))
        i, j = match.old + match.length, match.new + match.length
    _add_change(found, before, (i, len(before), j, len(after)))
    return found


def _add_change(found: list[tuple[int, int, int, int]], before: Sequence[str], new: tuple[int, int, int, int]) -> None:
    i, i_end, j, j_end = new
    if i == i_end and j == j_end:
        return
    if found and not any(line.strip() for line in before[found[-1][1] : i]):
        found[-1] = (found[-1][0], i_end, found[-1][2], j_end)
    else:
        found.append(new)


def fold(rows: Sequence[Row], context: int = CONTEXT) -> list[Row | Fold]:
    """Put unchanged stretches away, all but ``context`` lines beside a change. What would hide one or two lines
    hides none."""
    shown: list[Row | Fold] = []
    at = 0
    for is_kept, group in groupby(rows, key=lambda row: row.is_kept):
        stretch = list(group)
        at += len(stretch)
        head = context if len(stretch) < at else 0
        tail = context if at < len(rows) else 0
        if not is_kept or len(stretch) <= head + tail + 2:
            shown += stretch
            continue
        end = len(stretch) - tail
        shown += [*stretch[:head], Fold(tuple(stretch[head:end])), *stretch[end:]]
    return shown


def flat(rows: Sequence[Row]) -> tuple[Segment, ...]:
    """The rows as one run of segments, line ends included: kept and removed ones joined give the older text."""
    return joined(_with_line_ends(rows))


def _with_line_ends(rows: Sequence[Row]) -> Iterator[Segment]:
    is_first_old = is_first_new = True
    for row in rows:
        has_old, has_new = row.old_line is not None, row.new_line is not None
        ends_old, ends_new = has_old and not is_first_old, has_new and not is_first_new
        if ends_old or ends_new:
            yield Segment(Mark.KEPT if ends_old and ends_new else Mark.REMOVED if ends_old else Mark.ADDED, "\n")
        yield from row.segments
        is_first_old, is_first_new = is_first_old and not has_old, is_first_new and not has_new


def _kept(before: Sequence[str], rows: Sequence[Row], end: int) -> list[Row]:
    """The unchanged rows that follow ``rows`` up to line ``end`` of the older text."""
    i = next((row.old_line for row in reversed(rows) if row.old_line is not None), 0)
    j = next((row.new_line for row in reversed(rows) if row.new_line is not None), 0)
    return [Row(i + n, j + n, _whole(Mark.KEPT, line)) for n, line in enumerate(before[i:end], 1)]


def _whole(mark: Mark, line: str) -> tuple[Segment, ...]:
    return (Segment(mark, line),) if line else ()


def _changed(old: Sequence[str], new: Sequence[str], i: int, j: int, budget: Budget) -> Iterator[Row]:
    """The rows of one change whose lines begin at ``i`` and ``j``. Lines that still resemble each other share a row."""
    enough = LIKE_ENOUGH_ALONE if len(old) == len(new) == 1 else LIKE_ENOUGH
    a = b = 0
    for at, to in [*_pairs(old, new, budget), (len(old), len(new))]:
        same = at < len(old)
        segments = diff_words(old[at], new[to], budget) if same else ()
        if same and likeness(segments) < enough and old[at] != new[to]:
            continue
        yield from (Row(i + n + 1, None, _whole(Mark.REMOVED, old[n])) for n in range(a, at))
        yield from (Row(None, j + n + 1, _whole(Mark.ADDED, new[n])) for n in range(b, to))
        if same:
            yield Row(i + at + 1, j + to + 1, segments)
        a, b = at + 1, to + 1


def _pairs(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[tuple[int, int]]:
    """Which lines became which, ascending on both sides: those that have most words in common with each other."""
    if len(old) == len(new) and (len(old) == 1 or all(map(_resembles, old, new))):
        return [(n, n) for n in range(len(old))]
    before = [(token, i) for i, line in enumerate(old) for token in tokens_of(line)]
    after = [(token, j) for j, line in enumerate(new) for token in tokens_of(line)]
    common: Counter[tuple[int, int]] = Counter()
    for match in align([token for token, _ in before], [token for token, _ in after], budget):
        for n in range(match.length):
            token, i = before[match.old + n]
            common[i, after[match.new + n][1]] += weight(token)
    best_old = _best(common, 0)
    best_new = _best(common, 1)
    return sorted(pair for pair in common if common[pair] and best_old[pair[0]] == pair == best_new[pair[1]])


def _resembles(one: str, other: str) -> bool:
    """A quick look: at least half of the characters are the same, wherever they stand."""
    return 2 * (Counter(one) & Counter(other)).total() >= max(len(one), len(other))


def _best(common: Counter[tuple[int, int]], side: int) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for pair in sorted(common):
        if pair[side] not in found or common[pair] > common[found[pair[side]]]:
            found[pair[side]] = pair
    return found
