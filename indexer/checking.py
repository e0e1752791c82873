"""Looks an entry over before it is published: would it be found, may it be read aloud, does it agree with the others?

kind                  level  what is wrong
title-not-found       block  the title, asked as a question, does not find the entry among the first three
phrasing-not-found    block  the same for a phrasing
no-speakable          block  a 问答 or 政策 without anything to read aloud; a warning for the other kinds
long-speakable        warn   longer than 120 characters
promise               block  the speakable answer promises what it must not
broken-link           block  a link to an entry that is unknown, withdrawn or expired
personal-data         block  a number that tells who somebody is; names and addresses are a note
contradiction         warn   a number that another entry in force of the same product gives otherwise
golden-lost           warn   golden questions that would lose their answer
golden-unfinished     note   there were too many golden questions to ask them all in time
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from indexer.check_report import Asked, CheckReport, Finding, Level, Place, finding_id
from indexer.checks_of_golden import findings_of, guard, touched
from indexer.checks_of_words import findings_in_words
from indexer.port import Filters
from indexer.search import Search, SearchRequest
from indexer.whatif import AsIfSearch, supposing
from kb.domain.content import KIND_PREFIXES, Content
from kb.domain.contradictions import Claim, contradictions
from kb.domain.errors import N_
from kb.domain.fields import FIELD_NAMES
from kb.domain.links import linked_codes
from kb.domain.person import Role, may_see
from kb.domain.privacy import POLICY_PATTERNS

FOUND_AMONG = 3
_DEPTH = 10
_ASKING_SECONDS = 0.25  # of work, for title and phrasings
_COMPARED = 40  # entries whose numbers are compared
_GOLDEN_SECONDS = 0.15  # the whole check is to take half a second
_ORDER = {level: number for number, level in enumerate(Level)}
_FIELDS = {name: number for number, name in enumerate(FIELD_NAMES)}

__all__ = ["Asked", "CheckReport", "Finding", "Level", "Place", "check"]


def check(
    search: Search,
    content: Content,
    code: str = "",
    *,
    promises: Sequence[str] = (),
    policy_patterns: Sequence[str] = POLICY_PATTERNS,
) -> CheckReport:
    """What stands against publishing ``content`` as ``code`` ("": a new entry) now. Writes nothing.

    Args:
        search: the live search; its store is the truth.
        promises: words that the speakable answer must not hold, as the coordinators keep them.
        policy_patterns: see ``kb.domain.privacy``.

    Raises:
        Unavailable: the index cannot be read.
    """
    started = time.perf_counter()
    now = search.clock()
    at = max(now, content.effective_from or now)
    code = code or f"{KIND_PREFIXES[content.kind]}-NEW"
    as_if = supposing(search, {code: content}, at)
    asked = tuple(_asked(as_if, search, content, code, at))
    found = [
        *_not_found(asked),
        *_unasked(asked, content),
        *findings_in_words(content, promises, policy_patterns),
        *_broken_links(search, content, code, at),
        *_contradictions(search, content, code, at),
        *_golden(search, as_if, code, at),
    ]
    found.sort(key=lambda f: (_ORDER[f.level], _FIELDS.get(f.field, len(_FIELDS))))
    return CheckReport(code, tuple(found), asked, (time.perf_counter() - started) * 1000)


def _asked(as_if: Search, live: Search, content: Content, code: str, at: datetime) -> list[Asked]:
    """The title and the phrasings, the new ones first, until the time for them is up; in the order of the entry."""
    role = next((role for role in Role if may_see(role, content.roles)), Role.ADMINISTRATOR)
    before = live.truth([code], at).get(code)
    old = set(before.revision.content.asked_as) if before else set()
    lines = sorted(enumerate((content.title, *content.asked_as)), key=lambda line: (line[0] > 0, line[1] in old))
    ends = time.thread_time() + _ASKING_SECONDS
    found: list[Asked] = []
    for line, text in lines:
        if found and time.thread_time() > ends:
            break
        result = as_if.run(SearchRequest(text, role, limit=_DEPTH, at=at))
        codes = [hit.code for hit in result.hits]
        rank = codes.index(code) + 1 if code in codes else 0
        ahead = tuple((hit.code, hit.title) for hit in result.hits[: (rank or FOUND_AMONG + 1) - 1][:FOUND_AMONG])
        field, place = ("asked_as", line - 1) if line else ("title", 0)
        found.append(Asked(field, place, text, tuple(as_if.tokenizer.cut(text)), rank, ahead))
    return sorted(found, key=lambda a: (a.field != "title", a.line))


def _unasked(asked: Sequence[Asked], content: Content) -> Iterator[Finding]:
    left = 1 + len(content.asked_as) - len(asked)
    if left:
        yield Finding(
            finding_id("phrasings-unfinished"), "phrasings-unfinished", Level.NOTE, "asked_as",
            N_("时间所限，还有 {count} 条相似问没有检查。"), {"count": left},
        )  # fmt: skip


def _not_found(asked: Sequence[Asked]) -> Iterator[Finding]:
    for a in asked:
        if not 1 <= a.rank <= FOUND_AMONG:
            kind = "title-not-found" if a.field == "title" else "phrasing-not-found"
            yield Finding(
                finding_id(kind, a.text), kind, Level.BLOCK, a.field, _NOT_FOUND[kind, a.rank > 0],
                {"text": a.text, "rank": a.rank, "ahead": "、".join(code for code, _ in a.ahead)},
                places=(Place(a.field, 0, len(a.text), a.line),),
            )  # fmt: skip


_NOT_FOUND = {
    ("title-not-found", True): N_("用标题检索，本条排在第 {rank} 位，不在前三；排在前面的是 {ahead}。"),
    ("title-not-found", False): N_("用标题检索，前十条里没有本条；排在前面的是 {ahead}。"),
    ("phrasing-not-found", True): N_("用相似问“{text}”检索，本条排在第 {rank} 位，不在前三；排在前面的是 {ahead}。"),
    ("phrasing-not-found", False): N_("用相似问“{text}”检索，前十条里没有本条；排在前面的是 {ahead}。"),
}


def _broken_links(search: Search, content: Content, code: str, at: datetime) -> Iterator[Finding]:
    codes = [linked for linked in linked_codes(content.body) if linked != code]
    if not codes:
        return
    with search.store.read() as uow:
        in_force, known = uow.entries.in_force(codes, at), uow.entries.dated(codes)
    for linked in codes:
        if linked in in_force:
            continue
        start = content.body.upper().find(f"KB:{linked}")
        message = (
            N_("链接的条目 {code} 已下线、失效或尚未生效。")
            if linked in known
            else N_("链接的条目 {code} 不存在或从未发布。")
        )
        yield Finding(
            finding_id("broken-link", linked), "broken-link", Level.BLOCK, "body", message, {"code": linked},
            places=(Place("body", start, start + 3 + len(linked)),),
        )  # fmt: skip


def _contradictions(search: Search, content: Content, code: str, at: datetime) -> Iterator[Finding]:
    """Compared with those entries of the same product that say most of the same words."""
    asked = search.tokenizer.query(f"{content.title} {content.speakable} {content.conditions} {content.body}")
    filters = Filters(products=frozenset({content.product}))
    found, _ = search.index.search(asked.weights, at=at, role=Role.ADMINISTRATOR, filters=filters, limit=_COMPARED)
    codes = [f.code for f in found if f.code != code]
    with search.store.read() as uow:
        in_force = uow.entries.in_force(codes, at)
    for c in contradictions(
        content, [(other, in_force[other].revision.content) for other in codes if other in in_force]
    ):
        here, there = c.here.quantity, c.there.quantity
        yield Finding(
            finding_id("contradiction", c.topic, here.text, c.there.code, there.text), "contradiction", Level.WARN,
            c.here.field, N_("{topic}这里写“{here}”，{code} 写“{there}”。"),
            {"topic": c.topic, "here": here.text, "code": c.there.code, "there": there.text},
            places=(_place(c.here), _place(c.there)),
        )  # fmt: skip


def _place(claim: Claim) -> Place:
    q = claim.quantity
    return Place(claim.field, q.start, q.end, 0, claim.code, claim.title, q.sentence)


def _golden(search: Search, as_if: AsIfSearch, code: str, at: datetime) -> Iterator[Finding]:
    with search.store.read() as uow:
        questions, run = uow.goldens.all(), uow.goldens.last_accepted()
    chosen = touched(as_if, code, as_if.tokens, questions, run.ranks if run else None)
    yield from findings_of(guard(search, as_if, chosen, at=at, seconds=_GOLDEN_SECONDS))
