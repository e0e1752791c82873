"""A second look at the best hits: how alike is the question to the title and to each phrasing, as whole sentences?

Search by terms takes 什么, 了 and 好 for next to nothing, and order and length of a sentence for nothing at all. Among
the few entries that share the terms that matter, those small words decide: who asks 什么牌子的卫生巾好 does not ask
是什么牌子的卫生巾. Only the letters are compared, those of all lines in one go, so a look costs a microsecond for a
phrasing, also for one that is looked at for the first time.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from indexer import ranking
from indexer.learned import Learned
from indexer.port import Found
from indexer.text import normal
from kb.ports import Dated

LOOKED_AT = 24  # hits; the assistant weighs as many. Half as many measure the same
NAMES_MOST = 60  # of one entry: its title, phrasings, and learned ones
_LETTERS_MOST = 60  # of a question: what is longer is no sentence that anybody asks again
_CODES = 1 << 16  # letters have numbers below it
_NO_LETTER = re.compile(r"[^a-z0-9\u3400-\u9fff]+")


def by_wording(
    question: str, hits: Sequence[tuple[Found, Dated]], learned: Learned | None = None
) -> list[tuple[Found, Dated]]:
    """``hits`` (best first) in the order of their scores after the second look. ``question`` is in normal form.

    ``learned`` are phrasings by code that count like those of the entry.
    """
    asked = _NO_LETTER.sub("", question)
    if not 0 < len(asked) <= _LETTERS_MOST:
        return list(hits)
    lines: list[str] = []
    ends = [0]  # of each hit's lines
    for found, dated in hits[:LOOKED_AT]:
        content = dated.revision.content
        said = (content.title, *content.asked_as, *(learned or {}).get(found.code, ()))
        lines += map(_letters, said[:NAMES_MOST])
        ends.append(len(lines))
    alike = likenesses(asked, lines)
    looked_at = [
        (_scored(found, alike[begin:end]), dated)
        for (found, dated), (begin, end) in zip(hits, pairwise(ends), strict=False)
    ]
    return sorted(looked_at, key=lambda hit: -hit[0].score) + list(hits[LOOKED_AT:])


def _scored(found: Found, alike: list[float]) -> Found:
    score = ranking.likened(found.score, alike if len(alike) == 1 else heapq.nlargest(2, alike))
    # As ``replace(found, score=score)``, which takes three times as long.
    return Found(found.code, found.revision, score, found.coverage, found.terms, found.words)


def likenesses(question: str, lines: Sequence[str]) -> list[float]:
    """For each line, the letters that it and the question both hold, twice over, as a share of all letters of both.

    Nothing but letters as ``_letters`` leaves them; the question has some. 0 to 1:

    >>> likenesses("等待期多久", ["等待期多长", ""])
    [0.8, 0.0]
    """
    letters = "".join(dict.fromkeys(question))
    number = np.zeros(_CODES, np.uint8)  # of each letter of the question from 1; others are 0
    number[_codes(letters)] = np.arange(1, len(letters) + 1)
    lengths = np.array([len(line) for line in lines], np.intp)
    width = len(letters) + 1
    line_of = np.repeat(np.arange(len(lines)) * width, lengths)
    counts = np.bincount(line_of + number[_codes("".join(lines))], minlength=len(lines) * width).reshape(-1, width)
    wanted = np.bincount(number[_codes(question)], minlength=width)
    shared = np.minimum(counts, wanted)[:, 1:].sum(axis=1)
    alike: list[float] = (2 * shared / (len(question) + lengths)).tolist()
    return alike


def _codes(letters: str) -> npt.NDArray[np.uint16]:
    return np.frombuffer(letters.encode("utf-16-le"), np.uint16)


@lru_cache(maxsize=20_000)  # some 100 bytes each
def _letters(line: str) -> str:
    return _NO_LETTER.sub("", normal(line))
