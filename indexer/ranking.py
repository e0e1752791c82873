"""How entries are ranked: every weight, with the reason.

A document's score is ``(fields + PHRASING * best phrasing) * coverage ** COVERAGE``, where

* *fields* is BM25F: per term, the counts in each field are weighted, divided by the field's relative length, added
  up, and saturated once, so that a word in three fields does not count three times;
* *best phrasing* is BM25 of the title or the one phrasing that fits best, each a short text of its own;
* *coverage* is the share of the question that the document holds anywhere, by the rarity of its terms.

The best are looked at again as whole sentences (``likened``), the very best then for how much of the question they say
in its own order (``said``); what then is about as good stands in the order of how many calls it has solved
(``ties_broken``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.port import FIELDS

Floats = npt.NDArray[Any]  # float64

# Measured as MRR@10 by tests/bench/ablation.py, which prints the whole table: clauses .558, with the product in the
# question .984, with its filter .986, phrasings .903, learned phrasings .967, golden questions .981, 500 of insuranceqa .268.
# In brackets what is lost without the step; what moves by .002 or less moved by chance, and on insuranceqa by .005.
#
# field: (weight, b). b tells how much a long field is held against it. (b 0 everywhere: clauses .096, insuranceqa .008,
# filter .007, product .006 less; all fields of weight 1: insuranceqa .004 less)
FIELD_WEIGHTS: dict[str, tuple[float, float]] = {
    # Title and all phrasings together. Many phrasings are no wordiness, they are evidence. (b .75: phrasings .002 less
    # now, and learned .010 less before there was a second look)
    "names": (0.5, 0.2),
    # The answer itself, with conditions and exceptions: short, and written to be the answer.
    "speakable": (1.5, 0.75),
    "body": (1.0, 0.75),
    # Product, category, tags, code: steers to the product that the question names. (without: golden and product .003)
    "about": (1.0, 0.75),
}
# Words carry the sense. (without: insuranceqa .019, clauses .018, golden .015, phrasings .007, product .006 less) Bigrams
# repeat what words say, and find what the dictionary lacks. (clauses .022, filter .005 less) Single characters catch
# 保费 for 保险费. (clauses .012, phrasings .008, insuranceqa .007, golden .006 less)
KIND_WEIGHTS = {"w": 1.0, "b": 0.5, "c": 0.6}
COMMON = 0.5  # a character that this share of the documents holds says nothing and is left out, for speed
WEAK = 0.7  # 怎么, 如果, 具体指的是… (in full: insuranceqa .008, clauses .005 less)
PART = 0.5  # of 等待期 the part 等待 (in full: clauses .006 less)
K1 = 2.0  # saturation of repeated terms (1.2: clauses .014 less)
# The one phrasing that fits best, beside the sum over all: a question is asked in one way. (without: golden .008, learned
# .002 less, insuranceqa .009 more)
PHRASING, PHRASING_B = 0.9, 0.5
# Holding all of the question goes before holding a part often. (without: insuranceqa .009, clauses, filter and
# learned .003 less)
COVERAGE = 0.4
# The second look: how alike the question is to the title or phrasing that is most like it, and to the next. (without:
# phrasings .027, learned .014, golden .002 less; without the next: learned .006 less)
LIKENESS, AGREEING = 1.5, 1.0
LIKENESS_POWER = 3  # only what is nearly the same sentence counts: most names share a few letters by chance
# The look at the text: how much of the question stands there in its own order, as runs of three letters and with gaps.
# Both halves of the questions on clauses gain (.575 to .581, .511 to .535), and half or twice the weights gain most of
# it. (without all three: clauses .016 less; without runs golden .003 less; without gaps clauses .006 less)
RUNS, ALIGNED = 0.5, 0.6
DEFINED = 0.3  # who asks what a word means is answered where the text says so (without: clauses .003 less)
# What is no worse than this share below the best fits as well as that: clauses that sister products have word for word
# differ by about so much. Between such, the one that solved more calls goes first.
NEAR_TIE = 0.02
SOLVED_FEW = 4  # calls; fewer say nothing

_WEIGHT = np.array([FIELD_WEIGHTS[field][0] for field in FIELDS])
_B = np.array([FIELD_WEIGHTS[field][1] for field in FIELDS])


def rarity(documents: int, holding: int) -> float:
    """Inverse document frequency: above zero also for a term that every document holds."""
    return math.log1p((documents - holding + 0.5) / (holding + 0.5))


def term_weight(term: str, rarity: float, emphasis: float) -> float:
    """What a term is worth: by its rarity, its kind, and what the asker made of it."""
    return rarity * KIND_WEIGHTS[term[0]] * emphasis


def field_norms(lengths: npt.NDArray[np.int32], average: Floats) -> Floats:
    """What each count of a field is multiplied by: ``lengths`` is documents x fields, so is the result."""
    relative = lengths / np.where(average > 0, average, 1.0)
    return np.asarray(_WEIGHT / (1 - _B + _B * relative))


def phrasing_norms(lengths: npt.NDArray[np.int32], average: float) -> Floats:
    return np.asarray(1 / (1 - PHRASING_B + PHRASING_B * lengths / (average or 1.0)))


def saturated(counts: Floats) -> Floats:
    """From weighted counts to evidence: 0 to K1 + 1, steep at first."""
    return counts * (K1 + 1) / (counts + K1)


def phrasing(counts: Floats) -> Floats:
    """The evidence of a title or phrasing, as ``saturated``."""
    return PHRASING * saturated(counts)


def combined(evidence: Floats, coverage: Floats) -> Floats:
    """``evidence`` is that of the fields and of the best phrasing together."""
    return np.asarray(evidence * coverage**COVERAGE)


def likened(score: float, likenesses: Sequence[float]) -> float:
    """A score after the second look; ``likenesses`` (0 to 1) are those of the best two names, best first."""
    weights = (LIKENESS, AGREEING)
    return score * (1 + sum(w * like**LIKENESS_POWER for w, like in zip(weights, likenesses, strict=False)))


def said(score: float, runs: float, aligned: float, defines: bool) -> float:
    """A score after the look at the text, with the shares (0 to 1) of the question that stand there in its order."""
    return score * (1 + RUNS * runs + ALIGNED * aligned + DEFINED * defines)


def near_ties(scores: Sequence[float]) -> list[range]:
    """The places of ``scores`` (descending) parted into runs; none in a run is worse than its first by ``NEAR_TIE``."""
    runs: list[range] = []
    first = 0
    for place in range(1, len(scores) + 1):
        if place == len(scores) or scores[place] < scores[first] * (1 - NEAR_TIE):
            runs.append(range(first, place))
            first = place
    return runs


def ties_broken(scores: Sequence[float], solved: Sequence[int]) -> list[int]:
    """The places of ``scores`` (descending) in their new order; ``solved``: how many calls each of them has solved.

    Only near ties change places among themselves: nothing passes what is better by more than ``NEAR_TIE``.
    """
    return [place for run in near_ties(scores) for place in sorted(run, key=lambda place: -experience(solved[place]))]


def experience(solved: int) -> int:
    """Steps of twice as many: 3 calls against none, or 14 against 12, say nothing."""
    return (solved + SOLVED_FEW).bit_length()
