"""``GET /pulse``: three numbers that every open page asks for every few seconds, answered in front of Flask.

    urgent:17 list:42 reminder:5

They are the newest urgent list, list and reminder. A page fetches what they stand for, with its session, only when
one of them has moved. They say nothing about anybody, so no session is read. Five hundred open pages must cost a
small part of one core: nothing of the framework runs, and on a connection that is open already the worker of
``kb serve`` answers with ``held`` before it even reads the request as one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/pulse"
FRESH = 0.5  # seconds for which an answer is given again without asking the database
EVERY, JITTER = 3.5, 0.4  # seconds between two questions of a page, and by how much they differ
METHODS = ("GET", "HEAD")
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"

log = logging.getLogger("zhixi.errors")
Read = Callable[[], tuple[int, int, int]]


def init_app(app: Flask) -> None:
    desk = app.extensions["desk"]
    pulse = Pulse(app.wsgi_app, lambda: desk.bulletins.newest())
    app.wsgi_app = pulse  # type: ignore[method-assign]
    app.extensions["pulse"] = pulse


class Pulse:
    """A WSGI application in front of ``app``.

    ``read`` gives the newest urgent list, list and reminder (0: none); it is called at most once every ``fresh``
    seconds in this process, by one thread, while the others answer with what was read before. ``tick`` counts seconds.
    """

    def __init__(
        self, app: WSGIApplication, read: Read, *, fresh: float = FRESH, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._read = read
        self._fresh = fresh
        self._tick = tick
        self._turn = threading.Lock()
        self._until = float("-inf")
        self._answer: Answer | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] not in METHODS:
            return self._app(environ, start_response)
        answer = self._refreshed()
        if answer is None:
            start_response("503 Service Unavailable", [("Content-Length", "0"), ("Retry-After", "5")])
            return []
        known = environ.get("HTTP_IF_NONE_MATCH") == answer.tag
        start_response(NOT_MODIFIED if known else OK, answer.short if known else answer.headers)
        return [answer.body] if environ["REQUEST_METHOD"] == "GET" and not known else []

    def held(self, request: bytes) -> bytes | None:
        """The whole answer to the bytes of a request, when it is a plain question for the pulse and the answer is
        fresh; else None, and the request goes the long way. Never waits and never asks the database."""
        answer = self._answer
        if answer is None or self._tick() >= self._until or not _is_plain(request):
            return None
        return answer.not_modified if f"\r\nif-none-match: {answer.tag}\r\n".encode() in request.lower() else answer.ok

    def _refreshed(self) -> Answer | None:
        if self._tick() >= self._until and self._turn.acquire(blocking=self._answer is None):
            try:
                if self._tick() >= self._until:
                    self._answer = _answer_of(self._read())
            except Exception as error:  # the pages go on with what they know; the next question tries again
                log.warning("The pulse could not be read: %s", type(error).__qualname__)
            finally:
                self._until = self._tick() + self._fresh
                self._turn.release()
        return self._answer


@dataclass(frozen=True, slots=True)
class Answer:
    """One state of the numbers, ready to be sent: with the headers that WSGI takes, and as bytes of HTTP/1.1."""

    tag: str
    body: bytes
    headers: list[tuple[str, str]]
    short: list[tuple[str, str]]
    ok: bytes
    not_modified: bytes


def _answer_of(newest: tuple[int, int, int]) -> Answer:
    urgent, last, reminder = newest
    tag, body = f'"{urgent}.{last}.{reminder}"', f"urgent:{urgent} list:{last} reminder:{reminder}".encode()
    short = [("ETag", tag), ("Cache-Control", "no-cache")]
    headers = [
        *short,
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'"),
    ]
    return Answer(tag, body, headers, short, _bytes(OK, headers) + body, _bytes(NOT_MODIFIED, short))


def _bytes(status: str, headers: list[tuple[str, str]]) -> bytes:
    return "".join([f"HTTP/1.1 {status}\r\n", *(f"{name}: {value}\r\n" for name, value in headers), "\r\n"]).encode()


def _is_plain(request: bytes) -> bool:
    """Whether these bytes are one whole ``GET /pulse`` without a body, on a connection that is to stay open."""
    if not request.startswith(b"GET /pulse HTTP/1.1\r\n") or request.find(b"\r\n\r\n") != len(request) - 4:
        return False
    lower = request.lower()
    return not any(
        name in lower for name in (b"\r\nconnection: close", b"\r\ncontent-length:", b"\r\ntransfer-", b"\r\nupgrade:")
    )
