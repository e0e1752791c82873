"""What a search hands out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from indexer.forgiveness.values import Repair
from indexer.port import Filters
from kb.domain.content import Audience, Kind
from kb.domain.person import Role
from kb.domain.today import Today

Segments = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked, by whom, and as of when (aware; None: now)."""

    query: str
    role: Role
    filters: Filters = field(default_factory=Filters)
    limit: int = 10
    at: datetime | None = None
    undone: frozenset[str] = frozenset()  # words that stay as they were typed, whatever a repair would make of them


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that answers, with its content from the truth. ``why`` are short Chinese phrases; ``today`` is what is
    different today, when it was asked as of another moment."""

    code: str
    title: str
    kind: Kind
    product: str
    category: str
    audience: Audience
    speakable: str
    conditions: str
    exceptions: str
    snippet: Segments
    title_marks: Segments
    score: float
    why: list[str]
    revision: int
    starts: datetime
    ends: datetime | None
    updated_at: datetime
    today: Today | None = None


@dataclass(frozen=True, slots=True)
class Clarify:
    """The one question that separates the hits. ``options`` are (value, hits), 2 to 4, the likeliest first.

    ``field`` is ``product``, ``category`` or ``kind``; ``question`` a gettext message id.
    """

    field: str
    options: list[tuple[str, int]]
    question: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that answered until ``ended``. ``reason`` is that of the withdrawal, "" when it expired.

    ``replacement`` is the entry to use instead, with its title, if the person may see it and it is in force.
    ``leads``: it fits the question better than anything in force.
    """

    code: str
    title: str
    ended: datetime
    withdrawn: bool
    reason: str
    replacement: tuple[str, str] | None
    leads: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``answer`` only when the best hit leads clearly; ``suggestions`` are titles, when nothing was found;
    ``repairs`` are what the question was read as where its own words found too little; ``tombstones`` what answered
    it once and is no longer in force; ``partial``: the question was too long or too hard to be searched as a whole."""

    query: str
    took_ms: float
    total: int
    answer: Hit | None
    clarify: Clarify | None
    hits: list[Hit]
    suggestions: list[str]
    dropped: list[str]
    repairs: list[Repair] = field(default_factory=list)
    tombstones: list[Tombstone] = field(default_factory=list)
    partial: bool = False
