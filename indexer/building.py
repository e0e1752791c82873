"""Makes the arrays of a segment: from cut documents, or from the live documents of older segments."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence

import numpy as np

from indexer.arrays import Array, Arrays, packed
from indexer.facts import Facts, columns, facts_of
from indexer.port import FIELDS, Document
from indexer.tokens import Tokens

COUNT_MOST = 255


class Builder:
    """Collects cut documents; ``arrays`` gives the segment. Documents keep the order in which they came."""

    def __init__(self) -> None:
        self.facts: list[Facts] = []
        self._terms: dict[str, int] = {}
        self._fields, self._units = _Bags(), _Bags()

    def __len__(self) -> int:
        return len(self.facts)

    def add(self, document: Document, tokens: Tokens) -> None:
        self.facts.append(facts_of(document))
        for bag in tokens.units:
            self._units.add(bag, self._terms)
        for bag in tokens.fields:
            self._fields.add(bag, self._terms)

    def arrays(self) -> Arrays:
        doc_length = np.array(self._fields.lengths, np.int32).reshape(-1, len(FIELDS))
        unit_length = np.array(self._units.lengths, np.int32)
        docs, units = self._fields.flat(len(FIELDS)), self._units.flat(1)
        return assembled(self.facts, [term.encode() for term in self._terms], docs, units, doc_length, unit_length)


class _Bags:
    """Bags of terms in the order in which they came, kept flat: a Python object for each posting would cost 100 MB."""

    def __init__(self) -> None:
        self.lengths = array("i")
        self._term, self._count, self._size = array("i"), array("B"), array("i")

    def add(self, bag: Counter[str], numbers: dict[str, int]) -> None:
        if bag and max(bag.values()) > COUNT_MOST:
            bag = Counter({term: min(count, COUNT_MOST) for term, count in bag.items()})
        number = numbers.setdefault
        self._term.extend([number(term, len(numbers)) for term in bag])
        self._count.extend(bag.values())
        self._size.append(len(bag))
        # The single characters beside the words do not make a field longer.
        self.lengths.append(sum([count for term, count in bag.items() if term[0] != "c"]))

    def flat(self, columns: int) -> Flat:
        """Every ``columns`` bags in a row are the columns of one owner. Terms ascend, owners within a term too."""
        size = len(self._size) // columns + 1
        bag = np.repeat(np.arange(len(self._size), dtype=np.int32), self._size)
        # Sorted as one number: term, owner, column. Memory is what matters here, millions of postings are held.
        keys = np.array(self._term, np.int64)
        keys *= size * columns
        keys += bag
        del bag
        order = np.argsort(keys)
        keys, count = keys[order], np.array(self._count, np.uint8)[order]
        del order
        column = (keys % columns).astype(np.uint8)
        keys //= columns
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.zeros((len(first), columns), np.uint8)
        counts[np.repeat(np.arange(len(first)), np.diff(np.append(first, len(keys)))), column] = count
        keys = keys[first]
        return (keys // size).astype(np.int32), (keys % size).astype(np.int32), counts


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
        own = np.fromiter((numbers.setdefault(term, len(numbers)) for term in a.all_terms()), np.int32, a.terms)
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

