"""An explanation of a search as JSON values: for ``/search?explain=1`` and ``kb search --explain --json``."""

from __future__ import annotations

from indexer.explaining import Explained, Explanation
from webapp.messages import translate


def as_json(explained: Explanation) -> dict[str, object]:
    """Names are stable English keys; words of people (steps) are in the language of the visitor."""
    return {
        "query": explained.query,
        "plain": explained.plain,
        "dropped": list(explained.dropped),
        "tokens": list(explained.tokens),
        "step": str(explained.step),
        "repairs": [
            {"before": r.before, "after": r.after, "step": str(r.step), "others": list(r.others)}
            for r in explained.repairs
        ],
        "offered": [
            {"step": translate(step), "repairs": [str(repair) for repair in repairs]}
            for step, repairs in explained.offered
        ],
        "filters": dict(explained.filters),
        "terms": [
            {
                "text": t.text, "kind": _KINDS[t.kind], "entries": t.entries, "idf": round(t.rarity, 4),
                "weight": round(t.weight, 4), "share": round(t.share, 4), "added": t.added,
            }
            for t in explained.terms
        ],
        "total": explained.total,
        "hits": [_hit(hit) for hit in explained.hits],
        "took_ms": round(explained.took_ms, 2),
    }  # fmt: skip


_KINDS = {"w": "word", "b": "pair", "c": "character"}


def _hit(hit: Explained) -> dict[str, object]:
    return {
        "code": hit.code, "title": hit.title, "rank": hit.rank, "score": round(hit.score, 4), "by_terms": round(hit.by_terms, 4),
        "coverage": round(hit.coverage, 4), "missing": list(hit.missing), "solved": hit.solved, "tied": hit.tied,
        "parts": [
            {"text": p.text, "kind": _KINDS[p.kind], "fields": list(p.fields), "share": round(p.share, 4), "added": p.added}
            for p in hit.parts
        ],
    }  # fmt: skip
