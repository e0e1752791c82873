"""The pinyin step: finds stretches of letters in a question and says what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.budget import Budget
from indexer.forgiveness.pinyin import Match, known_sounds, matches
from indexer.forgiveness.readings import is_han
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.values import Repair, Step

RUNS_MOST = 6  # stretches of letters that are looked at
LETTERS_MOST = 48  # of one stretch; longer ones are no pinyin
_AROUND = 3  # characters left and right that may belong to the same term
_OTHERS = 6  # further readings
_NEAR = 3.5  # how far below the best they may lie
_RUN = re.compile(r"[a-z]+(?:[ '][a-z]+)*")
_PART = re.compile(r"[a-z]+")


def pinyin_repairs(text: str, index: TermIndex, kept: Sequence[bool], budget: Budget) -> list[Repair]:
    """Repairs of the letters in ``text`` (normal form) that are no words of the collection.

    Args:
        kept: for each character whether it must stay.
        budget: when it is spent, the letters not looked at yet stay as they are.
    """
    found: list[Repair] = []
    for start, end in _runs(text, index, kept):
        if budget.is_spent():
            break
        repair = _joined(text, start, end, index, budget) or _long(text, start, end, index) or _single(text, start, end, index)
        if repair and not any(repair.position < other.end for other in found):
            found.append(repair)
    return found


def _runs(text: str, index: TermIndex, kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Stretches to be read as pinyin; several with blanks between come as one if that is how they read."""
    left = RUNS_MOST
    for match in _RUN.finditer(text):
        parts = [part.span() for part in _PART.finditer(text, *match.span())]
        unknown = [span for span in parts if not any(kept[span[0] : span[1]]) and text[slice(*span)] not in index.latin]
        together = len(unknown) == len(parts) > 1 and all(text[a:b] in known_sounds() for a, b in parts)
        for start, end in [match.span()] if together else unknown:
            if left and end - start <= LETTERS_MOST:
                left -= 1
                yield start, end


def _joined(text: str, start: int, end: int, index: TermIndex, budget: Budget) -> Repair | None:
    """One term for the stretch and the characters around it that belong to it; the widest that fits."""
    best: tuple[float, int, int, list[Match]] | None = None
    for first in _outward(text, start, -1):
        for last in _outward(text, end, 1):
            stretch = re.sub("[ ']", "", text[first:last])
            if len(stretch) < 2 or stretch in known_sounds() or budget.is_spent():
                continue  # one syllable alone is no term
            fitting = matches(stretch, index)
            if fitting and (best is None or fitting[0].score > best[0]):
                best = (fitting[0].score, first, last, fitting)
    if best is None:
        return None
    score, first, last, fitting = best
    after, *others = [index.texts[m.number] for m in fitting[: _OTHERS + 1] if m.score >= score - _NEAR]
    return Repair(text[first:last], after, Step.PINYIN, first, tuple(others))


def _outward(text: str, place: int, way: int) -> Iterator[int]:
    """``place`` and the places up to ``_AROUND`` characters further."""
    for step in range(_AROUND + 1):
        yield place + way * step
        char = text[place + way * step - (way < 0)] if 0 < place + way * step < len(text) else ""
        if not char or not is_han(char):
            return


def _long(text: str, start: int, end: int, index: TermIndex) -> Repair | None:
    """Several terms written as one run of letters, with syllables between that stand for nothing."""
    letters = re.sub("[ ']", "", text[start:end])
    ways: list[tuple[float, int, tuple[str, ...]] | None] = [(0.0, 0, ())] + [None] * len(letters)
    for begin in range(len(letters)):
        before = ways[begin]
        if before is None:
            continue
        for stop, gain, term in _edges(letters, begin, index):
            way = (before[0] + gain, before[1] + (not term) * (stop - begin), (*before[2], term) if term else before[2])
            held = ways[stop]
            if held is None or way[0] > held[0]:
                ways[stop] = way
    best = ways[-1]
    if best is None or not best[2] or 3 * best[1] > len(letters):
        return None
    return Repair(text[start:end], "".join(best[2]), Step.PINYIN, start)


def _single(text: str, start: int, end: int, index: TermIndex) -> Repair | None:
    """One character for one syllable, if the collection has it beside the same neighbours."""
    left, right = text[max(0, start - 1) : start], text[end : end + 1]
    around = [(sum(_beside(index, left + char + right)), char) for char in index.heard(text[start:end])]
    best = max(around, default=(0, ""))
    return Repair(text[start:end], best[1], Step.PINYIN, start) if best[0] else None


def _beside(index: TermIndex, three: str) -> list[int]:
    """How often each two of these characters stand side by side."""
    return [index.pair(three[place : place + 2])[0] for place in range(len(three) - 1)]


def _edges(letters: str, begin: int, index: TermIndex) -> Iterator[tuple[int, float, str]]:
    """What may begin here: ``(end, gain, term)``; a syllable without a term costs."""
    for stop in range(begin + 2, len(letters) + 1):
        numbers = index.spelled(letters[begin:stop])
        if numbers:
            number = max(numbers, key=index.weight)
            yield stop, stop - begin + 0.3 * index.weight(number) - 3.0, index.texts[number]
        if letters[begin:stop] in known_sounds():
            yield stop, -1.0, ""
    if letters[begin] in "aeo":
        yield begin + 1, -1.0, ""
    rest = letters[begin:]
    if begin and len(rest) >= 4 and rest not in known_sounds() and (numbers := index.spelled(rest, whole=False)):
        number = max(numbers, key=index.weight)
        yield len(letters), len(rest) + 0.3 * index.weight(number) - 4.5, index.texts[number]
