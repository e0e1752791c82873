"""When the best hit may stand as the answer, and which one question to ask when it may not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.port import Filters
from indexer.results import Clarify
from indexer.text import normal, without_markup
from indexer.tokens import bigrams
from kb.domain.content import Content, Kind
from kb.domain.errors import N_

# The best hit is the answer when it leads the next by this factor and holds this share of the question. Where many
# entries say about the same, a lead comes by chance, so a crowd asks for more: with the score of hit 24 as a share of
# the best (2 % to 10 % for most questions, half for insuranceqa with its thousands of similar answers) the lead must
# be LEAD + CROWDED * share ** 2. But hits of one product crowd together when the question names it. What this gives
# on the development sets is in the table of tests/bench/confidence.py.
LEAD, COVERED = 1.1, 0.2
CROWDED, CROWD = 15.0, 24
# Asked for what nobody has written, something leads as well. So the score must reach this share of what the words of
# the question weigh together, and more where one word alone speaks for the hit. Of 500 questions about insurance in
# another country 39 % had a card from our starter library without this, 9 % with it; of 932 questions about anything at
# all 14 % and 3 %; of the golden questions 90 % and 86 %. Within one product less leads by chance, and half is enough:
# 16 % and 8 % of those 500 questions, 3 % and 1 % of the others (tests/bench/confidence.py).
FOUNDED, FOUNDED_ON_ONE, WITHIN_PRODUCT = 0.6, 1.2, 0.5
TELLING = 1.2  # weight of a word in three of ten entries; a lighter one (保险) does not tell what is asked
# Hits that reach this share of the best score compete with it. Sister products say the same in other words, and
# callers know their product: it is asked for while hits of other products are anywhere near.
COMPETES, PRODUCT_COMPETES = 0.8, 0.6
GROUPED_LEAST = 4  # competing hits; fewer are read faster than a question about their category or kind
OPTIONS_MOST = 4
NAMED = 0.6  # share of a name's bigrams that makes the question name it
QUESTIONS = {"product": N_("哪个产品？"), "category": N_("哪一类？"), "kind": N_("要哪种内容？")}
_LEAST_GAIN = 0.3  # bits; less does not separate anything
_CUT_OFF = " .…。"  # what may stand at the end of a title that was cut from a text


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the assistant needs to know of a hit: more of them are weighed than are shown."""

    score: float
    product: str
    category: str
    kind: Kind


def is_clear(hits: Sequence[Candidate], coverage: float, query: str = "") -> bool:
    """Whether the first hit leads clearly. ``coverage`` is the share of the question that it holds.

    ``query`` is the question, in which a product may be named; ``hits`` should be ``CROWD`` when there are so many.
    """
    if not hits or coverage < COVERED:
        return False
    return len(hits) < 2 or hits[0].score >= _lead_wanted(hits, query) * hits[1].score


def is_founded(score: float, weights: Mapping[str, float], held: Iterable[str], filters: Filters) -> bool:
    """Whether the hit with this ``score`` says enough of the question to be its answer, however far it leads.

    ``weights``: of each word and pair of characters of the question, as they count; ``held``: the terms it holds.
    """
    telling = sorted((t[1:] for t in held if t[0] == "w" and weights.get(t, 0.0) > TELLING), key=len, reverse=True)
    apart = [word for place, word in enumerate(telling) if not any(word in longer for longer in telling[:place])]
    wanted = (FOUNDED if len(apart) > 1 else FOUNDED_ON_ONE) * (WITHIN_PRODUCT if filters.products else 1)
    return score >= wanted * sum(weights.values())


def is_nameless(content: Content) -> bool:
    """Whether nobody has said what ``content`` answers: its title is only how its text begins, and there is nothing to
    read aloud and no phrasing.

    Such passages come from a text that was cut up unread. To share words with their first line proves little: of those
    that led clearly 30 % were not what was asked for (``insuranceqa``), however far they led. So they are listed, but
    none is held up as the answer until somebody writes a title, an answer or a phrasing for it.
    """
    if content.speakable.strip() or content.asked_as:
        return False
    title = "".join(content.title.split()).rstrip(_CUT_OFF)
    first_line = "".join(next(iter(without_markup(content.body).strip().splitlines()), "").split())
    return bool(title) and first_line.startswith(title) and any(map(str.isalnum, first_line[len(title) :]))


def _lead_wanted(hits: Sequence[Candidate], query: str) -> float:
    if len(hits) < CROWD or is_named(hits[0].product, query):
        return LEAD
    return LEAD + CROWDED * (hits[CROWD - 1].score / hits[0].score) ** 2


def question_for(hits: Sequence[Candidate], query: str, filters: Filters) -> Clarify | None:
    """The question whose answer says most about which of the competing hits is meant, or None."""
    best: tuple[float, Clarify] | None = None
    for field in QUESTIONS:
        near = PRODUCT_COMPETES if field == "product" else COMPETES
        competing = [hit for hit in hits if hit.score >= near * hits[0].score]
        if len(competing) < (2 if field == "product" else GROUPED_LEAST) or _decided(field, filters):
            continue
        values = [str(getattr(hit, field)) for hit in competing]
        if field == "product" and any(is_named(value, query) for value in values):
            continue
        gain, options = _split(values, [hit.score for hit in competing])
        if field != "product" and max((count for _, count in options), default=0) < 2:
            continue  # an option for each hit asks the caller to read the list of hits
        if gain >= _LEAST_GAIN and len(options) >= 2 and (best is None or gain > best[0] + 1e-9):
            best = gain, Clarify(field, options, QUESTIONS[field])
            if field == "product":
                break  # the product decides more answers than anything else, and callers know it
    return best[1] if best else None


def is_named(name: str, query: str) -> bool:
    """Whether ``query`` names ``name``, at least most of it: 百万医疗 for 百万医疗险."""
    pairs = set(bigrams(normal(name)))
    return bool(pairs) and len(pairs & set(bigrams(normal(query)))) >= NAMED * len(pairs)


def _decided(field: str, filters: Filters) -> bool:
    return bool({"product": filters.products, "category": filters.category, "kind": filters.kinds}[field])


def _split(values: Sequence[str], scores: Sequence[float]) -> tuple[float, list[tuple[str, int]]]:
    """Information in the answer (bits, weighted by score) and the options; hits without a value are no option."""
    weights: dict[str, float] = {}
    counts: dict[str, int] = {}
    for value, score in zip(values, scores, strict=True):
        weights[value] = weights.get(value, 0.0) + score
        counts[value] = counts.get(value, 0) + 1
    total = sum(weights.values())
    gain = -sum(w / total * math.log2(w / total) for w in weights.values())
    ordered = sorted((value for value in weights if value), key=lambda value: (-weights[value], value))
    return gain, [(value, counts[value]) for value in ordered[:OPTIONS_MOST]]
