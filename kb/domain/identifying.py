"""Whether a string of digits is a number that tells who somebody is: pure rules, without their surroundings."""

from __future__ import annotations

import re
from datetime import date

_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83), (91, 91))
    for code in range(first, last + 1)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOBILE = re.compile(r"(?P<prefix>0086|86|0)?1[3-9]\d{9}")
# Codes of three digits go with eight, those of four with seven or eight.
_LANDLINE = re.compile(
    r"(?P<code>0(?:10|2[0-9]))[2-8]\d{7}|(?P<long>0(?:3[1-9]|4[1-9]|5[1-9]|6[3-9]|7[1-9]|8[1-9]|9[0-9])\d)[2-8]\d{6,7}"
)
_ABROAD = re.compile(r"(?:0086|86)(?=10[2-8]|2\d[2-8]|[3-9]\d\d[2-8])(?P<rest>\d{9,11})")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_ISSUER = re.compile(r"6[02-9]|81|94|955[589]|4|5[1-5]|35|22[2-9]|2[3-6]|27[01]")


def is_mobile(digits: str) -> int:
    """Length of its prefix (86, 0 or none) plus one, 0 when it is no Chinese mobile number."""
    match = _MOBILE.fullmatch(digits)
    return len(match["prefix"] or "") + 1 if match else 0


def area_code(digits: str) -> str:
    """What stands before the local number of a landline, country code included; "" when it is no landline.

    >>> area_code("075588886666"), area_code("861088886666"), area_code("4008208888")
    ('0755', '8610', '')
    """
    if match := _LANDLINE.fullmatch(digits):
        return match["code"] or match["long"]
    if (match := _ABROAD.fullmatch(digits)) and (inner := _LANDLINE.fullmatch(f"0{match['rest']}")):
        code = inner["code"] or inner["long"]
        return digits[: match.start("rest")] + code[1:]
    return ""


def is_local(digits: str) -> bool:
    """A landline without its area code; a day such as 20261121 is none."""
    return bool(_LOCAL.fullmatch(digits)) and not (len(digits) == 8 and is_day(digits))


def has_identity_shape(digits: str) -> bool:
    """Eighteen digits (the last perhaps X) with a province and a day of birth, whatever the check digit."""
    return len(digits) == 18 and digits[:2] in _PROVINCES and digits[:17].isdigit() and is_day(digits[6:14])


def is_identity(digits: str) -> bool:
    """An identity number: eighteen digits with their check digit, or the old fifteen.

    >>> is_identity("11010519491231002X"), is_identity("110105194912310021"), is_identity("110105491231002")
    (True, False, True)
    """
    if len(digits) == 15:
        inside = digits.isdigit() and digits[:2] in _PROVINCES and digits[2:6] != "0000"
        return inside and is_day(f"19{digits[6:12]}")
    if not has_identity_shape(digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == digits[17]


def passes_luhn(digits: str) -> bool:
    """The check digit of bank cards.

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def is_card_length(digits: str) -> bool:
    return 15 <= len(digits) <= 19 and len(set(digits)) > 1


def is_issued(digits: str) -> bool:
    """Whether it begins as the cards that banks issue do, and is as long."""
    return len(digits) >= 16 and bool(_ISSUER.match(digits))


def is_day(digits: str) -> bool:
    """Eight digits that are a day between 1900 and 2099."""
    try:
        found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1900 <= found.year <= 2099
