"""The questions that found nothing, kept for those who fill the gaps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from kb.domain.person import Permission, Person
from kb.domain.privacy import MASK, mask
from kb.ports import Question, Store

TEXT_MOST = 100
# Seven digits or more in a row, separators seen through, may be a phone, card, identity or policy number.
_LONG_NUMBER = re.compile(r"\d(?:[\s.\-_·]?\d){6,}[xX]?")
_FOR_EVERYBODY = re.compile(r"(?:400|800)\d{7}")
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\ud800-\udfff\x00-\x1f\x7f-\x9f]")


class Questions:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def record(self, person: Person, text: str) -> str:
        """Keep a question, or count it again. Long numbers are masked first; returns what was kept ("" for nothing)."""
        person.require(Permission.SEARCH)
        kept = masked(text)
        if not any(ch.isalnum() for ch in kept.replace("＊", "")):
            return ""
        with self._store.write() as uow:
            uow.questions.record(kept, self._clock())
            uow.commit()
        return kept

    def most_frequent(self, person: Person, limit: int = 100) -> list[Question]:
        person.require(Permission.SEE_QUESTIONS)
        with self._store.read() as uow:
            return uow.questions.most_frequent(limit)


def masked(text: str) -> str:
    """``text`` in NFKC on one line, at most 100 characters, without personal data.

    Stricter than ``kb.domain.privacy``: a question needs no long number of any kind, so each is masked.

    >>> masked("我的电话１３８ 0013-8000 打不通")
    '我的电话＊＊＊ 打不通'
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:2000]))
    return " ".join(_LONG_NUMBER.sub(_unless_for_everybody, mask(plain).text).split())[:TEXT_MOST].strip()


def _unless_for_everybody(number: re.Match[str]) -> str:
    digits = "".join(char for char in number.group() if char.isdigit())
    return number.group() if _FOR_EVERYBODY.fullmatch(digits) else MASK
