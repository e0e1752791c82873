"""Whether a question still asks what its entry says, after the entry changed.

Only a change of the fact makes a question stale: value, unit, bound, condition, exception, a member of the list, the
order. Another wording, a slip mended, another layout do not; then the question is anchored where its source stands now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kb.domain.content import Content
from kb.domain.diff_align import align
from kb.domain.diff_words import tokens_of
from kb.domain.errors import N_
from kb.domain.exams.meaning import Change, change_between
from kb.domain.exams.passages import PARTS, Passage, Shape, passages_of, sentences
from kb.domain.exams.question import QuestionContent, QuestionType, Source
from kb.domain.exams.script import in_simplified, simplified
from kb.domain.exams.values import bare

_BEGINS = re.compile(r"(?:^|[。；！？，：、\n|*>#」”）)\s-])$")
_ENDS = re.compile(r"(?:$|[。；！\n|*](?![^。\n]*(?:但|除外|除非|不含|例外|不适用|不过)))|[。；！]\n")
_EXCEPTION = re.compile(r"\s?(?:但|除|不过|例外|[^。\n]{1,40}(?:除外|不适用|例外))[^。\n]{0,60}。?")
KEPT_LEAST = 0.5  # share of a place's pairs of characters that must be found again for it to be the same place
_REASONS: dict[Change, str] = {
    Change.VALUE: N_("来源里的数值或单位改了。"),
    Change.BOUND: N_("来源里的界限（以上、以内、含不含）改了。"),
    Change.RULING: N_("来源里的规定（可否、由谁、前后）改了。"),
    Change.CONDITION: N_("来源里的条件或例外改了。"),
    Change.WORDS: N_("来源里列出的内容改了。"),
}
_GONE = N_("来源的这一段已经删去。")
_ORDER = N_("来源里的先后次序改了。")
_MEMBERS = N_("来源里的清单有增减。")
_CONTEXT = N_("题目引用的适用条件或例外改了。")
_PRODUCT = N_("条目换了产品。")


@dataclass(frozen=True, slots=True)
class Stale:
    """``reason`` is a message id. ``old`` and ``new`` are the source before and now (Markdown; ``new`` "" when it is
    gone). ``source`` is where it stands now, None when gone; its revision is the old one, the caller knows the new."""

    reason: str
    old: str
    new: str
    source: Source | None


def staleness(question: QuestionContent, before: Content, after: Content) -> Stale | None:
    """Why ``question``, made from ``before``, does not ask what ``after`` says; None when its fact still holds.

    A question without a source never becomes stale.
    """
    source = question.source
    if not source.code:
        return None
    old = _text(before, source)
    now = anchored(source, before, after)
    if now is None:
        return Stale(_GONE, old, "", None)
    question = replace(question, stem=simplified(question.stem))
    one, other = in_simplified(before), in_simplified(after)
    reason = (
        _between(question, one, other, source, now)
        or (_PRODUCT if one.product != other.product else None)
        or _context(question, one, other, source)
    )
    return Stale(reason, old, now.text, now) if reason else None


def anchored(source: Source, before: Content, after: Content) -> Source | None:
    """Where the source of ``before`` stands in ``after``; None when nothing like it is left."""
    if getattr(after, source.part, "") == getattr(before, source.part):
        return source
    found = _anchored(replace(source, text=simplified(source.text)), in_simplified(before), in_simplified(after))
    return found and _source(found, found.part, found.start, found.end, getattr(after, found.part))


def _anchored(source: Source, before: Content, after: Content) -> Source | None:
    """The same among simplified characters."""
    old, text = _text(before, source), getattr(after, source.part, "")
    if text == getattr(before, source.part):
        return source
    stretch = _shifted(source, before, text)
    if cell := _cell(before, source):
        if found := _same_cell(cell, source, after, stretch):
            return _source(source, found.part, found.start, found.end, text)
    elif places := _occurrences(text, old):
        start, end = min(places, key=lambda place: abs(place[0] - stretch[0]))
        return _source(source, source.part, start, end, text)
    start, end = _snapped(source, before, after, *stretch)
    if start < end and _kept(old, text[start:end]) >= KEPT_LEAST:
        return _source(source, source.part, start, end, text)
    return _elsewhere(source, old, after)


def _text(content: Content, source: Source) -> str:
    text = str(getattr(content, source.part, ""))[source.start : source.end]
    return text or source.text


def _source(source: Source, part: str, start: int, end: int, text: str) -> Source:
    return replace(source, part=part, start=start, end=end, text=text[start:end])


def _occurrences(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where ``wanted`` stands as it was, whole: nothing was put before it, and no exception after it."""
    said = wanted.rstrip("。；！，;. ")
    found: list[tuple[int, int]] = []
    place = text.find(said) if said else -1
    while place >= 0 and len(found) < 100:
        end = place + len(said)
        if _BEGINS.search(text[max(0, place - 3) : place]) and _ENDS.match(text[end : end + 60]):
            found.append((place, min(len(text), end + (text[end : end + 1] in "。；！" and end < len(text)))))
        place = text.find(said, place + 1)
    return found


def _same_cell(cell: Passage, source: Source, after: Content, stretch: tuple[int, int]) -> Passage | None:
    """The cell of the same row and column; where the row is new, the one that stands there now."""
    cells = [
        p
        for p in passages_of(after)
        if p.part == source.part and p.shape is Shape.CELL and bare(p.column) == bare(cell.column)
    ]
    rows = [p for p in cells if cell.row and bare(p.row) == bare(cell.row)]
    here = [p for p in cells if p.start < stretch[1] and p.end > stretch[0] and bool(p.row) == bool(cell.row)]
    return min(rows or here, key=lambda p: abs(p.start - stretch[0]), default=None)


