"""How much two questions are alike: the same fact asked again, or nearly the same words.

The measure is the share of the smaller question's pairs of characters that the larger one holds, so that a longer label
before the same sentence hides nothing; rare pairs weigh more than common ones within a bank.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

from kb.domain.exams.question import QuestionContent, Source

SAME_FACT = 0.9
_LARGER = 1.5  # times; of a stem that holds a much shorter one only part is asked again
_LABEL = re.compile(r"^【[^】]*】")
_NOT_SAID = re.compile(r"[\W_]+")


def likeness(one: QuestionContent, other: QuestionContent) -> float:
    """0 (nothing in common) to 1 (the same question). Two that ask the same fact of the same type come to at least .9.

    >>> likeness(QuestionContent(type="single", stem="等待期多少天？"), QuestionContent(type="single", stem="等待期多少天？"))
    1.0
    """
    return _share(one, _pairs(one), other, _pairs(other))


class BankIndex:
    """The questions of a bank by their pairs of characters. ``like`` looks at those that share a rare pair only: 5,000
    questions take a few milliseconds."""

    def __init__(self, questions: Mapping[Hashable, QuestionContent] | None = None) -> None:
        self._contents: dict[Hashable, QuestionContent] = {}
        self._pairs: dict[Hashable, frozenset[str]] = {}
        self._holding: dict[str, set[Hashable]] = defaultdict(set)
        self._sources: dict[tuple[str, str], set[Hashable]] = defaultdict(set)
        for key, content in (questions or {}).items():
            self.add(key, content)

    def add(self, key: Hashable, content: QuestionContent) -> None:
        """Take a question up, or its new content in place of the old one."""
        for pair in self._pairs.get(key, ()):
            self._holding[pair].discard(key)
        self._contents[key] = content
        self._pairs[key] = _pairs(content)
        for pair in self._pairs[key]:
            self._holding[pair].add(key)
        if content.source.code:
            self._sources[content.source.code, content.source.part].add(key)

    def like(
        self, content: QuestionContent, *, least: float = 0.7, most: int = 10, but: Iterable[Hashable] = ()
    ) -> list[tuple[Hashable, float]]:
        """The questions at least ``least`` alike, most alike first, without those in ``but``."""
        pairs = _pairs(content)
        found = []
        near = self._candidates(pairs, least) | self._sources.get((content.source.code, content.source.part), set())
        for key in near - set(but):
            share = _share(content, pairs, self._contents[key], self._pairs[key])
            if share >= least:
                found.append((key, share))
        return sorted(found, key=lambda pair: (-pair[1], str(pair[0])))[:most]

    def _candidates(self, pairs: frozenset[str], least: float) -> set[Hashable]:
        """Those that may come to ``least``: so many pairs must be shared that one of the rarest is among them."""
        rarest = sorted(pairs, key=lambda pair: (len(self._holding.get(pair, ())), pair))
        enough = int(len(pairs) * (1 - least / _LARGER)) + 1
        near: set[Hashable] = set()
        for pair in rarest[:enough]:
            near |= self._holding.get(pair, set())
        return near


def _share(one: QuestionContent, pairs: frozenset[str], other: QuestionContent, others: frozenset[str]) -> float:
    share = _overlap(pairs, others)
    return max(SAME_FACT, share) if one.type is other.type and _same_place(one, other) else share


def _same_place(one: QuestionContent, other: QuestionContent) -> bool:
    """Whether both come from overlapping places of one entry and have the same right answer."""
    a, b = one.source, other.source
    return bool(a.code) and _overlapping(a, b) and answer_of(one) == answer_of(other)


def _overlapping(a: Source, b: Source) -> bool:
    return (a.code, a.part) == (b.code, b.part) and a.start < b.end and b.start < a.end


def answer_of(content: QuestionContent) -> frozenset[str]:
    """What is right, as text without blanks and punctuation, for comparing."""
    said = [content.options[place] for place in content.key if place < len(content.options)]
    said += [blank[0] for blank in content.blanks if blank]
    if not content.options and content.key:
        said.append(str(content.key[0]))
    return frozenset(_NOT_SAID.sub("", text) for text in said)


@lru_cache(maxsize=20_000)
def _pairs(content: QuestionContent) -> frozenset[str]:
    """Pairs of characters of the stem (its label in 【】 left out when more follows) and of the right answer."""
    stem = _LABEL.sub("", content.stem) or content.stem
    text = _NOT_SAID.sub("", stem)
    if len(text) < 8:
        text = _NOT_SAID.sub("", content.stem)
    pairs = {a + b for a, b in pairwise(text)}
    for answer in answer_of(content):
        pairs |= {a + b for a, b in pairwise(f"={answer}")}
    return frozenset(pairs)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    small, large = sorted((len(one), len(other)))
    if not small:
        return 0.0
    # Of a stem that holds a much shorter one only part is asked again.
    return shared / small if large <= _LARGER * small else 2 * shared / (small + large)
