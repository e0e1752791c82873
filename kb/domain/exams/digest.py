"""The training digest: the month's key points and error-prone points, as Markdown to be edited and published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """That of ``month`` (its first day). ``draft`` is the draft it is written in; ``code`` the entry it has become."""

    month: date
    draft: int
    code: str = ""
    author: str
    at: datetime
