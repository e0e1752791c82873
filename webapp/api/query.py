"""Reading the parameters of a request: each is checked, none is guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import request

from indexer.port import Filters
from kb.domain.content import NAME_MOST, Kind
from kb.domain.errors import N_, Invalid, TooLarge

LIMIT_DEFAULT, LIMIT_MOST = 10, 100
VALUES_MOST = 20  # of one repeatable parameter
QUESTION_MOST = 10_000  # characters; of a long one the beginning is searched, and the answer says that it is partial
WORD_MOST = 120  # characters of a word whose repair is taken back

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(rf"{_DATE.pattern}(?:[T ].{{0,30}})?")


def only(*names: str) -> None:
    """Refuse parameters that the route does not know: a filter that is misspelt must not be silently left out."""
    for name in request.args:
        if name not in names:
            raise Invalid(N_("不认识参数“{parameter}”。"), field=name[:40], parameter=name[:40])


def one(name: str) -> str:
    """The value of a parameter that may stand once, without surrounding blanks; empty when missing."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise Invalid(N_("参数“{parameter}”只能给一个值。"), field=name, parameter=name)
    return values[0].strip() if values else ""


def question() -> str:
    """The parameter ``q``, white space folded.

    Raises:
        Invalid: it is missing or blank.
        TooLarge: it is longer than ``QUESTION_MOST`` characters.
    """
    text = " ".join(one("q").split())
    if not text:
        raise Invalid(N_("请给出要查的问题：参数 q。"), field="q")
    check_length(text)
    return text


def check_length(text: str) -> None:
    """Raise ``TooLarge`` for a question longer than ``QUESTION_MOST`` characters."""
    if len(text) > QUESTION_MOST:
        raise TooLarge(
            N_("问题最多 {most} 个字，现有 {size} 个。请只留来电者的问句。"), field="q", most=QUESTION_MOST, size=len(text)
        )


def filters() -> Filters:
    """``kind`` and ``product`` may be repeated; ``category`` keeps that node and all below it."""
    return Filters(
        kinds=frozenset(_kind(v) for v in _many("kind")),
        products=frozenset(v[:NAME_MOST] for v in _many("product")),
        category=one("category")[:2_000],
    )


def undone() -> frozenset[str]:
    """``undone``, repeatable: words whose repair the person took back."""
    return frozenset(v[:WORD_MOST] for v in _many("undone"))


def limit() -> int:
    text = one("limit")
    if not text:
        return LIMIT_DEFAULT
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= LIMIT_MOST:
        raise Invalid(N_("limit 应是 1 到 {most} 的整数。"), field="limit", most=LIMIT_MOST)
    return int(text)


def moment(zone: ZoneInfo) -> datetime | None:
    """``as_of``: an ISO 8601 date (its first moment) or date and time; without an offset, on the centre's clocks.

    Returns None when it is missing, which means now.

    Raises:
        Invalid: it is not a date or time, or lies outside the years 1900 to 9000.
    """
    # In an address "+" is a blank; after a time nobody means one before an offset.
    text = re.sub(r"([T ]\d\S*) (?=\d{2}:?\d{2}$)", r"\1+", one("as_of"))
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):
            found = datetime.combine(date.fromisoformat(text), time())
        else:
            found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    # datetime takes other forms too (2026-W47, any letter before the time): here a year, month and day are asked for.
    if found is None or not _MOMENT.fullmatch(text) or not 1900 <= found.year <= 9000:
        raise Invalid(
            N_("as_of 应是 2026-11-21 这样的日期或 2026-11-21T08:00:00+08:00 这样的时间。"), field="as_of"
        )
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _many(name: str) -> list[str]:
    values = [v.strip() for v in request.args.getlist(name)]
    if len(values) > VALUES_MOST:
        raise Invalid(
            N_("参数“{parameter}”最多给 {most} 个值。"), field=name, parameter=name, most=VALUES_MOST
        )
    return [v for v in values if v]


def _kind(value: str) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise Invalid(
            N_("没有“{value}”这种类型，可用的是：{kinds}。"), field="kind", value=value[:40], kinds=", ".join(Kind)
        ) from None
