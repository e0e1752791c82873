"""Makes the arrays of a segment: from cut documents, or from the live documents of older segments."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from indexer.arrays import Array, Arrays, packed
from indexer.facts import Facts, columns, facts_of
from indexer.port import Document
from indexer.tokens import FIELDS, Tokens

COUNT_MOST = 255


class Builder:
    """Collects cut documents; ``arrays`` gives the segment. Documents keep the order in which they came."""

    def __init__(self) -> None:
        self.facts: list[Facts] = []
        self._unit_length, self._doc_length = array("i"), array("i")
        self._terms: dict[str, int] = {}
        self._doc_posts, self._unit_posts = _Postings(len(FIELDS)), _Postings(1)

    def __len__(self) -> int:
        return len(self.facts)

    def add(self, document: Document, tokens: Tokens) -> None:
        number = len(self.facts)
        self.facts.append(facts_of(document))
        for counts in tokens.units:
            rows = ((self._number(term), (count,)) for term, count in counts.items())
            self._unit_posts.add(len(self._unit_length), rows)
            self._unit_length.append(_length(counts))
        self._doc_length.extend(_length(counts) for counts in tokens.fields)
        self._doc_posts.add(number, self._rows(tokens.fields))

    def _rows(self, bags: Iterable[Counter[str]]) -> Iterable[tuple[int, Iterable[int]]]:
        rows: dict[int, list[int]] = {}
        for column, counts in enumerate(bags):
            for term, count in counts.items():
                number = self._number(term)
                row = rows.get(number)
                if row is None:
                    row = rows[number] = [0] * len(FIELDS)
                row[column] = count
        return rows.items()

    def _number(self, term: str) -> int:
        return self._terms.setdefault(term, len(self._terms))

    def arrays(self) -> Arrays:
        terms = [term.encode() for term in self._terms]
        doc_length = np.array(self._doc_length, np.int32).reshape(-1, len(FIELDS))
        unit_length = np.array(self._unit_length, np.int32)
        return assembled(self.facts, terms, self._doc_posts.flat(), self._unit_posts.flat(), doc_length, unit_length)


class _Postings:
    """Postings in the order in which they came, kept flat."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._term, self._owner, self._count = array("i"), array("i"), array("B")

    def add(self, owner: int, rows: Iterable[tuple[int, Iterable[int]]]) -> None:
        before = len(self._term)
        for term, counts in rows:
            self._term.append(term)
            self._count.extend([count if count < COUNT_MOST else COUNT_MOST for count in counts])
        self._owner.extend([owner] * (len(self._term) - before))

    def flat(self) -> Flat:
        counts = np.array(self._count, np.uint8).reshape(-1, self._width)
        return np.array(self._term, np.int32), np.array(self._owner, np.int32), counts


Flat = tuple[Array, Array, Array]  # term number, owner, counts (postings x columns); owners ascend within a term


def assembled(
    facts: Sequence[Facts], terms: Sequence[bytes], docs: Flat, units: Flat, doc_length: Array, unit_length: Array
) -> Arrays:
    """Arrays with the terms in order and each term's postings together."""
    order = sorted(range(len(terms)), key=terms.__getitem__)
    rank = np.empty(len(terms), np.int32)
    rank[order] = np.arange(len(terms), dtype=np.int32)
    term_text, term_start = packed([terms[number] for number in order])
    doc_start, doc, doc_count = _by_term(docs, rank)
    unit_start, unit, unit_count = _by_term(units, rank)
    return Arrays(
        term_text=term_text, term_start=term_start,
        doc_start=doc_start, doc=doc, doc_count=doc_count,
        unit_start=unit_start, unit=unit, unit_count=unit_count[:, 0],
        doc_length=doc_length, unit_length=unit_length,
        **columns(facts),
    )  # fmt: skip


def _by_term(flat: Flat, rank: Array) -> tuple[Array, Array, Array]:
    terms, owners, counts = rank[flat[0]], flat[1], flat[2]
    order = np.argsort(terms, kind="stable")
    start = np.zeros(len(rank) + 1, np.int64)
    np.cumsum(np.bincount(terms, minlength=len(rank)), out=start[1:])
    return start, owners[order], counts[order]


def merged(parts: Sequence[tuple[Arrays, Array]], facts: Sequence[Facts]) -> Arrays:
    """One segment of the documents of ``parts`` whose mask is true, in order; ``facts`` are theirs."""
    numbers: dict[bytes, int] = {}
    docs, units, doc_lengths, unit_lengths = [], [], [], []
    doc_base = unit_base = 0
    for a, live in parts:
        live_units = live[owners(a)]
        own = np.fromiter((numbers.setdefault(a.term(t), len(numbers)) for t in range(a.terms)), np.int32, a.terms)
        docs.append(_kept(a.doc_start, a.doc, a.doc_count, live, own, doc_base))
        units.append(_kept(a.unit_start, a.unit, a.unit_count[:, None], live_units, own, unit_base))
        doc_lengths.append(a.doc_length[live])
        unit_lengths.append(a.unit_length[live_units])
        doc_base += int(live.sum())
        unit_base += int(live_units.sum())
    flat_docs, flat_units = _joined(docs), _joined(units)
    used = np.unique(flat_docs[0])
    renumbered = np.zeros(len(numbers), np.int32)
    renumbered[used] = np.arange(len(used), dtype=np.int32)
    names = list(numbers)
    return assembled(
        facts,
        [names[number] for number in used],
        (renumbered[flat_docs[0]], *flat_docs[1:]),
        (renumbered[flat_units[0]], *flat_units[1:]),
        np.concatenate(doc_lengths),
        np.concatenate(unit_lengths),
    )


def _kept(start: Array, owner: Array, count: Array, live: Array, numbers: Array, base: int) -> Flat:
    terms = np.repeat(numbers, np.diff(start))
    places = (np.cumsum(live) - 1 + base).astype(np.int32)
    keep = live[owner]
    return terms[keep], places[owner[keep]], count[keep]


def _joined(parts: Sequence[Flat]) -> Flat:
    terms, owner, count = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return terms, owner, count


def owners(arrays: Arrays) -> Array:
    """The document of each unit."""
    per_document = np.diff(np.append(arrays.unit_first, len(arrays.unit_length)))
    return np.repeat(np.arange(arrays.size), per_document)


def _length(counts: Counter[str]) -> int:
    """Length of a field: its words and bigrams; the single characters kept beside them do not make it longer."""
    return sum(count for term, count in counts.items() if term[0] != "c")
