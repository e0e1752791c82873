from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from kb.domain.errors import NotAllowed
from kb.domain.person import Role
from kb.services.deliveries import LEASE, PAUSES, Deliveries
from tests.factories import a_person

COORDINATOR = a_person(Role.COORDINATOR)


@pytest.fixture
def deliveries(store, clock):
    with store.write() as uow:
        uow.deliveries.add(["https://a.example/x"], "bulletin", '{"number":2}', clock.at)
        uow.commit()
    return Deliveries(store, clock)


def test_what_has_arrived_is_sent_once(deliveries):
    sent = []
    assert deliveries.run(lambda d: sent.append((d.url, d.event, d.body, d.tries)) or "") == 1
    assert deliveries.run(lambda d: pytest.fail("sent twice")) == 0
    assert sent == [("https://a.example/x", "bulletin", '{"number":2}', 1)]


def test_what_fails_is_tried_again_after_growing_pauses_and_given_up_after_a_day(deliveries, clock):
    started, tried = clock.at, []
    while (row := deliveries.recent(COORDINATOR)[0]).next_at is not None:
        clock.at = row.next_at
        deliveries.run(lambda _: tried.append(clock.at) or "HTTP 503")
    assert (row.done_at, row.said, row.tries) == (None, "HTTP 503", len(PAUSES) + 1)
    assert tried[0] == started and timedelta(hours=23) < tried[-1] - started <= timedelta(hours=25)
    pauses = [b - a for a, b in pairwise(tried)]
    assert pauses == sorted(pauses)


def test_what_another_process_is_sending_is_left_alone_until_it_had_time_enough(deliveries, clock):
    def send(_):
        assert deliveries.run(lambda d: pytest.fail("sent by two")) == 0
        raise KeyboardInterrupt  # killed while sending

    with pytest.raises(KeyboardInterrupt):
        deliveries.run(send)
    clock.at += LEASE
    assert deliveries.run(lambda _: "") == 1


def test_only_coordinators_see_what_was_sent(deliveries):
    with pytest.raises(NotAllowed):
        deliveries.recent(a_person(Role.AGENT))
