"""What a stale question says of the old text, and the same question by the new one: a first draft for who mends it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from kb.domain.diff_words import Mark, diff_words
from kb.domain.errors import N_, Conflict
from kb.domain.exams.question import QuestionContent, QuestionType

VALUE_MOST = 30  # characters: what is longer is another sentence, not another value
_STOPS = " \n。；;，,.！？"  # the end of a sentence is no part of its value
_EDGE = r"[0-9０-９A-Za-z零〇一二两三四五六七八九十百千万亿.]"


def changed_values(before: str, now: str) -> list[tuple[str, str]]:
    """What stands in place of what, where one short piece took the place of another.

    >>> changed_values("等待期为 60 天。", "等待期为 90 天。")
    [('60 天', '90 天')]
    """
    return [
        (one.text.strip(), other.text.strip())
        for one, other in pairwise(diff_words(before.strip(_STOPS), now.strip(_STOPS)))
        if one.mark is Mark.REMOVED and other.mark is Mark.ADDED
        if one.text.strip() and other.text.strip() and max(len(one.text), len(other.text)) <= VALUE_MOST
    ]


def suspicion(content: QuestionContent, now: str) -> Conflict | None:
    """Why ``content`` hardly holds beside ``now``, the text that took the place of its source; None when it may well."""
    pairs = _pairs(content, now)
    if content.type is QuestionType.TRUE_FALSE and content.key == (1,):
        come = next((new for _, new in pairs if _find(new).search(content.stem)), "")
        return Conflict(N_("题里说的“{value}”现在正是原句的说法，答案“错”多半要改。"), value=come) if come else None
    said = _said_as_right(content)
    gone = next((old for old, _ in pairs if any(_find(old).search(text) for text in said)), "")
    return Conflict(N_("答案里的“{value}”在现在的原句里没有了，多半要改。"), value=gone) if gone else None


def mended(content: QuestionContent, now: str) -> QuestionContent:
    """``content`` with the old values of its source exchanged for those of ``now``; a distractor that is the new value
    becomes the old one. What a false statement says stays: it is false by another value than the source's."""
    pairs = _pairs(content, now)
    if not pairs:
        return content
    is_false = content.type is QuestionType.TRUE_FALSE and content.key == (1,)
    return replace(
        content, stem=content.stem if is_false else _exchanged(content.stem, pairs),
        options=tuple(_exchanged(option, [*pairs, *((new, old) for old, new in pairs)]) for option in content.options),
        blanks=tuple(_blank(blank, pairs) for blank in content.blanks), model=_exchanged(content.model, pairs),
        explanation=_exchanged(content.explanation, pairs),
    )  # fmt: skip


def _pairs(content: QuestionContent, now: str) -> list[tuple[str, str]]:
    """Old and new values; the numbers alone too, when their unit is the same: a blank holds no unit."""
    found = changed_values(content.source.text, now)
    bare = []
    for old, new in found:
        ends = [re.fullmatch(r"(\d[\d,.]*)\s*(\D*)", text) for text in (old, new)]
        if ends[0] and ends[1] and ends[0][2] == ends[1][2] and ends[0][2]:
            bare.append((ends[0][1], ends[1][1]))
    return [*found, *bare]


def _said_as_right(content: QuestionContent) -> list[str]:
    if content.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        return [content.stem, *(content.options[place] for place in content.key if place < len(content.options))]
    if content.type is QuestionType.TRUE_FALSE:
        return [content.stem]
    blanks = [answer for blank in content.blanks for answer in blank]
    return [content.stem, content.model, *content.options, *blanks, *(line.text for line in content.rubric)]


def _exchanged(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """All at once: what was put in is not exchanged again."""
    known: dict[str, str] = {}
    for old, new in pairs:
        known.setdefault(_plain(old), new)
    pattern = "|".join(_find(old).pattern for old in sorted(known, key=len, reverse=True))
    return re.sub(pattern, lambda match: known[_plain(match[0])], text) if pattern else text


def _find(value: str) -> re.Pattern[str]:
    """``value`` on its own, however its blanks are set: 5 is not found in 50."""
    letters = r"\s*".join(re.escape(letter) for letter in _plain(value))
    return re.compile(rf"(?<!{_EDGE}){letters}(?![0-9０-９])")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _blank(blank: tuple[str, ...], pairs: list[tuple[str, str]]) -> tuple[str, ...]:
    """The answers that held the old value with the new one; other ways to write the old one are gone."""
    after = tuple(_exchanged(answer, pairs) for answer in blank)
    changed = tuple(new for old, new in zip(blank, after, strict=True) if new != old)
    return changed or blank
