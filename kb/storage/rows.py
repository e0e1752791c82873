"""A revision as a row and back."""

from __future__ import annotations

from collections.abc import Mapping
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
    return revision_from(row._mapping)


def revision_from(values: Mapping[Any, Any]) -> Revision:
    """From the values of ``REVISION_COLUMNS`` by name."""
    content: dict[str, object] = {name: values[name] for name in _CONTENT_FIELDS}
    content["kind"], content["audience"] = Kind(values["kind"]), Audience(values["audience"])
    content["tags"], content["asked_as"] = tuple(values["tags"]), tuple(values["asked_as"])
    content["roles"] = tuple(Role(role) for role in values["roles"])
    return Revision(
        values["number"], Content.from_store(content, values["digest"]), values["author"], values["at"],
        values["reason"], values["restored_from"],
    )  # fmt: skip
