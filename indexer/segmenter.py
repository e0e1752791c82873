"""Words of Chinese text: the most probable path through jieba's dictionary.

jieba supplies the dictionary and its frequencies (``indexer.word_table``). The path is found here, with the same
result as ``jieba.Tokenizer.cut(text, HMM=False)`` (a property test compares) in a third of the time: one pass from the
end, with logarithms that are remembered. The HMM is left out: what it guesses depends on the surroundings, so that a
question and an entry are cut differently; bigrams find unknown words instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.word_table import WordTable, jieba_table

_CACHE_MOST = 50_000
_KNOWN_MOST = 300_000  # strings, 150 bytes each: questions never come near it, and what an import asks for has room


class Segmenter:
    """Cuts runs of Chinese characters into words.

    Args:
        words: words beyond jieba's dictionary, Chinese characters only, in normal form.
        cache_dir: where jieba's compiled dictionary is kept; a folder of this program's own.
    """

    def __init__(self, words: Iterable[str] = (), cache_dir: Path | None = None) -> None:
        table = jieba_table(cache_dir)
        self._base = self._known = _Known(table, {}, table.total).with_words(words)

    def use(self, words: Iterable[str]) -> None:
        """From now on know these too, instead of those of the last time; in milliseconds.

        The order of ``words`` counts as it does for jieba: what comes first may steer what comes after.
        """
        self._known = self._base.with_words(words)

    def copied(self) -> Segmenter:
        """One that can ``use`` other words."""
        other = Segmenter.__new__(Segmenter)
        other._base, other._known = self._base, self._known
        return other

    def cut(self, run: str) -> list[str]:
        """The words of ``run``, in order; together they are the run."""
        return self._known.cut(run)

    def with_parts(self, run: str) -> list[str]:
        """The words of ``run``, each preceded by the shorter words inside it (jieba's search mode)."""
        known, out = self._known, list[str]()
        for word in known.cut(run):
            if len(word) > 2:
                out.extend(known.inside(word))
            out.append(word)
        return out


class _Known(dict[str, float | None]):
    """The logarithm of each string's share of all words, remembered when it was asked for.

    None is only the beginning of a longer word, 0 not even that. ``own`` are frequencies that differ from the table's.
    Changed by nobody, so that a question is cut with one state of the words while another is put in force.
    """

    def __init__(self, table: WordTable, own: Mapping[str, int], total: int) -> None:
        self._table, self._own, self._total = table, own, total
        self._unknown = -math.log(total)
        self._parts: dict[str, tuple[str, ...]] = {}

    def __missing__(self, string: str) -> float | None:
        often = self._often(string)
        weight = math.log(often) + self._unknown if often else (0.0 if often is None else None)
        if len(self) >= _KNOWN_MOST:
            self.clear()
        self[string] = weight
        return weight

    def _often(self, string: str) -> int | None:
        own = self._own.get(string)
        return self._table.often(string) if own is None else own

    def with_words(self, words: Iterable[str]) -> _Known:
        """One that knows these too. As ``jieba.add_word``: each so frequent that it is not cut any more."""
        own, total = dict(self._own), self._total
        so_far = _Known(self._table, own, total)
        for word in words:
            share = 1.0
            for part in so_far.cut(word):
                often = so_far._often(part)
                share *= (1 if often is None else often) / total
            own[word] = max(int(share * total) + 1, so_far._often(word) or 1)
            so_far[word] = math.log(own[word]) + so_far._unknown
            total += own[word]
            for end in range(1, len(word)):
                if so_far[word[:end]] == 0:
                    own[word[:end]], so_far[word[:end]] = 0, None
        return _Known(self._table, own, total)

    def cut(self, run: str) -> list[str]:
        unknown, size = self._unknown, len(run)
        best, after = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            weight, end = self[run[start]], start + 1
            top, at = (weight or unknown) + best[end], end
            while weight != 0 and end < size:
                end += 1
                weight = self[run[start:end]]
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

    def inside(self, word: str) -> tuple[str, ...]:
        """The shorter words of ``word``."""
        parts = self._parts.get(word)
        if parts is None:
            lengths = (2, 3) if len(word) > 3 else (2,)
            cuts = (word[i : i + n] for n in lengths for i in range(len(word) - n + 1))
            parts = tuple(part for part in cuts if self[part])
            if len(self._parts) < _CACHE_MOST:
                self._parts[word] = parts
        return parts
