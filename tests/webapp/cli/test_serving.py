"""``kb serve`` as a real process."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kb.services.people import SYSTEM
from tests.factories import a_content
from tests.webapp.cli.conftest import Kb
from webapp.cli.worker import LINE_MOST
from webapp.wiring import Desk

COMMAND = [sys.executable, "-c", "from webapp.cli import main; main()"]
pytestmark = pytest.mark.slow


@pytest.fixture
def served(ready: Kb, home: Path, database_url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running service and its address."""
    environ = {**os.environ, "KB_HOME": str(home), "KB_DATABASE_URL": database_url}
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert address, line
        yield process, address[0]
    finally:
        process.terminate()
        print(process.communicate()[1])  # shown when a test fails


def get(url: str, **headers: str) -> tuple[int, str]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return answer.status, answer.read().decode()


def test_the_service_answers_and_ends_cleanly_on_sigterm(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    assert get(f"{address}/healthz")[0] == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def test_the_service_ends_cleanly_on_the_keyboard_too(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    assert get(f"{address}/healthz")[0] == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0


def test_what_another_process_publishes_is_found_without_a_restart(
    served: tuple[subprocess.Popen[str], str], ready: Kb, desk: Desk
) -> None:
    token = ready("token", "create", "--role", "agent").out.strip()
    url = f"{served[1]}/api/v1/search?q=%E9%9B%B9%E7%81%BE"  # 雹灾
    assert json.loads(get(url, Authorization=f"Bearer {token}")[1])["total"] == 0
    _, revision = desk.knowledge.submit(SYSTEM, a_content(title="雹灾怎么赔"), reason="试", code="FAQ-0043")
    desk.knowledge.publish(SYSTEM, "FAQ-0043", revision.number, reason="试")
    for _ in range(300):  # nobody drains here: the service's own thread must
        total = json.loads(get(url, Authorization=f"Bearer {token}")[1])["total"]
        if total:
            break
        time.sleep(0.1)
    assert total == 1


def test_a_port_in_use_is_one_sentence(ready: Kb) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = ready("serve", "--port", port)
    assert said.code == 8
    assert said.err.strip() == f"端口 {port} 已被占用，请用 --port 换一个，或先停掉占用它的程序。"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "a" * 70])
def test_an_address_that_is_not_this_machines_is_one_sentence(ready: Kb, host: str) -> None:
    said = ready("serve", "--host", host, "--port", 0)
    assert said.code == 8
    assert said.err.strip() == f"不能在 {host} 上监听，请检查 --host。"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("等待期".encode("gb18030"), "GB18030"),
        ("等待期".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\xff", "已损坏"),
        ("等待期\n".encode() + "长".encode() * 70_000, "第 2 行太长"),
    ],
)
def test_a_dictionary_that_cannot_be_read_is_one_sentence_before_anything_starts(
    ready: Kb, home: Path, content: bytes, sentence: str
) -> None:
    (home / "dictionary.txt").write_bytes(content)
    for said in (ready("serve", "--port", 0), ready("search", "等待期")):
        assert said.code == 3
        assert said.err.startswith(f"词典文件 {home / 'dictionary.txt'}：")
        assert sentence in said.err and len(said.err.splitlines()) == 1


def test_the_demonstration_is_refused_on_an_address_that_others_reach(ready: Kb) -> None:
    said = ready("serve", "--demo", "--host", "0.0.0.0", "--port", 0)
    assert said.code == 3
    assert "演示模式只能在本机" in said.err


def test_a_database_of_an_older_program_asks_for_init(ready: Kb, empty_database_url: str) -> None:
    said = ready("serve", "--port", 0, KB_DATABASE_URL=empty_database_url)
    assert said.code == 8
    assert "kb init" in said.err


@pytest.mark.parametrize(
    ("target", "status", "sentence"),
    [("/search?q=" + "a" * LINE_MOST, "414", "网址太长"), ("/search?q=" + "%E7%AD%89" * 20_000, "414", "网址太长"), ("/ \x01", "400", "无法识别")],
    ids=["long", "long Chinese", "broken"],
)
def test_a_request_that_is_refused_before_the_application_gets_a_sentence(
    served: tuple[subprocess.Popen[str], str], target: str, status: str, sentence: str
) -> None:
    host, port = served[1].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert sentence in answer and "Traceback" not in answer


@pytest.mark.parametrize("character", ["%E7%AD%89", "%F0%9F%98%80"], ids=["Chinese", "emoji"])
def test_a_pasted_page_of_ten_thousand_characters_reaches_the_application(
    served: tuple[subprocess.Popen[str], str], character: str
) -> None:
    address = urlsplit(served[1])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/api/v1/search?q=" + character * 10_000)
        with connection.getresponse() as answer:
            assert answer.status == 401  # nobody has signed in


def test_the_pulse_is_answered_on_an_open_connection_between_other_requests(
    served: tuple[subprocess.Popen[str], str],
) -> None:
    address = urlsplit(served[1])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    said = []
    for path in ("/pulse", "/pulse", "/login", "/pulse", "/nowhere", "/pulse"):
        connection.request("GET", path)
        response = connection.getresponse()
        said.append((response.status, response.read().decode()))
        assert connection.sock is not None, "the connection was to stay open"
    beats = [said[n] for n in (0, 1, 3, 5)]
    assert beats == [(200, "urgent:0 list:0 reminder:0")] * 4
    assert [said[n][0] for n in (2, 4)] == [200, 404]
    connection.close()


def test_clients_that_send_slowly_keep_nobody_waiting(served: tuple[subprocess.Popen[str], str]) -> None:
    """More of them than there are threads: without a login they could stop the desk."""
    address = urlsplit(served[1])
    where = (address.hostname or "", address.port or 0)
    begun = b"POST /login HTTP/1.1\r\nHost: desk\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with contextlib.ExitStack() as slow:
        for sent in (b"", b"GET /lo", begun + b"Content-Length: 1000\r\n\r\nlogin=") * 10:
            slow.enter_context(socket.create_connection(where, timeout=60)).sendall(sent)
        assert get(f"{served[1]}/healthz")[0] == 200


def test_requests_that_come_together_or_in_pieces_are_answered_one_by_one(
    served: tuple[subprocess.Popen[str], str],
) -> None:
    address = urlsplit(served[1])
    one = b"GET /pulse HTTP/1.1\r\nHost: desk\r\n\r\n"
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=60) as connection:
        connection.sendall(one * 3 + b"GET /pul")
        answered = connection.recv(65_536)
        connection.sendall(b"se HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
        answered += b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answered.count(b"HTTP/1.1 200 OK") == 4
