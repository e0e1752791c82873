"""Why a search answers as it does: tokens, terms with their weights, repairs, and what each word gave to each hit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from indexer import ranking
from indexer.forgiveness.values import STEP_NAMES, Repair, Step
from indexer.port import FIELDS, Found
from indexer.results import SearchRequest
from indexer.scoring import Weighed
from kb.domain.content import Content
from kb.domain.errors import N_
from kb.domain.learning import with_learned
from kb.domain.person import may_see

if TYPE_CHECKING:
    from indexer.search import Search, Traced

FIELD_LABELS: dict[str, str] = {
    "names": N_("标题或相似问"), "speakable": N_("口径"), "body": N_("正文"), "about": N_("产品、分类或标签"),
}  # fmt: skip
KIND_LABELS: dict[str, str] = {"w": N_("词"), "b": N_("相邻二字"), "c": N_("单字")}
LIMIT_MOST = 24  # hits that are explained
ALL = 1_000_000  # hits: to find the place of an entry however far down it is


@dataclass(frozen=True, slots=True)
class Term:
    """A term that was looked up. ``kind`` is ``w`` a word, ``b`` two neighbours, ``c`` one character.

    ``entries`` hold it (of those in force that the role may see), ``rarity`` is its idf, ``weight`` what it counts in
    the score, ``share`` its part (0 to 1) of the question; ``added`` when a repair or synonym brought it in.
    """

    text: str
    kind: str
    entries: int
    rarity: float
    weight: float
    share: float
    added: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one term gave to one hit: ``fields`` (of ``FIELDS``) that hold it, ``share`` (0 to 1) of the evidence."""

    text: str
    kind: str
    fields: tuple[str, ...]
    share: float
    added: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A hit. ``rank`` from 1; 0 when it does not match. ``score`` is after the looks at names (``indexer.wording``) and
    text (``indexer.in_order``), ``by_terms`` before them. ``missing``: words of the question that it does not hold. ``tied``: others fit about as
    well, so it stands where the number of calls that it ``solved`` puts it."""

    code: str
    title: str
    rank: int
    score: float
    coverage: float
    by_terms: float = 0.0
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    solved: int = 0
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The entry that should answer: how its title and phrasings are cut (the likest first), where it stands, and what is
    in its way."""

    hit: Explained
    cut: tuple[tuple[str, tuple[str, ...]], ...]  # (title or phrasing, its words)
    obstacles: tuple[str, ...]  # gettext message ids, finished sentences


@dataclass(frozen=True, slots=True)
class Explanation:
    """``plain`` is the question in normal form without filler, ``tokens`` how it is cut, ``step`` which one found."""

    query: str
    plain: str
    dropped: tuple[str, ...]
    tokens: tuple[str, ...]
    step: Step
    repairs: tuple[Repair, ...]
    filters: Mapping[str, Sequence[str]]
    terms: tuple[Term, ...]
    total: int
    hits: tuple[Explained, ...]
    wanted: Wanted | None = None
    took_ms: float = 0.0
    offered: tuple[tuple[str, tuple[Repair, ...]], ...] = field(default=())  # every step that had something to offer

    @property
    def step_name(self) -> str:
        return STEP_NAMES[self.step]


def explain(search: Search, request: SearchRequest, code: str = "") -> Explanation:
    """Ask ``request`` and tell how it was answered; ``code`` is an entry to be told about wherever it stands.

    Raises:
        Unavailable: the index cannot be read.
    """
    traced = search.traced(request, limit=LIMIT_MOST)
    collection = search.index.collection
    weighed = collection.weighed(traced.asked, at=traced.at, role=request.role) if traced.asked else []
    own = set(traced.query.weights)
    solved, tied = search.solved.counts(), _tied(traced)

    def told(found: Found, title: str, rank: int) -> Explained:
        given = collection.given(found.code, weighed, at=traced.at, role=request.role)
        one = _explained(weighed, given, found, title, rank, own)
        return replace(one, solved=solved.get(found.code, 0), tied=found.code in tied)

    shown = enumerate(traced.found[: max(1, min(request.limit, LIMIT_MOST))], 1)
    hits = [told(found, dated.revision.content.title, rank) for rank, (found, dated) in shown]
    wanted = _wanted(search, request, code, traced, told)
    return Explanation(
        query=request.query,
        plain=traced.query.text,
        dropped=traced.query.dropped,
        tokens=tuple(search.tokenizer.cut(request.query)),
        step=traced.attempt.step if traced.attempt else Step.EXACT,
        repairs=traced.attempt.repairs if traced.attempt else (),
        filters=_filters(request),
        terms=tuple(_term(w, own) for w in weighed),
        total=traced.total,
        hits=tuple(hits),
        wanted=wanted,
        took_ms=traced.took_ms,
        offered=_offered(search, traced.query.text, request, traced.at),
    )


