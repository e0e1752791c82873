"""What an engine knows of a document besides its terms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from indexer.arrays import FOREVER, Array, packed
from indexer.port import Document
from kb.domain.content import Kind
from kb.domain.person import Role, may_see

KINDS = tuple(Kind)
ROLES = tuple(Role)
TITLE_AS_NAME = 8  # characters; a title up to this length is a name by which a caller may ask
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Facts(NamedTuple):
    """One document. ``starts`` and ``ends`` in microseconds; ``roles`` has a bit for each role that may see it.

    ``names`` are its product, tags and, if short, title; ``units`` counts its title and phrasings.
    """

    code: str
    revision: int
    digest: str
    starts: int
    ends: int
    kind: int
    product: str
    category: str
    roles: int
    names: tuple[str, ...]
    units: int


def facts_of(document: Document) -> Facts:
    content = document.content
    title = (content.title,) if len(content.title) <= TITLE_AS_NAME else ()
    return Facts(
        code=document.code,
        revision=document.revision,
        digest=content.digest,
        starts=microseconds(document.starts),
        ends=microseconds(document.ends),
        kind=KINDS.index(content.kind),
        product=content.product,
        category=content.category,
        roles=sum(1 << place for place, role in enumerate(ROLES) if may_see(role, content.roles)),
        names=tuple(name for name in (content.product, *content.tags, *title) if name),
        units=1 + len(content.asked_as),
    )


def columns(facts: Sequence[Facts]) -> dict[str, Array]:
    """The facts as the arrays of ``Arrays`` that hold them."""
    products = {name: place for place, name in enumerate(dict.fromkeys(f.product for f in facts))}
    categories = {name: place for place, name in enumerate(dict.fromkeys(f.category for f in facts))}
    names = sorted({name for f in facts for name in f.names})
    listed = {"products": list(products), "categories": list(categories), "names": names}
    code_text, code_start = packed([f.code.encode() for f in facts])
    units = np.cumsum([0, *(f.units for f in facts)])
    return {
        "code_text": code_text,
        "code_start": code_start,
        "revision": _column((f.revision for f in facts), np.int32),
        "starts": _column((f.starts for f in facts), np.int64),
        "ends": _column((f.ends for f in facts), np.int64),
        "kind": _column((f.kind for f in facts), np.uint8),
        "product": _column((products[f.product] for f in facts), np.int32),
        "category": _column((categories[f.category] for f in facts), np.int32),
        "roles": _column((f.roles for f in facts), np.uint16),
        "unit_first": units[:-1].astype(np.int32),
        "names_text": np.frombuffer(json.dumps(listed, ensure_ascii=False).encode(), np.uint8),
    }


def _column(values: Iterable[int], kind: type) -> Array:
    return np.fromiter(values, kind)


def microseconds(at: datetime | None) -> int:
    """Microseconds since 1970 in UTC, exact unlike ``timestamp()``; ``FOREVER`` for None."""
    if at is None:
        return int(FOREVER)
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(value: int) -> datetime | None:
    """The inverse of ``microseconds``."""
    return None if value == FOREVER else _EPOCH + timedelta(microseconds=value)
