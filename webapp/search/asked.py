"""What is asked: the question, the filters and where each of them comes from, the call, the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import request

from indexer.port import Filters
from kb.domain.content import NAME_MOST, Kind
from webapp.api import query
from webapp.current import desk
from webapp.linked import entry_address

FIELDS = ("kind", "product", "category")
QUESTION_MOST = 1_000  # characters; callers' questions have some ten, and an address has to hold it
CALL_MOST = 64
KEPT = "filters"  # where a person's preferences hold them


@dataclass(frozen=True, slots=True)
class Asked:
    """``text`` are the first ``QUESTION_MOST`` characters. ``values`` holds the chosen values of each field of
    ``FIELDS``; ``kept`` names the fields whose values are the person's standing choice (``standing``), the others were
    chosen for this question alone. ``as_of`` is ``at`` as it was written."""

    text: str
    values: Mapping[str, Sequence[str]]
    kept: frozenset[str]
    standing: Mapping[str, Sequence[str]]
    call: str
    as_of: str
    at: datetime | None
    undone: frozenset[str] = frozenset()  # words whose repair was taken back, for this question alone

    @property
    def filters(self) -> Filters:
        return Filters(
            kinds=frozenset(Kind(v) for v in self.values["kind"]),
            products=frozenset(self.values["product"]),
            category=next(iter(self.values["category"]), ""),
        )

    def query(self, **changes: str) -> str:
        """The query string of this question with some parameters changed; for links that work without a script."""
        pairs: list[tuple[str, str]] = [("q", changes.get("q", self.text))]
        for field in FIELDS:
            values = [changes[field]] if field in changes else list(self.values[field])
            if field in changes or field not in self.kept:
                pairs += [(field, v) for v in values]
        more = (("call", self.call), ("as_of", changes.get("as_of", self.as_of)))
        return urlencode(pairs + [(name, value) for name, value in more if value])

    def entry(self, code: str) -> str:
        """Where an entry that was found is read: with the call, and as of the moment that was asked for."""
        return entry_address(code, call=self.call, as_of=self.as_of)

    def without_repair(self, before: str) -> str:
        """The query string of this question with ``before`` searched as it was typed."""
        return f"{self.query()}&{urlencode([('undone', word) for word in sorted({*self.undone, before})])}"


def asked(preferences: Mapping[str, object]) -> Asked:
    """Read the request. A field that the address names, were it empty, counts for this question instead of the
    person's standing choice.

    Raises:
        Invalid: a kind, a moment or a repeated parameter makes no sense.
        TooLarge: the question is longer than ``query.QUESTION_MOST`` characters.
    """
    text = " ".join(query.one("q").encode(errors="replace").decode().split())
    query.check_length(text)
    named = query.filters()  # checks them
    values: dict[str, Sequence[str]] = {
        "kind": sorted(named.kinds), "product": sorted(named.products), "category": [named.category] * bool(named.category),
    }
    standing = kept(preferences)
    from_standing = {field for field in FIELDS if field not in request.args}
    values |= {field: standing[field] for field in from_standing}
    return Asked(
        text=text[:QUESTION_MOST],
        values=values,
        kept=frozenset(f for f in from_standing if values[f]),
        standing=standing,
        call=query.one("call")[:CALL_MOST],
        as_of=query.one("as_of"),
        at=query.moment(desk().settings.zone),
        undone=query.undone(),
    )


def kept(preferences: Mapping[str, object]) -> dict[str, list[str]]:
    """A person's standing filters, whatever an older version or another hand has stored there."""
    stored = preferences.get(KEPT)
    stored = stored if isinstance(stored, dict) else {}
    values = {field: [v for v in _strings(stored.get(field)) if v][:1] for field in FIELDS}
    values["kind"] = [v for v in values["kind"] if v in set(Kind)]
    return values


def _strings(value: object) -> list[str]:
    return [v[:NAME_MOST] for v in value if isinstance(v, str)] if isinstance(value, list) else []
