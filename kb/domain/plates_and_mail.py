"""Where a text holds number plates and e-mail addresses, in whatever way they are typed or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.domain.skeleton import Skeleton

_GAP = r"[\s.\-_·•・‧‐-―−]{0,3}"
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_STARTS = re.compile(
    rf"([{_PROVINCE}]{_GAP}[A-HJ-Z0]|WJ{_GAP}[{_PROVINCE}]){_GAP}|(?<![即致促驱行])使(?={_GAP}\d)"
)
_PLATE_TAILS = tuple(
    re.compile(rf"[A-Z0-9](?:{_GAP}[A-Z0-9]){{{more}}}{_GAP}(?:应急|[A-Z0-9挂学警港澳试超领])(?![A-Z0-9])")
    for more in (4, 3)
)
_PLATE = re.compile(
    r"[A-K][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-K]|\d{4}应急|(?=(?:[A-Z]*\d){2})[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳试超领]"
)
_EMAIL = re.compile(
    r"(?<![A-Z0-9])[A-Z0-9](?:[A-Z0-9._%+。\-]{0,62}[A-Z0-9_])?\s{0,2}(?:@|_AT_|圈A|小老鼠|[(\[{<]\s?AT\s?[)\]}>]|艾特|(?<=\s)AT(?=\s))\s{0,2}"
    r"[A-Z0-9\-]{1,40}(?:\s?(?:\.|。|点|[(\[{]\s?DOT\s?[)\]}]|(?<=\s)DOT(?=\s))\s?[A-Z0-9\-]{1,40}){1,5}"
    r"|(?:[A-Z0-9._+\-]\s){2,30}[A-Z0-9]?\s?@(?:\s?[A-Z0-9\-]){1,30}(?:\s?\.(?:\s?[A-Z0-9]){2,12}){1,4}"
)
_MONEY_AFTER = re.compile(r"\s?[元块圆万亿]")


def spans_of_mail(seen: Skeleton) -> Iterator[tuple[int, int]]:
    """E-mail addresses, as (start, end) in ``seen``."""
    for match in _EMAIL.finditer(seen.plain):
        yield match.span()


def spans_of_plates(seen: Skeleton) -> Iterator[tuple[int, int]]:
    """Number plates, as (start, end) in ``seen``."""
    for start in _PLATE_STARTS.finditer(seen.digits):
        for tail in _PLATE_TAILS:
            match = tail.match(seen.digits, start.end())
            if match and _is_plate(
                start.group(), re.sub(_GAP, "", match.group()), seen.plain[match.end() : match.end() + 3]
            ):
                yield start.start(), match.end()
                break


def _is_plate(start: str, tail: str, after: str) -> bool:
    if start == "使":
        return bool(re.fullmatch(r"\d{6}", tail)) and not _MONEY_AFTER.match(after)
    return bool(_PLATE.fullmatch(tail))
