"""Send what webhooks are to be told: written with the list that it tells of, tried until it arrives or a day is over.

Each message is claimed before it is sent, so that of several processes one sends it; one that was killed while sending
leaves a message that is sent again later. A receiver may so get a message twice and knows it by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kb.domain.person import Permission, Person
from kb.ports import Delivery, Store

LEASE = timedelta(seconds=60)  # how long a message belongs to the one who sends it
# After each failed try; together a day, then it is given up.
PAUSES = tuple(
    timedelta(seconds=s) for s in (10, 30, 60, 300, 900, 1800, 3600, 3600, 7200, 7200, 14400, 14400, 14400, 18500)
)
SAID_MOST = 300

# Sends a delivery; returns "" when it has arrived, else what went wrong. Must not raise.
Send = Callable[[Delivery], str]


class Deliveries:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def run(self, send: Send) -> int:
        """Send what is due, one after the other; returns how many arrived."""
        with self._store.read() as uow:
            if not uow.deliveries.any_due(self._clock()):
                return 0  # the common case takes no turn of the writer
        arrived = 0
        while (claimed := self._claim()) is not None:
            said = send(claimed)
            arrived += not said
            self._record(claimed, said)
        return arrived

    def _claim(self) -> Delivery | None:
        at = self._clock()
        with self._store.write() as uow:
            due = uow.deliveries.due(at, limit=1)
            if not due:
                return None
            claimed = replace(due[0], tries=due[0].tries + 1, next_at=at + LEASE)
            uow.deliveries.put(claimed)
            uow.commit()
            return claimed

    def _record(self, delivery: Delivery, said: str) -> None:
        at = self._clock()
        pause = PAUSES[delivery.tries - 1] if delivery.tries <= len(PAUSES) else None
        if not said:
            after = replace(delivery, next_at=None, done_at=at, said="")
        else:
            after = replace(delivery, next_at=at + pause if pause else None, said=said[:SAID_MOST])
        with self._store.write() as uow:
            uow.deliveries.put(after)
            uow.commit()

    def recent(self, person: Person, limit: int = 50) -> Sequence[Delivery]:
        """Newest first. ``next_at`` and ``done_at`` both None: given up."""
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            return uow.deliveries.recent(limit)
