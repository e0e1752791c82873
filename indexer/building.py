"""Makes the arrays of a segment from cut documents, one after the other."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from indexer.arrays import FOREVER, Array, Arrays, packed
from indexer.port import Document
from indexer.tokens import FIELDS, Tokens
from kb.domain.content import Kind
from kb.domain.person import Role, may_see

KINDS = tuple(Kind)
ROLES = tuple(Role)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COUNT_MOST = 255


def microseconds(at: datetime | None) -> int:
    """Exact, unlike ``timestamp()``; ``FOREVER`` for None."""
    return int(FOREVER) if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime | None:
    """The inverse of ``microseconds``."""
    return None if value == FOREVER else _EPOCH + timedelta(microseconds=value)


class Builder:
    """Collects cut documents; ``arrays`` gives the segment. Documents keep the order in which they came."""

    def __init__(self) -> None:
        self._docs: list[tuple[str, int, int, int, int, int, int, int]] = []
        self._names: dict[str, dict[str, int]] = {"products": {}, "categories": {}, "tags": {}}
        self._unit_first = array("i")
        self._unit_length = array("i")
        self._doc_length = array("i")
        self._terms: dict[str, int] = {}
        self._doc_posts = _Postings(len(FIELDS))
        self._unit_posts = _Postings(1)

    def __len__(self) -> int:
        return len(self._docs)

    def add(self, document: Document, tokens: Tokens) -> None:
        number, unit = len(self._docs), len(self._unit_length)
        self._unit_first.append(unit)
        self._docs.append(self._facts(document))
        for offset, counts in enumerate(tokens.units):
            self._unit_length.append(_length(counts))
            self._unit_posts.add(unit + offset, ((self._number(term), (count,)) for term, count in counts.items()))
        self._doc_length.extend(_length(counts) for counts in tokens.fields)
        self._doc_posts.add(number, self._columns(tokens.fields))

    def _columns(self, bags: Iterable[Counter[str]]) -> Iterable[tuple[int, Iterable[int]]]:
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
        number = self._terms.get(term)
        if number is None:
            number = self._terms[term] = len(self._terms)
        return number

    def _facts(self, document: Document) -> tuple[str, int, int, int, int, int, int, int]:
        content = document.content
        products, categories, tags = self._names.values()
        for tag in content.tags:
            tags.setdefault(tag, len(tags))
        return (
            document.code,
            document.revision,
            microseconds(document.starts),
            microseconds(document.ends),
            KINDS.index(content.kind),
            products.setdefault(content.product, len(products)),
            categories.setdefault(content.category, len(categories)),
            sum(1 << place for place, role in enumerate(ROLES) if may_see(role, content.roles)),
        )

    def arrays(self) -> Arrays:
        texts = [term.encode() for term in self._terms]
        order = sorted(range(len(texts)), key=texts.__getitem__)
        rank = np.empty(len(texts), np.int32)
        rank[order] = np.arange(len(texts), dtype=np.int32)
        term_text, term_start = packed([texts[number] for number in order])
        doc_start, doc, doc_count = self._doc_posts.sorted(rank)
        unit_start, unit, unit_count = self._unit_posts.sorted(rank)
        code, revision, starts, ends, kind, product, category, roles = zip(*self._docs, strict=True)
        code_text, code_start = packed([text.encode() for text in code])
        return Arrays(
            term_text=term_text, term_start=term_start,
            doc_start=doc_start, doc=doc, doc_count=doc_count,
            unit_start=unit_start, unit=unit, unit_count=unit_count[:, 0],
            doc_length=np.array(self._doc_length, np.int32).reshape(-1, len(FIELDS)),
            unit_length=np.array(self._unit_length, np.int32),
            unit_first=np.array(self._unit_first, np.int32),
            code_text=code_text, code_start=code_start,
            revision=np.array(revision, np.int32),
            starts=np.array(starts, np.int64), ends=np.array(ends, np.int64),
            kind=np.array(kind, np.uint8), product=np.array(product, np.int32),
            category=np.array(category, np.int32), roles=np.array(roles, np.uint16),
            names_text=names_to_array(self._names),
        )  # fmt: skip


class _Postings:
    """Postings in the order of documents, kept flat; sorted by term at the end, stably, so documents stay ascending."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._term, self._owner, self._count = array("i"), array("i"), array("B")

    def add(self, owner: int, rows: Iterable[tuple[int, Iterable[int]]]) -> None:
        before = len(self._term)
        for term, counts in rows:
            self._term.append(term)
            self._count.extend(min(count, COUNT_MOST) for count in counts)
        self._owner.extend([owner] * (len(self._term) - before))

    def sorted(self, rank: Array) -> tuple[Array, Array, Array]:
        """Where each term's postings begin, the owners, the counts; terms in the order of ``rank``."""
        terms = rank[np.frombuffer(self._term, np.int32)] if self._term else np.zeros(0, np.int32)
        order = np.argsort(terms, kind="stable")
        start = np.zeros(len(rank) + 1, np.int64)
        np.cumsum(np.bincount(terms, minlength=len(rank)), out=start[1:])
        owners = np.array(self._owner, np.int32)
        counts = np.array(self._count, np.uint8).reshape(-1, self._columns)
        return start, owners[order], counts[order]


def names_to_array(names: Mapping[str, Iterable[str]]) -> Array:
    data = json.dumps({kind: list(values) for kind, values in names.items()}, ensure_ascii=False)
    return np.frombuffer(data.encode(), np.uint8)


def _length(counts: Counter[str]) -> int:
    """Length of a field: its words and bigrams; the single characters kept beside them do not make it longer."""
    return sum(count for term, count in counts.items() if term[0] != "c")
