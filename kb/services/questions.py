"""The questions that found nothing: kept, and made a gap when they come again and again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from kb.domain.asks import Ask, is_question
from kb.domain.content import NAME_MOST
from kb.domain.gaps import GapSource
from kb.domain.learning import form
from kb.domain.person import Permission, Person
from kb.domain.privacy import MASK, mask, patterns_of
from kb.ports import Question, Store, UnitOfWork
from kb.services.asking import come

TEXT_MOST = 200
# Seven digits or more in a row, separators seen through, may be a phone, card, identity or policy number.
_LONG_NUMBER = re.compile(r"\d(?:[\s.\-_·]?\d){6,}[xX]?")
_FOR_EVERYBODY = re.compile(r"(?:400|800)\d{7}")
_MARKS = frozenset("，。！？；：（）")  # of Chinese sentences: people read them again
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\ud800-\udfff\x00-\x1f\x7f-\x9f]")


class Questions:
    """``webhooks``: addresses that are told of each new gap."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, webhooks: Sequence[str] = ()) -> None:
        self._store = store
        self._clock = clock
        self._webhooks = tuple(webhooks)

    def record(self, person: Person, text: str, *, product: str = "") -> str:
        """Keep a question, or count it again; the last of ``Rules.gap_after`` searches for it raises a gap. What the
        person typed on the way to it counts no more. Personal data is masked first; returns what was kept ("" for
        nothing)."""
        person.require(Permission.SEARCH)
        at = self._clock()
        with self._store.write() as uow:
            asked = ask_of(uow, person, text, product, at)
            if not asked.form:
                return ""
            uow.questions.record(asked.text, at)
            if _counts(person) and is_question(asked.text, asked.form):
                came = come(uow, asked, GapSource.SEARCHES, self._webhooks)
                for one in came.merged:
                    uow.questions.take_back(one.text)
            uow.commit()
        return asked.text

    def most_frequent(self, person: Person, limit: int = 100) -> list[Question]:
        person.require(Permission.SEE_QUESTIONS)
        with self._store.read() as uow:
            return uow.questions.most_frequent(limit)


def _counts(person: Person) -> bool:
    """Whether somebody's searches are callers' questions: not of those who fill the gaps and look whether they are."""
    return person.may(Permission.RECORD) and not person.may(Permission.PUBLISH)


def ask_of(uow: UnitOfWork, person: Person, text: str, product: str, at: datetime) -> Ask:
    """A person's question in the call that they are in, without personal data; ``form`` is empty when it says nothing.
    Without a ``product`` it is the call's."""
    call, shapes = uow.calls.open_of(person.login), uow.rules.current().policy_shapes
    kept = masked(text, shapes)
    named = masked(product, shapes) or (call.product if call else "")
    return Ask(
        person=person.login, call=call.number if call else None, text=kept, form=form(kept), product=named[:NAME_MOST], at=at
    )


def masked(text: str, shapes: Iterable[str] = ()) -> str:
    """``text`` in NFKC but for its marks, on one line, at most 200 characters, without personal
    data. ``shapes``: ``Rules.policy_shapes``.

    Stricter than ``kb.domain.privacy``: a question needs no long number of any kind, so each is masked.

    >>> masked("我的电话１３８ 0013-8000 打不通")
    '我的电话＊＊＊ 打不通'
    """
    plain = _UNSEEN.sub("", "".join(c if c in _MARKS else unicodedata.normalize("NFKC", c) for c in text[:2000]))
    return " ".join(_LONG_NUMBER.sub(_unless_for_everybody, mask(plain, patterns_of(shapes)).text).split())[:TEXT_MOST].strip()


def _unless_for_everybody(number: re.Match[str]) -> str:
    digits = "".join(char for char in number.group() if char.isdigit())
    return number.group() if _FOR_EVERYBODY.fullmatch(digits) else MASK
