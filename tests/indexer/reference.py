"""The same ranking the slow way: Whoosh's own readers give the postings, plain Python adds up.

Written from the description at the head of ``indexer/ranking.py``, with its weights and nothing else of the scorer.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from whoosh.index import open_dir
from whoosh.reading import IndexReader

from indexer import pointer
from indexer.facts import KINDS, ROLES, Facts, microseconds
from indexer.port import Filters
from indexer.ranking import COMMON, COVERAGE, FIELD_WEIGHTS, K1, KIND_WEIGHTS, PHRASING, PHRASING_B
from kb.domain.person import Role

Counts = dict[int, int]


class Reference:
    """A search over a folder of ``WhooshIndex`` through ``whoosh.index`` alone."""

    def __init__(self, folder: Path) -> None:
        held = pointer.read(folder)
        assert held is not None
        self.index = open_dir(str(folder / held.generation), indexname="zhixi")

    def search(
        self, terms: Mapping[str, float], *, at: datetime, role: Role, filters: Filters
    ) -> list[tuple[str, float]]:
        """(code, score) of all that match, best first, equal scores by code."""
        with self.index.reader() as reader:
            facts = {number: Facts(*reader.stored_fields(number)["facts"]) for number in reader.all_doc_ids()}
            seen = {number for number, fact in facts.items() if _is_seen(fact, microseconds(at), role)}
            scores = _scores(reader, facts, seen, terms)
        kept = [(facts[number].code, score) for number, score in scores.items() if _is_kept(facts[number], filters)]
        return sorted(kept, key=lambda found: (-found[1], found[0]))


def _is_seen(fact: Facts, at: int, role: Role) -> bool:
    return fact.starts <= at < fact.ends and bool(fact.roles >> ROLES.index(role) & 1)


def _is_kept(fact: Facts, filters: Filters) -> bool:
    inside = not filters.category or f"{fact.category}/".startswith(f"{filters.category}/")
    of_kind = not filters.kinds or KINDS[fact.kind] in filters.kinds
    return inside and of_kind and (not filters.products or fact.product in filters.products)


def _scores(reader: IndexReader, facts: dict[int, Facts], seen: set[int], terms: Mapping[str, float]) -> dict[int, float]:
    fields = {name: _lengths(reader, name, seen) for name in FIELD_WEIGHTS}
    units = _unit_lengths(reader, facts, seen)
    per_document: dict[int, list[tuple[float, float, dict[int, float]]]] = {}
    question = 0.0
    others = any(term[0] != "c" for term in terms)
    for term, emphasis in terms.items():
        counts = {name: _counts(reader, name, term, seen) for name in FIELD_WEIGHTS}
        holding = set().union(*counts.values())
        if others and term[0] == "c" and len(holding) > COMMON * len(seen):
            continue
        rarity = math.log(1 + (len(seen) - len(holding) + 0.5) / (len(holding) + 0.5))
        rarity *= KIND_WEIGHTS[term[0]] * emphasis
        share = rarity if term[0] != "c" or not others else 0.0
        question += share
        for number in holding:
            weighted = sum(
                weight * counts[name].get(number, 0) / (1 - b + b * fields[name](number))
                for name, (weight, b) in FIELD_WEIGHTS.items()
            )
            phrasings = {
                unit: rarity * _saturated(count / (1 - PHRASING_B + PHRASING_B * units(number, unit)))
                for unit, count in _units(reader, term, number)
            }
            per_document.setdefault(number, []).append((share, rarity * _saturated(weighted), phrasings))
    matched = {number: parts for number, parts in per_document.items() if any(share for share, _, _ in parts)}
    return {number: _combined(parts, question) for number, parts in matched.items()}


def _combined(parts: list[tuple[float, float, dict[int, float]]], question: float) -> float:
    by_unit: dict[int, float] = {}
    for _, _, phrasings in parts:
        for unit, score in phrasings.items():
            by_unit[unit] = by_unit.get(unit, 0.0) + score
    coverage = sum(share for share, _, _ in parts) / question
    return float((sum(score for _, score, _ in parts) + PHRASING * max(by_unit.values(), default=0.0)) * coverage**COVERAGE)


def _saturated(count: float) -> float:
    return count * (K1 + 1) / (count + K1)


def _postings(reader: IndexReader, field: str, term: bytes) -> list[tuple[int, int, bytes]]:
    if (field, term) not in reader:
        return []
    matcher = reader.postings(field, term)
    found = []
    while matcher.is_active():
        found.append((matcher.id(), int(matcher.weight()), matcher.value() if field == "names" else b""))
        matcher.next()
    return found


def _counts(reader: IndexReader, field: str, term: str, seen: set[int]) -> Counts:
    return {number: count for number, count, _ in _postings(reader, field, term.encode()) if number in seen}


def _units(reader: IndexReader, term: str, document: int) -> list[tuple[int, int]]:
    values = [value for number, _, value in _postings(reader, "names", term.encode()) if number == document]
    return [pair for value in values for pair in struct.iter_unpack("<HB", value)]


def _lengths(reader: IndexReader, field: str, seen: set[int]) -> Callable[[int], float]:
    """Length of a document's field relative to the average of those that are seen."""
    sums = dict.fromkeys(seen, 0)
    for term in reader.lexicon(field):
        for number, count, _ in _postings(reader, field, term) if term[:1] != b"c" else ():
            if number in sums:
                sums[number] += count
    average = sum(sums.values()) / max(len(sums), 1)
    return lambda number: sums[number] / (average or 1.0)


def _unit_lengths(reader: IndexReader, facts: dict[int, Facts], seen: set[int]) -> Callable[[int, int], float]:
    sums = {(number, unit): 0 for number in seen for unit in range(facts[number].units)}
    for term in reader.lexicon("names"):
        for number, _, value in _postings(reader, "names", term) if term[:1] != b"c" else ():
            for unit, count in struct.iter_unpack("<HB", value) if number in seen else ():
                sums[number, unit] += count
    average = sum(sums.values()) / max(len(sums), 1)
    return lambda number, unit: sums[number, unit] / (average or 1.0)
