"""A service that makes vectors as OpenAI's address does: from the characters of a text, so that alike is near."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

DIMENSIONS = 32


class Service(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict] = []
        self.keys: list[str] = []
        self.held = threading.Event()  # no answer while it is not set
        self.held.set()
        self.pieces: Iterator[bytes] | None = None  # sent one by one instead of an answer
        self.more: dict[str, str] = {}  # headers
        self.says: tuple[int, bytes] | None = None  # instead of vectors
        self.refuses = ""  # texts with this in them
        self.refusal: tuple[int, bytes] = (400, b"")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body | {"path": self.path})
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.server.held.wait(20)
        if self.server.pieces is not None:
            self._drip()
            return
        data = [{"index": n, "embedding": vector(text)} for n, text in enumerate(body["input"])]
        refused = self.server.refuses and self.server.refuses in "".join(body["input"])
        says = self.server.refusal if refused else self.server.says
        status, said = says or (200, json.dumps({"data": data[::-1]}).encode())
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        for name, value in self.server.more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def _drip(self) -> None:
        try:
            for piece in self.server.pieces or ():
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:  # who asked has gone
            pass

    def log_message(self, *args: object) -> None:
        pass


def vector(text: str) -> list[float]:
    counts = [0.0] * DIMENSIONS
    for char in text:
        counts[ord(char) % DIMENSIONS] += 3.0
    return counts


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.held.set()
        server.shutdown()
