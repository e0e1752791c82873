"""The last look at the few best hits: how much of the question does the entry say in the question's own order?

Terms tell what an entry speaks of, not how: who asks 解除合同前发生的事故赔不赔 and who asks 事故发生后能解除合同吗 share
every word. Contracts of sister products say nearly the same, and the one that was read when the question arose says it
most alike. So the letters of the question are laid beside the text: how many stand there in the same order within a
stretch twice as long as the question (``aligned``), and how many of its runs of three letters stand there as they are
(``runs``). The entry's names are part of its text, so that a product named in the question still speaks for itself.

All texts are worked on at once. A stretch is a window of the text, a bit for each letter, so one 64-bit word tells
where in it a letter of the question stands, and the longest common subsequence is found with four operations a letter
(Hyyrö 2004). That costs some .1 ms for a question of 12 letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from indexer import ranking
from indexer.arrays import Array
from indexer.definitions import definition_of
from indexer.port import Found
from indexer.text import normal
from kb.domain.content import Content
from kb.ports import Dated

LOOKED_AT = 12  # hits; 24 measure the same, 8 a little less
TEXT_MOST = 2_000  # characters of an entry
LETTERS_MOST = 60  # of a question
_LETTERS_LEAST = 3  # a shorter question stands everywhere in its order
_RUN = 3
_STEP_MOST = 32  # letters from one window to the next; a window is two steps wide and fits a 64-bit word
_LETTERS = re.compile(r"[a-z0-9\u3400-\u9fff]+")
_UNITS_MOST = 1 << 16
_UNITS = ((0x30, 0x7A), (0x3400, 0x9FFF), (0xFF10, 0xFF5A))  # what may be a letter: ASCII, Chinese, full width


def by_order(question: str, hits: Sequence[tuple[Found, Dated]]) -> list[tuple[Found, Dated]]:
    """``hits`` (best first) in the order of their scores after this look. ``question`` is in normal form."""
    texts = [text_of(dated.revision.content) for _, dated in hits[:LOOKED_AT]]
    definition = definition_of(question)
    looked_at = []
    for (found, dated), text, (runs, aligned) in zip(hits, texts, told(question, texts), strict=False):
        defines = definition is not None and definition.search(text) is not None
        score = ranking.said(found.score, runs, aligned, defines)
        looked_at.append((Found(found.code, found.revision, score, found.coverage, found.terms, found.words), dated))
    return sorted(looked_at, key=lambda hit: -hit[0].score) + list(hits[LOOKED_AT:])


def text_of(content: Content) -> str:
    """What is laid beside the question; "" when there are only names, which have been compared as sentences."""
    text = f"{content.speakable}\n{content.conditions}\n{content.exceptions}\n{content.body}".strip()
    if not text or text == content.title:
        return ""
    return "\n".join((content.title, text, *content.asked_as))[:TEXT_MOST]


def told(question: str, texts: Sequence[str]) -> list[tuple[float, float]]:
    """For each text the shares (0 to 1) of the question's runs and of its letters that stand there in its order.

    >>> told("等待期多久", ["等待期为三十日，不论多久", "久等，期待多日"])
    [(0.3333333333333333, 0.8), (0.0, 0.6)]
    """
    pieces = _LETTERS.findall(question)
    letters = "".join(pieces)[:LETTERS_MOST]
    if len(letters) < _LETTERS_LEAST or not any(texts):
        return [(0.0, 0.0) for _ in texts]
    numbers = {letter: number for number, letter in enumerate(dict.fromkeys(letters), 1)}
    step = min(len(letters), _STEP_MOST)
    rows = [-(-len(text) // step) + 1 for text in texts]  # the last one empty: no window holds letters of two texts
    starts = np.cumsum([0, *rows])
    found = _numbered("".join([text.ljust(n * step) for text, n in zip(texts, rows, strict=True)]), numbers)
    windows = _windows(found.reshape(-1, step), len(numbers))
    windows[:, starts[1:] - 1] = 0  # they begin in an empty row and hold the beginning of the next text
    common = _common(windows, [numbers[letter] - 1 for letter in letters], step)
    aligned = np.maximum.reduceat(common, starts[:-1]) / len(letters)
    runs = {piece[n : n + _RUN] for piece in pieces for n in range(len(piece) - _RUN + 1)}
    known = [[numbers[letter] for letter in run] for run in runs if all(letter in numbers for letter in run)]
    held = _runs_held(found, starts * step, known, len(numbers) + 1)
    return list(zip(held, aligned.tolist(), strict=True))


def _numbered(text: str, numbers: dict[str, int]) -> Array:
    """For each character of ``text`` the number of its letter, 0 for what the question does not have: uint8."""
    table = np.zeros(_UNITS_MOST, np.uint8)
    for letter, number in numbers.items():
        table[ord(letter)] = number
    units = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return np.asarray(table.take(_normal_letters().take(units, mode="clip")))


def _windows(rows: Array, letters: int) -> Array:
    """For each letter of the question and each window (two rows of text) a bit where the letter stands: uint64."""
    blocks = np.zeros((len(rows), _STEP_MOST), np.uint8)
    blocks[:, : rows.shape[1]] = rows
    stands = np.arange(1, letters + 1, dtype=np.uint8)[:, None] == blocks.ravel()
    bits = np.packbits(stands.ravel(), bitorder="little").view("<u4").reshape(letters, -1).astype(np.uint64)
    bits[:, :-1] |= bits[:, 1:] << np.uint64(rows.shape[1])
    return np.asarray(bits)


def _common(windows: Array, letters: Sequence[int], step: int) -> Array:
    """The length of the longest common subsequence of the question with each window."""
    whole = np.uint64((1 << 2 * step) - 1)
    free = np.full(windows.shape[1], whole)
    for letter in letters:
        met = free & windows[letter]
        free = (free + met) | (free - met)
    return np.asarray(2 * step - np.bitwise_count(free & whole).astype(np.intp))


def _runs_held(found: Array, starts: Array, runs: Sequence[Sequence[int]], base: int) -> list[float]:
    """The share of the runs, each given by the numbers of its letters (below ``base``), that stand in each text."""
    held = np.zeros((len(starts) - 1, len(runs) + 1), np.bool_)
    if runs:
        table = np.zeros(base**_RUN, np.uint16)  # of a pasted page there are more than 255 runs
        for number, (first, second, third) in enumerate(runs, 1):
            table[(first * base + second) * base + third] = number
        wide = found.astype(np.int32)
        met = table.take((wide[:-2] * base + wide[1:-1]) * base + wide[2:])
        places = met.nonzero()[0]
        held[starts.searchsorted(places, side="right") - 1, met[places]] = True
    shares: list[float] = (held[:, 1:].sum(1) / max(len(runs), 1)).tolist()
    return shares


@lru_cache(maxsize=1)
def _normal_letters() -> Array:
    """For each character its letter in normal form, 0 for what is no letter: uint16[65536], made in .03 s."""
    table = np.zeros(_UNITS_MOST, np.uint16)
    units = [chr(code) for first, last in _UNITS for code in range(first, last + 1)]
    for unit, letter in zip(units, normal("\n".join(units)).split("\n"), strict=True):
        if _LETTERS.fullmatch(letter) and len(letter) == 1:
            table[ord(unit)] = ord(letter)
    return table
