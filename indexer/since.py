"""What has become of the entries that a search of another moment finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kb.domain.person import Role, may_see
from kb.domain.today import Held, Today, today_of
from kb.ports import Dated, Store


class Since:
    """Looks the entries of one search up, each once."""

    def __init__(self, store: Store, role: Role, now: datetime) -> None:
        self._store = store
        self._role = role
        self._now = now
        self._periods: dict[str, list[Held]] = {}

    def open(self, codes: Iterable[str]) -> set[str]:
        """Those that are not closed to the role since then: neither today's revision nor the last published one is."""
        wanted = list(codes)
        unknown = [code for code in wanted if code not in self._periods]
        if unknown:
            with self._store.read() as uow:
                found = uow.entries.held(unknown)
            self._periods |= {code: found.get(code, []) for code in unknown}
        return {code for code in wanted if self._may_see(self._periods[code])}

    def _may_see(self, periods: list[Held]) -> bool:
        last = max(periods, key=lambda held: held.period.publication, default=None)
        counts = [held for held in periods if held is last or held.period.holds(self._now)]
        return all(may_see(self._role, held.roles) for held in counts)

    def today(self, shown: Dated) -> Today:
        """How today's rule stands to ``shown``, whose entry was looked up."""
        return today_of(shown.revision.content.digest, self._periods[shown.code], self._now)