def _shifted(source: Source, before: Content, new: str) -> tuple[int, int]:
    """The stretch of ``new`` between what is kept before the place and what is kept after it."""
    old = str(getattr(before, source.part))
    old_tokens, new_tokens = tokens_of(old), tokens_of(new)
    old_at, new_at = _starts(old_tokens), _starts(new_tokens)
    start, end = 0, len(new)
    for match in align(old_tokens, new_tokens):
        for step in range(match.length):
            at, token, there = old_at[match.old + step], old_tokens[match.old + step], new_at[match.new + step]
            if at + len(token) <= source.start:
                start = there + len(token)
            elif at >= source.end:
                return start, min(end, there)
            elif at <= source.start:
                start = there
    return start, end


def _starts(tokens: Sequence[str]) -> list[int]:
    found: list[int] = []
    place = 0
    for token in tokens:
        found.append(place)
        place += len(token)
    return found


def _snapped(source: Source, before: Content, after: Content, start: int, end: int) -> tuple[int, int]:
    """The sentences, cells or items of ``after`` that the stretch covers."""
    old = _text(before, source)
    covered = [
        piece
        for piece in _pieces(after)
        if piece.part == source.part and piece.start < end and piece.end > start and _kept(piece.text, old) > 0.2
    ]
    if not covered:
        return start, end
    end = max(piece.end for piece in covered)
    text = str(getattr(after, source.part))
    if (more := _EXCEPTION.match(text[end:])) and more.group().strip() not in getattr(before, source.part):
        end += more.end()
    return min(piece.start for piece in covered), end


def _pieces(content: Content) -> list[Passage]:
    found: list[Passage] = []
    for passage in passages_of(content):
        found += [passage] if passage.shape is Shape.CELL else sentences(passage)
    return found


def _elsewhere(source: Source, old: str, after: Content) -> Source | None:
    best, share = None, 0.0
    for piece in _pieces(after):
        kept = min(_kept(old, piece.text), _kept(piece.text, old))
        if kept > share:
            best, share = piece, kept
    if best is None or share < KEPT_LEAST or best.part not in PARTS:
        return None
    return _source(source, best.part, best.start, best.end, getattr(after, best.part))


def _kept(old: str, new: str) -> float:
    """Share of the pairs of characters of ``old`` that ``new`` holds."""
    wanted, there = _pairs(old), _pairs(new)
    return len(wanted & there) / len(wanted) if wanted else float(bare(old) == bare(new))


def _pairs(text: str) -> frozenset[str]:
    said = bare(text)
    return frozenset(a + b for a, b in pairwise(said)) or frozenset(said)


def _between(question: QuestionContent, before: Content, after: Content, source: Source, now: Source) -> str | None:
    old_items, new_items = _items(before, source), _items(after, now)
    if len(old_items) > 1:
        return _between_lists(question, before, after, old_items, new_items)
    around = (_whole(before), _whole(after))
    cell = _cell(before, source)
    if cell and (there := _cell(after, now)):
        for one, other in ((cell.row, there.row), (cell.column, there.column)):
            if change := change_between(one, other, all_matters=True, around=around):
                return _REASONS[change]
    change = change_between(_text(before, source), simplified(now.text), all_matters=cell is not None, around=around)
    return _REASONS[change] if change else None


def _between_lists(
    question: QuestionContent, before: Content, after: Content, old: Sequence[Passage], new: Sequence[Passage]
) -> str | None:
    around = (_whole(before), _whole(after))
    if len(old) != len(new):
        return _MEMBERS
    places = []
    for item in old:
        shares = [_kept(item.text, other.text) + _kept(other.text, item.text) for other in new]
        best = max(range(len(new)), key=lambda n: shares[n])
        if change := change_between(item.text, new[best].text, all_matters=True, around=around):
            return _REASONS[change]
        places.append(best)
    if len(set(places)) != len(new):
        return _MEMBERS
    return _ORDER if question.type is QuestionType.ORDER and places != sorted(places) else None


def _items(content: Content, source: Source) -> list[Passage]:
    """The items of the list at the place, all of the list when it holds the place's beginning."""
    items = [p for p in passages_of(content) if p.part == source.part and p.shape is Shape.ITEM]
    within = [p for p in items if p.start < source.end and p.end > source.start]
    if len(within) < 2:
        return within
    groups = {p.group for p in within}
    return [p for p in items if p.group in groups]


def _cell(content: Content, source: Source) -> Passage | None:
    return next(
        (
            p for p in passages_of(content)
            if p.part == source.part and p.shape is Shape.CELL and p.start <= source.start and source.end <= p.end
        ),
        None,
    )  # fmt: skip


def _whole(content: Content) -> str:
    return bare("".join(getattr(content, part) for part in ("title", *PARTS)))


def _context(question: QuestionContent, before: Content, after: Content, source: Source) -> str | None:
    """Conditions and exceptions that the stem quotes, or that speak of what is asked."""
    stem = bare(question.stem)
    around = (_whole(before), _whole(after))
    for part in ("conditions", "exceptions"):
        old, new = getattr(before, part), getattr(after, part)
        if part == source.part or old == new:
            continue
        quoted = bare(old) and bare(old) in stem
        if (quoted or _concerns(question, old, new)) and change_between(old, new, all_matters=True, around=around):
            return _CONTEXT
    return None


def _concerns(question: QuestionContent, old: str, new: str) -> bool:
    """Whether what was added to or taken from the conditions speaks of what the question asks."""
    come = _pairs(new) - _pairs(old) | _pairs(old) - _pairs(new)
    asked = _pairs(question.stem + question.source.text)
    return bool(come) and len(come & asked) >= max(3, 0.4 * len(come))
