"""Which golden questions would lose their answer if a search were as supposed: the guard before every change."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from indexer.check_report import Finding, Level, finding_id
from indexer.evaluation import rank_of
from indexer.golden import DEPTH
from indexer.search import Search, SearchRequest
from indexer.text import normal
from indexer.tokens import Tokenizer, Tokens, bigrams
from indexer.whatif import AsIfSearch
from kb.domain.errors import N_
from kb.domain.golden import ANSWERED, GoldenQuestion
from kb.domain.person import Role

_CUT: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {}
_CUT_MOST = 20_000
SHARED = 0.5  # share of a question's words that an entry must hold to come among its first hits
_NAMED_MOST = 5
_NEAR = ANSWERED - 1  # a place to spare: the run is some days old


@dataclass(frozen=True, slots=True)
class Guarded:
    """``lost``: question, rank now, rank as supposed. ``asked`` of ``wanted`` questions were asked before time was up."""

    lost: tuple[tuple[str, int, int], ...]
    asked: int
    wanted: int

    @property
    def is_whole(self) -> bool:
        return self.asked == self.wanted


def guard(
    live: Search,
    supposed: Search,
    questions: Sequence[GoldenQuestion],
    *,
    at: datetime | None = None,
    seconds: float = 60.0,
) -> Guarded:
    """Ask ``questions`` of both searches, in order, until ``seconds`` of this thread's work are up.

    The live search is asked only where the supposed one does not answer.
    """
    ends = time.thread_time() + seconds
    lost, asked = [], 0
    for question in questions:
        if time.thread_time() > ends:
            break
        asked += 1
        request = SearchRequest(question.query, Role.ADMINISTRATOR, limit=ANSWERED, at=at)
        then = rank_of(supposed.run(request), question.relevant)
        if not then and (now := rank_of(live.run(request), question.relevant)):
            lost.append((question.query, now, then))
    return Guarded(tuple(lost), asked, len(questions))


def touched(
    search: AsIfSearch,
    code: str,
    tokens: Iterable[Tokens],
    questions: Iterable[GoldenQuestion],
    ranks: Mapping[str, int] | None = None,
) -> list[GoldenQuestion]:
    """The questions that a change of ``code`` can touch: those that it answers, then those that share most words with it.

    Args:
        ranks: where answers stood in the last accepted run. One entry pushes another down by one place, so of the
            other questions only those whose answer stood last, or is not known, can lose it.
    """
    held = {term for one in tokens for bag in one.fields for term in bag if term[0] != "c"}
    own, others = [], []
    for question in questions:
        if code in question.relevant:
            own.append(question)
            continue
        if ranks and ranks.get(question.query, _NEAR) not in range(_NEAR, DEPTH + 1):
            continue
        share = max(
            len(terms & held) / len(terms) if terms else 0.0 for terms in _cut(search.tokenizer, question.query)
        )
        if share >= SHARED:
            others.append((share, question))
    others.sort(key=lambda pair: -pair[0])
    return own + [question for _, question in others]


def touched_by_words(phrases: Iterable[str], questions: Iterable[GoldenQuestion]) -> list[GoldenQuestion]:
    """The questions that a change of these words and synonyms can touch: those that share two neighbouring characters
    with one of them, or all of it when it is shorter."""
    pieces = {piece for phrase in phrases for piece in (bigrams(normal(phrase)) or [f"b{normal(phrase)}"])}
    found = []
    for question in questions:
        text = normal(question.query)
        if any(piece[1:] in text for piece in pieces):
            found.append(question)
    return found


def _cut(tokenizer: Tokenizer, query: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words and pairs of characters, cut once for each dictionary: the same questions are asked at every check."""
    key = tokenizer.fingerprint, query
    found = _CUT.get(key)
    if found is None:
        text = normal(query)
        words = frozenset(f"w{word}" for word in tokenizer.words(text) if len(word) > 1)
        found = words, frozenset(bigrams(text))
        if len(_CUT) >= _CUT_MOST:
            _CUT.clear()
        _CUT[key] = found
    return found


def findings_of(guarded: Guarded) -> Iterator[Finding]:
    if guarded.lost:
        names = [query for query, _, _ in guarded.lost]
        shown = "；".join(names[:_NAMED_MOST]) + (" …" if len(names) > _NAMED_MOST else "")
        yield Finding(
            finding_id("golden-lost", *names), "golden-lost", Level.WARN, "",
            N_("{count} 个检验问题会失去答案：{names}"), {"count": len(names), "names": shown},
        )  # fmt: skip
    if not guarded.is_whole:
        yield Finding(
            finding_id("golden-unfinished"), "golden-unfinished", Level.NOTE, "",
            N_("时间所限，{wanted} 个有关的检验问题只检查了 {asked} 个。"), {"asked": guarded.asked, "wanted": guarded.wanted},
        )  # fmt: skip
