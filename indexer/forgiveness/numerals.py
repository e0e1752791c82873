"""Numbers written in digits and in Chinese: where they stand, and the other ways to write the same quantity.

Equal are 七天 = 7天 = 7日, 三十日 = 30天, 两年 = 2年, 百分之八十 = 80%, 一万元 = 10000元 = 1万. Nothing is converted
between units of different length: 一周 is not 7天, and in a date (12月30日) the day is no duration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kb.domain.numbers import HAN_MOST, NUMERAL, WAN, YI, in_chinese, number_of

__all__ = ["Quantity", "in_chinese", "number_of", "quantities"]

_COUNT = rf"(?:\d{{1,12}}(?:,\d{{3}}){{0,3}}(?:\.\d{{1,4}})?(?: ?[千万亿])?|{NUMERAL}{{1,{HAN_MOST}}})"
_WRITTEN_MOST = 10**12  # with more digits than a count takes, a form would be read as two numbers
_UNIT = "个月|个工作日|工作日|小时|分钟|公里|万元|周岁|[天日年月号元块秒次周岁座份级类档期折成点个条款章]"
_CLAUSE_DIGITS = 6
_CLAUSE = rf"第 ?(?:\d{{1,{_CLAUSE_DIGITS}}}|{NUMERAL}{{1,{HAN_MOST}}}) ?[条款章节项页号]?"
_QUANTITY = re.compile(
    rf"(?P<clause>{_CLAUSE})|百分之(?P<percent>{_COUNT})|(?P<date>{_COUNT}) ?月(?: ?份)?(?P<day> ?{_COUNT} ?[日号])?"
    rf"|(?P<count>{_COUNT}) ?(?P<unit>%|{_UNIT})?"
)
_SAME_UNIT = {"天": ("天", "日"), "日": ("天", "日"), "元": ("元", "块"), "块": ("元", "块")}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as written at ``start``; ``forms`` are other ways to write the very same."""

    start: int
    text: str
    forms: tuple[str, ...]


def quantities(text: str) -> Iterator[Quantity]:
    """Every number in ``text`` (normal form), from left to right; time proportional to its length."""
    for match in _QUANTITY.finditer(text):
        yield Quantity(match.start(), match.group(), tuple(_forms(match)))


def _forms(match: re.Match[str]) -> Iterator[str]:
    whole = match.group().replace(" ", "")
    seen = {match.group()}
    for form in _ways(match, whole):
        if form not in seen:
            seen.add(form)
            yield form


def _ways(match: re.Match[str], whole: str) -> Iterator[str]:
    if match["clause"]:
        yield from _swapped(whole, match["clause"].strip("第条款章节项页号 "))
    elif match["percent"]:
        if (value := number_of(match["percent"])) is not None and value < _WRITTEN_MOST:
            yield f"{_plain(value)}%"
    elif match["date"]:
        yield from _date(match)
    elif match["unit"] == "%":
        if (value := number_of(match["count"])) is not None and value == int(value) <= 100:
            yield f"百分之{in_chinese(int(value))}"
    elif (value := number_of(match["count"])) is not None and (match["unit"] or value >= 10):
        yield from _counted(value, match["unit"] or "")


def _counted(value: Decimal, unit: str) -> Iterator[str]:
    if unit == "万元":
        value, unit = value * WAN, "元"
    if value >= _WRITTEN_MOST:
        return
    for same in _SAME_UNIT.get(unit, (unit,)):
        yield f"{_plain(value)}{same}"
        if value >= 1000:
            yield f"{value:,f}{same}"
    if value >= WAN and value % 1000 == 0:
        yield f"{_plain(value / WAN)}万"
        yield f"{_plain(value / WAN)}万{unit}"
    if value != int(value) or value >= YI:
        return
    if value >= WAN and value % WAN == 0:
        yield in_chinese(int(value))
    for same in _SAME_UNIT.get(unit, (unit,)):
        yield f"{in_chinese(int(value))}{same}"
        if in_chinese(int(value))[0] == "二" and (value >= 100 or (value == 2 and unit)):
            yield f"两{in_chinese(int(value))[1:]}{same}"


def _date(match: re.Match[str]) -> Iterator[str]:
    month, day = number_of(match["date"]), (match["day"] or "").strip()
    days = number_of(day.rstrip("日号 ")) if day else None
    if month is None or not 1 <= month <= 12 or (day and (days is None or not 1 <= days <= 31)):
        return
    for unit in ("日", "号") if days is not None else ("",):
        yield f"{_plain(month)}月" + (f"{_plain(days)}{unit}" if days is not None else "")
        yield f"{in_chinese(int(month))}月" + (f"{in_chinese(int(days))}{unit}" if days is not None else "")


def _swapped(whole: str, number: str) -> Iterator[str]:
    value = number_of(number)
    if value is not None and value == int(value) < 10**_CLAUSE_DIGITS:
        yield whole.replace(number, _plain(value))
        yield whole.replace(number, in_chinese(int(value)))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
