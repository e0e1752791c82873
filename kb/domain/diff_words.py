"""What is different within a text, told in whole words and numbers as a reader would say it.

Numbers stay with their unit (``30 天`` becomes ``60 天``, not ``3`` becomes ``6``), Latin words stay whole, Chinese is
compared by character and then tidied: a character or two that two changes happen to leave standing between them are
told as part of one change, and an insertion is moved to where a clause begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from kb.domain.diff_align import Budget, Match, align


class Mark(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    mark: Mark
    text: str


_UNIT = (
    r"个?工作日|个?自然日|个?交易日|个月|个?小时|分钟|周岁|万元|亿元|公里|平方米|千克|公斤|美元|元|天|日|年|月|周|岁|次|份|"
    r"秒|倍|折|级|类|人|项|条|款|米|期|号|位|台|辆|件|张|户|家|个|%|％|‰|°"
)
_TOKEN = re.compile(
    rf"""
    \n
    | [^\S\n]+
    | \d{{4}}[ ]?年[ ]?\d{{1,2}}[ ]?月(?:[ ]?\d{{1,2}}[ ]?[日号])?             # a date
    | [A-Z][A-Z0-9]{{0,15}}-[0-9A-Z]{{1,20}}                                   # the code of an entry
    | [¥￥$€]?[ ]?\d+(?:[.,:/-]\d+)*(?:[ ]?[十百千万亿]{{1,2}})?(?:[ ]?(?:{_UNIT}))?  # a number with its unit
    | [零〇一二两三四五六七八九十百千万亿半]+(?:{_UNIT})
    | [零〇一二两三四五六七八九十百千万亿]{{2,}}
    | [A-Za-z][A-Za-z0-9]*(?:['’_-][A-Za-z0-9]+)*
    | \*\*|~~|\#+|-{{3,}}
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_STOP = "。；！？，、：;!?|\n"
_CLAUSE = re.compile(rf"(?:[^{_STOP},:]|[,:](?=\d))*(?:(?:[{_STOP}]|[,:](?!\d))+|$)")  # 1,000 and 8:30 stay whole
_MEANING = re.compile(r"\w")
_CLASSES = (("\n|", 6), ("。；！？;!?", 5), ("，、：,:", 4), ("）】》”’)]", 2), (" \u3000", 2))
_STRENGTH = {character: strength for characters, strength in _CLASSES for character in characters}
SLIDE_MOST = 100  # tokens


@dataclass(slots=True)
class _Block:
    """A change and what is kept after it, in tokens. The first of a text may change nothing. While crumbs are swept
    up, ``gone``, ``come`` and ``stays`` hold what the three say, as ``weight`` counts."""

    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: int = 0
    come: int = 0
    stays: int = 0


def tokens_of(text: str) -> list[str]:
    """``text`` cut so that joining the tokens gives it again.

    >>> tokens_of("满30 天后")
    ['满', '30 天', '后']
    """
    return _TOKEN.findall(text)


def diff_words(old: str, new: str, budget: Budget | None = None) -> tuple[Segment, ...]:
    """Segments in reading order, what was removed before what was added. Kept and removed ones joined give ``old``,
    kept and added ones ``new``; no segment is empty and no two neighbours have the same mark.

    >>> [(str(s.mark), s.text) for s in diff_words("等待期30天", "等待期60天")]
    [('kept', '等待期'), ('removed', '30天'), ('added', '60天')]
    """
    if old == new:
        return (Segment(Mark.KEPT, old),) if old else ()
    budget = budget or Budget()
    blocks = _tidied(list(_blocks(old, new, budget)))
    return joined(segment for block in blocks for segment in _segments(block))


def joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The same without empty segments and with neighbours of one mark made one."""
    found: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if found and found[-1].mark is segment.mark:
            found[-1] = Segment(segment.mark, found[-1].text + segment.text)
        else:
            found.append(segment)
    return tuple(found)


def likeness(segments: Iterable[Segment]) -> float:
    """How much of the longer side is kept, 0 to 1, counted in characters that mean something."""
    sizes = dict.fromkeys(Mark, 0)
    for segment in segments:
        sizes[segment.mark] += weight(segment.text)
    longer = sizes[Mark.KEPT] + max(sizes[Mark.REMOVED], sizes[Mark.ADDED])
    return sizes[Mark.KEPT] / longer if longer else 1.0


def weight(text: str) -> int:
    """How much a text says: its letters and digits counted, not blanks and punctuation."""
    return len(_MEANING.findall(text))


def _segments(block: _Block) -> list[Segment]:
    return [
        Segment(Mark.REMOVED, "".join(block.removed)),
        Segment(Mark.ADDED, "".join(block.added)),
        Segment(Mark.KEPT, "".join(block.kept)),
    ]


def _blocks(old: str, new: str, budget: Budget) -> Iterable[_Block]:
    """Clauses first: what stands unchanged between two marks of punctuation needs no closer look."""
    before, after = _CLAUSE.findall(old), _CLAUSE.findall(new)
    block = _Block()
    for i, i_end, j, j_end in _stretches(align(before, after, budget), len(before), len(after)):
        if i_end - i == j_end - j and before[i:i_end] == after[j:j_end]:
            block.kept += tokens_of("".join(before[i:i_end]))
            continue
        removed, added = tokens_of("".join(before[i:i_end])), tokens_of("".join(after[j:j_end]))
        for a, a_end, b, b_end in _stretches(align(removed, added, budget), len(removed), len(added)):
            if removed[a:a_end] == added[b:b_end]:
                block.kept += removed[a:a_end]
                continue
            if block.kept or block.removed or block.added:
                yield block
            block = _Block(removed[a:a_end], added[b:b_end])
    yield block


def _stretches(matches: Sequence[Match], old: int, new: int) -> Iterable[tuple[int, int, int, int]]:
    """Changed and matching stretches by turns, covering both sides: old from, old to, new from, new to."""
    i = j = 0
    for match in [*matches, Match(old, new, 0)]:
        if i < match.old or j < match.new:
            yield i, match.old, j, match.new
        i, j = match.old + match.length, match.new + match.length
        if match.length:
            yield match.old, i, match.new, j


# --- tidying


def _tidied(blocks: list[_Block]) -> list[_Block]:
    """The same change with fewer, rounder edits; see the module."""
    for block in blocks:
        block.gone, block.come, block.stays = (weight("".join(t)) for t in (block.removed, block.added, block.kept))
    for _ in range(3):
        before = len(blocks)
        blocks = _without_crumbs(blocks)
        if len(blocks) == before:
            break
    for left, right in pairwise(blocks):
        _slide(left, right)
    return blocks


def _without_crumbs(blocks: list[_Block]) -> list[_Block]:
    found = blocks[:1]
    for block in blocks[1:]:
        last = found[-1]
        if (last.removed or last.added) and _is_crumb(last, block):
            last.removed += [*last.kept, *block.removed]
            last.added += [*last.kept, *block.added]
            last.kept = block.kept
            last.gone, last.come = last.gone + last.stays + block.gone, last.come + last.stays + block.come
            last.stays = block.stays
        else:
            found.append(block)
    return found


def _is_crumb(before: _Block, after: _Block) -> bool:
    """Whether what stands kept between two changes is too little to be told apart. The cells of a table always are."""
    if "|" in before.kept:
        return False
    around = min(max(before.gone, before.come), max(after.gone, after.come))
    return before.stays <= 1 or (before.stays == 2 and around >= 4) or 3 * before.stays <= around


def _slide(left: _Block, right: _Block) -> None:
    """Where a pure insertion or removal could stand further left or right with the same effect, put it where a
    clause begins: ``甲、[乙、]丙`` rather than ``甲[、乙]、丙``."""
    change = right.removed or right.added
    if (right.removed and right.added) or not change:
        return
    text = [*left.kept[-SLIDE_MOST:], *change, *right.kept[:SLIDE_MOST]]
    size, start = len(change), min(len(left.kept), SLIDE_MOST)
    places = [start]
    low = high = start
    while low and text[low - 1] == text[low - 1 + size]:
        low -= 1
        places.append(low)
    while high + size < len(text) and text[high] == text[high + size]:
        high += 1
        places.append(high)
    best = max(places, key=lambda at: (_edge(text, at) + _edge(text, at + size), -abs(at - start)))
    if best != start:
        left.kept[len(left.kept) - start :] = text[:best]
        change[:] = text[best : best + size]
        right.kept[:SLIDE_MOST] = text[best + size :]


def _edge(text: list[str], at: int) -> int:
    """How good a place this is for a change to begin or end."""
    if at in (0, len(text)):
        return 7
    return 2 * _STRENGTH.get(text[at - 1][-1], 0) + (1 if text[at][0] in _STRENGTH else 0)
