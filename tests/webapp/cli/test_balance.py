"""Which worker accepts a connection."""

from __future__ import annotations

import os
import selectors
import socket
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from webapp.cli import balance
from webapp.cli.balance import BalancedWorker, Counts, leave

LONG = 3_600.0  # seconds: a turn that does not end in a test


def taken(counts: Counts) -> int:
    seat = counts.take()
    assert seat is not None
    return seat


def test_a_seat_is_given_again_only_after_it_was_freed() -> None:
    counts = Counts(2)
    assert (counts.take(), counts.take(), counts.take()) == (0, 1, None)
    counts.free(0)
    assert (counts.take(), counts.take()) == (0, None)


def test_a_worker_is_outdone_by_one_that_holds_fewer_and_neither_by_an_equal_one_nor_by_one_that_has_ended() -> None:
    counts = Counts(3)
    many, few, ended = taken(counts), taken(counts), taken(counts)
    counts.put(many, 4)
    counts.put(few, 3)
    assert not counts.is_outdone(few)  # the third does not accept yet
    counts.put(ended, 0)
    assert (counts.is_outdone(many), counts.is_outdone(few)) == (True, True)
    counts.free(ended)
    assert (counts.is_outdone(many), counts.is_outdone(few)) == (True, False)
    counts.put(many, 3)
    assert (counts.is_outdone(many), counts.is_outdone(few)) == (False, False)


def test_of_many_connections_a_few_more_do_not_make_a_worker_wait() -> None:
    counts = Counts(2)
    many, few = taken(counts), taken(counts)
    counts.put(many, 24)
    counts.put(few, 21)
    assert not counts.is_outdone(many)
    counts.put(few, 20)
    assert counts.is_outdone(many)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # the child only writes a number
def test_what_one_process_holds_is_known_to_the_other() -> None:
    counts = Counts(2)
    ours, theirs = taken(counts), taken(counts)
    counts.put(ours, 8)
    counts.put(theirs, 9)
    child = os.fork()
    if not child:
        counts.put(theirs, 6)
        os._exit(0)
    os.waitpid(child, 0)
    assert counts.is_outdone(ours)


@pytest.fixture
def workers() -> Iterator[tuple[BalancedWorker, BalancedWorker]]:
    """Two workers of one server, made as its parent makes them, with the loop of neither running."""
    listener, config = socket.create_server(("127.0.0.1", 0)), Config()
    server = SimpleNamespace(counts=Counts(2))
    made = [BalancedWorker(n, os.getpid(), [listener], server, 60, config, Logger(config)) for n in range(2)]
    with closing(listener):
        for worker in made:
            worker.nr_conns = 0
            worker.poller = selectors.DefaultSelector()
            worker.set_accept_enabled(True)
        yield made[0], made[1]
        for worker in made:
            worker.poller.close()
            worker.tmp.close()


def test_a_connection_is_left_to_the_worker_that_holds_fewer(
    workers: tuple[BalancedWorker, BalancedWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(balance, "TURN", LONG)
    many, few = workers
    many.nr_conns += 2
    few.nr_conns += 1
    assert not few.leaves_it()
    assert many.leaves_it()
    many.set_accept_enabled(True)  # as its loop does at the next round
    assert [len(worker.poller.get_map()) for worker in workers] == [0, 1]


def test_their_turn_ends_when_the_others_hold_as_many(
    workers: tuple[BalancedWorker, BalancedWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(balance, "TURN", LONG)
    many, few = workers
    many.nr_conns += 1
    assert many.leaves_it()
    few.nr_conns += 1
    many.set_accept_enabled(True)
    assert len(many.poller.get_map()) == 1
    assert not many.leaves_it()
    many.nr_conns += 1
    assert many.leaves_it()  # the next is theirs again


def test_of_what_the_others_have_not_accepted_in_their_turn_one_is_accepted(
    workers: tuple[BalancedWorker, BalancedWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    many, _ = workers
    many.nr_conns += 1
    monkeypatch.setattr(balance, "TURN", 0.0)
    assert many.leaves_it()  # the turn of the others has ended as it began
    monkeypatch.setattr(balance, "TURN", LONG)
    many.set_accept_enabled(True)
    assert len(many.poller.get_map()) == 1
    assert [many.leaves_it(), many.leaves_it()] == [False, True]


def test_a_worker_that_has_ended_is_waited_for_no_more(workers: tuple[BalancedWorker, BalancedWorker]) -> None:
    many, ended = workers
    many.nr_conns += 1
    leave(ended)
    assert not many.leaves_it()
