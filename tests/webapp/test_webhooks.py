"""Deliveries over real sockets: signed, not following anybody, giving up in time."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from kb.domain.errors import Invalid
from kb.ports import Delivery
from kb.settings import Settings
from webapp.webhooks import Sender, signing_key

BODY = '{"title":"今日更新"}'


class Receiver(BaseHTTPRequestHandler):
    got: ClassVar[list[tuple[str, Message, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, self.headers, body))
        if self.path == "/slow":
            time.sleep(1)
        self.send_response({"/ok": 204, "/moved": 302, "/broken": 500}.get(self.path, 200))
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def base() -> Iterator[str]:
    Receiver.got.clear()
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def a_delivery(url: str) -> Delivery:
    return Delivery(17, url, "bulletin", BODY, 1, None, None, "")


def test_a_message_is_signed_with_a_key_made_for_it(base: str) -> None:
    assert Sender("secret")(a_delivery(f"{base}/ok")) == ""
    (path, headers, body) = Receiver.got[0]
    assert (path, body.decode(), headers["X-KB-Event"], headers["X-KB-Delivery"]) == ("/ok", BODY, "bulletin", "17")
    expected = hmac.new(signing_key("secret").encode(), b"17." + body, hashlib.sha256).hexdigest()
    assert headers["X-KB-Signature"] == f"sha256={expected}"
    assert signing_key("secret") != signing_key("other") and "secret" not in str(headers)


def test_a_redirect_is_not_followed(base: str) -> None:
    assert Sender("secret")(a_delivery(f"{base}/moved")) == "HTTP 302"
    assert [path for path, _, _ in Receiver.got] == ["/moved"]


@pytest.mark.parametrize(("path", "said"), [("/broken", "HTTP 500"), ("/slow", "TimeoutError")])
def test_what_goes_wrong_is_said(base: str, path: str, said: str) -> None:
    assert Sender("secret", timeout=0.2)(a_delivery(base + path)).startswith(said)


def test_nobody_at_home_is_said_too() -> None:
    assert "refused" in Sender("secret")(a_delivery("http://127.0.0.1:1/x"))


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x",
        "ftp://a.example",
        "https://u:p@a.example",
        "file:///etc/passwd",
        "https://",
        "x",
        "https://[::1",
    ],
)
def test_an_address_that_is_not_safe_is_refused_by_the_settings(url: str) -> None:
    with pytest.raises(Invalid, match="KB_WEBHOOKS"):
        Settings.load(environ={"KB_WEBHOOKS": f"https://fine.example/a {url}"})


def test_several_addresses_are_read() -> None:
    found = Settings.load(environ={"KB_WEBHOOKS": " https://a.example/x  http://localhost:8080/y "})
    assert found.webhooks == ("https://a.example/x", "http://localhost:8080/y")
