"""The centre's own words and synonyms, as coordinators keep them: a text of lines each, versioned like an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import add

from kb.domain.errors import N_, TooLarge
from kb.domain.text import multi_line

LEXICON_MOST = 200_000  # characters of either text


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One state of both texts. ``number`` 0: nobody has changed anything yet.

    ``words``: one dictionary word a line. ``synonyms``: one group a line, ``退保, 解除合同`` (either way) or
    ``车子 => 机动车`` (one way); ``indexer.forgiveness`` reads them.
    """

    number: int
    words: str
    synonyms: str
    author: str = ""
    at: datetime | None = None
    reason: str = ""

    def word_set(self) -> frozenset[str]:
        lines = (line.split("#")[0].strip() for line in self.words.splitlines())
        return frozenset(line for line in lines if line)


EMPTY = Lexicon(0, "", "")


def one_of(words: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text contains one of ``words``, in capitals or not. In time that hardly grows with their number.

    >>> one_of(["等待期", "PICC"])("picc的条款")
    True
    """
    by_start: dict[str, list[str]] = {}
    for word in words:
        by_start.setdefault(word[:2].lower(), []).append(word.lower())

    def contains(text: str) -> bool:
        text = text.lower()
        starts = {*text, *map(add, text, text[1:])}  # what may begin a word of one letter, or of more
        return any(word in text for start in by_start.keys() & starts for word in by_start[start])

    return contains


def clean_lexicon(text: str, *, field: str) -> str:
    """Return ``text`` in normal form.

    Raises:
        TooLarge: it is longer than 200,000 characters.
        Invalid: it holds a character that cannot be kept.
    """
    if len(text) > LEXICON_MOST * 2:
        raise TooLarge(
            N_("“{name}”最多 {most} 个字，现有 {size} 个。"), field=field, name=field, most=LEXICON_MOST, size=len(text)
        )
    return multi_line(text, field=field, most=LEXICON_MOST)
