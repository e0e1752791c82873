"""A revision as a row and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from kb.domain.content import Audience, Content, Kind
from kb.domain.entry import Revision
from kb.domain.person import Role
from kb.storage.tables import RevisionRow

REVISION_COLUMNS = tuple(RevisionRow.__table__.columns)
_CONTENT_FIELDS = tuple(f.name for f in fields(Content) if f.name != "digest")


def revision_to_row(code: str, revision: Revision) -> dict[str, object]:
    content = revision.content
    row: dict[str, object] = {name: getattr(content, name) for name in _CONTENT_FIELDS}
    row["kind"], row["audience"] = str(content.kind), str(content.audience)
    row["tags"], row["asked_as"] = list(content.tags), list(content.asked_as)
    row["roles"] = [str(role) for role in content.roles]
    row.update(
        code=code, number=revision.number, digest=content.digest, author=revision.author, at=revision.at,
        reason=revision.reason, restored_from=revision.restored_from,
    )  # fmt: skip
    return row


def revision_from_row(row: Row[Any]) -> Revision:
    values = row._mapping
    content: dict[str, object] = {name: values[name] for name in _CONTENT_FIELDS}
    content["kind"], content["audience"] = Kind(row.kind), Audience(row.audience)
    content["tags"], content["asked_as"] = tuple(row.tags), tuple(row.asked_as)
    content["roles"] = tuple(Role(role) for role in row.roles)
    return Revision(
        row.number, Content.from_store(content, row.digest), row.author, row.at, row.reason, row.restored_from
    )