def _tied(traced: Traced) -> set[str]:
    """Codes of the hits beside which others fit about as well."""
    hits = sorted((found for found, _ in traced.found), key=lambda found: -found.score)
    runs = ranking.near_ties([found.score for found in hits])
    return {hits[place].code for run in runs if len(run) > 1 for place in run}


def _offered(
    search: Search, text: str, request: SearchRequest, at: datetime
) -> tuple[tuple[str, tuple[Repair, ...]], ...]:
    if search.forgiving is None:
        return ()
    # A pasted page has much to offer: all of it took longer than finding and showing the answer.
    attempts = search.forgiving(at).attempts(text, undone=request.undone, budget=search.budget())
    return tuple((STEP_NAMES[a.step], tuple(r for r in a.repairs if r.step is a.step)) for a in attempts)


def _term(w: Weighed, own: set[str]) -> Term:
    return Term(w.term[1:], w.term[0], w.entries, w.rarity, w.weight, w.share, w.term not in own)


def _explained(
    weighed: Sequence[Weighed], given: Sequence[float], found: Found, title: str, rank: int, own: set[str]
) -> Explained:
    whole = sum(given) or 1.0
    where: dict[str, list[str]] = {}
    for name in FIELDS:
        for term in found.terms.get(name, ()):
            where.setdefault(term, []).append(name)
    parts = [
        Part(w.term[1:], w.term[0], tuple(where.get(w.term, ())), value / whole, w.term not in own)
        for w, value in zip(weighed, given, strict=True)
        if value > 0
    ]
    parts.sort(key=lambda part: -part.share)
    missing = [w.term[1:] for w, value in zip(weighed, given, strict=True) if value <= 0 and w.term[0] == "w"]
    by_terms = sum(given) * found.coverage**ranking.COVERAGE
    return Explained(found.code, title, rank, found.score, found.coverage, by_terms, tuple(parts), tuple(missing))


def _wanted(
    search: Search, request: SearchRequest, code: str, traced: Traced, told: Callable[[Found, str, int], Explained]
) -> Wanted | None:
    if not code:
        return None
    dated = search.truth([code], traced.at).get(code)
    content = dated.revision.content if dated else _latest(search, code)
    if content is None:
        return None
    cut = _cut(search, code, content, traced)
    rank, found = _place(search, request, code, traced) if dated else (0, None)
    if found:
        return Wanted(told(found, content.title, rank), cut, ())
    missing = tuple(t[1:] for t in traced.asked if t[0] == "w")
    if dated is None:
        obstacle = N_("这个条目现在没有生效，检索不会显示它。")
    elif not may_see(request.role, content.roles):
        obstacle = N_("提问的岗位不能查看这个条目。")
    elif request.filters:
        obstacle = N_("筛选条件把这个条目挡在外面，或者它与问题没有相同的词。")
    else:
        obstacle = N_("问题与条目没有相同的词。")
    return Wanted(Explained(code, content.title, 0, 0.0, 0.0, missing=missing), cut, (obstacle,))


def _cut(search: Search, code: str, content: Content, traced: Traced) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The title, then all phrasings, learned ones too: those first that share most terms with the question."""
    with search.store.read() as uow:
        whole = with_learned(content, uow.learned.used([code]).get(code, ()))
    title, *phrasings = ((text, tuple(search.tokenizer.cut(text))) for text in (whole.title, *whole.asked_as))
    asked = {term[1:] for term in traced.asked}
    return (title, *sorted(phrasings, key=lambda one: -len(asked.intersection(one[1]))))


def _latest(search: Search, code: str) -> Content | None:
    with search.store.read() as uow:
        entry = uow.entries.find(code)
    return entry.latest.content if entry else None


def place_of(search: Search, request: SearchRequest, code: str) -> int:
    """Place of the entry ``code`` among all that answer ``request``, from 1; 0 when it is not among them."""
    return _place(search, request, code, search.traced(request, limit=LIMIT_MOST))[0]


def _place(search: Search, request: SearchRequest, code: str, traced: Traced) -> tuple[int, Found | None]:
    """How far down the entry stands, however far that is: beyond the best, in the order of the terms alone."""
    if not traced.asked:
        return 0, None
    for rank, (found, _) in enumerate(traced.found, 1):
        if found.code == code:
            return rank, found
    everything, _ = search.index.search(
        traced.asked, at=traced.at, role=request.role, filters=request.filters, limit=ALL
    )
    return next(((rank, f) for rank, f in enumerate(everything, 1) if f.code == code), (0, None))


def _filters(request: SearchRequest) -> dict[str, list[str]]:
    f = request.filters
    found = {
        "kind": sorted(map(str, f.kinds)), "product": sorted(f.products), "category": [f.category] if f.category else [],
    }  # fmt: skip
    return {name: values for name, values in found.items() if values}


__all__ = ["Explained", "Explanation", "Part", "Term", "Wanted", "explain", "place_of"]
