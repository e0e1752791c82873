"""Words of Chinese text: the most probable path through jieba's dictionary.

jieba supplies the dictionary and its frequencies through a ``jieba.Tokenizer`` of our own. The path is found here,
with the same result as ``Tokenizer.cut(text, HMM=False)`` (a property test compares) in a third of the time: one
pass from the end with the logarithms taken beforehand. The HMM is left out: what it guesses depends on the
surroundings, so that a question and an entry are cut differently; bigrams find unknown words instead.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from pathlib import Path

_CACHE_MOST = 50_000


class Segmenter:
    """Cuts runs of Chinese characters into words.

    Args:
        words: words beyond jieba's dictionary, Chinese characters only, in normal form.
        cache_dir: where jieba's compiled dictionary is kept; an existing folder of this program's own.
    """

    def __init__(self, words: Iterable[str] = (), cache_dir: Path | None = None) -> None:
        self._weights, self._unknown = _weights(words, cache_dir)
        self._parts: dict[str, tuple[str, ...]] = {}
        self._before: dict[str, float | None] = {}  # what the words of ``use`` weighed without it

    def use(self, words: Iterable[str]) -> None:
        """From now on know these too, instead of those of the last time; in place, in milliseconds.

        The order of ``words`` counts as it does for jieba: what comes first may steer what comes after.
        """
        for word, weight in self._before.items():
            self._weights[word] = weight
        self._before = {}
        for word in words:
            self._add(word)
        self._parts = {}

    def copied(self) -> Segmenter:
        """One that can ``use`` other words; costs the memory of a dictionary (25 MB) while it lives."""
        other = Segmenter.__new__(Segmenter)
        other._weights, other._unknown = dict(self._weights), self._unknown
        other._parts, other._before = {}, dict(self._before)
        return other

    def _add(self, word: str) -> None:
        """As ``jieba.add_word``: so frequent that the word is not cut any more."""
        weights, unknown = self._weights, self._unknown
        cut = sum((weights.get(part) or unknown) for part in self.cut(word))
        self._before.setdefault(word, weights.get(word))
        weight = math.log(int(math.exp(cut - unknown)) + 1) + unknown
        weights[word] = max(weight, weights.get(word) or weight)
        for end in range(1, len(word)):
            weights.setdefault(word[:end], None)

    def cut(self, run: str) -> list[str]:
        """The words of ``run``, in order; together they are the run."""
        get, unknown, size = self._weights.get, self._unknown, len(run)
        best, after = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            weight, end = get(run[start], 0), start + 1
            top, at = (weight or unknown) + best[end], end
            # None: only the beginning of a longer word; 0: not even that
            while weight != 0 and end < size:
                end += 1
                weight = get(run[start:end], 0)
                if weight:
                    total = weight + best[end]
                    if total >= top:
                        top, at = total, end
            best[start], after[start] = top, at
        words, start = [], 0
        while start < size:
            words.append(run[start : after[start]])
            start = after[start]
        return words

    def with_parts(self, run: str) -> list[str]:
        """The words of ``run``, each preceded by the shorter words inside it (jieba's search mode)."""
        out: list[str] = []
        for word in self.cut(run):
            if len(word) > 2:
                out.extend(self._inside(word))
            out.append(word)
        return out

    def _inside(self, word: str) -> tuple[str, ...]:
        parts = self._parts.get(word)
        if parts is None:
            known = self._weights
            lengths = (2, 3) if len(word) > 3 else (2,)
            cuts = (word[i : i + n] for n in lengths for i in range(len(word) - n + 1))
            parts = tuple(part for part in cuts if known.get(part))
            if len(self._parts) < _CACHE_MOST:
                self._parts[word] = parts
        return parts


def _weights(words: Iterable[str], cache_dir: Path | None) -> tuple[dict[str, float | None], float]:
    import jieba  # half a second and 60 MB: only when a tokenizer is really made

    logging.getLogger("jieba").setLevel(logging.CRITICAL)  # else it reports each loading on stderr
    tokenizer = jieba.Tokenizer()
    if cache_dir is not None:
        cache_dir.mkdir(parents=True, exist_ok=True)
        tokenizer.tmp_dir = str(cache_dir)
    tokenizer.initialize()
    for word in words:
        tokenizer.add_word(word)
    total = math.log(tokenizer.total)
    table: dict[str, float | None] = tokenizer.FREQ  # changed in place: two tables would cost 60 MB in each worker
    for word, frequency in table.items():
        table[word] = math.log(frequency) - total if frequency else None
    return table, -total
