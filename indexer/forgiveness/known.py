"""The collection's terms, and some more that count as known: nothing that is built over them is made anew."""

from __future__ import annotations

from indexer.forgiveness.term_index import TermIndex


def also_knowing(index: TermIndex, terms: frozenset[str]) -> TermIndex:
    """``index`` for which ``terms`` (``w…``, ``b…``) are words of the collection too: they are not taken for slips.

    They are not offered as repairs of other words: for that the index is made anew at the next commit.
    """
    return _Knowing(index, terms)


class _Knowing(TermIndex):
    def __init__(self, index: TermIndex, terms: frozenset[str]) -> None:
        self.__dict__.update(index.__dict__)
        self.latin = index.latin | {t[1:] for t in terms if t[0] == "w" and t.isascii() and t.isalpha()}
        self._more = terms

    def __contains__(self, text: object) -> bool:
        return super().__contains__(text) or (isinstance(text, str) and len(text) > 1 and f"w{text}" in self._more)

    def knows_pair(self, two: str) -> bool:
        return f"b{two}" in self._more or super().knows_pair(two)

    def single(self, char: str) -> int:
        return super().single(char) + 2 * (f"w{char}" in self._more)

    def says(self, phrase: str) -> bool:
        return f"w{phrase}" in self._more or super().says(phrase)
