"""One normal form for what is searched and what is asked: NFKC, traditional to simplified, lower case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

# Characters without width, soft hyphens, marks of direction, of a variant and tags.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# 1,000 is 1000; NFKC has made the full-width comma this one.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# A blank between two Chinese characters comes from a line wrapped in a PDF, not from a writer.
_WRAP = re.compile(r"(?<=[\u3400-\u9fff，。；：、]) +(?=[\u3400-\u9fff])")
_LINK = re.compile(r"\]\([^)\s]{0,500}\)")
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


def seen(text: str) -> str:
    """What a person sees of ``text``. A question copied from a chat or a web page brings more, which would part its words.

    >>> seen("等\\u200b待期")
    '等待期'
    """
    return _UNSEEN.sub("", text)


def unwrapped(text: str) -> str:
    """Without the blanks that line wrapping left between Chinese characters."""
    return _WRAP.sub("", text)


def without_markup(body: str) -> str:
    """Markdown without what is not read: the targets of links, HTML tags."""
    return _TAG_LIKE.sub(" ", _LINK.sub("] ", body))


class _Characters(dict[int, str]):
    """The normal form of each character, made when it first comes up."""

    def __missing__(self, code: int) -> str:
        found = self[code] = normal(chr(code))
        return found


_CHARACTERS = _Characters()


def normal_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """The normal form made character by character, and for each of its characters the place in ``text``.

    >>> normal_with_offsets("㎡醫")
    ('m2医', [0, 0, 1])
    """
    plain = text.translate(_CHARACTERS)
    if len(plain) == len(text):  # no character becomes none, so each has become one
        return plain, range(len(text))
    return plain, [place for place, char in enumerate(text) for _ in _CHARACTERS[ord(char)]]
