"""Questions for what a word means, and texts that say it: 什么是猝死 is answered where 猝死指… stands."""

from __future__ import annotations

import re
from functools import lru_cache

_ASKS = re.compile("指的是|是指|指什么|指哪|什么意思|什么叫|什么是|何谓|含义|定义|怎么理解")
# What stands around the word that is asked for: the asking itself, and where the asker has met the word.
_AROUND = re.compile(
    "指的是|是指|指什么|指哪|什么意思|什么叫做?|什么是|何谓|的?含义|的?定义|怎么理解|什么|哪些|哪种|如何|具体|请问|解释|"
    "(?:保险)?(?:合同|条款|材料|保单)(?:里|中)?|保险中|提到的?|所说的?|所称的?|列明的?|中的|是|[^a-z0-9\u3400-\u9fff—-]+"
)
_AT_THE_EDGE = "的在中—-"
# Between the word and 指 may stand a quotation mark, a reference in brackets, a colon.
_SAYS = r"[\s”\"」》]{0,3}(?:[（(][^（）()]{0,12}[）)])?[\s”\"」》：:，,]{0,3}(?:的定义)?(?:是|系)?[指：:]"
_WORDS_MOST = 5


@lru_cache(maxsize=100)  # a compiled pattern costs a millisecond, and people type on
def definition_of(question: str) -> re.Pattern[str] | None:
    """What a text must match that defines the word ``question`` (normal form) asks for; None when it asks for none.

    >>> bool(definition_of("保险合同中的猝死是什么意思").search("8.6 猝死（见释义）：指潜在疾病…"))
    True
    >>> definition_of("猝死赔不赔") is None
    True
    """
    if not _ASKS.search(question):
        return None
    words = [word for piece in _AROUND.split(question) if piece and len(word := piece.strip(_AT_THE_EDGE)) > 1]
    words = sorted(words[:_WORDS_MOST], key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, words))}){_SAYS}", re.IGNORECASE) if words else None
