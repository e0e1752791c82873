"""What a check before publication found, ready to be shown: every finding has an id by which an override names it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from enum import StrEnum

from kb.domain.errors import N_


class Level(StrEnum):
    """``BLOCK`` keeps from publishing, ``WARN`` asks for a reason, ``NOTE`` only tells."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


LEVEL_NAMES: dict[Level, str] = {Level.BLOCK: N_("须改正"), Level.WARN: N_("须说明"), Level.NOTE: N_("提示")}


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a field: characters ``start`` to ``end`` of its text; ``line`` is the index within ``asked_as``/``tags``.

    ``code`` is empty for the content that is checked; ``sentence`` is what stands around, for showing.
    """

    field: str
    start: int
    end: int
    line: int = 0
    code: str = ""
    title: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes:
        id: stable for the same matter in the same text, so that an override holds until the matter changes:
            ``title-not-found-1a2b3c4d``.
        kind: what is wrong, for tests and styles: ``title-not-found``, ``personal-data`` … (see ``indexer.checking``).
        field: a field of the entry, as in ``kb.domain.fields``; "" for the whole.
        message: a gettext message id with ``{named}`` places, filled from ``values``.
        overridable: whether a reason is enough to go on. A ``BLOCK`` that is not must be mended.
        places: where, in this content first, then in other entries.
    """

    id: str
    kind: str
    level: Level
    field: str
    message: str
    values: Mapping[str, object] = _field(default_factory=dict)
    overridable: bool = True
    places: tuple[Place, ...] = ()

    def __str__(self) -> str:
        return self.message.format(**self.values) if self.values else self.message


@dataclass(frozen=True, slots=True)
class Asked:
    """The title or a phrasing put as a question: ``rank`` of the entry among the first ten, 0 for none; who is ahead."""

    field: str  # "title" or "asked_as"
    line: int
    text: str
    tokens: tuple[str, ...]  # as jieba and the dictionary cut it, in order
    rank: int
    ahead: tuple[tuple[str, str], ...] = ()  # (code, title) of the hits before it, at most three


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``findings``: blocks first, then warnings, then notes, in the order of the fields. ``took_ms``: of the whole check."""

    code: str
    findings: tuple[Finding, ...]
    asked: tuple[Asked, ...]
    took_ms: float

    @property
    def title_tokens(self) -> tuple[str, ...]:
        return next((a.tokens for a in self.asked if a.field == "title"), ())

    def waiting(self, overridden: Collection[str] = ()) -> list[Finding]:
        """What still stands against publishing when the findings with these ids are overridden with a reason."""
        return [f for f in self.findings if f.level is not Level.NOTE and not (f.overridable and f.id in overridden)]

    def by_field(self, name: str) -> list[Finding]:
        return [f for f in self.findings if f.field == name]


def finding_id(kind: str, *matter: object) -> str:
    """``kind`` and eight hex digits of what it is about: the same for the same matter, on every machine."""
    digest = hashlib.sha256("\x1f".join(map(str, matter)).encode("utf-8", "replace")).hexdigest()
    return f"{kind}-{digest[:8]}"
