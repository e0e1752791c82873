"""Which entries are worth examining: changed lately, opened most, flagged most, near one another."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class SourceRepository(Protocol):
    """Codes of entries in force at ``at``; ``since`` is inclusive, ``until`` exclusive."""

    def changed(self, since: datetime, until: datetime, at: datetime) -> list[str]:
        """Those of which a revision came into force in that time, the latest first."""

    def opened(self, since: datetime, until: datetime, at: datetime, limit: int) -> list[tuple[str, int]]:
        """Those that agents opened or copied most, with how often."""

    def flagged(self, since: datetime, until: datetime, at: datetime, limit: int) -> list[tuple[str, int]]:
        """Those that agents said to be wrong most, with how often."""

    def within(self, category: str, at: datetime) -> list[str]:
        """Those in this category or below it, by code."""

    def near(self, category: str, product: str, at: datetime, limit: int) -> list[str]:
        """Those in the same category whatever the product, then those of the same product, by code."""
