"""The port behind which every search engine stands, and the values that pass through it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from kb.domain.content import Content, Kind
from kb.domain.person import Role

if TYPE_CHECKING:
    from indexer.scoring import Collection

# What is searched of a document: title and phrasings; answer, conditions, exceptions; body; product, category, tags, code.
FIELDS = ("names", "speakable", "body", "about")


@dataclass(frozen=True, slots=True)
class Document:
    """One period of one entry: what is searched from ``starts`` (inclusive) to ``ends`` (exclusive, None: open)."""

    code: str
    revision: int
    content: Content
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep. Empty means everything. ``category`` keeps that node of the tree and all below it."""

    kinds: frozenset[Kind] = frozenset()
    products: frozenset[str] = frozenset()
    category: str = ""

    def __bool__(self) -> bool:
        return bool(self.kinds or self.products or self.category)


@dataclass(slots=True)  # not frozen: that takes four times as long to make, and a search makes fifty
class Found:
    """A hit of an engine: enough to look the truth up. Nobody changes one.

    ``coverage`` is the share of the question that it holds (0 to 1, by rarity of the terms); ``terms`` are the
    question's terms that matched, by field (``FIELDS``); ``words`` are the words among them.
    """

    code: str
    revision: int
    score: float
    coverage: float
    terms: Mapping[str, Sequence[str]]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the index says it holds, for comparison with the truth."""

    code: str
    revision: int
    digest: str
    starts: datetime
    ends: datetime | None


Terms = Sequence[str] | Mapping[str, float]


class Searched(Protocol):
    """What a question is asked of: an index, or a view of one as if something else were published."""

    def search(
        self, terms: Terms, *, at: datetime, role: Role, filters: Filters, limit: int
    ) -> tuple[list[Found], int]:
        """The best ``limit`` documents valid ``at`` that ``role`` may see, best first, and how many matched in all.

        ``terms`` are index terms as ``indexer.tokens`` makes them; a mapping gives each its weight (more than 0), a
        plain sequence means 1 for each, and a term given twice counts once. Equal scores are ordered by code. Raises ``Unavailable`` when there is no index to search.
        """

    def names(self) -> frozenset[str]:
        """Products, tags and short titles of everything held: the names that a question may use."""

    @property
    def collection(self) -> Collection:
        """The newest state, immutable. Raises ``Unavailable`` when there is none."""


class SearchIndex(Searched, Protocol):
    """A copy of the published state that can be thrown away and made again."""

    def replace(self, documents: Mapping[str, Sequence[Document]], *, applied: int, mark: str = "") -> None:
        """For each code: these are now all its documents. Durable, with job number ``applied``, when it returns.

        ``mark`` tells that job from one of the same number in another database.
        """

    def applied(self) -> int:
        """Number of the last job that went in; 0 for none."""

    def mark(self) -> str:
        """That of the last job that went in; "" when none was given."""

    def stored(self) -> Iterator[Stored]: ...

    def rebuild(self, documents: Iterable[Document], *, applied: int, mark: str = "") -> None:
        """Build from nothing, aside, then switch. Searches go on over the old state until then."""

    def outdated(self) -> bool:
        """Whether it must be built anew: not there, unreadable, or made by another program or dictionary."""

    def faults(self) -> list[str]:
        """What does not agree within the index itself, as codes or names of its parts; empty when it is sound."""
