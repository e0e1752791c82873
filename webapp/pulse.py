"""``GET /pulse``: a few numbers that every open page asks for every few seconds, answered in front of Flask.

    GET /pulse              urgent:17 list:42 reminder:5
    GET /pulse?4f1c…9e      urgent:17 list:42 reminder:5 calls:812.2.799

They are the newest urgent list, list and reminder. A page fetches what they stand for, with its session, only when
one of them has moved. They say nothing about anybody, so no session is read. Whoever takes calls asks with a token of
their own, which the page was given when it was made and nobody can make without the secret key, and is told in what
state their calls are, as ``Calls.marks`` has it. Five hundred open pages must cost a small part of one core: nothing
of the framework runs, and on a connection that is open already the worker of ``kb serve`` answers with ``held``
before it even reads the request as one.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, current_app

from kb.domain.person import Permission, Person

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/pulse"
FRESH = 0.5  # seconds for which an answer is given again without asking the database
EVERY, JITTER = 3.5, 0.4  # seconds between two questions of a page, and by how much they differ
METHODS = ("GET", "HEAD")
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"

log = logging.getLogger("zhixi.errors")
Read = Callable[[], tuple[int, int, int]]
Marks = Callable[[], Mapping[str, str]]

_TOKEN = 32  # characters
_FIRST, _FIRST_OF_SOMEBODY, _REST = b"GET /pulse HTTP/1.1\r\n", b"GET /pulse?", b" HTTP/1.1\r\n"
_IS_TOKEN = re.compile(rf"[0-9a-f]{{{_TOKEN}}}").fullmatch
QUIET = "0"  # the mark of whoever is in no call and owes nothing


def init_app(app: Flask) -> None:
    desk = app.extensions["desk"]
    key, tokens = str(app.secret_key), {}

    def marks() -> dict[str, str]:
        by_login = desk.calls.marks()
        for login in by_login.keys() - tokens.keys():
            tokens[login] = token_of(key, login)
        return {tokens[login]: mark for login, mark in by_login.items()}

    pulse = Pulse(app.wsgi_app, lambda: desk.bulletins.newest(), marks)
    app.wsgi_app = pulse  # type: ignore[method-assign]
    app.extensions["pulse"] = pulse


def token_of(key: str, login: str) -> str:
    """What stands for a person at the pulse: the same on every page and in every worker, and telling nothing."""
    return hmac.new(key.encode(), f"pulse {login}".encode(), hashlib.sha256).hexdigest()[:_TOKEN]


def address_for(person: Person) -> str:
    """Where the pages of ``person`` ask."""
    if not person.may(Permission.RECORD):
        return PATH
    return f"{PATH}?{token_of(str(current_app.secret_key), person.login)}"


class Pulse:
    """A WSGI application in front of ``app``.

    ``read`` gives the newest urgent list, list and reminder (0: none), ``marks`` the state of each person's calls by
    token (missing: nothing). Both are called at most once every ``fresh`` seconds in this process, by one thread, while
    the others answer with what was read before. ``tick`` counts seconds.
    """

    def __init__(
        self, app: WSGIApplication, read: Read, marks: Marks = dict, *, fresh: float = FRESH,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._app = app
        self._read = read
        self._marks = marks
        self._fresh = fresh
        self._tick = tick
        self._turn = threading.Lock()
        self._until = float("-inf")
        self._state: State | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] not in METHODS:
            return self._app(environ, start_response)
        state = self._refreshed()
        if state is None:
            start_response("503 Service Unavailable", [("Content-Length", "0"), ("Retry-After", "5")])
            return []
        asked = environ.get("QUERY_STRING", "")
        answer = state.answer(asked if _IS_TOKEN(asked) else "")
        known = environ.get("HTTP_IF_NONE_MATCH") == answer.tag
        start_response(NOT_MODIFIED if known else OK, answer.short if known else answer.headers)
        return [answer.body] if environ["REQUEST_METHOD"] == "GET" and not known else []

    def held(self, request: bytes) -> bytes | None:
        """The whole answer to the bytes of a request, when it is a plain question for the pulse and the answer is
        fresh; else None, and the request goes the long way. Never waits and never asks the database."""
        state = self._state
        if state is None or self._tick() >= self._until:
            return None
        token = _asked(request)
        if token is None:
            return None
        answer = state.answer(token)
        return answer.not_modified if f"\r\nif-none-match: {answer.tag}\r\n".encode() in request.lower() else answer.ok

    def _refreshed(self) -> State | None:
        if self._tick() >= self._until and self._turn.acquire(blocking=self._state is None):
            try:
                if self._tick() >= self._until:
                    self._state = State(self._read(), self._marks())
            except Exception as error:  # the pages go on with what they know; the next question tries again
                log.warning("The pulse could not be read: %s", type(error).__qualname__)
            finally:
                self._until = self._tick() + self._fresh
                self._turn.release()
        return self._state


@dataclass(slots=True)
class State:
    """What was read once, and the answers made from it so far: one for all whose calls are in the same state."""

    newest: tuple[int, int, int]
    marks: Mapping[str, str]
    made: dict[str, Answer] = field(default_factory=dict)

    def answer(self, token: str) -> Answer:
        """``token`` is of somebody, or "" for nobody."""
        mark = self.marks.get(token, QUIET) if token else ""
        found = self.made.get(mark)
        if found is None:
            found = self.made[mark] = _answer_of(self.newest, mark)
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """One state of the numbers, ready to be sent: with the headers that WSGI takes, and as bytes of HTTP/1.1."""

    tag: str
    body: bytes
    headers: list[tuple[str, str]]
    short: list[tuple[str, str]]
    ok: bytes
    not_modified: bytes


def _answer_of(newest: tuple[int, int, int], mark: str) -> Answer:
    urgent, last, reminder = newest
    tag = f'"{urgent}.{last}.{reminder}{"/" if mark else ""}{mark}"'
    body = f"urgent:{urgent} list:{last} reminder:{reminder}{' calls:' if mark else ''}{mark}".encode()
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


def _asked(request: bytes) -> str | None:
    """The token ("" for none) when these bytes are one whole ``GET /pulse`` without a body, on a connection that is to
    stay open; else None."""
    if request.startswith(_FIRST):
        token = ""
    else:
        end = len(_FIRST_OF_SOMEBODY) + _TOKEN
        if not request.startswith(_FIRST_OF_SOMEBODY) or not request.startswith(_REST, end):
            return None
        token = request[len(_FIRST_OF_SOMEBODY) : end].decode("latin-1")
        if not _IS_TOKEN(token):
            return None
    if request.find(b"\r\n\r\n") != len(request) - 4:
        return None
    lower = request.lower()
    names = (b"\r\nconnection: close", b"\r\ncontent-length:", b"\r\ntransfer-", b"\r\nupgrade:")
    return None if any(name in lower for name in names) else token
