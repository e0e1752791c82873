"""A list as JSON values and back, and the hash that seals it: each covers the one before, so none can be altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from kb.domain.bulletin import Bulletin, BulletinItem, BulletinSpan, Cause, Change, CheckQuestion, LeftOut, Upcoming
from kb.domain.content import Kind
from kb.domain.person import Role

_MOMENTS = ("at", "starts", "ends")


def to_dict(value: Any) -> Any:
    """A list or a part of it as JSON values: moments in UTC ISO 8601, tuples as lists."""
    if isinstance(value, Bulletin | BulletinSpan | BulletinItem | LeftOut | CheckQuestion | Upcoming):
        return {f.name: to_dict(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [to_dict(v) for v in value]
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def bulletin_from_dict(values: Mapping[str, Any]) -> Bulletin:
    """The inverse of ``to_dict``."""
    v = dict(values)
    v["day"] = date.fromisoformat(v["day"])
    v["until"], v["issued_at"] = datetime.fromisoformat(v["until"]), datetime.fromisoformat(v["issued_at"])
    v["items"] = tuple(_item(i) for i in v["items"])
    v["left_out"] = tuple(
        LeftOut(x["code"], x["title"], Change(x["change"]), tuple(x["publications"]), x["reason"])
        for x in v["left_out"]
    )
    v["settled"] = tuple(v["settled"])
    return Bulletin(**v)


def _item(values: Mapping[str, Any]) -> BulletinItem:
    v = dict(values)
    v["change"], v["kind"], v["cause"] = Change(v["change"]), Kind(v["kind"]), Cause(v["cause"])
    v["publications"] = tuple(v["publications"])
    for name in _MOMENTS:
        v[name] = datetime.fromisoformat(v[name]) if v[name] else None
    for name in ("upcoming", "cancelled"):
        v[name] = tuple(Upcoming(u["revision"], datetime.fromisoformat(u["starts"])) for u in v[name])
    asked = v["question"]
    v["question"] = CheckQuestion(asked["text"], tuple(asked["options"]), asked["right"]) if asked else None
    for name in ("roles", "roles_before"):
        v[name] = tuple(Role(role) for role in v[name])
    return BulletinItem(**v)


def hash_of(bulletin: Bulletin) -> str:
    """SHA-256 over the canonical JSON of everything but the hash itself, ``previous_hash`` included."""
    return hash_of_dict(to_dict(bulletin))


def hash_of_dict(values: Mapping[str, Any]) -> str:
    said = {key: value for key, value in values.items() if key != "hash"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sealed(bulletin: Bulletin, previous_hash: str) -> Bulletin:
    """``bulletin`` chained to the list before it."""
    open_ = replace(bulletin, previous_hash=previous_hash, hash="")
    return replace(open_, hash=hash_of(open_))
