"""How much each term of a question counts: less for the words that only make it a question, and for parts of words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from indexer.ranking import PART, WEAK

# They ask and refer; in an answer they stand seldom and by chance, so their rarity says nothing. Longest first.
_WEAK = re.compile(
    "什么样|什么|怎么样|怎么|怎样|如何|哪些|哪个|哪里|哪儿|哪种|哪一|哪|是否|是不是|能否|能不能|可不可以|可以|有没有|多少|多久|多长时间|为什么|为何|吗|呢|"
    "具体|指的是|是指|提到的?|中所说的|所说的|规定的?|列举的?|情况下|情形下|会怎样|会怎么样|需要|应该|如果|的话"
)


def emphasis(text: str, terms: Iterable[str], cut: Callable[[str], Iterable[str]]) -> dict[str, float]:
    """The weight of each of ``terms``, which are those of ``text``; ``cut`` makes the terms of a text.

    A term is weak when it comes up only together with a weak word. Of 等待期 the part 等待 says little more.
    """
    strong = {term for piece in _WEAK.split(text) for term in cut(piece)}
    words = "\n".join({term[1:] for term in terms if term[0] == "w"})
    found = {}
    for term in terms:
        weight = 1.0 if term in strong or (term[0] == "w" and not _WEAK.search(term)) else WEAK
        if term[0] == "w" and words.count(term[1:]) > 1:  # in another word than itself
            weight *= PART
        found[term] = weight
    return found
