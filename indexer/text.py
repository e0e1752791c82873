"""One normal form for what is searched and what is asked: NFKC, traditional to simplified, lower case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
# 1,000 is 1000; NFKC has made the full-width comma this one.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# A blank between two Chinese characters comes from a line wrapped in a PDF, not from a writer.
_WRAP = re.compile(r"(?<=[\u3400-\u9fff，。；：、]) +(?=[\u3400-\u9fff])")
_LINK = re.compile(r"\]\([^)\s]{0,500}\)")
_SHORT = 400  # characters; longer texts are shown too seldom to be kept
_TAG_LIKE = re.compile(r"</?[A-Za-z][^<>]{0,200}>")


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    import opencc  # loads its dictionaries: only when first needed

    return opencc.OpenCC("t2s")


def normal(text: str) -> str:
    """Return ``text`` in the form in which terms are compared. Lone surrogates become blanks.

    >>> normal("１００％醫療保險Ａ款")
    '100%医疗保险a款'
    """
    text = _SURROGATE.sub(" ", text)
    text = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return text if text.isascii() else str(_simplifier().convert(text))


def unwrapped(text: str) -> str:
    """Without the blanks that line wrapping left between Chinese characters."""
    return _WRAP.sub("", text)


def without_markup(body: str) -> str:
    """Markdown without what is not read: the targets of links, HTML tags."""
    return _TAG_LIKE.sub(" ", _LINK.sub("] ", body))


@lru_cache(maxsize=20_000)
def _normal_char(char: str) -> str:
    return normal(char)


def normal_with_offsets(text: str) -> tuple[str, list[int]]:
    """The normal form made character by character, and for each of its characters the place in ``text``.

    >>> normal_with_offsets("㎡醫")
    ('m2医', [0, 0, 1])
    """
    return _remembered(text) if len(text) <= _SHORT else _with_offsets(text)


def _with_offsets(text: str) -> tuple[str, list[int]]:
    pieces = [_normal_char(char) for char in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


# The same short texts are shown again and again, all day long: about 2 kB each, 20 MB at the most.
_remembered = lru_cache(maxsize=10_000)(_with_offsets)
