from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from webapp.pulse import Pulse, token_of

MEI, LI = token_of("a key", "mei"), token_of("a key", "li")
PLAIN = b"GET /pulse HTTP/1.1\r\nHost: desk\r\nCookie: a=b\r\n\r\n"


class Newest:
    """What the database would say, how often it was asked, and a clock that stands."""

    def __init__(self) -> None:
        self.numbers = (17, 42, 5)
        self.asked = 0
        self.now = 100.0
        self.broken = False

    def __call__(self) -> tuple[int, int, int]:
        self.asked += 1
        if self.broken:
            raise OSError("the database has gone")
        return self.numbers


def application(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "4")])
    return [b"page"]


@pytest.fixture
def newest() -> Newest:
    return Newest()


@pytest.fixture
def pulse(newest: Newest) -> Pulse:
    return Pulse(application, newest, fresh=0.5, tick=lambda: newest.now)


@pytest.fixture
def client(pulse: Pulse) -> Client:
    return Client(pulse)


def test_it_tells_the_newest_numbers_and_nothing_else(client: Client) -> None:
    response = client.get("/pulse")
    assert response.text == "urgent:17 list:42 reminder:5"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response.headers


def test_whoever_knows_the_numbers_gets_no_body(client: Client, newest: Newest) -> None:
    tag = client.get("/pulse").headers["ETag"]
    again = client.get("/pulse", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    newest.numbers, newest.now = (18, 43, 5), newest.now + 1
    assert client.get("/pulse", headers={"If-None-Match": tag}).text == "urgent:18 list:43 reminder:5"


def test_the_database_is_asked_once_in_half_a_second(client: Client, newest: Newest) -> None:
    for _ in range(20):
        client.get("/pulse")
    assert newest.asked == 1
    newest.now += 0.6
    client.get("/pulse")
    assert newest.asked == 2


def test_other_addresses_and_methods_reach_the_application(client: Client) -> None:
    assert client.get("/pulses").text == "page"
    assert client.post("/pulse").text == "page"
    assert client.head("/pulse").data == b""


def test_a_database_that_has_gone_leaves_the_last_numbers_standing(client: Client, newest: Newest) -> None:
    newest.broken = True
    response = client.get("/pulse")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    newest.broken, newest.now = False, newest.now + 1
    assert client.get("/pulse").status_code == 200
    newest.broken, newest.now = True, newest.now + 1
    assert client.get("/pulse").text == "urgent:17 list:42 reminder:5"


def test_while_one_thread_asks_the_others_answer_with_what_is_known(newest: Newest) -> None:
    asking, go_on = threading.Event(), threading.Event()

    def slow() -> tuple[int, int, int]:
        if newest.asked:
            asking.set()
            go_on.wait(10)
        return newest()

    client = Client(Pulse(application, slow, tick=lambda: newest.now))
    client.get("/pulse")
    newest.now, newest.numbers = newest.now + 1, (18, 43, 5)
    one = threading.Thread(target=lambda: client.get("/pulse"))
    one.start()
    assert asking.wait(10)
    assert client.get("/pulse").text == "urgent:17 list:42 reminder:5"
    go_on.set()
    one.join(10)
    assert client.get("/pulse").text == "urgent:18 list:43 reminder:5"


def test_the_worker_is_given_the_same_answer_as_bytes(client: Client, pulse: Pulse) -> None:
    response = client.get("/pulse")
    held = pulse.held(PLAIN)
    assert held is not None
    head, _, body = held.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert (lines[0], body.decode()) == ("HTTP/1.1 200 OK", response.text)
    assert sorted(lines[1:]) == sorted(f"{name}: {value}" for name, value in response.headers.items())
    known = PLAIN.replace(b"Cookie: a=b", b"If-None-Match: " + response.headers["ETag"].encode())
    assert (pulse.held(known) or b"").startswith(b"HTTP/1.1 304 Not Modified\r\n")


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        PLAIN[:-2],
        PLAIN + PLAIN,
        PLAIN.replace(b"/pulse", b"/pulse?x"),
        PLAIN.replace(b"/pulse", b"/pulse?" + MEI.encode() + b"0"),
        PLAIN.replace(b"/pulse", b"/pulse?" + MEI[:-1].encode() + b"%"),
        PLAIN.replace(b"GET", b"HEAD"),
        PLAIN.replace(b"1.1", b"1.0"),
        PLAIN.replace(b"Cookie: a=b", b"Connection: Close"),
        PLAIN.replace(b"Cookie: a=b", b"Content-Length: 3"),
        PLAIN.replace(b"Cookie: a=b", b"Transfer-Encoding: chunked"),
        PLAIN.replace(b"Cookie: a=b", b"Upgrade: h2c"),
    ],
    ids=range(12),
)
def test_the_worker_sends_everything_else_the_long_way(client: Client, pulse: Pulse, request_: bytes) -> None:
    client.get("/pulse")
    assert pulse.held(PLAIN) is not None
    assert pulse.held(request_) is None


def test_the_worker_never_answers_with_what_may_be_old(client: Client, pulse: Pulse, newest: Newest) -> None:
    assert pulse.held(PLAIN) is None
    client.get("/pulse")
    newest.now += 0.6
    assert pulse.held(PLAIN) is None
    assert newest.asked == 1


def test_a_token_stands_for_one_person_and_one_key() -> None:
    assert len({MEI, LI, token_of("another key", "mei")}) == 3
    assert "mei" not in MEI


def test_who_takes_calls_is_told_their_state_and_nobody_elses(newest: Newest) -> None:
    marks = {MEI: "812.2.1597"}
    pulse = Pulse(application, newest, lambda: dict(marks), tick=lambda: newest.now)
    client = Client(pulse)
    response = client.get(f"/pulse?{MEI}")
    assert response.text == "urgent:17 list:42 reminder:5 calls:812.2.1597"
    assert client.get(f"/pulse?{LI}").text == "urgent:17 list:42 reminder:5 calls:0"
    assert client.get("/pulse").text == client.get("/pulse?x").text == "urgent:17 list:42 reminder:5"
    asked = PLAIN.replace(b"/pulse", b"/pulse?" + MEI.encode())
    assert (pulse.held(asked) or b"").endswith(b"\r\n\r\n" + response.data)
    assert newest.asked == 1
    known = {"If-None-Match": response.headers["ETag"]}
    assert client.get(f"/pulse?{MEI}", headers=known).status_code == 304
    marks[MEI], newest.now = "812.3.2396", newest.now + 1
    assert client.get(f"/pulse?{MEI}", headers=known).text.endswith("calls:812.3.2396")
