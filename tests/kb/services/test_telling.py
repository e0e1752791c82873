"""What webhooks are told, left in the transaction of what it tells of."""

from __future__ import annotations

import json

from kb.services.telling import enqueue
from kb.storage import Database
from tests.factories import NOW

BODY = {"number": 7, "about": "等待期"}


def test_every_address_gets_the_message_with_its_event(store: Database) -> None:
    with store.write() as uow:
        enqueue(uow, ["http://a.test/x", "http://b.test/y"], "gap", BODY, NOW)
        uow.commit()
    with store.read() as uow:
        left = uow.deliveries.recent()
    assert sorted((one.url, one.event) for one in left) == [("http://a.test/x", "gap"), ("http://b.test/y", "gap")]
    assert [json.loads(one.body) for one in left] == [BODY, BODY]
    assert "等待期" in left[0].body


def test_nothing_is_told_of_what_was_not_committed(store: Database) -> None:
    with store.write() as uow:
        enqueue(uow, ["http://a.test/x"], "gap", BODY, NOW)
    with store.read() as uow:
        assert uow.deliveries.recent() == []


def test_without_addresses_nothing_is_kept(store: Database) -> None:
    with store.write() as uow:
        enqueue(uow, (), "gap", BODY, NOW)
        uow.commit()
    with store.read() as uow:
        assert uow.deliveries.open_count() == (0, 0)
