"""Several words for the same thing as one: so that what differs only in them is seen to say the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from indexer.forgiveness.synonyms import SynonymTable
from indexer.forgiveness.word_files import packaged_synonyms, parse_synonyms
from indexer.text import normal
from kb.domain.errors import KbError


@lru_cache(maxsize=2)
def in_one_word(synonyms: str) -> Callable[[str], str]:
    """Puts the first of its group for each phrase of ``synonyms`` (coordinators' lines), then for each of the program's.

    The same lines give the same function. Lines that cannot be read say nothing.
    """
    try:
        own = parse_synonyms(synonyms)
    except KbError:
        own = SynonymTable()
    tables = (own, packaged_synonyms())

    def rewrite(text: str) -> str:
        text = normal(text)
        for table in tables:
            text = _rewritten(text, table)
        return text

    return rewrite


def _rewritten(text: str, table: SynonymTable) -> str:
    pieces, end = [], 0
    for phrase, place in table.phrases(text):
        pieces += [text[end:place], table.first_of(phrase)]
        end = place + len(phrase)
    return "".join([*pieces, text[end:]])
