"""The use case behind the search page, the API and the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from indexer.assistant import Candidate, is_clear, is_founded, is_nameless, question_for
from indexer.budget import Budget
from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.searching import search_forgivingly
from indexer.forgiveness.values import Attempt
from indexer.highlight import Highlighter
from indexer.in_order import by_order
from indexer.learned import LearnedPhrasings
from indexer.port import Filters, Found, Searched, Terms
from indexer.results import Clarify, Hit, SearchRequest, SearchResult, Tombstone
from indexer.since import Since
from indexer.solved import SolvedCalls, by_solved
from indexer.tokens import Query, Tokenizer
from indexer.wording import LOOKED_AT, by_wording
from kb.domain.errors import N_
from kb.domain.person import Role, may_see
from kb.ports import Dated, Store

if TYPE_CHECKING:
    from indexer.explaining import Explanation
    from indexer.tombstones import Tombstones

__all__ = ["Clarify", "Hit", "Search", "SearchRequest", "SearchResult"]

LIMIT_MOST = 100
_SUGGESTIONS = 5
_WORDS_SHOWN = 5
_WHY = {"names": N_("标题或相似问"), "speakable": N_("口径"), "body": N_("正文"), "about": N_("产品、分类或标签")}


_Hits = list[tuple[Found, Dated]]
_Confirmed = tuple[_Hits, int]


class Weighing(Protocol):
    def weighed(self, question: str, hits: _Hits) -> _Hits:
        """The hits, best first, in another order. Never fails and never keeps a question waiting."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A search on its way: the question cut, what was found and confirmed, by which attempt, with which terms."""

    query: Query
    found: _Hits
    total: int
    attempt: Attempt | None
    asked: Terms
    at: datetime
    took_ms: float


class Search:
    """Finds entries for a question. What it hands out comes from the store, never from the index alone."""

    def __init__(
        self,
        index: Searched,
        store: Store,
        tokenizer: Tokenizer,
        clock: Callable[[], datetime],
        forgiving: Callable[[datetime], Forgiveness] | None = None,
        tombstones: Tombstones | None = None,
        budget: Callable[[], Budget] = Budget,
    ) -> None:
        """``forgiving`` gives the repairs that hold at a moment; without it questions are taken as they stand.
        ``tombstones`` finds what answered once; without it what is gone is passed over in silence.
        ``budget`` gives each question its time for repairs."""
        self.forgiving = forgiving
        self.tombstones = tombstones
        self.budget = budget
        self.index = index
        self.store = store
        self.meaning: Weighing | None = None  # off
        self._learned = LearnedPhrasings(store)
        self.solved = SolvedCalls(store)
        self.tokenizer = tokenizer
        self.clock = clock

    def run(self, request: SearchRequest) -> SearchResult:
        """Answer ``request``. Any text is a valid question.

        Raises:
            Unavailable: the index cannot be read.
        """
        return self.answered(request, self.clock())

    def answered(self, request: SearchRequest, now: datetime) -> SearchResult:
        """As ``run``, by this clock."""
        started, budget = time.perf_counter(), self.budget()
        at = request.at or now
        limit = max(1, min(request.limit, LIMIT_MOST))
        self.tokenizer.learn(self.index.names())
        query = self.tokenizer.query(request.query)
        since = Since(self.store, request.role, now) if request.at is not None else None
        (found, total), attempt, asked = self._forgive(query, request, at, max(limit, LOOKED_AT), since, budget)
        best = found[0][0].score if found else 0.0
        found = self._looked_at_again(query, attempt, found)
        candidates = [_candidate(f, dated) for f, dated in found]
        gone = self._gone(query, request, at, best, found[:limit])
        clear = (
            not (attempt and attempt.is_guessed(query.text))
            and self._is_clear(candidates, found, query.text, asked, at, request)
            and not _is_led(gone, found)
        )
        clarify = None if clear else question_for(candidates, query.text, request.filters)
        highlighter = Highlighter(asked)
        step = [attempt.why] if attempt else []
        shown = [_hit(f, dated, highlighter, step, since) for f, dated in found[:limit]]
        return SearchResult(
            query=request.query,
            took_ms=(time.perf_counter() - started) * 1000,
            total=total,
            answer=shown[0] if clear else None,
            clarify=clarify,
            hits=shown,
            suggestions=[] if shown else self._suggestions(request, at, since),
            dropped=list(query.dropped),
            repairs=list(attempt.repairs) if attempt and shown else [],
            tombstones=gone,
            partial=query.cut or budget.ran_out,
        )

    def explain(self, request: SearchRequest, code: str = "") -> Explanation:
        """How ``request`` is answered, and where the entry ``code`` stands: see ``indexer.explaining``."""
        from indexer.explaining import explain

        return explain(self, request, code)

    def traced(self, request: SearchRequest, limit: int) -> Traced:
        """What ``run`` finds, before it is made ready to be shown; ``limit`` may be larger than a page's."""
        started = time.perf_counter()
        at = request.at or self.clock()
        self.tokenizer.learn(self.index.names())
        query = self.tokenizer.query(request.query)
        since = Since(self.store, request.role, self.clock()) if request.at is not None else None
        (found, total), attempt, asked = self._forgive(query, request, at, max(limit, LOOKED_AT), since, self.budget())
        found = self._looked_at_again(query, attempt, found)[:limit]
        return Traced(query, found, total, attempt, asked, at, (time.perf_counter() - started) * 1000)

    def _gone(self, query: Query, request: SearchRequest, at: datetime, best: float, shown: _Hits) -> list[Tombstone]:
        """What answered the question once. Only when asked about today: a search as of then finds it itself."""
        if self.tombstones is None or request.at is not None or not query.weights:
            return []
        return self.tombstones.find(
            query.weights, at=at, role=request.role, filters=request.filters,
            best=best, codes=lambda: {f.code for f, _ in shown},
        )  # fmt: skip

    def _forgive(
        self, query: Query, request: SearchRequest, at: datetime, limit: int, since: Since | None, budget: Budget
    ) -> tuple[_Confirmed, Attempt | None, Terms]:
        """Search the words as they stand, and further steps only while too little is found."""

        def find(terms: Terms) -> _Confirmed:
            return self._find(terms, at, request.role, request.filters, limit, since)

        if self.forgiving is None:
            return find(query.weights), None, query.weights
        return search_forgivingly(
            query.text,
            query.weights,
            forgiveness=self.forgiving(at),
            find=find,
            coverage=lambda result: result[0][0][0].coverage if result[0] else 0.0,
            terms_of=lambda text: self.tokenizer.query(text).weights,
            undone=request.undone,
            budget=budget,
        )

    def _looked_at_again(self, query: Query, attempt: Attempt | None, found: _Hits) -> _Hits:
        text = attempt.text if attempt else query.text
        found = by_order(text, by_wording(text, found, self._learned.of(self.index.collection)))
        if self.meaning and len(found) > 1:
            found = self.meaning.weighed(text, found)
        return by_solved(found, self.solved, LOOKED_AT)

    def _is_clear(
        self, candidates: list[Candidate], found: _Hits, text: str, asked: Terms, at: datetime, request: SearchRequest
    ) -> bool:
        """Whether the first hit may stand as the answer."""
        if not found or not is_clear(candidates, found[0][0].coverage, text):
            return False
        first, dated = found[0]
        if is_nameless(dated.revision.content) and first.code not in self._learned.of(self.index.collection):
            return False
        weighed = self.index.collection.weighed(asked, at=at, role=request.role)
        weights = {one.term: one.weight for one in weighed if one.term[0] != "c"}
        held = {term for terms in first.words.values() for term in terms}
        return is_founded(first.score, weights, held, request.filters)

    def _find(
        self, terms: Terms, at: datetime, role: Role, filters: Filters, limit: int, since: Since | None
    ) -> _Confirmed:
        """What the index finds and the truth confirms: in force at that moment, in that revision, for that role.

        An entry closed to the role since then stays closed, as it does on its own page."""
        if not terms:
            return [], 0
        found, total = self.index.search(terms, at=at, role=role, filters=filters, limit=limit)
        if not found:
            return [], 0
        truth = self.truth([f.code for f in found], at)
        confirmed = [(f, dated) for f in found if (dated := truth.get(f.code)) and _agrees(f, dated, role)]
        if since:
            still_open = since.open(f.code for f, _ in confirmed)
            confirmed = [(f, dated) for f, dated in confirmed if f.code in still_open]
        return confirmed, total - (len(found) - len(confirmed))

    def truth(self, codes: Sequence[str], at: datetime) -> Mapping[str, Dated]:
        """What is in force of these, from the store: see ``indexer.whatif`` for another truth."""
        with self.store.read() as uow:
            return uow.entries.in_force(codes, at)

    def _suggestions(self, request: SearchRequest, at: datetime, since: Since | None) -> list[str]:
        """Titles that share the most characters with the question, filters aside."""
        terms = self.tokenizer.characters(request.query)
        found, _ = self._find(terms, at, request.role, Filters(), _SUGGESTIONS, since)
        return [dated.revision.content.title for _, dated in found]


