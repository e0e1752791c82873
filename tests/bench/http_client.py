"""A small HTTP client that costs the machine little, so that what is measured is the server."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

Address = tuple[str, int]


class Connection:
    """One connection that is kept open, with the cookies that the server sets."""

    def __init__(self, host: str, port: int, headers: Mapping[str, str]) -> None:
        self.address, self.headers = (host, port), dict(headers)
        self._cookies: dict[str, str] = {}
        self._socket: socket.socket | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask(_request("GET", path, self._all_headers()))

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        body = urlencode(form).encode()
        more = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        return self._ask(_request("POST", path, self._all_headers() | more) + body)

    def _all_headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return self.headers | ({"Cookie": cookies} if cookies else {})

    def _ask(self, request: bytes) -> tuple[int, bytes]:
        for again in (True, False):
            try:
                if self._socket is None:
                    self._socket = socket.create_connection(self.address, timeout=30)
                self._socket.sendall(request)
                return self._answer(self._socket)
            except (ConnectionError, EOFError):  # it was closed meanwhile
                self._socket = None
                if not again:
                    raise
        raise AssertionError

    def _answer(self, open_socket: socket.socket) -> tuple[int, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            part = open_socket.recv(65_536)
            if not part:
                raise EOFError
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content
        while len(body) < _length(head):
            body += open_socket.recv(65_536)
        if b"connection: close" in head.lower():
            open_socket.close()
            self._socket = None
        return int(lines[0].split()[1]), body


def load(
    address: Address, headers: Mapping[str, str], paths: Sequence[str], *, clients: int, seconds: float
) -> tuple[float, list[float]]:
    """Let ``clients`` ask ``paths`` in turn, each the next when it has its answer; answers a second, and milliseconds.

    Raises:
        AssertionError: an answer was not 200.
    """
    requests = [_request("GET", path, headers) for path in paths]
    return asyncio.run(_load(address, requests, clients, seconds))


async def _load(address: Address, requests: Sequence[bytes], clients: int, seconds: float) -> tuple[float, list[float]]:
    times: list[float] = []
    began = time.perf_counter()

    async def ask(client: int) -> None:
        reader, writer = await asyncio.open_connection(*address)
        number = client * len(requests) // clients
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            writer.write(requests[number % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            times.append((time.perf_counter() - started) * 1000)
            assert head.startswith(b"HTTP/1.1 200"), head
            if b"connection: close" in head.lower():
                writer.close()
                reader, writer = await asyncio.open_connection(*address)
            number += 1
        writer.close()

    await asyncio.gather(*(ask(client) for client in range(clients)))
    return len(times) / (time.perf_counter() - began), times


def _request(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: desk", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
