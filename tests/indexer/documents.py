"""Documents for the tests of the engines, with values that differ."""

from __future__ import annotations

from datetime import datetime, timedelta

from indexer.port import Document
from tests.factories import NOW, a_content

BEFORE, AFTER = NOW - timedelta(days=30), NOW + timedelta(days=30)


def a_document(
    code: str = "FAQ-0042", revision: int = 3, starts: datetime = BEFORE, ends: datetime | None = None, **fields: object
) -> Document:
    return Document(code, revision, a_content(**fields), starts, ends)


def plain(code: str, title: str, body: str = "", **fields: object) -> Document:
    """A document with a title and a body and nothing else that could be found."""
    bare = {"speakable": "", "asked_as": (), "product": "", "category": "", "tags": (), "conditions": "", "exceptions": ""}
    return a_document(code, 1, title=title, body=body, **(bare | fields))
