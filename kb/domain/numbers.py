"""Numbers as people write them in Chinese: 两百三十, 1,500, 3万."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}
WAN, YI = 10_000, 100_000_000
HAN_MOST = 16  # characters of a number written in Chinese
NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"


def number_of(text: str) -> Decimal | None:
    """What ``text`` says as a number, or None.

    >>> number_of("两百三十"), number_of("1,500"), number_of("3万"), number_of("十百")
    (Decimal('230'), Decimal('1500'), Decimal('30000'), None)
    """
    text = text.replace(",", "").replace(" ", "")
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)([千万亿]?)", text):
        return Decimal(match[1]) * {"": 1, "千": 1000, "万": WAN, "亿": YI}[match[2]]
    value = _han_number(text)
    return None if value is None else Decimal(value)


def in_chinese(value: int) -> str:
    """The usual way to say ``value``, 0 to 99,999,999.

    >>> in_chinese(10), in_chinese(105), in_chinese(12000)
    ('十', '一百零五', '一万二千')
    """
    high, low = divmod(value, WAN)
    said = f"{_below_wan(high)}万" if high else ""
    if low or not high:
        said += ("零" if high and low < 1000 else "") + _below_wan(low)
    return said[1:] if said.startswith("一十") else said


def _han_number(text: str) -> int | None:
    """四百五十 → 450; 二〇二六 → 2026; None for what is no number."""
    if not text or len(text) > HAN_MOST:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = 0
    for scale, mark in ((YI, "亿"), (WAN, "万")):
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
