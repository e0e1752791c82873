"""The collection's terms, ready to be found from a string with a fault in it or from their pinyin.

Immutable, so it can be shared by threads; what is published since is put beside it (``grown``). For 60,000 terms it takes about a second to make and
about 30 MB: per term the string, two counts, its spellings, and some ten numbers of twelve bytes each. At most
``TERMS_MOST`` terms are taken, those of titles and of many entries first, so that it stays under 80 MB.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from indexer.forgiveness import hashing
from indexer.forgiveness.hashing import LENGTH_MOST, Codes, Family
from indexer.forgiveness.pieces import is_number
from indexer.forgiveness.readings import FIRST, readings
from indexer.forgiveness.vocabulary import Term, Vocabulary

TERMS_MOST = 150_000
_HAN = re.compile("[\u3400-\u9fff]+")
_OFTEN = 2  # entries that must hold a word of no title, before it counts as a word of the collection
_ONE_IN = 20_000  # and one more for each so many entries: a typing error in a large library stays one


class TermIndex:
    """See the module. ``texts[i]``, ``entries[i]``, ``titles[i]`` are one term; -1 stands for none.

    Args:
        beside: entries of the library besides those that ``vocabulary`` counts.
    """

    def __init__(self, vocabulary: Vocabulary, beside: int = 0) -> None:
        self.library = vocabulary.size()
        self._often = _OFTEN + (self.library + beside) // _ONE_IN
        words: list[Term] = []
        self.latin: frozenset[str] = frozenset()
        self._figures: set[str] = set()
        self._singles: dict[str, int] = {}
        self._take(vocabulary.others(), words)
        self._pairs = vocabulary.pairs()
        self._heard: dict[str, list[str]] = {}
        for char in self._singles:
            for sound in readings().sounds(char):
                self._heard.setdefault(sound, []).append(char)
        words = sorted(words, key=lambda t: (-(t.titles > 0), -t.entries, t.text))[:TERMS_MOST]
        self.texts = [term.text for term in words]
        self.entries = np.array([term.entries for term in words], np.int32)
        self.titles = np.array([term.titles for term in words], np.int32)
        self._numbers = {text: number for number, text in enumerate(self.texts)}
        self._keys, self._owners = _keyed(self.texts)
        self._spelled, self._initials = _spelled(self.texts)

    def _take(self, terms: Iterable[Term], words: list[Term]) -> None:
        latin = set()
        for term in terms:
            text, word = term.text, term.kind == "w"
            if _HAN.fullmatch(text):
                if word and len(text) == 1:
                    self._singles[text] = term.entries
                elif word and len(text) <= 2 * LENGTH_MOST and self._counts(term) and not is_number(text):
                    words.append(term)
            elif word and text.isalpha() and text.isascii():
                latin.add(text)
            elif (word and text.isascii()) or text[:1].isdigit():
                self._figures.add(text)
        self.latin = frozenset(latin)

    def _counts(self, term: Term) -> bool:
        return bool(term.titles) or term.entries >= self._often

    def __len__(self) -> int:
        return len(self.texts)

    def __contains__(self, text: object) -> bool:
        return text in self._numbers

    def number(self, text: str) -> int:
        """Number of the term ``text``, or -1."""
        return self._numbers.get(text, -1)

    def weight(self, number: int) -> float:
        """How much a term is worth as what somebody meant: that of titles before others, the frequent before the rare."""
        titles = int(self.titles[number])
        return math.log1p(int(self.entries[number])) + math.log1p(titles) + (1.0 if titles else 0.0)

    def pair(self, two: str) -> tuple[int, int]:
        """In how many entries and titles these two characters stand side by side."""
        return self._pairs.count(two)

    def knows_pair(self, two: str) -> bool:
        entries, titles = self.pair(two)
        return titles > 0 or entries >= self._often

    def says(self, phrase: str) -> bool:
        """Whether the collection has ``phrase``, as far as its words and neighbouring characters can tell."""
        return phrase in self._numbers or all(map(self._has, _links(phrase)))

    def titled(self, phrase: str) -> bool:
        """Whether titles or phrasings of the collection have ``phrase``, as far as can be told."""
        number = self.number(phrase)
        if number >= 0:
            return bool(self.titles[number])
        return all(self.pair(link)[1] for link in _links(phrase))

    def _has(self, link: str) -> bool:
        return link in self._figures or link in self.latin or self.pair(link)[0] > 0

    def single(self, char: str) -> int:
        """In how many entries this character stands as a word by itself."""
        return self._singles.get(char, 0)

    def heard(self, sound: str) -> list[str]:
        """Characters of the collection that stand as words by themselves and are read so."""
        return self._heard.get(sound, [])

    def found(self, keys: Codes) -> Iterator[tuple[int, int]]:
        """``(place in keys, number of a term)`` for each term under one of ``keys``."""
        if not len(self._keys):
            return
        first = np.searchsorted(self._keys, keys, "left")
        hits = np.flatnonzero(self._keys.take(first, mode="clip") == keys)
        ends = np.searchsorted(self._keys, keys[hits], "right")
        for place, start, end in zip(hits.tolist(), first[hits].tolist(), ends.tolist(), strict=True):
            for owner in self._owners[start:end].tolist():
                yield place, owner

    def spelled(self, letters: str, *, whole: bool = True) -> list[int]:
        """Terms whose pinyin is ``letters`` (``whole``), or begins with it; at most ``FOUND_MOST``."""
        return _under(self._spelled, letters, whole)

    def initialled(self, letters: str, *, whole: bool = True) -> list[int]:
        """Terms whose syllables begin with these letters, one by one."""
        return _under(self._initials, letters, whole)


_UNIT = re.compile(r"[a-z0-9]+(?:[._:/%+#&\-,][a-z0-9]+)*%?|[\u3400-\u9fff]")


def _links(phrase: str) -> list[str]:
    """Neighbouring characters of ``phrase``; a number or Latin word counts as one."""
    units = _UNIT.findall(phrase)
    return [one + other for one, other in pairwise(units)] or units


FOUND_MOST = 2_000
_Sorted = tuple[list[str], npt.NDArray[np.int32]]


def _under(table: _Sorted, letters: str, whole: bool) -> list[int]:
    keys, owners = table
    start = bisect_left(keys, letters)
    end = bisect_left(keys, letters + ("\x01" if whole else "\x7f"))
    return [int(owner) for owner in owners[start : min(end, start + FOUND_MOST)]]


def _spelled(texts: list[str]) -> tuple[_Sorted, _Sorted]:
    table, full, initials = readings(), [], []
    for number, text in enumerate(texts):
        ways = table.spellings(text)
        full += [("".join(way), number) for way in ways]
        initials += [(first, number) for first in {"".join([sound[0] for sound in way]) for way in ways}]
    return _sorted(full), _sorted(initials)


def _sorted(pairs: list[tuple[str, int]]) -> _Sorted:
    pairs.sort()
    return [key for key, _ in pairs], np.array([number for _, number in pairs], np.int32)


def _keyed(texts: list[str]) -> tuple[Codes, npt.NDArray[np.int32]]:
    """All numbers under which a term is found, ascending, and the terms."""
    by_length: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        if len(text) <= LENGTH_MOST:
            by_length.setdefault(len(text), []).append(number)
    keys, owners = [np.zeros(0, np.uint64)], [np.zeros(0, np.int32)]
    for length, numbers in by_length.items():
        rows = codes("".join(texts[number] for number in numbers)).reshape(-1, length)
        own = np.array(numbers, np.int32)
        families = [
            hashing.whole(rows)[:, None],
            hashing.whole(sounds(rows), Family.SOUND)[:, None],
            hashing.masked(rows),
        ]
        if length >= 3:
            families.append(hashing.shorter(rows))
        for family in families:
            keys.append(family.reshape(-1))
            owners.append(np.repeat(own, family.shape[1]))
    flat, owner = np.concatenate(keys), np.concatenate(owners)
    order = np.argsort(flat, kind="stable")
    return flat[order], owner[order]


def codes(text: str) -> Codes:
    """The characters of ``text`` as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)


def sounds(rows: Codes) -> Codes:
    """What each character sounds like, as a number; one that is no Chinese character stays itself."""
    table = readings().alike
    inside = (rows >= FIRST) & (rows < FIRST + len(table))
    place = np.where(inside, rows - np.uint64(FIRST), np.uint64(0)).astype(np.int64)
    heard = table[place].astype(np.uint64)
    return np.where(inside & (heard > 0), heard, rows + np.uint64(1 << 20))
