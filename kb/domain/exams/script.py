"""Traditional and simplified characters say the same: they are compared in simplified ones, place by place."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from kb.domain.content import Content


@lru_cache(maxsize=1)
def _converter() -> Any:
    import opencc  # loads its dictionaries: only when first needed

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=4_000)
def simplified(text: str) -> str:
    """``text`` in simplified characters; every place in it keeps its number."""
    if text.isascii():
        return text
    said = str(_converter().convert(text))
    return said if len(said) == len(text) else text


def in_simplified(content: Content) -> Content:
    """The same entry with everything that questions ask about in simplified characters."""
    return replace(
        content, title=simplified(content.title), product=simplified(content.product), speakable=simplified(content.speakable),
        conditions=simplified(content.conditions), exceptions=simplified(content.exceptions), body=simplified(content.body),
    )  # fmt: skip
