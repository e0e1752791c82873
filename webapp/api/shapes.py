"""What the answers look like. ``openapi.py`` describes the same shapes; a test holds the two together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from indexer.forgiveness.values import Repair
from indexer.results import Tombstone
from indexer.search import Clarify, Hit, SearchResult
from kb.domain.today import Today
from kb.ports import Dated
from webapp.current import desk
from webapp.history.words import today_address
from webapp.linked import entry_address
from webapp.messages import reasons, translate

Json = dict[str, Any]


def search_result(result: SearchResult, at: datetime | None) -> Json:
    """``at``: the moment that was asked for, None for now."""
    return {
        "query": result.query,
        "took_ms": round(result.took_ms, 2),
        "total": result.total,
        "answer": _answer(result.answer, at) if result.answer else None,
        "clarify": [_clarify(result.clarify)] if result.clarify else [],
        "hits": [_hit(hit, at) for hit in result.hits],
        "repairs": [_repair(repair) for repair in result.repairs],
        "tombstones": [_tombstone(stone) for stone in result.tombstones],
        "partial": result.partial,
    }


def entry(dated: Dated, today: Today | None, at: datetime | None, change: str) -> Json:
    """The revision in force at ``at``, with all its fields; ``change`` is what is different today, in one line."""
    content, period = dated.revision.content, dated.period
    differing = _today(dated.code, dated.revision.number, today, at)
    return {
        "code": dated.code,
        "title": content.title,
        "kind": str(content.kind),
        "product": content.product,
        "category": content.category,
        "tags": list(content.tags),
        "speakable": content.speakable,
        "conditions": content.conditions,
        "exceptions": content.exceptions,
        "audience": str(content.audience),
        "asked_as": list(content.asked_as),
        "body": content.body,
        "owner": content.owner,
        "review_by": content.review_by.isoformat() if content.review_by else None,
        "revision": dated.revision.number,
        "updated_at": _local(dated.revision.at),
        "in_force_since": _local(period.starts),
        "in_force_until": _local(period.ends) if period.ends else None,
        "url": entry_address(dated.code),
        "today": {**differing, "change": change} if differing else None,
    }


def _today(code: str, revision: int, today: Today | None, at: datetime | None) -> Json | None:
    if today is None or at is None:
        return None
    url = today_address(code, revision, today, at)
    return {"state": str(today.state), "revision": today.revision, "url": url or entry_address(code)}


def _hit(hit: Hit, at: datetime | None) -> Json:
    snippet, marks = _marked(hit.snippet)
    return {
        "code": hit.code,
        "title": hit.title,
        "kind": str(hit.kind),
        "product": hit.product,
        "speakable": hit.speakable,
        "snippet": snippet,
        "marks": marks,
        "score": round(hit.score, 4),
        "why": reasons(hit.why),
        "revision": hit.revision,
        "in_force_since": _local(hit.starts),
        "url": entry_address(hit.code),
        "today": _today(hit.code, hit.revision, hit.today, at),
    }


def _answer(hit: Hit, at: datetime | None) -> Json:
    more = {"conditions": hit.conditions, "exceptions": hit.exceptions, "audience": str(hit.audience)}
    return {**_hit(hit, at), **more}


def _repair(repair: Repair) -> Json:
    return {"before": repair.before, "after": repair.after, "step": str(repair.step), "replaces": repair.replaces}


def _tombstone(stone: Tombstone) -> Json:
    return {
        "code": stone.code,
        "title": stone.title,
        "ended": _local(stone.ended),
        "withdrawn": stone.withdrawn,
        "reason": stone.reason,
        "replaced_by": stone.replacement[0] if stone.replacement else None,
        "url": entry_address(stone.code),
    }


def _clarify(clarify: Clarify) -> Json:
    return {
        "field": clarify.field,
        "question": translate(clarify.question),
        "options": [{"value": value, "hits": hits} for value, hits in clarify.options],
    }


def _marked(parts: list[tuple[str, bool]]) -> tuple[str, list[list[int]]]:
    """Plain text, and where it is highlighted: ``[start, end)`` in characters.

    >>> _marked([("犹豫期内", False), ("退保", True), ("全额退", False)])
    ('犹豫期内退保全额退', [[4, 6]])
    """
    text, marks = "", []
    for part, highlighted in parts:
        if highlighted and part:
            marks.append([len(text), len(text) + len(part)])
        text += part
    return text, marks


def _local(moment: datetime) -> str:
    """ISO 8601 with the centre's offset: ``2026-11-21T08:00:00+08:00``."""
    return moment.astimezone(desk().settings.zone).isoformat(timespec="seconds")