def _agrees(found: Found, dated: Dated, role: Role) -> bool:
    return dated.revision.number == found.revision and may_see(role, dated.revision.content.roles)


def _is_led(gone: list[Tombstone], found: _Hits) -> bool:
    """Whether an entry that is gone fits better than the best in force, and that one is not what replaced it."""
    best = found[0][0].code if found else ""
    return any(stone.leads and (stone.replacement or ("",))[0] != best for stone in gone)


def _candidate(found: Found, dated: Dated) -> Candidate:
    content = dated.revision.content
    return Candidate(found.score, content.product, content.category, content.kind)


def _hit(found: Found, dated: Dated, highlighter: Highlighter, step: list[str], since: Since | None) -> Hit:
    content = dated.revision.content
    return Hit(
        code=found.code,
        title=content.title,
        kind=content.kind,
        product=content.product,
        category=content.category,
        audience=content.audience,
        speakable=content.speakable,
        conditions=content.conditions,
        exceptions=content.exceptions,
        snippet=highlighter.snippet(content),
        title_marks=highlighter.marks(content.title),
        score=found.score,
        why=[*step, *_why(found)],
        revision=found.revision,
        starts=dated.period.starts,
        ends=dated.period.ends,
        updated_at=dated.revision.at,
        today=since.today(dated) if since else None,
    )


def _why(found: Found) -> list[str]:
    """Which words matched where: ``标题或相似问：等待期、百万医疗险``."""
    words = dict(found.words.items())
    return [_reason(label, tuple(words[field])) for field, label in _WHY.items() if field in words]


@lru_cache(maxsize=4_000)
def _reason(label: str, terms: tuple[str, ...]) -> str:
    """The longest words of ``terms``, without those that are part of another."""
    longest_first = sorted((term[1:] for term in terms), key=len, reverse=True)
    kept = [word for i, word in enumerate(longest_first) if not any(word in longer for longer in longest_first[:i])]
    return f"{label}：{'、'.join(kept[:_WORDS_SHOWN])}"
