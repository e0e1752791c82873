"""What has become of the entries that a search of another moment finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kb.domain.person import Role, may_see
from kb.domain.today import Today, today_of
from kb.ports import Dated, Store


class Since:
    """Looks the entries of one search up, each once."""

    def __init__(self, store: Store, role: Role, now: datetime) -> None:
        self._store = store
        self._role = role
        self._now = now
        self._periods: dict[str, list[Dated]] = {}

    def open(self, codes: Iterable[str]) -> set[str]:
        """Those that are not closed to the role since then: neither today's revision nor the last published one is."""
        wanted = list(codes)
        unknown = [code for code in wanted if code not in self._periods]
        if unknown:
            with self._store.read() as uow:
                found = uow.entries.dated(unknown)
            self._periods |= {code: found.get(code, []) for code in unknown}
        return {code for code in wanted if self._may_see(self._periods[code])}

    def _may_see(self, periods: list[Dated]) -> bool:
        last = max(periods, key=lambda d: d.period.publication, default=None)
        counts = [d for d in periods if d is last or d.period.holds(self._now)]
        return all(may_see(self._role, d.revision.content.roles) for d in counts)

    def today(self, shown: Dated) -> Today:
        """How today's rule stands to ``shown``, whose entry was looked up."""
        rules = ((d.period, d.revision.content) for d in self._periods[shown.code])
        return today_of(shown.revision.content, rules, self._now)
