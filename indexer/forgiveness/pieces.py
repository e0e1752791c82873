"""What is never split and never repaired: numbers, codes, product names, and Latin words of the collection."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.forgiveness.numerals import quantities

_CODE = re.compile(r"[a-z0-9]*[0-9][a-z0-9]*(?:[._:/%+#&\-][a-z0-9]+)*%?|[a-z]+[\-_][a-z0-9\-_]+")
_LONE = re.compile("[一二两三四五六七八九十百千万亿零〇]")  # may be part of a word: 一般, 万一, 百货
_STARTS = frozenset("第零〇一二两三四五六七八九十百千万亿")
_FIRST = 2  # names are looked up by this many characters


class ProtectedNames:
    """Finds names (products, tariffs) in a text, the longest at each place."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for name in sorted({name for name in names if len(name) >= _FIRST}, key=len, reverse=True):
            self._by_start.setdefault(name[:_FIRST], []).append(name)

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and text in self._by_start.get(text[:_FIRST], ())

    def spans(self, text: str) -> list[tuple[int, int]]:
        found, place = [], 0
        while place < len(text):
            candidates = self._by_start.get(text[place : place + _FIRST], ())
            name = next((name for name in candidates if text.startswith(name, place)), "")
            if name:
                found.append((place, place + len(name)))
            place += len(name) or 1
        return found


def protected(text: str, names: ProtectedNames) -> list[bool]:
    """For each character of ``text`` (normal form) whether it must stay as it is."""
    kept = [False] * len(text)
    spans = [match.span() for match in _CODE.finditer(text)] + names.spans(text)
    for quantity in quantities(text):
        if not _LONE.fullmatch(quantity.text):
            spans.append((quantity.start, quantity.start + len(quantity.text)))
    for start, end in spans:
        kept[start:end] = [True] * (end - start)
    return kept


def is_number(text: str) -> bool:
    """Whether all of ``text`` is one number, date, percentage, clause number or code."""
    if not text[:1].isascii() and text[0] not in _STARTS:
        return False  # most words, and quickly
    if _CODE.fullmatch(text):
        return True
    first = next(iter(quantities(text)), None)
    return first is not None and first.text == text
