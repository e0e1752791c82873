"""A text as it would read without disguise: full width, zero width, look-alikes and Chinese digits seen through.

Every character of the skeleton knows where it stands in the original, so that what is found can be masked there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_HAN_DIGITS = {
    char: str(digit)
    for digit, chars in enumerate(
        ("零〇○", "一壹幺弌", "二贰貳弍", "三叁參弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for char in chars
}
# Letters typed for digits count as such between digits only: 138O0138OOO.
_ALIKE = re.compile(r"(?<=\d)[OIL]{1,4}(?=\d)|(?<=\d)[OIL]{1,4}$|(?<=\d)O{1,4}(?![A-Z0-9])")
_AS_DIGIT = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """``plain`` is NFKC in capitals; ``digits`` is the same with every way to write a digit as that digit.

    Both have the same length; ``places[i]`` is where character i stands in the original.
    """

    plain: str
    digits: str
    places: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span of the skeleton's ``start`` to ``end`` (not empty)."""
        return self.places[start], self.places[end - 1] + 1


def skeleton(text: str) -> Skeleton:
    """Take time in proportion to ``text``, whatever it holds."""
    plain: list[str] = []
    digits: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for seen, digit in _seen(char):
            plain.append(seen)
            digits.append(digit)
            places.append(place)
    figures = "".join(digits)
    if any(letter in figures for letter in "OIL"):
        figures = _ALIKE.sub(lambda found: found.group().translate(_AS_DIGIT), figures)
    return Skeleton("".join(plain), figures, places)


@lru_cache(maxsize=20_000)
def _seen(char: str) -> tuple[tuple[str, str], ...]:
    """What a character reads as: pairs of (plain, digit), none for what nobody sees."""
    if unicodedata.category(char) in ("Cf", "Cs", "Mn", "Me") or char in "\u00ad\u115f\u3164\uffa0":
        return ()
    found = []
    for one in unicodedata.normalize("NFKC", char):
        capital = one.upper() if len(one.upper()) == 1 else one
        value = unicodedata.digit(one, None)
        found.append((capital, str(value) if value is not None else _HAN_DIGITS.get(one, capital)))
    return tuple(found)
