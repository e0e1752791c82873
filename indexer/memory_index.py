"""The engine for tests and small tools: one segment in memory, made anew at each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from indexer.building import Builder
from indexer.port import Document, Filters, Found, Stored, Terms
from indexer.scoring import Collection, Segment
from indexer.tokens import Tokenizer, Tokens
from kb.domain.person import Role


class MemoryIndex:
    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._held: dict[str, list[tuple[Document, Tokens]]] = {}
        self._applied, self._mark = 0, ""
        self._collection = Collection([])

    def search(
        self, terms: Terms, *, at: datetime, role: Role, filters: Filters, limit: int
    ) -> tuple[list[Found], int]:
        return self._collection.search(terms, at=at, role=role, filters=filters, limit=limit)

    def replace(self, documents: Mapping[str, Sequence[Document]], *, applied: int, mark: str = "") -> None:
        held = dict(self._held)
        for code, periods in documents.items():
            held.pop(code, None)
            if periods:
                held[code] = [(document, self._tokenizer.document(document)) for document in periods]
        self._take(held, applied, mark)

    @property
    def collection(self) -> Collection:
        return self._collection

    def applied(self) -> int:
        return self._applied

    def mark(self) -> str:
        return self._mark

    def stored(self) -> Iterator[Stored]:
        for periods in self._held.values():
            for d, _ in periods:
                yield Stored(d.code, d.revision, d.content.digest, d.starts, d.ends)

    def rebuild(self, documents: Iterable[Document], *, applied: int, mark: str = "") -> None:
        held: dict[str, list[tuple[Document, Tokens]]] = {}
        for document in documents:
            held.setdefault(document.code, []).append((document, self._tokenizer.document(document)))
        self._take(held, applied, mark)

    def names(self) -> frozenset[str]:
        return self._collection.names

    def outdated(self) -> bool:
        return False

    def faults(self) -> list[str]:
        return []

    def _take(self, held: dict[str, list[tuple[Document, Tokens]]], applied: int, mark: str) -> None:
        builder = Builder()
        for periods in held.values():
            for document, tokens in periods:
                builder.add(document, tokens)
        self._collection = Collection([Segment("memory", builder.arrays())] if len(builder) else [])
        self._held, self._applied, self._mark = held, applied, mark
