"""Learned phrasings: how callers really ask for an entry, beside the phrasings that its author wrote down.

They are no part of a revision: nobody approves each of them, and a history of one revision for every call would hide
what matters. Each can be taken back, and stays taken back when it is heard again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kb.domain.content import PHRASING_MOST, PHRASINGS_MOST, Content
from kb.domain.errors import N_, Invalid
from kb.domain.privacy import mask
from kb.domain.text import single_line

USED_MOST = 50  # phrasings of one entry that are searched; more would make it answer everything
KEPT_MOST = 500  # of one entry that are kept and counted, beside those taken back
_LETTERS_LEAST = 2


class Source(StrEnum):
    SOLUTION = "solution"  # a call's solution named the entry
    MEND = "mend"  # somebody saw that the question did not find the entry
    IMPORT = "import"


SOURCE_NAMES: dict[Source, str] = {
    Source.SOLUTION: N_("来电解决"),
    Source.MEND: N_("检索改进"),
    Source.IMPORT: N_("文件导入"),
}


def form(phrasing: str) -> str:
    """What makes two phrasings the same: their letters and digits, without width, case and marks.

    >>> form("等待期，是 ９０天吗？") == form("等待期是90天吗")
    True
    """
    plain = unicodedata.normalize("NFKC", phrasing).casefold()
    return "".join(char for char in plain if char.isalnum())


@dataclass(frozen=True, slots=True)
class LearnedPhrasing:
    """Heard ``times`` times; ``source`` and ``by`` are those of the first time, ``last_at`` is the last time.

    Once somebody has added it because it was not found, that is its source.
    """

    code: str
    phrasing: str
    source: Source
    by: str
    at: datetime
    times: int = 1
    last_at: datetime | None = None
    taken_back_at: datetime | None = None
    taken_back_by: str = ""

    @property
    def form(self) -> str:
        return form(self.phrasing)

    def heard_again(self, at: datetime, source: Source | None = None) -> LearnedPhrasing:
        mended = Source.MEND if source is Source.MEND else self.source
        return replace(self, times=self.times + 1, last_at=at, source=mended)

    def taken_back(self, *, by: str, at: datetime) -> LearnedPhrasing:
        return self if self.taken_back_at else replace(self, taken_back_at=at, taken_back_by=by)

    def put_back(self) -> LearnedPhrasing:
        return replace(self, taken_back_at=None, taken_back_by="")


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody took a phrasing back (``back``), or let it count again, and said why. Numbered in the order of all."""

    code: str
    form: str
    back: bool
    by: str
    at: datetime
    reason: str = ""
    number: int = 0


def heard(code: str, phrasing: str, *, source: Source, by: str, at: datetime) -> LearnedPhrasing:
    """A phrasing heard for the first time.

    Raises:
        Invalid: it says nothing, or it holds personal data.
        TooLarge: it is longer than a phrasing may be.
    """
    text = single_line(phrasing, field="asked_as", most=PHRASING_MOST)
    if len(form(text)) < _LETTERS_LEAST:
        raise Invalid(N_("说法至少要有两个字。"), field="asked_as")
    if mask(text).text != text:
        raise Invalid(N_("说法里有个人信息，不能记下。"), field="asked_as")
    return LearnedPhrasing(code, text, source, by, at, last_at=at)


def used(phrasings: Iterable[LearnedPhrasing]) -> tuple[str, ...]:
    """Those of one entry that are searched: what somebody added because it was not found, then what was heard most
    often, then last; never one taken back."""
    standing = [one for one in phrasings if one.taken_back_at is None]
    standing.sort(
        key=lambda one: (one.source is not Source.MEND, -one.times, -(one.last_at or one.at).timestamp(), one.form)
    )
    return tuple(one.phrasing for one in standing[:USED_MOST])


def with_learned(content: Content, phrasings: Sequence[str]) -> Content:
    """``content`` as it is searched: asked_as goes on with what was learned, unless it or the title says the same."""
    known = {form(line) for line in (content.title, *content.asked_as)}
    new = [line for line in phrasings if form(line) not in known][: max(0, PHRASINGS_MOST - len(content.asked_as))]
    return replace(content, asked_as=(*content.asked_as, *new)) if new else content
