"""An ask: one person's question that nothing answered. Asks of one form wait until they make a gap.

What somebody types while they search is no question yet: 等, 等待 and 等待期 are one, the longest; the letters of
half a word in pinyin are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

# Outside a call, for so long a person asks on about the same thing; in a call until it ends.
ASKING_ON = timedelta(minutes=2)
_LETTERS_LEAST = 2

_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
_FINAL = "(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
_PINYIN = re.compile(rf"(?:{_INITIAL}{_FINAL}|{_INITIAL}|{_FINAL}|[ '])+")
_LATIN_TAIL = re.compile(r"(?<=[^a-z])[a-z]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """``number`` 0 is not stored yet; ``gap`` None waits for others of its form. ``text`` is the caller's words,
    masked; ``call`` the one in which it was asked."""

    number: int = 0
    gap: int | None = None
    person: str
    call: int | None = None
    text: str
    form: str
    product: str = ""
    at: datetime

    def asks_on(self, before: Ask) -> bool:
        """Whether this comes from the person who asked ``before``, while they asked about the same thing."""
        if self.person != before.person or self.call != before.call:
            return False
        return self.call is not None or abs(self.at - before.at) <= ASKING_ON


def is_typed_further(before: str, after: str) -> bool:
    """Whether the form ``after`` is what somebody got who typed on from ``before``. Letters not yet turned into
    characters do not count.

    >>> is_typed_further("等待", "等待期多久"), is_typed_further("等待q", "等待期"), is_typed_further("等待期", "理赔")
    (True, True, False)
    """
    stem = _LATIN_TAIL.sub("", before)
    return before != after and (after.startswith(before) or (bool(stem) and after.startswith(stem)))


def is_question(text: str, form: str) -> bool:
    """Whether a search for ``text`` that found nothing says what is missing: not a single letter, not half a word in
    pinyin. Capitals are an abbreviation.

    >>> [is_question(text, text) for text in ("等待期", "等", "dengdaiq", "ETC", "d")]
    [True, False, False, True, False]
    """
    return len(form) >= _LETTERS_LEAST and not _PINYIN.fullmatch(text)
