"""The answer card: what an agent reads out, with everything needed to know whether it fits. From a hit or an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from kb.domain.content import Audience, Kind
from kb.ports import Dated

if TYPE_CHECKING:
    from indexer.search import Hit


@dataclass(frozen=True, slots=True)
class Card:
    """``text`` is the speakable answer, or, when the entry has none, the beginning of what it says
    (``is_speakable`` tells which). Moments are aware; ``ends`` is exclusive, None: until further notice."""

    code: str
    title: str
    kind: Kind
    product: str
    category: str
    audience: Audience
    text: str
    is_speakable: bool
    conditions: str
    exceptions: str
    revision: int
    starts: datetime
    ends: datetime | None
    updated_at: datetime

    @property
    def is_internal(self) -> bool:
        return self.audience is Audience.INTERNAL

    @property
    def plain(self) -> str:
        """What the copy key copies: plain text, the limits of the answer with it, or the paste would promise more."""
        lines = [self.text]
        if self.conditions:
            lines.append(_("适用条件：%(text)s", text=self.conditions))
        if self.exceptions:
            lines.append(_("例外情形：%(text)s", text=self.exceptions))
        return "\n".join(lines)


def of_hit(hit: Hit) -> Card:
    snippet = "".join(text for text, _marked in hit.snippet)
    return Card(
        hit.code, hit.title, hit.kind, hit.product, hit.category, hit.audience, hit.speakable or snippet,
        bool(hit.speakable), hit.conditions, hit.exceptions, hit.revision, hit.starts, hit.ends, hit.updated_at,
    )  # fmt: skip


def of_entry(dated: Dated) -> Card:
    c = dated.revision.content
    return Card(
        dated.code, c.title, c.kind, c.product, c.category, c.audience, c.speakable, bool(c.speakable), c.conditions,
        c.exceptions, dated.revision.number, dated.period.starts, dated.period.ends, dated.revision.at,
    )  # fmt: skip
