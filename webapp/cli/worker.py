"""The worker of ``kb serve``: what never reaches the application gets a clear sentence too."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from gunicorn.http import message
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException

from kb.domain.errors import N_
from webapp.cli.arriving import PatientWorker

# Bytes of the first line of a request. gunicorn bounds no more than 8,190 by itself, 900 Chinese characters; a pasted
# question of 10,000, percent-encoded, is to be answered all the same: rare ones and emoji take twelve bytes each. Only
# what has come as a whole gets a thread.
LINE_MOST = 131_072
message.MAX_REQUEST_LINE = LINE_MOST

# Nobody is known yet, and so no language: the sentence stands in both.
SENTENCES: dict[type[Exception], tuple[str, str, str]] = {
    LimitRequestLine: ("414 URI Too Long", N_("网址太长，请把问题写短一些。"), "The address is too long."),
    LimitRequestHeaders: ("431 Request Header Fields Too Large", N_("请求头太大。"), "The headers are too large."),
    ParseException: ("400 Bad Request", N_("请求的内容无法识别。"), "The request cannot be understood."),
}


PEEK = 8_192  # bytes: a request for the pulse is about 700


class Worker(PatientWorker):
    """The patient thread worker, with one sentence instead of its own English page for a request that it refuses.

    The pulse, which every open page asks for every few seconds, is answered here, between two looks at the sockets:
    the way through threads, parser and application costs ten times as much. What this does not recognise at once
    (the first request of a connection, a request that arrives in parts, a body) goes that way.
    """

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        if not self._tell_pulse(conn, client):
            super().on_client_socket_readable(conn, client)

    def _tell_pulse(self, conn: Any, client: socket.socket) -> bool:
        pulse = self.wsgi.extensions.get("pulse") if self.alive else None
        try:
            request = client.recv(PEEK, socket.MSG_PEEK) if pulse else b""
            answer = pulse.held(request) if request else None
            if answer is None:
                return False
            client.recv(len(request))
            sent = client.send(answer)
        except OSError:
            return False  # the ordinary way meets the same trouble, and closes
        if sent < len(answer):  # a client that reads nothing for so long has gone
            client.shutdown(socket.SHUT_RDWR)
        self.keepalived_conns.remove(conn)  # it is sorted by when each connection times out
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        return True

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        for kind, (status, chinese, english) in SENTENCES.items():
            if isinstance(exc, kind):
                with contextlib.suppress(OSError):  # the caller may have gone
                    client.sendall(_answer(status, chinese, english))
                return
        super().handle_error(req, client, addr, exc)


def _answer(status: str, chinese: str, english: str) -> bytes:
    body = f"<!doctype html><meta charset='utf-8'><title>{chinese}</title><p>{chinese}</p><p lang='en'>{english}</p>".encode()
    head = (
        f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'\r\n\r\n"
    )
    return head.encode() + body
