"""Numbers written in digits and in Chinese: where they stand, and the other ways to write the same quantity.

Equal are 七天 = 7天 = 7日, 三十日 = 30天, 两年 = 2年, 百分之八十 = 80%, 一万元 = 10000元 = 1万. Nothing is converted
between units of different length: 一周 is not 7天, and in a date (12月30日) the day is no duration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_WAN, _YI = 10_000, 100_000_000
_HAN_MOST = 16  # characters of a number written in Chinese
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"
_COUNT = rf"(?:\d{{1,12}}(?:,\d{{3}}){{0,3}}(?:\.\d{{1,4}})?(?: ?[千万亿])?|{_NUMERAL}{{1,{_HAN_MOST}}})"
_UNIT = "个月|个工作日|工作日|小时|分钟|公里|万元|周岁|[天日年月号元块秒次周岁座份级类档期折成点个条款章]"
_CLAUSE = rf"第 ?(?:\d{{1,6}}|{_NUMERAL}{{1,{_HAN_MOST}}}) ?[条款章节项页号]?"
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


def number_of(text: str) -> Decimal | None:
    """What ``text`` says as a number, or None.

    >>> number_of("两百三十"), number_of("1,500"), number_of("3万"), number_of("十百")
    (Decimal('230'), Decimal('1500'), Decimal('30000'), None)
    """
    text = text.replace(",", "").replace(" ", "")
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)([千万亿]?)", text):
        return Decimal(match[1]) * {"": 1, "千": 1000, "万": _WAN, "亿": _YI}[match[2]]
    value = _han_number(text)
    return None if value is None else Decimal(value)


def in_chinese(value: int) -> str:
    """The usual way to say ``value``, 0 to 99,999,999.

    >>> in_chinese(10), in_chinese(105), in_chinese(12000)
    ('十', '一百零五', '一万二千')
    """
    high, low = divmod(value, _WAN)
    said = f"{_below_wan(high)}万" if high else ""
    if low or not high:
        said += ("零" if high and low < 1000 else "") + _below_wan(low)
    return said[1:] if said.startswith("一十") else said


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
        if (value := number_of(match["percent"])) is not None:
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
        value, unit = value * _WAN, "元"
    for same in _SAME_UNIT.get(unit, (unit,)):
        yield f"{_plain(value)}{same}"
        if value >= 1000:
            yield f"{value:,f}{same}"
    if value >= _WAN and value % 1000 == 0:
        yield f"{_plain(value / _WAN)}万"
        yield f"{_plain(value / _WAN)}万{unit}"
    if value != int(value) or value >= _YI:
        return
    if value >= _WAN and value % _WAN == 0:
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
    if value is not None and value == int(value) < _YI:
        yield whole.replace(number, _plain(value))
        yield whole.replace(number, in_chinese(int(value)))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _han_number(text: str) -> int | None:
    """四百五十 → 450; 二〇二六 → 2026; None for what is no number."""
    if not text or len(text) > _HAN_MOST:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = 0
    for scale, mark in ((_YI, "亿"), (_WAN, "万")):
        if mark in text:
            head, _, text = text.partition(mark)
            part = _han_section(head)
            if part is None:
                return None
            total += part * scale
    rest = _han_section(text) if text else 0
    return None if rest is None else total + rest


def _han_section(text: str) -> int | None:
    """A number below ten thousand; scales must fall from left to right."""
    total, digit, lowest = 0, None, 10_000
    for place, char in enumerate(text):
        if char in _SCALES:
            scale = _SCALES[char]
            if scale >= lowest or (digit is None and place):
                return None
            total, digit, lowest = total + (1 if digit is None else digit) * scale, None, scale
        elif char in _DIGITS and digit in (None, 0):
            digit = _DIGITS[char]
        else:
            return None
    return total + (digit or 0) if text else None


def _below_wan(value: int) -> str:
    said, gap = "", False
    for scale, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, scale)
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + mark
        gap = not digit
    return said or "零"
