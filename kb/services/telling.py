"""Tell webhooks of an event: the message is written within the transaction of what it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from kb.ports import UnitOfWork


def enqueue(uow: UnitOfWork, webhooks: Sequence[str], event: str, body: Mapping[str, object], at: datetime) -> None:
    """Leave a message of ``event`` for every address; the caller commits. Without addresses nothing is kept.

    ``body`` becomes JSON with its names in order, so that the same message always has the same signature.
    """
    if webhooks:
        uow.deliveries.add(list(webhooks), event, json.dumps(body, ensure_ascii=False, sort_keys=True), at)
