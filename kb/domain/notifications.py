"""Notifications: what an agent is told about their own solutions and questions, until they have seen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """``text`` is a sentence with {placeholders} marked by ``N_``, filled from ``values`` when it is shown, so that each
    reads it in their own language. ``address`` is a path of this desk, "" for none."""

    number: int = 0
    person: str
    at: datetime
    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    address: str = ""
    seen_at: datetime | None = None
