"""A second look at the best hits: how alike is the question to the title and to each phrasing, as whole sentences?

Search by terms takes 什么, 了 and 好 for next to nothing, and order and length of a sentence for nothing at all. Among
the few entries that share the terms that matter, those small words decide: who asks 什么牌子的卫生巾好 does not ask
是什么牌子的卫生巾. Only the letters are compared, so a look costs microseconds for a phrasing.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence
from functools import lru_cache

from indexer import ranking
from indexer.learned import Learned
from indexer.port import Found
from indexer.text import normal
from kb.ports import Dated

LOOKED_AT = 24  # hits; the assistant weighs as many. Half as many measure the same
NAMES_MOST = 60  # of one entry: its title, phrasings, and learned ones
_TIMES_MOST = 1_024  # that one letter is told apart within a line
_LETTERS_MOST = 60  # of a question: what is longer is no sentence that anybody asks again
Letters = frozenset[int]
_NO_LETTER = re.compile(r"[^a-z0-9\u3400-\u9fff]+")


def by_wording(
    question: str, hits: Sequence[tuple[Found, Dated]], learned: Learned | None = None
) -> list[tuple[Found, Dated]]:
    """``hits`` (best first) in the order of their scores after the second look. ``question`` is in normal form.

    ``learned`` are phrasings by code that count like those of the entry.
    """
    letters = counted(_NO_LETTER.sub("", question))
    if not 0 < len(letters) <= _LETTERS_MOST:
        return list(hits)
    looked_at = []
    for found, dated in hits[:LOOKED_AT]:
        content = dated.revision.content
        lines = (content.title, *content.asked_as, *(learned or {}).get(found.code, ()))
        score = _score(found.score, letters, lines[:NAMES_MOST])
        # As ``replace(found, score=score)``, which takes three times as long.
        again = Found(found.code, found.revision, score, found.coverage, found.terms, found.words)
        looked_at.append((again, dated))
    return sorted(looked_at, key=lambda hit: -hit[0].score) + list(hits[LOOKED_AT:])


def _score(score: float, question: Letters, lines: Sequence[str]) -> float:
    alike = [likeness(question, _letters(line)) for line in lines]
    return ranking.likened(score, alike if len(alike) == 1 else heapq.nlargest(2, alike))


def likeness(question: Letters, line: Letters) -> float:
    """Letters that both hold, twice over, as a share of all letters of both: 0 to 1.

    >>> likeness(counted("等待期多久"), counted("等待期多长"))
    0.8
    """
    return 2 * len(question & line) / (len(question) + len(line))


def counted(text: str) -> Letters:
    """The letters of ``text`` with how often each came before: as a set, so that sharing is an intersection."""
    before: dict[str, int] = {}
    numbers = []
    for letter in text:
        seen = before[letter] = before.get(letter, -1) + 1
        numbers.append(ord(letter) * _TIMES_MOST + min(seen, _TIMES_MOST - 1))
    return frozenset(numbers)


@lru_cache(maxsize=20_000)  # about 1 kB each
def _letters(line: str) -> Letters:
    return counted(_NO_LETTER.sub("", normal(line)))
