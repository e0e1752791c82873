"""A worker whose threads are for answering: what arrives slowly, or leaves slowly, is waited for beside them.

gunicorn gives a connection to a thread with its first byte, and waits for the rest of the request there; and it waits in
the loop itself until a client has closed. A handful of slow clients, without a login, would so stop the desk for
everybody. Here a request goes to a thread when all of it has come. Bodies too long to be held go to a thread at once,
but never to more than half of them.
"""

from __future__ import annotations

import errno
import re
import selectors
import socket
import struct
import time
from collections import deque
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn

from webapp.cli.balance import BalancedWorker

PATIENCE = 20.0  # seconds in which a request that is held here must have come
PATIENCE_LONG = 300.0  # seconds for one with a long body: an upload over a slow line
STALL = 15  # seconds without a byte after which a thread gives a client up, reading or writing
LINGER = 2.0  # seconds for a client to take the end of an answer and close
HEAD_MOST, BODY_HELD = 163_840, 262_144  # bytes; a question of 10,000 characters stands in the head
PART = 65_536

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_UNHELD = re.compile(rb"\r\n(?:transfer-encoding:|expect:)", re.IGNORECASE)  # its end is not known, or it waits for us
_TLS = 0x16  # the first byte of somebody who typed https://


class Arrival(TConn):
    """A connection with what has come of its next request."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.data = bytearray()
        self.end = 0  # of the request within ``data``; 0 while the head is not whole
        self.is_long = False
        self.drained = 0
        limit = struct.pack("ll", STALL, 0)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self.sock.setsockopt(socket.SOL_SOCKET, option, limit)

    def is_whole(self) -> bool:
        """Whether a thread may have it."""
        if not self.end:
            head = self.data.find(b"\r\n\r\n")
            if head < 0:
                self.is_long = len(self.data) > HEAD_MOST
                return self.is_long  # gunicorn says what is wrong with it
            said = bytes(self.data[: head + 2])
            length = _LENGTH.search(said)
            self.end = head + 4 + (int(length[1]) if length else 0)
            self.is_long = bool(_UNHELD.search(said)) or self.end > head + BODY_HELD
        return self.is_long or len(self.data) >= self.end


def _received(client: socket.socket) -> bytes | None:
    """What has come: b"" at the end or when the line broke, None when there is nothing yet."""
    try:
        return client.recv(PART)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class PatientWorker(BalancedWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each sorted by when its connections time out: those whose request comes, and those that take the answer's end.
        self.arriving: dict[Arrival, None] = {}
        self.leaving: dict[Arrival, None] = {}
        self.long: dict[Arrival, None] = {}  # in a thread
        self.waiting: deque[Arrival] = deque()  # for one

    def accept(self, listener: socket.socket) -> None:
        if self.leaves_it():
            return
        try:
            client, address = listener.accept()
            conn = Arrival(self.cfg, client, address, listener.getsockname())
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EINVAL, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._await(conn)

    def on_client_socket_readable(self, conn: Arrival, client: socket.socket) -> None:
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await(conn)
        self._more(conn, client)

    def _await(self, conn: Arrival, data: bytes = b"") -> None:
        """Hold ``conn`` until its next request has come, of which ``data`` is there."""
        conn.data, conn.end, conn.is_long = bytearray(data), 0, False
        conn.timeout = time.monotonic() + PATIENCE
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._more, conn))
        self.arriving[conn] = None

    def _more(self, conn: Arrival, client: socket.socket) -> None:
        part = _received(client)
        if part is None:
            return
        conn.data += part
        if not part or conn.data[0] == _TLS:
            self._close(conn, self.arriving)
        elif conn.is_whole():
            self._hand_over(conn)

    def _hand_over(self, conn: Arrival) -> None:
        self.poller.unregister(conn.sock)
        del self.arriving[conn]
        conn.init()
        conn.parser.unreader.unread(bytes(conn.data))
        conn.data, conn.data_ready = bytearray(), True
        if not conn.is_long:
            self.enqueue_req(conn)
        elif len(self.long) < max(1, self.cfg.threads // 2):
            self._begin_long(conn)
        else:
            self.waiting.append(conn)

    def _begin_long(self, conn: Arrival) -> None:
        conn.timeout = time.monotonic() + PATIENCE_LONG
        self.long[conn] = None
        self.enqueue_req(conn)

    def finish_request(self, conn: Arrival, fs: Any) -> None:
        self.long.pop(conn, None)
        if self.waiting and len(self.long) < max(1, self.cfg.threads // 2):
            self._begin_long(self.waiting.popleft())
        stays = not fs.cancelled() and fs.exception() is None and bool(fs.result())
        try:
            if not stays:
                self._leave(conn)
            elif rest := conn.parser.unreader.take_buffered():
                conn.sock.setblocking(False)  # the next request, or its beginning, came with the last one
                self._await(conn, rest)
                if conn.is_whole():
                    self._hand_over(conn)
            else:
                super().finish_request(conn, fs)
        except (OSError, ValueError):  # it has gone
            self._close(conn)

    def _leave(self, conn: Arrival) -> None:
        """Let the client take the end of the answer, as ``gunicorn.util.close_graceful`` does, without waiting for it."""
        conn.sock.setblocking(False)
        conn.sock.shutdown(socket.SHUT_WR)
        conn.timeout, conn.drained = time.monotonic() + LINGER, 0
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        self.leaving[conn] = None

    def _drain(self, conn: Arrival, client: socket.socket) -> None:
        part = _received(client)
        if part is None:
            return
        conn.drained += len(part)
        if not part or conn.drained > HEAD_MOST:
            self._close(conn, self.leaving)

    def _close(self, conn: Arrival, held: dict[Arrival, None] | None = None) -> None:
        if held is not None:
            held.pop(conn, None)
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Part with those whose time is over. The loop calls this every second."""
        super().murder_pending()
        now = time.monotonic()
        for held in (self.arriving, self.leaving):
            while held and (conn := next(iter(held))).timeout <= now:
                self._close(conn, held)
        for conn in [conn for conn in self.long if conn.timeout <= now]:
            del self.long[conn]
            try:
                conn.sock.shutdown(socket.SHUT_RD)  # its thread reads an end, and answers
            except OSError:
                continue

    def _cap_keepalive(self, deadline: float) -> None:
        """The worker stops: what has not come soon comes to the next one."""
        super()._cap_keepalive(deadline)
        for conn in self.arriving:
            conn.timeout = min(conn.timeout, deadline)
