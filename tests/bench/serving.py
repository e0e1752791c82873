"""``kb serve`` from outside: cold start, one client, fifty clients, how soon what is published is found, memory."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from kb.domain.content import Content, Kind
from kb.domain.person import Person, Role
from tests.bench.figures import Figure, percentile
from tests.bench.homes import command, environment, kb, opened
from tests.bench.http_client import Connection, load

CLIENTS, LOAD_SECONDS = 50, 10.0
PUBLICATIONS, WATCHERS = 20, 8  # connections by which a publication is looked for: more than there are workers
ONE_CLIENT = 200  # questions
PART = "HTTP, `kb serve` and its clients on the same two cores"
COORDINATOR = Person(0, "bench", "bench", Role.COORDINATOR)
PASSWORD = "only-for-the-bench-9731"


def measure(home: Path, asked: Sequence[str], cores: int = 2) -> list[Figure]:
    """``home`` gets an account, a token and some entries more."""
    token = kb(home, "token", "create", "--role", "agent", "--name", f"bench {time.time():.0f}").output.split()[-1]
    login = f"bench{time.time():.0f}"
    subprocess.run(
        command(home, "user", "add", login, "--role", "agent", "--password-stdin"),
        input=PASSWORD, text=True, check=True, env=environment(), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with served(home, cores) as (address, pid, started):
        client = Connection(*address, {"Authorization": f"Bearer {token}"})
        _first_answer(client, asked[0])
        cold = time.monotonic() - started
        load(address, client.headers, [_api(text) for text in asked], clients=8, seconds=LOAD_SECONDS / 2)  # warm up
        rate, times = load(
            address, client.headers, [_api(text) for text in asked], clients=CLIENTS, seconds=LOAD_SECONDS
        )
        page = _fragments(address, login, asked)
        delays = _delays(home, address, client.headers)
        memory = max(_resident(worker) for worker in _children(pid))
    return [
        Figure(PART, f"API, {CLIENTS} clients", rate, "searches/s", least=400),
        Figure(PART, f"API, {CLIENTS} clients, p99", percentile(times, 0.99), "ms", most=250),
        Figure(PART, "page fragment, one client, p50", percentile(page, 0.5), "ms", most=10),
        Figure(PART, "published to found by every worker, p95", percentile(delays, 0.95), "ms", most=300),
        Figure(PART, "cold start to the first answer", cold, "s", most=3),
        Figure(PART, "memory of a worker, and its share of the rest", memory, "MB", most=350),
    ]


@contextlib.contextmanager
def served(home: Path, cores: int) -> Iterator[tuple[tuple[str, int], int, float]]:
    """Address, process id and the moment at which it was started."""
    started = time.monotonic()
    process = subprocess.Popen(
        command(home, "serve", "--port", "0", "--workers", str(cores)),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment() | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        found = next(match for line in process.stdout if (match := re.search(r"http://([\d.]+):(\d+)", line)))
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield (found[1], int(found[2])), process.pid, started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _api(text: str, **more: str) -> str:
    return f"/api/v1/search?{urlencode({'q': text, **more})}"


def _first_answer(client: Connection, text: str) -> None:
    while True:
        with contextlib.suppress(OSError):
            if client.get(_api(text))[0] == 200:
                return
        time.sleep(0.02)


def _fragments(address: tuple[str, int], login: str, asked: Sequence[str]) -> list[float]:
    """Milliseconds of the page fragments that a signed-in browser fetches while somebody types."""
    browser = Connection(*address, {})
    _, page = browser.get("/login")
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.decode())
    assert csrf is not None
    status, _ = browser.post("/login", {"csrf_token": csrf[1], "login": login, "password": PASSWORD})
    assert status == 303, status
    times = []
    for text in asked[: 2 * ONE_CLIENT]:
        began = time.perf_counter()
        status, _ = browser.get(f"/search/fragment?q={quote(text)}&kind=&product=&category=")
        times.append((time.perf_counter() - began) * 1000)
        assert status == 200, status
    return times[ONE_CLIENT:]


def _delays(home: Path, address: tuple[str, int], headers: dict[str, str]) -> list[float]:
    """Milliseconds from the publication until each of the watchers, spread over all workers, finds it."""
    desk = opened(home)
    watchers = [Connection(*address, headers) for _ in range(WATCHERS)]
    delays = []
    for number in range(PUBLICATIONS):
        word = f"zx{number}t{time.time_ns() % 10**9}"
        content = Content(title=f"测试公告 {word}", kind=Kind.NOTICE, speakable=f"{word} 的内容。")
        code, revision = desk.knowledge.submit(COORDINATOR, content, reason="bench")
        desk.knowledge.publish(COORDINATOR, code, revision.number, reason="bench")
        began = time.perf_counter()
        blind = list(watchers)
        while blind:
            blind = [w for w in blind if code.encode() not in w.get(_api(word))[1]]
            time.sleep(0.005)
        delays.append((time.perf_counter() - began) * 1000)
    desk.close()
    return delays


def _children(pid: int) -> list[int]:
    return [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]


def _resident(pid: int) -> float:
    """Resident memory in MB; a page that several processes share counts for each in part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3
