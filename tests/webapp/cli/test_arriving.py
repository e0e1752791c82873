"""When a request may have a thread."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from webapp.cli.arriving import BODY_HELD, HEAD_MOST, Arrival


@pytest.fixture
def arrival() -> Iterator[Arrival]:
    ours, theirs = socket.socketpair()
    yield Arrival(None, ours, None, None)
    ours.close()
    theirs.close()


def request(*headers: str, body: str = "") -> bytes:
    return "\r\n".join(["POST /login HTTP/1.1", "Host: desk", *headers, "", body]).encode()


def test_a_request_is_whole_with_its_last_byte(arrival: Arrival) -> None:
    sent = request("content-LENGTH:  7", body="login=a")
    seen = []
    for byte in sent:
        arrival.data.append(byte)
        seen.append(arrival.is_whole())
    assert seen == [False] * (len(sent) - 1) + [True]
    assert not arrival.is_long


@pytest.mark.parametrize(
    "sent",
    [
        request(f"Content-Length: {BODY_HELD + 1}"),
        request("Transfer-Encoding: chunked"),
        request("Expect: 100-continue", "Content-Length: 2"),
        b"GET /" + b"a" * HEAD_MOST,
    ],
    ids=["a long body", "a body of unknown length", "a client that waits for us", "a head without end"],
)
def test_what_cannot_be_held_is_handed_over_as_long(arrival: Arrival, sent: bytes) -> None:
    arrival.data += sent
    assert arrival.is_whole() and arrival.is_long


@pytest.mark.parametrize("length", ["-1", "seven", "1" * 30])
def test_a_length_that_is_none_is_left_to_the_parser(arrival: Arrival, length: str) -> None:
    arrival.data += request(f"Content-Length: {length}")
    assert arrival.is_whole()
